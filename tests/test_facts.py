"""What is said of a visit beside its records: each kind of op, and what screens read of it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from survey_app.sync import kinds, queries, settling
from survey_app.sync.intake import Receipt, accept_ops
from survey_app.visits import facts
from tests import phone
from tests.clock import NOON
from tests.halls import CHECKLIST, COUNTER, HALL, HOTLINE, MATTER, OTHER_HALL, PHONE, TICKS, add_halls

MORNING, NIGHT = "2017-06-12T10:00:00+08:00", "2017-06-12T04:00:00+08:00"
GOOD: dict[str, dict[str, Any]] = {
    facts.VISIT: {"hall_id": HALL, "capacity": "handle", "announced": False, "started_at": MORNING},
    facts.LOOK: {"hall_id": HALL, "checklist_id": CHECKLIST, "answers": {TICKS[0]: "yes", TICKS[1]: "no"}},
    facts.JOURNEY: {
        "hall_id": HALL, "counter_id": COUNTER, "matter_id": MATTER, "trips": 2, "outcome": "done",
        "took_number_at": MORNING, "called_at": "2017-06-12T10:40:00+08:00",
        "done_at": "2017-06-12T11:05:00+08:00", "complete": "no", "told_once": "yes",
    },
    facts.DIAL: {"phone_id": PHONE, "dialled_at": MORNING, "result": "unanswered", "seconds": 30},
    facts.FOLLOW_UP: {"observation_id": "later", "asked_at": MORNING, "result": "better", "rating": "5"},
    facts.CONFIRMATION: {"record_id": "later", "says": "confirm"},
}  # fmt: skip
Send = Callable[..., tuple[Receipt, str]]


@pytest.fixture
def send(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> Send:
    """Send one op of somebody and return its receipt and the id of its record."""
    add_halls(store)

    def one(kind: str, payload: dict[str, Any], who: str = "leader", **changes: Any) -> tuple[Receipt, str]:
        fields = phone.envelope(author=person_id(who), kind=kind, payload=payload, **changes)
        with app.test_request_context():
            [receipt] = accept_ops(store, kinds.registered(app), [phone.item(fields)],
                                   carrier_id=person_id(who), now=NOON)  # fmt: skip
        return receipt, fields["rec_id"]

    return one


def reasons(app: Flask, store: SQLiteStore, receipt: Receipt) -> str:
    [row] = [one for one in queries.list_held(store) if one["id"] == receipt.op_id]
    with app.test_request_context():
        return " ".join(queries.list_reasons(store, kinds.registered(app), row))


@pytest.mark.parametrize("kind", GOOD)
def test_each_fact_is_taken_and_stands_in_its_table(kind: str, send: Send, store: SQLiteStore) -> None:
    receipt, record_id = send(kind, GOOD[kind])
    assert (receipt.status, receipt.code) == ("stored", "")
    row = store.find(f"select * from {kind}s where id = :id", {"id": record_id})
    assert row is not None
    assert (row["withdrawn"], row["made_on"]) == (0, "2017-06-12")


@pytest.mark.parametrize("kind", GOOD)
def test_each_fact_can_be_taken_back(kind: str, send: Send, store: SQLiteStore) -> None:
    receipt, record_id = send(kind, GOOD[kind])
    send("withdraw", {"reason": "记错了"}, rec_id=record_id, base=receipt.op_id)
    assert store.value(f"select withdrawn from {kind}s where id = :id", {"id": record_id}) == 1


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        (facts.VISIT, {"hall_id": None}, "请选一个大厅"),
        (facts.VISIT, {"ended_at": "2017-06-12T09:00:00+08:00"}, "走的时间早于到的时间"),
        (facts.VISIT, {"capacity": "spy"}, "不是有效的选择"),
        (facts.VISIT, {"started_at": "yesterday"}, "格式不对"),
        (facts.LOOK, {"answers": {TICKS[0]: "perhaps"}}, "清单里没有这一项"),
        (facts.LOOK, {"answers": {"gone": "yes"}}, "清单里没有这一项"),
        (facts.LOOK, {"answers": {}}, "请至少看一项"),
        (facts.JOURNEY, dict.fromkeys(GOOD[facts.JOURNEY]), "写一点办的过程再记"),
        (facts.JOURNEY, {"called_at": "2017-06-12T09:00:00+08:00"}, "“叫号”的时间早于前一步"),
        (facts.JOURNEY, {"trips": 100}, "0 到 99"),
        (facts.JOURNEY, {"trips": "two"}, "格式不对"),
        (facts.JOURNEY, {"hall_id": OTHER_HALL}, "这个窗口不在所选的大厅"),
        (facts.DIAL, {"phone_id": None, "number": "12"}, "这不是一个电话号码"),
        (facts.DIAL, {"phone_id": None}, "请选一个电话"),
        (facts.DIAL, {"result": None}, "请选拨打的结果"),
        (facts.DIAL, {"dialled_at": "2027-06-14T10:00:00+08:00"}, "拨的时间还没到"),
        (facts.DIAL, {"dialled_at": "2017-06-12T12:16:00+08:00"}, "拨的时间还没到"),
        (facts.FOLLOW_UP, {"rating": "6"}, "不是有效的选择"),
        (facts.CONFIRMATION, {"says": "change", "text": " "}, "请写下应该改成什么"),
    ],
)
def test_what_cannot_be_is_held_with_what_to_do(
    kind: str, changes: dict[str, Any], said: str, send: Send, app: Flask, store: SQLiteStore
) -> None:
    receipt, _record_id = send(kind, GOOD[kind] | changes)
    assert (receipt.status, receipt.code) == ("held", "invalid")
    assert said in reasons(app, store, receipt)


def test_a_department_head_never_visits_the_own_unit(
    send: Send, app: Flask, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    with store.writing() as tx:
        tx.insert("units", {"id": "cgs", "code": "CGS", "name": "车管所", "tier": "department"})
        tx.update("halls", HALL, {"unit_id": "cgs"})
        for who in ("leader", "aide"):
            tx.update("people", person_id(who), {"unit_id": "cgs"})
    receipt, _ = send(facts.VISIT, GOOD[facts.VISIT])
    assert "警种部门要交叉体验" in reasons(app, store, receipt)
    assert send(facts.VISIT, GOOD[facts.VISIT] | {"hall_id": OTHER_HALL})[0].status == "stored"
    entered = GOOD[facts.VISIT] | {"for_person_id": person_id("leader")}
    assert "警种部门要交叉体验" in reasons(app, store, send(facts.VISIT, entered, "aide")[0])


def test_a_department_head_never_visits_a_unit_below_the_own_one(
    send: Send,
    app: Flask,
    store: SQLiteStore,
    sign_in: Callable[[str], FlaskClient],
    person_id: Callable[[str], str],
) -> None:
    with store.writing() as tx:
        tx.insert_all("units", [
            {"id": "jj", "code": "JJ", "name": "交警支队", "tier": "department", "parent_id": None},
            {"id": "cgs", "code": "CGS", "name": "车管所", "tier": "department", "parent_id": "jj"},
        ])  # fmt: skip
        tx.update("halls", HALL, {"unit_id": "cgs"})
        tx.update("people", person_id("leader"), {"unit_id": "jj"})
    receipt, _ = send(facts.VISIT, GOOD[facts.VISIT])
    assert "警种部门要交叉体验" in reasons(app, store, receipt)
    assert send(facts.VISIT, GOOD[facts.VISIT] | {"hall_id": OTHER_HALL})[0].status == "stored"
    assert sign_in("leader").get("/api/v1/agenda").get_json()["not_at"] == [HALL]


def test_the_minutes_of_a_matter_are_counted(send: Send, store: SQLiteStore) -> None:
    send(facts.JOURNEY, GOOD[facts.JOURNEY])
    assert store.query("select wait_minutes, minutes, trips from journeys") == [
        {"wait_minutes": 40, "minutes": 65, "trips": 2}
    ]


@pytest.mark.parametrize(
    ("changes", "in_hours", "finding"),
    [
        ({}, 1, True),
        ({"dialled_at": NIGHT}, 0, False),
        ({"result": "answered"}, 1, False),
        ({"result": "busy"}, 1, False),
        ({"phone_id": HOTLINE, "dialled_at": NIGHT}, 1, True),
        ({"phone_id": None, "number": "0571 0000 0009"}, None, False),
    ],
)
def test_only_a_call_that_somebody_had_promised_to_answer_is_a_finding(
    changes: dict[str, Any], in_hours: int | None, finding: bool, send: Send, store: SQLiteStore
) -> None:
    _receipt, record_id = send(facts.DIAL, GOOD[facts.DIAL] | changes)
    assert store.value("select in_hours from dial_tests") == in_hours
    found = store.query("select id, accountability, state, category from observations")
    expected = {"id": record_id, "accountability": "pending", "state": "reported", "category": "A1"}
    assert found == ([expected] if finding else [])


@pytest.mark.parametrize(
    ("hours", "day", "in_hours"),
    [
        ("工作日 9:00-17:00", "2017-05-30", 0),
        ("工作日 9:00-17:00", "2017-05-27", 1),
        ("周一至周五 9:00-17:00", "2017-05-30", None),
        ("周一至周五 9:00-17:00", "2017-05-27", None),
        ("9:00-17:00", "2017-05-30", None),
        ("每天 9:00-17:00", "2017-05-30", None),
        ("每天 9:00-17:00", "2017-05-27", 1),
        ("24小时", "2017-05-30", 1),
    ],
)
def test_a_call_on_a_public_holiday_accuses_nobody_who_had_not_promised_that_day(
    hours: str, day: str, in_hours: int | None, send: Send, store: SQLiteStore
) -> None:
    with store.writing() as tx:
        tx.insert_all("holidays", [
            {"id": "h1", "code": "h1", "day": "2017-05-30", "kind": "off", "name": "端午节"},
            {"id": "h2", "code": "h2", "day": "2017-05-27", "kind": "work", "name": "端午节调休"},
        ])  # fmt: skip
        tx.update("service_phones", PHONE, {"hours": hours})
    send(facts.DIAL, GOOD[facts.DIAL] | {"dialled_at": f"{day}T10:00:00+08:00"})
    assert store.value("select in_hours from dial_tests") == in_hours
    assert store.value("select count(*) from observations") == (1 if in_hours else 0)


def test_a_call_that_a_clock_slightly_ahead_wrote_down_is_stored(send: Send, store: SQLiteStore) -> None:
    receipt, _ = send(facts.DIAL, GOOD[facts.DIAL] | {"dialled_at": "2017-06-12T12:14:00+08:00"})
    assert receipt.status == "stored"
    assert store.value("select in_hours from dial_tests") == 1


@pytest.mark.parametrize(
    ("made_at", "in_hours"),
    [
        ("2017-06-12T10:00:00+08:00", 1),
        ("2027-06-14T10:00:00+08:00", None),
        ("2017-06-12T16:00:00+08:00", None),
    ],
)
def test_a_call_whose_time_only_a_clock_far_ahead_says_accuses_nobody(
    made_at: str, in_hours: int | None, send: Send, store: SQLiteStore
) -> None:
    said = {name: value for name, value in GOOD[facts.DIAL].items() if name != "dialled_at"}
    receipt, _ = send(facts.DIAL, said, made_at=made_at)
    assert receipt.status == "stored"
    assert store.value("select in_hours from dial_tests") == in_hours
    assert store.value("select count(*) from observations") == (1 if in_hours else 0)
    assert store.value("select dialled_at from dial_tests") <= "2017-06-12T12:00:00+08:00"


@pytest.mark.parametrize("dialled_at", ["2027-06-14T20:00:00+08:00", "昨晚"])
def test_a_call_is_not_taken_without_the_time_that_its_author_gave(
    dialled_at: str, send: Send, app: Flask, store: SQLiteStore
) -> None:
    receipt, _ = send(facts.DIAL, GOOD[facts.DIAL] | {"dialled_at": dialled_at})
    assert settling.preview(store, kinds.registered(app), str(receipt.op_id)) is None


def test_a_call_of_the_future_that_is_there_already_accuses_nobody_once_it_is_written_anew(
    send: Send, app: Flask, store: SQLiteStore
) -> None:
    receipt, _ = send(facts.DIAL, GOOD[facts.DIAL] | {"dialled_at": "2027-06-14T10:00:00+08:00"})
    with store.writing() as tx:  # as an earlier release took it
        tx.update("ops", str(receipt.op_id), {"status": "stored", "code": ""})
    with app.app_context():
        settling.rebuild_projections(store, kinds.registered(app), NOON)
    assert store.query("select in_hours from dial_tests") == [{"in_hours": None}]
    assert store.query("select * from observations") == []


@pytest.mark.parametrize(
    ("hours", "in_hours"), [("", 1), (" ", 1), ("夏令时 9:00-18:00", None), ("见公告", None)]
)
def test_hours_that_are_not_understood_are_not_taken_from_the_hall(
    hours: str, in_hours: int | None, send: Send, store: SQLiteStore
) -> None:
    with store.writing() as tx:
        tx.update("halls", HALL, {"opening_hours": "工作日 9:00-17:00"})
        tx.update("service_phones", PHONE, {"hours": hours})
    send(facts.DIAL, GOOD[facts.DIAL])
    assert store.value("select in_hours from dial_tests") == in_hours


def test_a_call_that_is_put_right_takes_its_finding_back(send: Send, store: SQLiteStore) -> None:
    receipt, record_id = send(facts.DIAL, GOOD[facts.DIAL])
    send(facts.DIAL, GOOD[facts.DIAL] | {"result": "answered"}, rec_id=record_id, base=receipt.op_id)
    assert store.query("select state, accountability from observations") == [
        {"state": "withdrawn", "accountability": ""}
    ]


@pytest.mark.parametrize("kind", [facts.LOOK, facts.JOURNEY, facts.DIAL, facts.FOLLOW_UP])
def test_a_word_about_what_nobody_enters_for_others_changes_nothing(
    kind: str, send: Send, store: SQLiteStore
) -> None:
    _receipt, record_id = send(kind, GOOD[kind])
    before = store.find(f"select * from {kind}s where id = :id", {"id": record_id})
    receipt, _id = send(facts.CONFIRMATION, {"record_id": record_id, "says": "refuse"})
    assert receipt.status == "stored"
    assert store.find(f"select * from {kind}s where id = :id", {"id": record_id}) == before


def test_what_an_aide_enters_stands_as_entered_until_the_leader_speaks(
    send: Send, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    said = {"method": "see", "kind": "blockage", "text": "排队", "for_person_id": person_id("leader")}
    standing = "select visitor_id, standing, text, state from observations"
    row = {"visitor_id": person_id("leader"), "text": "排队", "state": "reported"}
    _, record_id = send("observation", said, "aide")
    assert store.query(standing) == [row | {"standing": "entered"}]
    send(facts.CONFIRMATION, {"record_id": record_id, "says": "confirm"}, "office")
    assert store.query(standing) == [row | {"standing": "entered"}], "only the leader can"
    receipt, own = send(facts.CONFIRMATION, {"record_id": record_id, "says": "change", "text": "排了一小时"})
    assert store.query(standing) == [row | {"standing": "confirmed", "text": "排了一小时"}]
    refused = {"record_id": record_id, "says": "refuse"}
    send(facts.CONFIRMATION, refused, rec_id=own, base=receipt.op_id)
    assert store.query(standing) == [row | {"standing": "refused", "state": "withdrawn"}]
