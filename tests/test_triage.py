"""The office decides about a record: nothing is lost, nobody is overwritten unseen, edits do not undo it."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app import audit
from survey_app.rectification import queries
from survey_app.rectification.triage import Decision
from survey_app.store import Row, SQLiteStore
from survey_app.sync import kinds
from survey_app.sync.settling import rebuild_projections
from tests.clock import NOON, Clock
from tests.halls import EMPTY_SLOT, HALL, ITEMS, OTHER_HALL, add_halls
from tests.records import Sender

Person = Callable[[str], str]
SignIn = Callable[[str], FlaskClient]
DECISION = {
    "kind": "difficulty",
    "category": "D",
    "stage": "wait",
    "severity": "serious",
    "level": "bureau",
    "reform_item_ids": [ITEMS[1]],
    "note": "请车管所先说明",
}


@pytest.fixture
def leader(app: Flask, store: SQLiteStore, person_id: Person) -> Sender:
    """A leader's phone, with the halls to report from."""
    add_halls(store)
    return Sender(app, store, person_id("leader"))


class Desk:
    """One of the office at a desk."""

    def __init__(self, client: FlaskClient, csrf: Callable[[FlaskClient], str]) -> None:
        self.client, self.csrf = client, csrf

    def open(self, record_id: str, query: str = "") -> str:
        answer = self.client.get(f"/inbox/{record_id}{query}")
        assert answer.status_code == 200
        return answer.text

    def decide(self, record_id: str, *, version: int = 0, query: str = "", **fields: Any) -> TestResponse:
        form = {**DECISION, **fields, "version": str(version), "csrf_token": self.csrf(self.client)}
        return self.client.post(f"/inbox/{record_id}{query}", data=form)


@pytest.fixture
def office(sign_in: SignIn, csrf: Callable[[FlaskClient], str]) -> Desk:
    """The reform office at its desk."""
    return Desk(sign_in("office"), csrf)


def state_of(store: SQLiteStore, record_id: str) -> Row:
    """Return what a record counts as, with its tags."""
    row = store.find(
        "select kind, category, stage, severity, state from observations where id = :id", {"id": record_id}
    )
    assert row
    return {**row, "tags": queries.list_tags(store, record_id)}


DECIDED = {
    "kind": "difficulty",
    "category": "D",
    "stage": "wait",
    "severity": "serious",
    "state": "triaged",
    "tags": [ITEMS[1]],
}


def test_a_decision_is_what_the_record_counts_as(leader: Sender, store: SQLiteStore, office: Desk) -> None:
    record_id = leader.report(category="A", reform_item_ids=[ITEMS[0]])
    assert office.decide(record_id).status_code == 302
    assert state_of(store, record_id) == DECIDED
    decided = queries.find_classification(store, record_id)
    assert decided
    assert (decided["level"], decided["note"], decided["version"]) == ("bureau", "请车管所先说明", 1)


def test_a_decision_leaves_one_audit_row_that_says_what_changed(
    leader: Sender, store: SQLiteStore, office: Desk, person_id: Person
) -> None:
    record_id = leader.report(category="A", reform_item_ids=[ITEMS[0]])
    office.decide(record_id)
    (row,) = audit.history(store, "observation", record_id)
    assert (row["action"], row["actor_id"]) == ("classify", person_id("office"))
    assert row["detail"]["changes"] == {
        "kind": ["blockage", "difficulty"],
        "category": ["A", "D"],
        "stage": [None, "wait"],
        "severity": [None, "serious"],
        "level": [None, "bureau"],
        "reform_item_ids": [[ITEMS[0]], [ITEMS[1]]],
        "note": ["", "请车管所先说明"],
    }
    assert list(audit.broken_links(store)) == []


def test_the_same_decision_twice_is_one(leader: Sender, store: SQLiteStore, office: Desk) -> None:
    record_id = leader.report()
    for _ in range(2):
        assert office.decide(record_id, version=0).status_code == 302
    assert len(audit.history(store, "observation", record_id)) == 1


