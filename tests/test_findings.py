"""A problem is its history: kept for good, whole, and what screens read is what it comes to."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from survey_app import audit
from survey_app.catalog import queries as catalog
from survey_app.rectification import findings, queries, recording, workflow
from survey_app.store import SQLiteStore
from tests.clock import NOON
from tests.halls import ITEMS
from tests.problems import DUE, OTHER, UNIT, Work
from tests.records import Sender

TABLES = ("findings", "finding_observations", "finding_supporting_units", "finding_reform_items",
          "photo_uses", "observations")  # fmt: skip


def kept(store: SQLiteStore) -> dict[str, list[dict[str, object]]]:
    return {table: store.query(f"select * from {table} order by 1, 2") for table in TABLES}


def test_a_problem_begins_with_who_found_it_and_who_reported_it(work: Work, store: SQLiteStore) -> None:
    finding_id = work.open(reform_item_ids=[ITEMS[0]])
    told = [(row["action"], row["post"]) for row in findings.list_history(store, finding_id)]
    assert told == [("find", "测试岗位 leader"), ("report", "测试岗位 leader"), ("judge", "测试岗位 office")]
    row = work.row(finding_id)
    assert (row["number"], row["state"], row["place"]) == ("2017-0001", "judged", "车管所办事大厅")
    assert (row["found_on"], row["severity"], row["category"]) == ("2017-06-12", "serious", "D")
    items = store.query("select reform_item_id from finding_reform_items")
    assert items == [{"reform_item_id": ITEMS[0]}]


def test_numbers_have_no_gaps_and_begin_anew_each_year(work: Work) -> None:
    numbers = [work.row(work.open())["number"] for _ in range(2)]
    work.now += timedelta(days=365)
    assert [*numbers, work.row(work.open())["number"]] == ["2017-0001", "2017-0002", "2018-0001"]


def test_a_record_makes_one_problem_and_no_second(work: Work, store: SQLiteStore) -> None:
    finding_id = work.open()
    record = work.report()
    with store.writing() as tx:
        tx.update("observations", record["id"], {"finding_id": finding_id})
    with pytest.raises(recording.AlreadyAFindingError), store.writing() as tx:
        recording.open_finding(
            tx, {**record, "finding_id": finding_id}, {}, actor=work.actor("office"), now=work.now
        )
    assert store.value("select count(*) from findings") == 1


def test_the_whole_way_leaves_what_it_came_to(work: Work) -> None:
    row = work.row(work.closed())
    assert (row["state"], row["closed_on"], row["followed_up"]) == ("closed", "2017-06-12", "better")
    assert (row["owner"], row["measure"], row["answer"]) == ("大厅主任", "换一台取号机", "换好了，有人引导")
    assert row["verifier_post"] == "测试岗位 office"


def test_history_is_neither_changed_nor_deleted(work: Work, store: SQLiteStore) -> None:
    work.open()
    for sql in ("update finding_events set facts = '{}'", "delete from finding_events"):
        with pytest.raises(Exception, match="history is never"), store.writing() as tx:
            tx.execute(sql)


def test_every_event_has_its_row_in_the_audit(work: Work, store: SQLiteStore) -> None:
    finding_id = work.closed()
    events = [f"finding.{row['action']}" for row in findings.list_history(store, finding_id)]
    assert [row["action"] for row in audit.history(store, "finding", finding_id)] == events
    assert list(audit.broken_links(store)) == []


def test_what_is_refused_leaves_nothing(work: Work, store: SQLiteStore) -> None:
    finding_id = work.assigned()
    before, events = kept(store), findings.list_history(store, finding_id)
    with pytest.raises(workflow.NotNowError):
        work.do(finding_id, "feed_back", "unit", text="好了")
    assert (kept(store), findings.list_history(store, finding_id)) == (before, events)


def test_everything_that_screens_read_is_made_again_from_the_events(
    app: Flask, work: Work, store: SQLiteStore
) -> None:
    work.closed()
    work.fixing("排队的人没有座位")
    target, merged = work.assigned("电话无人接"), work.open("打不通电话")
    work.do(merged, "merge", into_id=target)
    before = kept(store)
    with store.writing() as tx:
        tx.execute("update findings set state = 'found', answer = '', deadline_on = null")
        tx.execute("update observations set progress = '', answer = ''")
        tx.execute("delete from finding_observations")
    result = app.test_cli_runner().invoke(args=["rebuild"])
    assert "4 个问题" in result.output
    assert kept(store) == before


def test_what_is_replayed_is_what_is_stored(work: Work, store: SQLiteStore) -> None:
    finding_id = work.verified()
    stored = store.find("select * from findings where id = :id", {"id": finding_id})
    assert stored
    expected = recording.projection(findings.load(store, finding_id))
    assert {name: stored[name] for name in expected} == expected


def test_a_record_says_where_its_problem_stands_and_what_was_answered(work: Work, store: SQLiteStore) -> None:
    finding_id = work.verified()
    (row,) = store.query("select finding_id, progress, answer from observations")
    assert row == {"finding_id": finding_id, "progress": "verified", "answer": "换好了，有人引导"}


def test_merging_keeps_both_histories_and_moves_the_records(work: Work, store: SQLiteStore) -> None:
    target, merged = work.assigned("电话无人接"), work.open("打不通电话")
    work.do(merged, "merge", into_id=target)
    assert (work.row(merged)["state"], work.row(merged)["merged_into"]) == ("merged", target)
    assert [row["text"] for row in findings.list_observations(store, target)] == ["电话无人接", "打不通电话"]
    assert findings.list_observations(store, merged) == []
    assert [row["action"] for row in findings.list_history(store, merged)][-1] == "merge"
    assert [row["action"] for row in findings.list_history(store, target)][-1] == "attach"
    assert findings.list_merged(store, target) == [{"id": merged, "number": "2017-0002"}]


def test_nothing_is_merged_into_what_was_verified_already(work: Work, store: SQLiteStore) -> None:
    target, other = work.verified(), work.open("取号机又坏了")
    with pytest.raises(workflow.NotNowError):
        work.do(other, "merge", into_id=target)
    assert work.row(other)["state"] == "judged"


def test_the_limit_moves_only_when_more_time_is_granted(work: Work) -> None:
    finding_id = work.fixing()
    work.do(finding_id, "ask_extension", "unit", until="2017-06-26", reason="等配件")
    assert (work.row(finding_id)["deadline_on"], work.row(finding_id)["extension_until"]) == (
        DUE,
        "2017-06-26",
    )
    work.do(finding_id, "grant")
    assert (work.row(finding_id)["deadline_on"], work.row(finding_id)["extension_until"]) == (
        "2017-06-26",
        None,
    )


def test_what_the_finder_asks_on_the_phone_after_the_verification_counts_once(
    app: Flask, work: Work, store: SQLiteStore
) -> None:
    finding_id = work.verified()
    (record,) = findings.list_observations(store, finding_id)
    op = work.leader.op(method="", kind="", text="")
    op |= {"kind": "follow_up", "payload": {"observation_id": record["id"], "result": "better"}}
    work.leader.send(op, now=work.now + timedelta(hours=1))
    assert work.row(finding_id)["state"] == "followed_up"
    app.test_cli_runner().invoke(args=["rebuild"])
    told = [row["action"] for row in findings.list_history(store, finding_id)]
    assert told.count("follow_up") == 1
    work.do(finding_id, "close")


def test_what_was_asked_before_the_verification_does_not_count(
    app: Flask, work: Work, store: SQLiteStore
) -> None:
    finding_id = work.fixing()
    (record,) = findings.list_observations(store, finding_id)
    op = work.leader.op()
    op |= {"kind": "follow_up", "payload": {"observation_id": record["id"], "result": "better"}}
    work.leader.send(op, now=work.now)
    work.do(finding_id, "feed_back", "unit", text="换好了")
    work.do(finding_id, "verify", note="到现场看过")
    app.test_cli_runner().invoke(args=["rebuild"])
    assert work.row(finding_id)["state"] == "verified"


def test_what_others_say_from_their_phones_does_not_count(
    app: Flask, work: Work, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    finding_id = work.verified()
    (record,) = findings.list_observations(store, finding_id)
    aide = Sender(app, store, person_id("aide"))
    op = aide.op()
    op |= {"kind": "follow_up", "payload": {"observation_id": record["id"], "result": "better"}}
    aide.send(op, now=work.now + timedelta(hours=1))
    assert work.row(finding_id)["state"] == "verified"


def test_no_change_heard_on_the_phone_sends_it_back(work: Work, store: SQLiteStore) -> None:
    finding_id = work.verified()
    (record,) = findings.list_observations(store, finding_id)
    op = work.leader.op()
    op |= {"kind": "follow_up", "payload": {"observation_id": record["id"], "result": "same"}}
    work.leader.send(op, now=work.now + timedelta(hours=1))
    row = work.row(finding_id)
    assert (row["state"], row["verified_by"], row["reworks"]) == ("fixing", None, 1)


def test_what_is_heard_about_a_record_that_was_taken_back_sends_nothing_back(
    work: Work, store: SQLiteStore
) -> None:
    finding_id = work.verified()
    (record,) = findings.list_observations(store, finding_id)
    gone = {"kind": "withdraw", "rec_id": record["id"], "payload": {"reason": ""}}
    base = store.value("select head_op_id from observations where id = :id", {"id": record["id"]})
    work.leader.send(work.leader.op() | gone | {"base": base}, now=work.now)
    op = work.leader.op()
    op |= {"kind": "follow_up", "payload": {"observation_id": record["id"], "result": "same"}}
    work.leader.send(op, now=work.now + timedelta(hours=1))
    assert store.value("select count(*) from follow_ups") == 1
    assert work.row(finding_id)["state"] == "verified"


@pytest.mark.parametrize(("days", "comes_back"), [(1, True), (90, True), (91, False)])
def test_the_same_at_the_same_unit_within_90_days_is_the_problem_again(
    work: Work, store: SQLiteStore, days: int, comes_back: bool
) -> None:
    first = work.closed()
    work.now += timedelta(days=days)
    record = work.leader.send(
        work.leader.op(NOON + timedelta(days=days), category="D", hall_id=None),
        now=NOON + timedelta(days=days),
    )
    with store.writing() as tx:
        row = queries.find_record(tx, record[0])
        assert row
        again = recording.open_finding(
            tx, row, {"severity": "normal"}, actor=work.actor("office"), now=work.now
        ).id
    assert findings.list_recurrences(store, again) == []  # nobody is responsible yet
    limit = (work.now + timedelta(days=10)).date().isoformat()
    work.do(again, "assign", unit_id=UNIT, deadline_on=limit)
    seen = [(row["id"], row["later"]) for row in findings.list_recurrences(store, again)]
    back = [(row["id"], row["later"]) for row in findings.list_recurrences(store, first)]
    assert (seen, back) == (([(first, 0)], [(again, 1)]) if comes_back else ([], []))
    counted = findings.count_recurring(store, date(2017, 1, 1), date(2017, 12, 31))
    assert counted == (int(comes_back), 2)


def test_another_unit_or_another_category_is_another_problem(work: Work, store: SQLiteStore) -> None:
    work.assigned()
    other = work.open()
    work.do(other, "assign", unit_id=OTHER, deadline_on=DUE)
    work.assigned(category="A")
    assert findings.count_recurring(store, date(2017, 6, 1), date(2017, 6, 30)) == (0, 3)


def test_the_days_of_rest_come_from_the_catalogue(work: Work, store: SQLiteStore) -> None:
    with store.writing() as tx:
        tx.insert_all("holidays", [
            {"id": "h1", "code": "h1", "day": "2017-06-13", "kind": "off", "retired_on": None},
            {"id": "h2", "code": "h2", "day": "2017-06-17", "kind": "work", "retired_on": None},
            {"id": "h3", "code": "h3", "day": "2017-06-14", "kind": "off", "retired_on": "2017-06-01"},
        ])  # fmt: skip
    calendar = catalog.get_calendar(store)
    assert calendar.after(date(2017, 6, 12), 4) == date(2017, 6, 17)
