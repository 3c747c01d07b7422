"""I13: whoever knows every id of another person's records gets no word of them and changes nothing."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.rectification import queries
from survey_app.rectification.recording import open_finding
from survey_app.rectification.workflow import Actor
from survey_app.store import SQLiteStore
from survey_app.sync.limits import Allowance
from tests.clock import NOON
from tests.phone import Caller, item, named
from tests.pictures import encode, picture
from tests.records import Sender

SECRET = "不能让别人看到的原话"
PHOTO = encode(picture(80, 50))
SHA = hashlib.sha256(PHOTO).hexdigest()
KEPT = (
    "ops",
    "op_photos",
    "photos",
    "settlements",
    "record_changes",
    "observations",
    "void_numbers",
    "installs",
    "visits",
    "follow_ups",
    "confirmations",
    "campaigns",
    "assignments",
    "contact_points",
    "calendar_feeds",
    "findings",
    "finding_events",
    "finding_observations",
)


@pytest.fixture
def ids(
    app: Flask, store: SQLiteStore, sign_in: Callable[[str], FlaskClient], person_id: Callable[[str], str]
) -> list[str]:
    """Every id of a leader's records: shown and a problem, edited in two places, held, in custody; and of
    their photo.
    """
    leader, office = Caller(sign_in("leader")), Caller(sign_in("office"))
    phone = Sender(app, store, person_id("leader"))
    shown = phone.op(text=SECRET, photos=named(PHOTO))
    edits = [
        {**phone.op(text=f"{SECRET}{n}"), "rec_id": shown["rec_id"], "base": shown["op_id"]} for n in "12"
    ]
    held, carried = phone.op(text=SECRET, method=SECRET), phone.op(text=SECRET)
    leader.send(shown, *edits, held)
    leader.put(PHOTO)
    with store.writing() as tx:
        record = queries.find_record(tx, shown["rec_id"])
        assert record
        actor = Actor(office.id, frozenset({"office"}), None)
        problem = open_finding(tx, record, {"severity": "normal"}, actor=actor, now=NOON)
    office.client.post("/api/v1/custody", json={"ops": [item(carried)]}, headers=office.headers)
    ops = (shown, *edits, held, carried)
    numbers = [str(row["n"]) for row in store.query("select n from observations")]
    return [SHA, leader.id, problem.id, *numbers, *(op[name] for op in ops for name in ("op_id", "rec_id"))]


def kept(store: SQLiteStore) -> dict[str, list[dict[str, Any]]]:
    return {table: store.query(f"select * from {table}") for table in KEPT}


CHOICE = re.compile(r"<any\(([^)]*)\):\w+>")


def addresses(rule: str, ids: list[str]) -> list[str]:
    """Return the address of a route with every choice that it offers and, in every other place, each id."""
    choice = CHOICE.search(rule)
    if choice:
        words = [word.strip(" '") for word in choice[1].split(",")]
        return [path for word in words for path in addresses(rule.replace(choice[0], word, 1), ids)]
    return [re.sub(r"<[^>]+>", one, rule) for one in (ids if "<" in rule else ids[:1])]


@pytest.mark.parametrize("role", ["aide", "unit"])
def test_a_stranger_with_every_id_reads_nothing_and_changes_nothing(
    app: Flask, store: SQLiteStore, sign_in: Callable[[str], FlaskClient], ids: list[str], role: str
) -> None:
    stranger = Caller(sign_in(role))
    app.extensions["sync_allowance"] = Allowance(burst=1e9)
    before = kept(store)
    for rule in app.url_map.iter_rules():
        if rule.endpoint in {
            "accounts.sign_out",
            "field.keep_journey",
        }:  # a note is one's own
            continue
        for path in addresses(rule.rule, ids):
            for method in (rule.methods or set()) - {"OPTIONS"}:
                form = {"op_id": ids[-1], "note": "我来定", "csrf_token": stranger.headers["X-CSRFToken"]}
                data = None if method == "GET" else form
                answer = stranger.client.open(path, method=method, headers=stranger.headers, data=data)
                assert answer.status_code < 500, (method, path)
                assert SECRET.encode() not in answer.data, (method, path)
                assert answer.mimetype != "image/jpeg", (method, path)
    assert kept(store) == before


def test_a_stranger_is_told_of_no_change_and_counts_no_op_as_theirs(
    sign_in: Callable[[str], FlaskClient], store: SQLiteStore, ids: list[str]
) -> None:
    stranger = Caller(sign_in("aide"))
    assert stranger.client.get("/api/v1/changes").get_json()["changes"] == []
    digests = [row["sha256"] for row in store.query("select sha256 from ops")]
    answer = stranger.client.post("/api/v1/have", json={"digests": digests}, headers=stranger.headers)
    assert answer.get_json()["lacks"] == digests


def test_what_a_stranger_brings_again_word_for_word_tells_them_no_more_than_that_it_is_known(
    sign_in: Callable[[str], FlaskClient], store: SQLiteStore, ids: list[str]
) -> None:
    stranger = Caller(sign_in("aide"))
    before = kept(store)
    items = [
        {"raw": row["raw"].decode(), "sha256": row["sha256"]} for row in store.query("select * from ops")
    ]
    for path, status in (("/api/v1/ops", "foreign"), ("/api/v1/custody", "duplicate")):
        answer = stranger.client.post(path, json={"ops": items}, headers=stranger.headers)
        assert {one["status"] for one in answer.get_json()["receipts"]} == {status}
    assert kept(store) == before
