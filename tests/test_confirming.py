"""本人确认: a leader's word holds for the words they saw, and what was entered for them stays theirs."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from survey_app.store.ids import uuid7
from survey_app.sync import kinds, settling
from survey_app.visits import facts
from tests import phone
from tests.clock import NOON
from tests.halls import HALL
from tests.properties.test_fact_order import arrive, read
from tests.test_facts import GOOD, Send, send
from tests.test_field import Press, press

__all__ = ["press", "send"]
STANDS = "select text, standing, visitor_id from observations"
SAID = {"method": "see", "kind": "blockage"}


@pytest.fixture
def leader(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("leader")


@pytest.fixture
def aide(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("aide")


@pytest.fixture
def entered(aide: FlaskClient, press: Press, store: SQLiteStore, person_id: Callable[[str], str]) -> str:
    """A record that the aide entered for the leader."""
    press(aide, "/capture", action="submit", text="排队", for_person_id=person_id("leader"), **SAID)
    return str(store.value("select id from observations"))


def agenda(client: FlaskClient) -> list[dict[str, Any]]:
    return list(client.get("/api/v1/agenda").get_json()["entered"])


def test_words_changed_after_the_leader_confirmed_are_asked_about_anew(
    leader: FlaskClient, aide: FlaskClient, entered: str, press: Press, store: SQLiteStore
) -> None:
    confirm = f"/confirm/{entered}"
    press(leader, confirm, record_id=entered, says="confirm", version=agenda(leader)[0]["version"])
    assert store.value("select standing from observations") == "confirmed"
    press(aide, f"/records/{entered}/edit", text="没有排队", **SAID)
    assert store.query("select text, standing from observations") == [
        {"text": "没有排队", "standing": "entered"}
    ]
    assert [line["text"] for line in agenda(leader)] == ["没有排队"]
    press(leader, confirm, record_id=entered, says="confirm", version=agenda(leader)[0]["version"])
    assert store.value("select standing from observations") == "confirmed"


def test_the_page_names_the_version_that_it_shows(leader: FlaskClient, entered: str) -> None:
    [line] = agenda(leader)
    assert f'name="version" type="hidden" value="{line["version"]}"' in leader.get(f"/confirm/{entered}").text


def test_a_page_that_shows_earlier_words_confirms_only_those(
    leader: FlaskClient, aide: FlaskClient, entered: str, press: Press, store: SQLiteStore
) -> None:
    [shown] = agenda(leader)
    press(aide, f"/records/{entered}/edit", text="没有排队", **SAID)
    press(leader, f"/confirm/{entered}", record_id=entered, says="confirm", version=shown["version"])
    assert store.value("select standing from observations") == "entered"


def test_a_phone_that_names_no_version_confirms_what_was_written_before_it_spoke(
    send: Send, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    said = {**SAID, "text": "排队", "for_person_id": person_id("leader")}
    first, record = send("observation", said, "aide")
    send(facts.CONFIRMATION, {"record_id": record, "says": "confirm"})
    assert store.value("select standing from observations") == "confirmed"
    send("observation", {**said, "text": "没有排队"}, "aide", rec_id=record, base=first.op_id)
    assert store.value("select standing from observations") == "entered"


def test_what_a_leader_refused_does_not_come_back_with_other_words(
    send: Send, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    said = {**SAID, "text": "排队", "for_person_id": person_id("leader")}
    first, record = send("observation", said, "aide")
    send(facts.CONFIRMATION, {"record_id": record, "says": "refuse", "version": first.op_id})
    send("observation", {**said, "text": "没有排队"}, "aide", rec_id=record, base=first.op_id)
    assert store.query("select standing, state from observations") == [
        {"standing": "refused", "state": "withdrawn"}
    ]


@pytest.mark.parametrize("whom", [None, "office"])
def test_an_edit_never_changes_whom_a_record_was_entered_for(
    whom: str | None, send: Send, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    if whom:
        with store.writing() as tx:
            tx.insert("person_roles", {"person_id": person_id(whom), "role": "leader"})
    said = {**SAID, "text": "排队", "for_person_id": person_id("leader")}
    first, record = send("observation", said, "aide")
    changed = {"record_id": record, "says": "change", "text": "排了一小时", "version": first.op_id}
    send(facts.CONFIRMATION, changed)
    other = {**SAID, "text": "很快", "for_person_id": person_id(whom) if whom else None}
    send("observation", other, "aide", rec_id=record, base=first.op_id)
    assert store.query(STANDS) == [{"text": "很快", "standing": "entered", "visitor_id": person_id("leader")}]


def test_a_form_that_drops_the_leader_keeps_them(
    aide: FlaskClient, entered: str, press: Press, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    page = aide.get(f"/records/{entered}/edit").text
    assert "替谁记" not in page
    press(aide, f"/records/{entered}/edit", text="没有排队", for_person_id="", **SAID)
    row = {"text": "没有排队", "standing": "entered", "visitor_id": person_id("leader")}
    assert store.query(STANDS) == [row]


def test_a_visit_that_is_left_stays_the_leaders(
    aide: FlaskClient, press: Press, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    press(aide, "/visit", hall_id=HALL, capacity="handle", for_person_id=person_id("leader"))
    press(aide, "/visit", hall_id=HALL, capacity="handle", action="leave")
    assert store.query("select visitor_id, standing from visits") == [
        {"visitor_id": person_id("leader"), "standing": "entered"}
    ]


@pytest.mark.parametrize("kind", ["observation", facts.VISIT])
@pytest.mark.parametrize("says", ["confirm", "change", "refuse"])
def test_a_confirmation_and_an_edit_come_to_the_same_in_any_order(
    kind: str, says: str, send: Send, app: Flask, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    leader, aide = person_id("leader"), person_id("aide")
    said = {**(GOOD[kind] if kind in GOOD else SAID | {"text": "排队"}), "for_person_id": leader}
    first = phone.envelope(author=aide, kind=kind, payload=said)
    word = {"record_id": first["rec_id"], "says": says, "text": "改过的话"}
    old = phone.envelope(author=leader, seq=1, kind=facts.CONFIRMATION, payload=word)
    new = phone.envelope(author=leader, seq=2, kind=facts.CONFIRMATION,
                         payload=word | {"version": first["op_id"]})  # fmt: skip
    edit = {**first, "op_id": uuid7(), "base": first["op_id"], "seq": 2,
            "payload": {**said, "for_person_id": None}}  # fmt: skip
    made = [(aide, first), (leader, old), (leader, new), (aide, edit)]
    found = [arrive(app, store, list(order)) for order in permutations(made)]
    assert all(one == found[0] for one in found)
    with app.app_context():
        settling.rebuild_projections(store, kinds.registered(app), NOON)
    assert read(store) == found[0]
