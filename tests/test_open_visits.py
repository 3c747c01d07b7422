"""The visit under way: one at a time, and what becomes of one that nobody ended."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from tests.conftest import Clock
from tests.halls import HALL, OTHER_HALL
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
