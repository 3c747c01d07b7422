"""跟踪问: about the record of the address, as long as that stands."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from tests.clock import Clock
from tests.phone import Caller
from tests.test_field import Press, press

__all__ = ["press"]
ASKED = "select observation_id, result from follow_ups"


@pytest.fixture
def leader(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("leader")


@pytest.fixture
def record(leader: FlaskClient, press: Press, store: SQLiteStore) -> str:
    """A record to be asked about in three days."""
    said = {"method": "ask", "kind": "blockage", "text": "说好三天内答复", "follow_up_days": "3"}
    press(leader, "/capture", action="submit", **said)
    return str(store.value("select id from observations order by n desc limit 1"))


def test_nobody_asks_again_about_a_record_that_was_taken_back(
    leader: FlaskClient, record: str, press: Press, store: SQLiteStore
) -> None:
    press(leader, f"/records/{record}/withdraw", reason="记错了大厅")
    page = leader.get(f"/follow-up/{record}")
    assert page.status_code == 409
    assert "这一条已经收回，不用再问" in page.text
    assert "记错了大厅" in page.text
    assert 'name="result"' not in page.text
    answer = press(leader, f"/follow-up/{record}", observation_id=record, result="better")
    assert answer.status_code == 409
    assert store.query(ASKED) == []


def test_a_follow_up_is_about_the_record_of_its_address(
    leader: FlaskClient, record: str, press: Press, store: SQLiteStore
) -> None:
    press(leader, f"/follow-up/{record}", observation_id="another", result="better")
    assert store.query(ASKED) == [{"observation_id": record, "result": "better"}]


def test_a_confirmation_is_about_the_record_of_its_address(
    leader: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient],
    person_id: Callable[[str], str],
) -> None:  # fmt: skip
    said = {"method": "see", "kind": "blockage", "text": "排队", "for_person_id": person_id("leader")}
    press(sign_in("aide"), "/capture", action="submit", **said)
    entered = store.value("select id from observations")
    press(leader, f"/confirm/{entered}", record_id="another", says="confirm")
    assert store.value("select standing from observations") == "confirmed"


def test_what_a_phone_asked_about_a_record_taken_back_is_kept_and_opens_nothing(
    leader: FlaskClient, record: str, press: Press, store: SQLiteStore, clock: Clock,
    sign_in: Callable[[str], FlaskClient],
) -> None:  # fmt: skip
    press(leader, f"/records/{record}/withdraw", reason="")
    phone = Caller(leader)
    for seq, result in enumerate(("unknown", "same"), 1):
        sent = phone.send(phone.envelope(kind="follow_up", seq=seq,
                                         payload={"observation_id": record, "result": result}))  # fmt: skip
        assert [one["status"] for one in sent.get_json()["receipts"]] == ["stored"]
    clock.now = clock.now.replace(day=20)
    assert store.value("select count(*) from follow_ups") == 2
    assert leader.get("/api/v1/agenda").get_json()["ask_again"] == []
    for path in ("/visit", "/records"):
        assert "该回头问一问的" not in leader.get(path).text