def test_a_decision_stands_when_the_finder_edits_afterwards(
    leader: Sender, store: SQLiteStore, office: Desk, clock: Clock
) -> None:
    op = leader.op(text="取号机停用", category="A", reform_item_ids=[ITEMS[0]])
    (record_id,) = leader.send(op)
    office.decide(record_id)
    assert "本人又改过内容" not in office.open(record_id)
    leader.edit(record_id, op["op_id"], now=NOON + timedelta(hours=1), text="取号机修好了", category="A")
    assert state_of(store, record_id) == DECIDED
    page = office.open(record_id)
    assert "取号机修好了" in page
    assert "本人又改过内容" in page


def test_a_decision_stands_when_everything_is_rebuilt_from_the_ops(
    app: Flask, leader: Sender, store: SQLiteStore, office: Desk
) -> None:
    record_id = leader.report(category="A", reform_item_ids=[ITEMS[0]])
    office.decide(record_id)
    with app.app_context():
        rebuild_projections(store, kinds.registered(current_app), NOON)
    assert state_of(store, record_id) == DECIDED


def test_a_decision_can_take_everything_back(leader: Sender, store: SQLiteStore, office: Desk) -> None:
    record_id = leader.report(category="A", severity="severe", reform_item_ids=list(ITEMS))
    nothing: dict[str, Any] = {
        "category": "",
        "stage": "",
        "severity": "",
        "level": "",
        "reform_item_ids": [],
        "note": "",
    }
    office.decide(record_id, kind="blockage", **nothing)
    assert state_of(store, record_id) == {
        "kind": "blockage",
        "category": None,
        "stage": None,
        "severity": None,
        "state": "triaged",
        "tags": [],
    }


def test_two_who_decide_at_once_both_see_it_and_nothing_typed_is_lost(
    leader: Sender, store: SQLiteStore, office: Desk
) -> None:
    record_id = leader.report()
    office.decide(record_id, version=0)
    answer = office.decide(record_id, version=0, category="A1", note="我的说明")
    assert answer.status_code == 409
    assert state_of(store, record_id) == DECIDED
    assert "测试岗位 office" in answer.text
    assert "先研判了这一条" in answer.text
    assert "时间排队 → 电话无人接" in answer.text
    assert "我的说明</textarea>" in answer.text
    assert re.search(r'<option selected value="A1"', answer.text)
    version = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)
    assert version
    again = office.decide(record_id, version=int(version[1]), category="A1", note="我的说明")
    assert again.status_code == 302
    assert state_of(store, record_id)["category"] == "A1"


def test_a_version_that_no_decision_ever_had_is_an_old_one(leader: Sender, office: Desk) -> None:
    office.decide(record_id := leader.report())
    assert office.decide(record_id, version="9" * 5000, note="x").status_code == 409  # type: ignore[arg-type]


def test_of_many_who_decide_at_once_one_is_first_and_the_others_are_told(
    leader: Sender, store: SQLiteStore, person_id: Person
) -> None:
    record_id, actor_id = leader.report(), person_id("office")

    def decide(n: int) -> str:
        try:
            with store.writing() as tx:
                decision = Decision("difficulty", note=f"说明 {n}")
                queries.set_classification(tx, record_id, decision, version=0, actor_id=actor_id, at=NOON)
        except queries.AlreadyClassifiedError as conflict:
            return str(conflict.theirs["note"])
        finally:
            store.close()
        return "first"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(decide, range(8)))
    decided = queries.find_classification(store, record_id)
    assert decided
    assert sorted(answers) == sorted(["first", *[decided["note"]] * 7])
    assert len(audit.history(store, "observation", record_id)) == 1


