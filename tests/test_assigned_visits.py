"""A visit that fulfils an assignment is its campaign's, whichever way it was begun."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from tests.clock import Clock
from tests.halls import HALL, OTHER_HALL
from tests.phone import Caller
from tests.test_campaigns import WEEK, office, plan
from tests.test_field import Press, press
from tests.test_insights import told

__all__ = ["office", "press"]
TAKEN = "select assignment_id from visits order by n"


@pytest.fixture
def leader(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("leader")


@pytest.fixture
def campaign(office: FlaskClient, press: Press, store: SQLiteStore) -> str:
    """The id of a campaign with a list of its own that sends the leader to a hall."""
    with store.writing() as tx:
        tx.insert("checklists", {"id": "l2", "code": "L2", "name": "体验周清单"})
        item = {"id": "l2-1", "code": "L2-1", "checklist_id": "l2", "position": 1, "name": "事项落实了"}
        tx.insert("checklist_items", item)
    address, form = plan(office, press, store)
    press(office, f"{address}/edit", **(WEEK | {"checklist_id": "l2"}))
    press(office, f"{address}/agree", **form)
    return address.rsplit("/", 1)[1]


def test_a_visit_begun_by_choosing_the_hall_takes_the_assignment(
    leader: FlaskClient, campaign: str, press: Press, store: SQLiteStore
) -> None:
    for _ in range(2):
        press(leader, "/visit", hall_id=OTHER_HALL, capacity="handle")
        assert store.query(TAKEN) == store.query("select id as assignment_id from assignments")
    page = leader.get("/look").text
    assert "事项落实了" in page
    assert "咨询台有人" not in page


def test_a_visit_that_a_phone_began_without_the_assignment_looks_at_its_list(
    leader: FlaskClient, campaign: str, store: SQLiteStore
) -> None:
    phone = Caller(leader)
    phone.send(phone.envelope(kind="visit", payload={"hall_id": OTHER_HALL, "capacity": "handle"}))
    assert store.query(TAKEN) == [{"assignment_id": None}]
    assert "事项落实了" in leader.get("/look").text


@pytest.mark.parametrize("by_phone", [True, False])
def test_what_was_found_on_such_a_visit_counts_for_the_campaign(
    by_phone: bool, leader: FlaskClient, office: FlaskClient, campaign: str, press: Press, store: SQLiteStore
) -> None:
    if by_phone:
        phone = Caller(leader)
        phone.send(phone.envelope(kind="visit", payload={"hall_id": OTHER_HALL, "capacity": "handle"}))
    else:
        press(leader, "/visit", hall_id=OTHER_HALL, capacity="handle")
    said = {"method": "see", "kind": "blockage", "text": "排队", "hall_id": OTHER_HALL}
    visit = store.value("select id from visits")
    press(leader, "/capture", action="submit", visit_id=visit, **said)
    assert "1/1 是问题" in told(office, f"?campaign={campaign}")


def test_a_visit_elsewhere_or_on_another_day_takes_no_assignment(
    leader: FlaskClient, campaign: str, press: Press, store: SQLiteStore, clock: Clock
) -> None:
    with store.writing() as tx:
        tx.execute("update halls set unit_id = 'crj'")
        tx.execute("update campaigns set begins_on = '2017-06-13'")
    asked = str(store.value("select id from assignments"))
    press(leader, "/visit", hall_id=HALL, capacity="handle", assignment_id=asked)
    assert store.query(TAKEN) == [{"assignment_id": None}]
    press(leader, "/visit", hall_id=HALL, capacity="handle", action="leave")
    press(leader, "/visit", hall_id=OTHER_HALL, capacity="handle")
    assert store.query(TAKEN) == [{"assignment_id": None}, {"assignment_id": None}]
    assert "咨询台有人" in leader.get("/look").text


def test_an_assignment_that_was_taken_back_is_not_taken(
    leader: FlaskClient, office: FlaskClient, campaign: str, press: Press, store: SQLiteStore
) -> None:
    one = store.value("select id from assignments")
    press(office, f"/campaigns/{campaign}/withdraw/{one}")
    press(leader, "/visit", hall_id=OTHER_HALL, capacity="handle")
    assert store.query(TAKEN) == [{"assignment_id": None}]
    assert "咨询台有人" in leader.get("/look").text


def test_an_aide_takes_the_assignment_of_the_leader(
    campaign: str, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient],
    person_id: Callable[[str], str],
) -> None:  # fmt: skip
    with store.writing() as tx:
        tx.execute("update people set unit_id = 'cgs' where login = 'aide'")
    aide = sign_in("aide")
    press(aide, "/visit", hall_id=OTHER_HALL, capacity="handle", for_person_id=person_id("leader"))
    assert store.query(TAKEN) == store.query("select id as assignment_id from assignments")
