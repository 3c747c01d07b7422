"""The visit under way: one at a time, and what becomes of one that nobody ended."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from tests.clock import Clock
from tests.halls import HALL, OTHER_HALL
from tests.phone import Caller
from tests.test_field import Press, press

__all__ = ["press"]
HALLS = "select hall_id, ended_at is not null as ended from visits order by n"


@pytest.fixture
def leader(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("leader")


def test_a_second_visit_does_not_rewrite_the_one_under_way(
    leader: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    press(leader, "/visit", hall_id=HALL, capacity="handle")
    answer = press(leader, "/visit", hall_id=OTHER_HALL, capacity="sit", informed="门卫岗", announced="y")
    assert answer.status_code == 409
    assert "您还在车管所办事大厅" in answer.text
    assert 'href="/visit"' in answer.text.split("您还在", 1)[1].split("<form", 1)[0]
    assert 'value="门卫岗"' in answer.text
    assert f'selected value="{OTHER_HALL}"' in answer.text
    assert store.query(HALLS) == [{"hall_id": HALL, "ended": 0}]


def test_a_page_of_an_earlier_visit_does_not_end_another(
    leader: FlaskClient, press: Press, store: SQLiteStore, clock: Clock
) -> None:
    press(leader, "/visit", hall_id=HALL, capacity="handle")
    press(leader, "/visit", hall_id=HALL, capacity="handle", action="leave")
    press(leader, "/visit", hall_id=OTHER_HALL, capacity="handle")
    assert press(leader, "/visit", hall_id=HALL, capacity="handle", action="leave").status_code == 409
    assert store.query(HALLS) == [{"hall_id": HALL, "ended": 1}, {"hall_id": OTHER_HALL, "ended": 0}]


def test_an_aide_ends_a_visit_before_one_for_another_leader_begins(
    press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient], person_id: Callable[[str], str]
) -> None:
    aide = sign_in("aide")
    press(aide, "/visit", hall_id=HALL, capacity="handle", for_person_id=person_id("leader"))
    assert press(aide, "/visit", hall_id=HALL, capacity="handle").status_code == 409
    assert store.value("select count(*) from ops") == 1


def test_a_visit_that_is_begun_twice_is_one(leader: FlaskClient, press: Press, store: SQLiteStore) -> None:
    for _ in range(2):
        press(leader, "/visit", hall_id=HALL, capacity="handle")
    assert store.query(HALLS) == [{"hall_id": HALL, "ended": 0}]


def test_leaving_twice_neither_begins_a_visit_nor_opens_the_one_that_ended(
    leader: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    press(leader, "/visit", hall_id=HALL, capacity="handle")
    page = leader.get("/visit").text
    op_id = re.findall(r'name="op_id"[^>]*value="([^"]*)"', page)[-1]
    for _ in range(2):
        press(leader, "/visit", hall_id=HALL, capacity="handle", action="leave", op_id=op_id, note="秩序好")
    assert store.query(HALLS) == [{"hall_id": HALL, "ended": 1}]


def past(client: FlaskClient) -> list[dict[str, object]]:
    return list(client.get("/api/v1/agenda").get_json()["past"])


def test_a_visit_that_nobody_ended_is_among_those_made(
    leader: FlaskClient, press: Press, clock: Clock, store: SQLiteStore
) -> None:
    press(leader, "/visit", hall_id=HALL, capacity="handle")
    assert past(leader) == []
    assert "没有按“走了”" not in leader.get("/visit").text
    clock.now += timedelta(days=3)
    page = leader.get("/visit").text
    assert "去过的" in page
    assert "没有按“走了”" in page
    assert [(line["hall"], line["ended_at"]) for line in past(leader)] == [("车管所办事大厅", None)]
    assert leader.get("/api/v1/agenda").get_json()["open"] is None
    assert leader.get(f"/visit/{past(leader)[0]['id']}").status_code == 200


def test_of_two_visits_that_were_never_ended_each_is_shown_once(
    leader: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    phone = Caller(leader)
    for seq, hall in enumerate((HALL, OTHER_HALL), 1):
        phone.send(phone.envelope(kind="visit", seq=seq, payload={"hall_id": hall, "capacity": "sit"}))
    agenda = leader.get("/api/v1/agenda").get_json()
    assert agenda["open"]["hall_id"] == OTHER_HALL
    assert [line["hall"] for line in agenda["past"]] == ["车管所办事大厅"]


def test_what_an_aide_has_under_way_is_not_over_for_the_leader(
    leader: FlaskClient, press: Press, sign_in: Callable[[str], FlaskClient], person_id: Callable[[str], str]
) -> None:
    aide = sign_in("aide")
    press(aide, "/visit", hall_id=HALL, capacity="handle", for_person_id=person_id("leader"))
    assert past(leader) == []
    assert leader.get("/api/v1/agenda").get_json()["open"] is None
    press(aide, "/visit", hall_id=HALL, capacity="handle", action="leave")
    [line] = past(leader)
    assert line["ended_at"] is not None


def test_another_phone_ends_the_visit_that_the_agenda_names(
    leader: FlaskClient, press: Press, store: SQLiteStore, clock: Clock
) -> None:
    press(leader, "/visit", hall_id=HALL, capacity="sit", announced="y", informed="13812345678 值班岗位")
    named = leader.get("/api/v1/agenda").get_json()["open"]
    assert (named["hall_id"], named["hall"]) == (HALL, "车管所办事大厅")
    assert named["started_at"] == named["payload"]["started_at"]
    phone = Caller(leader)
    left = {**named["payload"], "ended_at": "2017-06-12T13:00:00+08:00"}
    answer = phone.send(phone.envelope(kind="visit", rec_id=named["id"], base=named["op_id"], payload=left))
    assert [one["status"] for one in answer.get_json()["receipts"]] == ["stored"]
    row = store.query("select capacity, announced, informed, ended_at, forked from visits")
    assert row == [{"capacity": "sit", "announced": 1, "informed": "13812345678 值班岗位",
                    "ended_at": "2017-06-12T13:00:00+08:00", "forked": 0}]  # fmt: skip
    assert leader.get("/api/v1/agenda").get_json()["open"] is None


def test_what_others_wrote_of_a_visit_is_not_counted_on_it(
    leader: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    press(leader, "/visit", hall_id=HALL, capacity="handle")
    aide = Caller(sign_in("aide"))
    said = {"method": "see", "kind": "blockage", "text": "别人写的", "hall_id": HALL,
            "visit_id": store.value("select id from visits")}  # fmt: skip
    aide.send(aide.envelope(kind="observation", payload=said))
    assert "还没有记" in leader.get("/visit").text
    press(leader, "/visit", hall_id=HALL, capacity="handle", action="leave")
    assert "记了 1 条" not in leader.get("/visit").text
    assert [line["findings"] for line in past(leader)] == [0]


def test_a_record_names_no_visit_of_somebody_else(
    leader: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    press(leader, "/visit", hall_id=HALL, capacity="handle")
    said = {"method": "see", "kind": "blockage", "text": "排队", "hall_id": HALL, "action": "submit",
            "visit_id": store.value("select id from visits")}  # fmt: skip
    press(sign_in("aide"), "/capture", **said)
    press(leader, "/capture", **said)
    assert store.query("select visit_id is not null as named from observations order by n") == [
        {"named": 0},
        {"named": 1},
    ]
