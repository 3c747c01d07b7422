"""代录: an aide enters for the leaders of their own unit, and for nobody else."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.accounts import queries as accounts
from survey_app.store import SQLiteStore
from survey_app.sync import kinds, settling
from survey_app.visits import facts
from tests.clock import NOON
from tests.halls import HALL
from tests.test_facts import GOOD, Send, reasons, send
from tests.test_field import Press, press

__all__ = ["press", "send"]
SAID = {"method": "see", "kind": "blockage", "text": "排队"}
KINDS: dict[str, dict[str, Any]] = {"observation": SAID, facts.VISIT: GOOD[facts.VISIT]}
WHY = "只能替本单位的领导记"


@pytest.fixture
def stranger(store: SQLiteStore) -> str:
    """A leader of another unit."""
    with store.writing() as tx:
        tx.insert("units", {"id": "unit-2", "code": "U2", "name": "分局", "tier": "branch"})
        return accounts.add_person(tx, login="other", name="测试", post="分局领导", unit_id="unit-2",
                                   roles=["leader"], actor_id=None, at=NOON)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_entered_for_a_leader_of_another_unit_is_held(
    kind: str, send: Send, app: Flask, store: SQLiteStore, stranger: str
) -> None:
    receipt, _ = send(kind, KINDS[kind] | {"for_person_id": stranger}, "aide")
    assert (receipt.status, receipt.code) == ("held", "invalid")
    assert WHY in reasons(app, store, receipt)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", ["office", "leader"])
def test_what_nobodys_aide_enters_is_held(
    kind: str, who: str, send: Send, app: Flask, store: SQLiteStore, stranger: str
) -> None:
    receipt, _ = send(kind, KINDS[kind] | {"for_person_id": stranger}, who)
    assert receipt.status == "held"
    assert WHY in reasons(app, store, receipt)


def test_what_is_entered_for_a_leader_who_left_is_held(
    send: Send, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    with store.writing() as tx:
        tx.update("people", person_id("leader"), {"disabled_at": "2017-06-01T00:00:00.000Z"})
    entered = {**SAID, "for_person_id": person_id("leader")}
    assert send("observation", entered, "aide")[0].status == "held"


@pytest.mark.parametrize(
    ("path", "said"),
    [("/capture", {**SAID, "action": "submit"}), ("/visit", {"hall_id": HALL, "capacity": "sit"})],
)
def test_the_forms_refuse_another_leader_and_keep_what_was_typed(
    path: str, said: dict[str, str], press: Press, store: SQLiteStore, stranger: str,
    sign_in: Callable[[str], FlaskClient],
) -> None:  # fmt: skip
    answer = press(sign_in("aide"), path, **said, informed="门卫岗", asked="门卫岗", for_person_id=stranger)
    assert answer.status_code == 422
    assert WHY in answer.text
    assert "门卫岗" in answer.text
    assert store.value("select count(*) from ops") == 0


def test_what_was_entered_before_stays_when_all_is_written_anew(
    app: Flask, send: Send, store: SQLiteStore, stranger: str, person_id: Callable[[str], str]
) -> None:
    _, record = send("observation", {**SAID, "for_person_id": person_id("leader")}, "aide")
    with store.writing() as tx:
        tx.update("people", person_id("aide"), {"unit_id": "unit-2"})
    with app.app_context():
        settling.rebuild_projections(store, kinds.registered(app), NOON)
    assert store.query("select id, standing from observations") == [{"id": record, "standing": "entered"}]


def test_of_what_is_held_so_the_words_alone_can_be_taken(
    app: Flask, send: Send, store: SQLiteStore, stranger: str, person_id: Callable[[str], str]
) -> None:
    receipt, _ = send("observation", {**SAID, "for_person_id": stranger}, "aide")
    with app.test_request_context(), store.writing() as tx:
        settling.take_what_fits(tx, kinds.registered(app), str(receipt.op_id),
                                actor_id=person_id("office"), now=NOON)  # fmt: skip
    assert store.query("select standing, visitor_id from observations") == [
        {"standing": "own", "visitor_id": person_id("aide")}
    ]
