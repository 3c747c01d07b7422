"""Campaigns: planned, proposed by the rules, agreed to, fulfilled by visits; the host sees nothing."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from tests.halls import HALL, OTHER_HALL
from tests.test_field import Press, press

__all__ = ["press"]
WEEK = {"name": "六月体验周", "begins_on": "2017-06-12", "ends_on": "2017-06-18", "tier": "department"}


@pytest.fixture
def office(sign_in: Callable[[str], FlaskClient], store: SQLiteStore, press: Press) -> FlaskClient:
    """The office, and two departments: the leader heads one, the other hosts."""
    with store.writing() as tx:
        tx.insert_all("units", [
            {"id": "cgs", "code": "CGS", "name": "车管所", "tier": "department"},
            {"id": "crj", "code": "CRJ", "name": "出入境", "tier": "department"},
        ])  # fmt: skip
        tx.update("halls", HALL, {"unit_id": "cgs"})
        tx.update("halls", OTHER_HALL, {"unit_id": "crj"})
        tx.execute("update people set unit_id = 'cgs' where login = 'leader'")
        tx.execute("update people set unit_id = 'crj' where login = 'unit'")
    return sign_in("office")


def plan(office: FlaskClient, press: Press, store: SQLiteStore) -> tuple[str, list[str]]:
    """Plan a week, let visits be proposed, and return its address and the proposals."""
    press(office, "/campaigns", **WEEK)
    address = f"/campaigns/{store.value('select id from campaigns')}"
    page = press(office, f"{address}/propose", each="2").text
    return address, re.findall(r'name="chosen" value="([^"]+)"', page)


def test_a_week_is_planned_proposed_agreed_and_fulfilled(
    office: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient],
    person_id: Callable[[str], str],
) -> None:  # fmt: skip
    address, proposals = plan(office, press, store)
    assert [one.split()[:2] for one in proposals] == [[person_id("leader"), OTHER_HALL]], "never the own unit"
    page = press(office, f"{address}/agree", chosen=proposals).text
    assert "白杨派出所" in page
    assert "<dd>0/1</dd>" in page
    leader = sign_in("leader")
    assert "安排您去的" in leader.get("/visit").text
    [assigned] = leader.get("/api/v1/agenda").get_json()["assignments"]
    begun = leader.get(f"/visit?assignment={assigned['id']}").text
    assert f'selected value="{OTHER_HALL}"' in begun
    press(leader, "/visit", hall_id=OTHER_HALL, capacity="handle", assignment_id=assigned["id"])
    assert "<dd>1/1</dd>" in office.get(address).text
    assert leader.get("/api/v1/agenda").get_json()["assignments"] == []
    assert store.value("select count(*) from audit where action = 'assignment.add'") == 1


def test_what_the_rules_forbid_is_not_agreed_to_and_an_assignment_can_be_taken_back(
    office: FlaskClient, press: Press, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    address, proposals = plan(office, press, store)
    forbidden = f"{person_id('leader')} {HALL} 2017-06-13"
    press(office, f"{address}/agree", chosen=[forbidden, "nonsense", *proposals])
    [row] = store.query("select id, hall_id from assignments")
    assert row["hall_id"] == OTHER_HALL
    assert "还没有安排" in press(office, f"{address}/withdraw/{row['id']}").text
    again = press(office, f"{address}/propose", each="1").text
    assert OTHER_HALL in again


def test_the_host_sees_nothing_of_visits_to_come(
    office: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    address, proposals = plan(office, press, store)
    press(office, f"{address}/agree", chosen=proposals)
    [assignment] = store.query("select id from assignments")
    for login in ("unit", "leader", "aide", "admin"):
        client = sign_in(login)
        assert client.get("/campaigns").status_code == 403
        assert client.get(address).status_code == 403
        assert press(client, f"{address}/withdraw/{assignment['id']}").status_code == 403
    host = sign_in("unit")
    for path in ("/", "/reform", "/catalog/halls", f"/catalog/halls/{OTHER_HALL}", "/menu"):
        page = host.get(path, follow_redirects=True).text
        assert WEEK["name"] not in page
        assert assignment["id"] not in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "请写一个名称"),
        ({"ends_on": "2017-06-01"}, "结束的日子早于开始的日子"),
        ({"ends_on": "2018-06-01"}, "最多三个月"),
        ({"begins_on": "soon"}, "日期写成 2017-06-12 这样"),
    ],
)
def test_what_cannot_be_is_said_and_stays(
    office: FlaskClient, press: Press, store: SQLiteStore, changes: dict[str, str], said: str
) -> None:
    answer = press(office, "/campaigns", **(WEEK | {"plan": "先看后办"} | changes))
    assert answer.status_code == 422
    assert said in answer.text
    assert "先看后办" in answer.text
    assert store.value("select count(*) from campaigns") == 0
