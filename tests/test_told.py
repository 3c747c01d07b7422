"""What was asked for is shown where a reader expects it, without anybody's number."""

from collections.abc import Callable
from typing import cast

import pytest
from flask.testing import FlaskClient

from survey_app.store import Reader, Row, SQLiteStore
from survey_app.visits import agenda, summary
from tests.halls import HALL, MATTER, PHONE
from tests.test_field import Press, press, visit_id

__all__ = ["press"]
NUMBER, HIDDEN = "13812345678", "138******78"


@pytest.fixture
def leader(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("leader")


@pytest.fixture
def office(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("office")


@pytest.fixture
def pages(leader: FlaskClient, office: FlaskClient) -> Callable[[str], list[str]]:
    """The pages of a record: its finder's, and the office's."""

    def of(record: str) -> list[str]:
        shown = [
            leader.get(f"/follow-up/{record}").text.split("<form", 1)[0],
            office.get(f"/inbox/{record}").text,
        ]
        assert not any(NUMBER in page for page in shown)
        return shown

    return of


def report(client: FlaskClient, press: Press, store: SQLiteStore, **said: str) -> str:
    press(client, "/capture", action="submit", **{"method": "ask", "kind": "good_practice", **said})
    return str(store.value("select id from observations order by n desc limit 1"))


def test_the_materials_asked_for_are_on_the_visit(
    leader: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    press(leader, "/visit", hall_id=HALL, capacity="handle")
    press(leader, "/journey", matter_id=MATTER, visit_id=visit_id(store), materials=f"复印件，{NUMBER}")
    page = leader.get(f"/visit/{visit_id(store)}").text
    assert "窗口要了哪些材料" in page
    assert f"复印件，{HIDDEN}" in page
    press(leader, "/journey", visit_id=visit_id(store), note="只问了问")
    assert leader.get(f"/visit/{visit_id(store)}").text.count("窗口要了哪些材料") == 1


def test_the_note_of_a_call_that_made_no_finding_is_on_the_visit(
    leader: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    press(leader, "/visit", hall_id=HALL, capacity="handle")
    called = {"phone_id": PHONE, "visit_id": visit_id(store), "dialled_at": "2017-06-12T10:00"}
    press(leader, "/dial", result="answered", note=f"让我打 {NUMBER}", **called)
    press(leader, "/dial", result="unanswered", note="响到断", **called)
    page = leader.get(f"/visit/{visit_id(store)}").text
    assert f"让我打 {HIDDEN}" in page
    assert page.count("响到断") == 1, "the finding says it"


def test_whom_was_asked_and_how_content_they_are_is_shown(
    leader: FlaskClient, press: Press, store: SQLiteStore, pages: Callable[[str], list[str]]
) -> None:
    press(leader, "/visit", hall_id=HALL, capacity="handle")
    record = report(leader, press, store, text="很快", asked=f"群众 {NUMBER}", rating="4", hall_id=HALL,
                    visit_id=visit_id(store))  # fmt: skip
    for page in (*pages(record), leader.get(f"/visit/{visit_id(store)}").text):
        assert f"问了群众 {HIDDEN}" in page
        assert "满意" in page
    bare = report(leader, press, store, text="很慢")
    assert not any("问了" in page.split("很慢", 1)[1] for page in pages(bare))


def test_what_was_asked_afterwards_is_shown_to_finder_and_office(
    leader: FlaskClient, press: Press, store: SQLiteStore, pages: Callable[[str], list[str]]
) -> None:
    record = report(leader, press, store, text="很快")
    press(leader, f"/follow-up/{record}", observation_id=record, result="better", how="phone", rating="5",
          asked=f"群众 {NUMBER}", text="这回一次办好")  # fmt: skip
    for page in pages(record):
        for word in ("已改好", "打电话", f"问了群众 {HIDDEN}", "非常满意", "这回一次办好"):
            assert word in page


def test_why_a_record_was_taken_back_is_shown_to_finder_and_office(
    leader: FlaskClient, press: Press, store: SQLiteStore, pages: Callable[[str], list[str]]
) -> None:
    record = report(leader, press, store, text="很快")
    press(leader, f"/records/{record}/withdraw", reason=f"记错了，{NUMBER}")
    for page in (*pages(record), leader.get("/records").text):
        assert f"记错了，{HIDDEN}" in page
    assert "收回了记录" in pages(record)[1]


@pytest.mark.parametrize(("says", "word"), [("refuse", "不是我的意思"), ("change", "改成这样")])
def test_what_a_leader_says_of_an_entry_is_shown_to_aide_and_office(
    says: str, word: str, leader: FlaskClient, office: FlaskClient, press: Press, store: SQLiteStore,
    sign_in: Callable[[str], FlaskClient], person_id: Callable[[str], str],
) -> None:  # fmt: skip
    aide = sign_in("aide")
    record = report(aide, press, store, text="很快", for_person_id=person_id("leader"))
    press(leader, f"/confirm/{record}", record_id=record, says=says, text=f"等了一小时，{NUMBER}")
    shown = [aide.get(f"/follow-up/{record}"), office.get(f"/inbox/{record}")]
    for page in shown:
        assert word in page.text.split("<form", 1)[0]
        assert f"等了一小时，{HIDDEN}" in page.text
        assert NUMBER not in page.text
    assert f"等了一小时，{HIDDEN}" in aide.get("/records").text, "as it counts now, or why it does not"


def test_what_a_leader_says_of_a_visit_is_shown_on_it(
    leader: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient],
    person_id: Callable[[str], str],
) -> None:  # fmt: skip
    aide = sign_in("aide")
    press(aide, "/visit", hall_id=HALL, capacity="handle", for_person_id=person_id("leader"))
    visit = visit_id(store)
    press(leader, f"/confirm/{visit}", record_id=visit, says="change", text="秩序很好")
    page = aide.get(f"/visit/{visit}").text
    assert "改成这样" in page


def test_nobodys_number_is_on_the_page_of_a_visit_but_that_of_a_service_phone_is(
    leader: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    with store.writing() as tx:
        tx.update("service_phones", PHONE, {"number": "139 0000 0001"})
    press(leader, "/visit", hall_id=HALL, capacity="handle", informed=f"窗口 {NUMBER}")
    called = {"visit_id": visit_id(store), "dialled_at": "2017-06-12T10:00", "result": "answered"}
    press(leader, "/dial", phone_id=PHONE, **called)
    press(leader, "/dial", number="139 0023 5678", **called)
    page = leader.get(f"/visit/{visit_id(store)}").text
    assert f"窗口 {HIDDEN}" in page
    assert "139******78" in page
    assert "139 0000 0001" in page
    assert NUMBER not in page
    assert "139 0023 5678" not in page


class Explaining:
    """A reader that reads nothing and keeps how each query would be answered."""

    def __init__(self, store: SQLiteStore) -> None:
        self.store = store
        self.plans: list[str] = []

    def query(self, sql: str, params: Row) -> list[Row]:
        self.plans += [row["detail"] for row in self.store.query(f"explain query plan {sql}", params)]
        return []


def test_what_a_visit_came_to_is_found_by_an_index(store: SQLiteStore) -> None:
    reader = Explaining(store)
    for read in (
        summary.list_found,
        summary.list_answers,
        summary.list_journeys,
        summary.list_calls,
        summary.list_journeys_alone,
        summary.list_calls_alone,
    ):
        read(cast("Reader", reader), "one")
    for table in ("observations", "journeys", "dial_tests"):
        reader.query(agenda.of_campaign(table), {"campaign": "week"})
    reader.query(f"select {summary.TROUBLED} from visits where id = :id", {"id": "one"})
    assert len(reader.plans) > 20
    scanned = {plan for plan in reader.plans if "SCAN" in plan}
    assert scanned <= {"SCAN p"}, scanned  # the register of phones, which is short