def test_a_later_decision_on_what_one_saw_is_no_conflict(
    leader: Sender, store: SQLiteStore, office: Desk
) -> None:
    record_id = leader.report()
    office.decide(record_id, version=0)
    assert office.decide(record_id, version=1, severity="severe").status_code == 302
    assert state_of(store, record_id)["severity"] == "severe"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "nonsense"),
        ("kind", ""),
        ("category", "Z9"),
        ("stage", "nowhere"),
        ("severity", "endless"),
        ("level", "heaven"),
        ("reform_item_ids", ["nothing"]),
        ("reform_item_ids", [EMPTY_SLOT]),
        ("note", "长" * 1001),
    ],
)
def test_what_is_not_offered_is_refused_and_the_rest_of_the_form_stays(
    leader: Sender, store: SQLiteStore, office: Desk, field: str, value: Any
) -> None:
    record_id = leader.report()
    before = state_of(store, record_id)
    kept: dict[str, Any] = {} if field == "note" else {"note": "还在这里"}
    answer = office.decide(record_id, **{field: value, **kept})
    assert answer.status_code == 422
    assert "field--bad" in answer.text
    assert "Not a valid" not in answer.text
    assert ("长" * 1001 if field == "note" else "还在这里") in answer.text
    assert state_of(store, record_id) == before


def test_a_retired_category_or_item_that_a_record_has_is_kept(
    leader: Sender, store: SQLiteStore, office: Desk
) -> None:
    record_id = leader.report(category="D", reform_item_ids=[ITEMS[1]])
    with store.writing() as tx:
        tx.update("categories", "c-d", {"retired_on": "2017-06-01"})
        tx.update("reform_items", ITEMS[1], {"retired_on": "2017-06-01"})
    page = office.open(record_id)
    assert re.search(r'<option selected value="D"', page)
    assert office.decide(record_id).status_code == 302
    assert state_of(store, record_id) == DECIDED
    other = leader.report()
    assert office.decide(other).status_code == 422


def test_the_finders_own_suggestions_stay_marked_after_the_decision(leader: Sender, office: Desk) -> None:
    record_id = leader.report(reform_item_ids=[ITEMS[0]])
    office.decide(record_id)
    page = office.open(record_id)
    marked = [
        chip
        for chip in re.findall(r'<label class="choice">(.*?)</label>', page, re.DOTALL)
        if "发现人选的" in chip
    ]
    assert len(marked) == 1
    assert ITEMS[0] in marked[0]
    assert "checked" not in marked[0]


def test_after_a_decision_comes_the_next_untriaged_record_of_the_same_filter(
    leader: Sender, office: Desk
) -> None:
    oldest = leader.report("最早的", hall_id=HALL)
    leader.report("别处的", hall_id=OTHER_HALL)
    middle = leader.report("中间的", hall_id=HALL)
    newest = leader.report("最新的", hall_id=HALL)
    query = f"?hall={HALL}"
    order = [newest, middle, oldest]
    for record_id, following in zip(order, [*order[1:], ""], strict=True):
        answer = office.decide(record_id, query=query)
        path = f"/inbox/{following}" if following else "/inbox"
        assert answer.headers["Location"].split("?")[0] == path
        assert f"hall={HALL}" in answer.headers["Location"]
    assert "都研判完了" in office.client.get(answer.headers["Location"]).text


def test_saving_without_going_on_stays_on_the_record(leader: Sender, office: Desk) -> None:
    record_id = leader.report()
    leader.report()
    answer = office.decide(record_id, then="stay")
    assert answer.headers["Location"].split("?")[0] == f"/inbox/{record_id}"
    assert "已存好" in office.client.get(answer.headers["Location"]).text


def test_newer_and_older_stay_inside_the_filter(leader: Sender, office: Desk) -> None:
    first = leader.report("窗口一", hall_id=HALL)
    leader.report("别处的", hall_id=OTHER_HALL)
    second = leader.report("窗口二", hall_id=HALL)
    page = office.open(second, "?q=窗口")
    assert re.search(rf'rel="next" [^>]*href="/inbox/{first}\?q=', page)
    assert 'rel="prev"' not in page
    assert re.search(rf'rel="prev" [^>]*href="/inbox/{second}\?q=', office.open(first, "?q=窗口"))


