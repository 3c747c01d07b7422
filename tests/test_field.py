"""A visit through the plain forms, as a browser without scripts sends them; what a person has before them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app.store import SQLiteStore
from survey_app.store.ids import uuid7
from tests.clock import Clock
from tests.halls import CHECKLIST, HALL, MATTER, OTHER_HALL, PHONE, TICKS, add_halls
from tests.phone import Caller

Press = Callable[..., TestResponse]


@pytest.fixture
def press(csrf: Callable[[FlaskClient], str], store: SQLiteStore) -> Press:
    """Send a form."""
    add_halls(store)

    def send(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
        data = {"csrf_token": csrf(client), **fields}
        return client.post(path, data=data, follow_redirects=True)

    return send


@pytest.fixture
def leader(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("leader")


DISORDER = {"took_number_at": "2017-06-12T10:00", "called_at": "2017-06-12T09:00"}


def test_a_visit_is_begun_lived_and_left_with_plain_forms(
    leader: FlaskClient, press: Press, store: SQLiteStore, clock: Clock
) -> None:
    page = press(leader, "/visit", hall_id=HALL, capacity="sit", announced="y", informed="值班岗位")
    assert "车管所办事大厅" in page.text
    assert "走了" in page.text
    answers = {f"answers-{TICKS[0]}": "yes", f"answers-{TICKS[1]}": "unseen"}
    press(leader, "/look", hall_id=HALL, visit_id=visit_id(store), checklist_id=CHECKLIST, **answers)
    stamps = {"took_number_at": "2017-06-12T10:00", "done_at": "2017-06-12T10:30"}
    journey = press(leader, "/journey", matter_id=MATTER, visit_id=visit_id(store), trips="1", **stamps)
    assert "办的过程记下了" in journey.text
    called = {"visit_id": visit_id(store), "dialled_at": "2017-06-12T10:00", "seconds": "30"}
    press(leader, "/dial", phone_id=PHONE, result="unanswered", **called)
    clock.now += timedelta(minutes=40)
    left = press(leader, "/visit", action="leave", hall_id=HALL, capacity="sit", announced="y", note="秩序好")
    assert "这次体验记完了" in left.text
    assert "在服务时间内无人接" in left.text, "what was found is shown"
    assert "没有发现问题" not in left.text
    assert "1/2 项为是" in left.text
    assert "去过的" in leader.get("/visit").text
    [visit] = store.query("select * from visits")
    assert (visit["capacity"], visit["announced"], visit["informed"], visit["note"]) == (
        "sit",
        1,
        "",
        "秩序好",
    )
    assert visit["started_at"] < visit["ended_at"]
    assert store.value("select count(*) from look_answers") == 2
    assert store.query("select minutes, trips, visit_id from journeys") == [
        {"minutes": 30, "trips": 1, "visit_id": visit["id"]}
    ]
    assert store.value("select accountability from observations") == "pending"


def visit_id(store: SQLiteStore) -> str:
    return str(store.value("select id from visits"))


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        ("/visit", {"capacity": "handle", "informed": "门卫岗"}, "请选一个大厅"),
        ("/journey", {**DISORDER, "note": "门卫岗"}, "“叫号”的时间早于前一步"),
        ("/journey", {"trips": "500", "note": "门卫岗"}, "0 到 99"),
        ("/dial", {"number": "12a", "result": "answered", "note": "门卫岗"}, "这不是一个电话号码"),
        ("/dial", {"number": "96110", "result": "unanswered", "dialled_at": "2027-06-12T10:00",
                   "note": "门卫岗"},
         "拨的时间还没到"),
        ("/look", {"answers-gone": "yes"}, "清单里没有这一项"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    leader: FlaskClient, press: Press, store: SQLiteStore, path: str, fields: dict[str, str], said: str
) -> None:
    answer = press(leader, path, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    if "note" in fields or "informed" in fields:
        assert "门卫岗" in answer.text
    assert store.value("select count(*) from ops") == 0


def test_a_record_in_a_visit_carries_its_hall(leader: FlaskClient, press: Press, store: SQLiteStore) -> None:
    press(leader, "/visit", hall_id=OTHER_HALL, capacity="handle")
    page = leader.get("/capture").text
    assert f'name="visit_id" type="hidden" value="{visit_id(store)}"' in page
    assert f'selected value="{OTHER_HALL}"' in page


def test_one_is_reminded_to_ask_again_until_there_is_an_answer(
    leader: FlaskClient, press: Press, store: SQLiteStore, clock: Clock
) -> None:
    press(leader, "/capture", method="ask", kind="blockage", text="说好一周内送到", follow_up_days="7",
          action="submit")  # fmt: skip
    [record] = store.query("select id, follow_up_on from observations")
    assert "该回头问一问的" not in leader.get("/visit").text
    clock.now += timedelta(days=7)
    assert "说好一周内送到" in leader.get("/visit").text
    assert "该回头问一问的" in leader.get("/", follow_redirects=True).text, "the first page says so"
    again = f"/follow-up/{record['id']}"
    press(leader, again, observation_id=record["id"], result="unknown")
    assert "说好一周内送到" in leader.get("/visit").text, "nobody could be asked"
    press(leader, again, observation_id=record["id"], result="better", rating="5", asked="办事的群众")
    assert "该回头问一问的" not in leader.get("/visit").text
    assert "该回头问一问的" not in leader.get("/", follow_redirects=True).text
    assert "已改好" in leader.get(again).text


def test_an_aide_enters_for_a_leader_who_says_whether_it_is_right(
    leader: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient],
    person_id: Callable[[str], str],
) -> None:  # fmt: skip
    aide = sign_in("aide")
    assert "测试岗位 leader" in aide.get("/visit").text
    assert "测试岗位 leader" not in sign_in("office").get("/visit").text
    press(aide, "/visit", hall_id=HALL, capacity="handle", for_person_id=person_id("leader"))
    [visit] = store.query("select * from visits")
    assert (visit["standing"], visit["visitor_id"]) == ("entered", person_id("leader"))
    assert "替您记的" in leader.get("/visit").text
    confirm = f"/confirm/{visit['id']}"
    assert aide.get(confirm).status_code == 404
    press(leader, confirm, record_id=visit["id"], says="confirm")
    assert store.value("select standing from visits") == "confirmed"
    assert "替您记的" not in leader.get("/visit").text


def test_the_office_sees_what_was_entered_for_whom_and_what_is_open(
    leader: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient],
    person_id: Callable[[str], str],
) -> None:  # fmt: skip
    office, aide = sign_in("office"), sign_in("aide")
    press(leader, "/dial", phone_id=PHONE, dialled_at="2017-06-12T10:00", result="unanswered")
    said = {"method": "see", "kind": "blockage", "text": "替记的一条", "for_person_id": person_id("leader")}
    press(aide, "/capture", action="submit", **said)
    inbox = office.get("/inbox").text
    assert "问责待定" in inbox
    assert "代录" in inbox
    pages = [office.get(f"/inbox/{row['id']}") for row in store.query("select id from observations")]
    assert {page.status_code for page in pages} == {200}
    assert "替谁记的" in " ".join(page.text for page in pages)
    assert "等本人确认" in aide.get("/records").text
    mine = leader.get("/records").text
    assert "替记的一条" in mine
    assert "问责待定" in mine
    record = store.value("select id from observations where text = '替记的一条'")
    press(leader, f"/confirm/{record}", record_id=record, says="change", text="改过的话")
    assert "改过的话" in office.get("/inbox").text
    assert "代录" not in office.get("/inbox").text


def test_nobody_follows_up_or_confirms_what_is_not_theirs(
    leader: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    press(leader, "/capture", method="see", kind="blockage", text="排队", action="submit")
    record = store.value("select id from observations")
    aide = sign_in("aide")
    assert aide.get(f"/follow-up/{record}").status_code == 404
    assert press(aide, f"/confirm/{record}", record_id=record, says="refuse").status_code == 404
    assert sign_in("unit").get("/visit").status_code == 403


def test_what_others_say_they_asked_ends_no_reminder(
    leader: FlaskClient, press: Press, store: SQLiteStore, clock: Clock, sign_in: Callable[[str], FlaskClient]
) -> None:
    said = {"method": "ask", "kind": "blockage", "text": "说好三天内答复", "follow_up_days": "3"}
    press(leader, "/capture", action="submit", **said)
    record = store.value("select id from observations")
    clock.now += timedelta(days=3)
    aide = Caller(sign_in("aide"))
    answer = {"observation_id": record, "result": "better"}
    aide.send(aide.envelope(kind="follow_up", payload=answer))
    assert store.value("select count(*) from follow_ups") == 1
    assert "说好三天内答复" in leader.get("/visit").text
    assert "已改好" not in leader.get(f"/follow-up/{record}").text.split("<form")[0]


def test_the_agenda_is_ones_own_and_hides_numbers(
    leader: FlaskClient, press: Press, clock: Clock, sign_in: Callable[[str], FlaskClient]
) -> None:
    said = {"method": "ask", "kind": "blockage", "text": "电话 13800138000 没人接", "follow_up_days": "3"}
    press(leader, "/capture", action="submit", **said)
    clock.now += timedelta(days=3)
    [line] = leader.get("/api/v1/agenda").get_json()["ask_again"]
    assert "13800138000" not in line["text"]
    other = sign_in("aide").get("/api/v1/agenda").get_json()
    assert other["ask_again"] == []
    assert [one["name"] for one in other["leaders"]] == ["测试岗位 leader"]


def test_a_scanned_label_begins_a_visit_and_a_record_elsewhere_belongs_to_none(
    leader: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    assert 'href="/visit?counter=H1-03"' in leader.get("/c/H1-03").text
    assert f'selected value="{HALL}"' in leader.get("/visit?counter=H1-03").text
    press(leader, "/visit", hall_id=HALL, capacity="handle")
    visit = visit_id(store)
    assert f'value="{visit}"' in leader.get("/c/H1-03").text
    elsewhere = leader.get("/c/H2-01").text
    assert f'value="{visit}"' not in elsewhere
    assert "/visit?counter" not in elsewhere
    said = {"method": "see", "kind": "blockage", "action": "submit", "visit_id": visit}
    press(leader, "/capture", text="在这里", hall_id=HALL, **said)
    press(leader, "/capture", text="在别处", hall_id=OTHER_HALL, **said)
    assert store.query("select text, visit_id from observations order by n") == [
        {"text": "在这里", "visit_id": visit},
        {"text": "在别处", "visit_id": None},
    ]


def test_an_aide_says_on_a_single_record_for_whom_it_is(
    press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient], person_id: Callable[[str], str]
) -> None:
    assert "替谁记" in sign_in("aide").get("/capture").text
    assert "替谁记" not in sign_in("leader").get("/capture").text
    assert "替谁记" not in sign_in("office").get("/capture").text


def test_a_visit_on_which_nothing_was_found_is_a_plain_fact(
    leader: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    press(leader, "/visit", hall_id=HALL, capacity="research", announced="y", informed="值班岗位")
    left = press(leader, "/visit", action="leave", hall_id=HALL, capacity="research", announced="y")
    assert "没有发现问题" in left.text
    assert "打过招呼" in left.text
    assert not re.search("真棒|表扬|优秀|恭喜", left.text)


def test_a_call_that_somebody_has_to_look_at_first_is_not_called_noted(
    leader: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    aide, record_id = Caller(sign_in("aide")), uuid7()
    said = {"method": "see", "kind": "blockage", "text": "联络员的"}
    aide.send(aide.envelope(kind="observation", rec_id=record_id, payload=said))
    page = press(leader, "/dial", phone_id=PHONE, result="answered", op_id=record_id).text
    assert ("这通电话记下了" in page, "收到了，但要改革办看过" in page) == (False, True)


def test_a_visit_with_a_no_and_no_record_is_not_called_free_of_problems(
    leader: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    press(leader, "/visit", hall_id=HALL)
    answers = {f"answers-{TICKS[0]}": "no"}
    press(leader, "/look", hall_id=HALL, visit_id=visit_id(store), checklist_id=CHECKLIST, **answers)
    left = press(leader, "/visit", action="leave", hall_id=HALL)
    page, [past] = leader.get("/visit").text, leader.get("/api/v1/agenda").get_json()["past"]
    for text in (left.text, page):
        assert "没有发现问题" not in text
        assert "没有另记问题" in text
    assert (past["findings"], past["troubled"]) == (0, True)


def test_what_was_handled_and_dialled_on_no_visit_is_told_with_ones_records(
    leader: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    with store.writing() as tx:
        tx.update("matters", MATTER, {"promised_trips": 1})
    press(leader, "/journey", matter_id=MATTER, trips="2", note="电话 13800138000 才说清")
    press(leader, "/dial", phone_id=PHONE, result="answered", note="说得清楚")
    page = leader.get("/records").text
    for words in ("不在体验里办的和拨的", "超过承诺", "138******00 才说清", "说得清楚"):
        assert words in page
    assert "13800138000" not in page
    assert "不在体验里办的" not in sign_in("aide").get("/records").text


def test_what_it_took_stands_beside_what_was_promised(
    leader: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    with store.writing() as tx:
        tx.update("matters", MATTER, {"promised_trips": 1, "promised_minutes": 20, "promised_days": 5})
    press(leader, "/visit", hall_id=HALL, capacity="handle")
    stamps = {"took_number_at": "2017-06-09T16:00", "accepted_at": "2017-06-09T16:20",
              "done_at": "2017-06-13T09:00"}  # fmt: skip
    press(leader, "/journey", matter_id=MATTER, visit_id=visit_id(store), trips="2", told_once="no", **stamps)
    page = leader.get(f"/visit/{visit_id(store)}").text
    told = r'<td>(\S+)</td><td data-label="实际">(\d+)(.*?)</td><td data-label="承诺">(\d+)</td>'
    rows = re.findall(told, page, re.DOTALL)
    took = {what: (int(actual), "超过承诺" in said, int(promised)) for what, actual, said, promised in rows}
    assert took["跑几次"] == (2, True, 1)
    assert took["几个工作日"] == (2, False, 5), "Friday to Tuesday"
    assert took["几分钟"][1:] == (True, 20)
    assert "没有一次讲清" in page


def test_what_others_say_of_a_visit_is_not_shown_on_it(
    leader: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    press(leader, "/visit", hall_id=HALL, capacity="handle")
    visit = visit_id(store)
    aide = Caller(sign_in("aide"))
    said = {"method": "see", "kind": "blockage", "text": "别人写的", "visit_id": visit}
    aide.send(aide.envelope(kind="observation", payload=said))
    assert store.value("select count(*) from observations where visit_id = :id", {"id": visit}) == 1
    assert "别人写的" not in leader.get(f"/visit/{visit}").text
    assert sign_in("aide").get(f"/visit/{visit}").status_code == 404