def test_the_page_tells_what_happened_in_plain_words(leader: Sender, office: Desk, clock: Clock) -> None:
    op = leader.op(category="A")
    (record_id,) = leader.send(op)
    leader.edit(record_id, op["op_id"], now=NOON + timedelta(hours=1), category="A")
    clock.now = NOON + timedelta(hours=2)
    office.decide(record_id)
    clock.now = NOON + timedelta(hours=3)
    office.decide(record_id, version=1, severity="severe")
    history = office.open(record_id).split('<ol class="history">')[1].split("</ol>")[0]
    words = re.sub(r"<[^>]*>|\s+", " ", history)
    told = [
        "上报了记录",
        "修改了记录",
        "研判了这条记录",
        "堵点分类：咨询告知 → 时间排队",
        "改了研判",
        "严重程度：较重 → 严重",
    ]
    assert [words.index(part) for part in told] == sorted(words.index(part) for part in told)
    assert "测试岗位 leader" in words
    assert "测试岗位 office" in words
    assert "classify" not in words


def test_the_page_shows_where_who_when_and_what_for(leader: Sender, office: Desk) -> None:
    record_id = leader.report(hall_id=HALL, quote="电话 13800138012 没人接", reform_item_ids=[ITEMS[0]])
    page = office.open(record_id)
    for words in (
        "车管所办事大厅",
        "市公安局",
        "测试岗位 leader",
        "用好一个服务电话",
        "138******12",
        "12:01",
    ):
        assert words in page, words
    assert "13800138012" not in page
    assert "测试leader" not in page.split("<main", 1)[1]


def test_two_versions_of_one_record_are_told(leader: Sender, office: Desk) -> None:
    op = leader.op()
    (record_id,) = leader.send(op)
    leader.edit(record_id, op["op_id"], text="改一")
    assert "两个版本都留着" not in office.open(record_id)
    leader.edit(record_id, op["op_id"], text="改二")
    assert "两个版本都留着" in office.open(record_id)


def test_a_photo_that_has_not_arrived_is_told_and_one_that_has_is_shown(
    leader: Sender, store: SQLiteStore, office: Desk
) -> None:
    named = [{"sha256": sign * 64, "len": 9, "mime": "image/jpeg"} for sign in "ab"]
    record_id = leader.report(photos=named)
    with store.writing() as tx:
        tx.insert("photos", {
            "id": "a" * 64, "bytes": 9, "mime": "image/jpeg", "width": 1, "height": 1,
            "received_at": "", "received_from": leader.person_id,
        })  # fmt: skip
    page = office.open(record_id)
    assert page.count("照片还在路上") == 1
    assert f'/photos/{"a" * 64}.jpg?size=thumb" alt="第 1 张照片，共 2 张"' in page


def test_a_withdrawn_record_is_not_decided_about(leader: Sender, store: SQLiteStore, office: Desk) -> None:
    record_id = leader.report()
    with store.writing() as tx:
        tx.update("observations", record_id, {"state": "withdrawn"})
    assert "不用再研判" in office.open(record_id)
    assert office.decide(record_id).status_code == 409
    assert queries.find_classification(store, record_id) is None


def test_a_record_that_is_not_there_says_where_to_go(office: Desk) -> None:
    answer = office.client.get("/inbox/nothing")
    assert answer.status_code == 404
    assert "收件箱" in answer.text


def test_only_the_office_decides(
    leader: Sender, store: SQLiteStore, sign_in: SignIn, csrf: Callable[[FlaskClient], str]
) -> None:
    record_id = leader.report()
    for role in ("leader", "aide", "unit", "admin"):
        assert Desk(sign_in(role), csrf).decide(record_id).status_code == 403
    assert state_of(store, record_id)["state"] == "reported"
