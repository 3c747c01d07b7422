"""What a phone asks after a restore, brings for somebody else, and reads about its own records."""

import hashlib
import json
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.phone import Caller, code, item, named
from tests.pictures import turned

PHOTO = turned()
SHA = hashlib.sha256(PHOTO).hexdigest()
NOWHERE = "0" * 64


def ask(phone: Caller, body: object) -> TestResponse:
    return phone.client.post("/api/v1/have", json=body, headers=phone.headers)


def lacks(phone: Caller, *digests: str) -> list[str]:
    return list(ask(phone, {"digests": list(digests)}).get_json()["lacks"])


def carry(phone: Caller, *fields: dict[str, Any]) -> list[dict[str, Any]]:
    answer = phone.client.post(
        "/api/v1/custody", json={"ops": [item(one) for one in fields]}, headers=phone.headers
    )
    return list(answer.get_json()["receipts"])


def changes(phone: Caller, since: object = 0) -> Any:
    return phone.client.get(f"/api/v1/changes?since={since}").get_json()


def test_what_is_here_is_not_lacking_and_the_rest_is_named_in_order(leader: Caller) -> None:
    op = leader.envelope(photos=named(PHOTO))
    leader.send(op)
    digest = item(op)["sha256"]
    assert lacks(leader, NOWHERE, digest, SHA) == [NOWHERE, SHA]
    leader.put(PHOTO)
    answer = ask(leader, {"digests": [digest, SHA]}).get_json()
    assert answer["lacks"] == []
    assert (answer["epoch"], answer["head"]) == (leader.session["epoch"], 1)


def test_a_photo_whose_file_is_gone_is_lacking_and_comes_again(leader: Caller, app: Flask) -> None:
    leader.put(PHOTO)
    (app.extensions["config"].photos_dir / "received" / SHA).unlink()
    assert lacks(leader, SHA) == [SHA]
    assert leader.has(SHA) == 404
    assert leader.put(PHOTO).status_code == 201
    assert lacks(leader, SHA) == []


def test_what_was_brought_by_another_after_a_restore_is_asked_of_its_author_again(
    leader: Caller, aide: Caller
) -> None:
    op = leader.envelope()
    digest = item(op)["sha256"]
    assert carry(aide, op)[0]["code"] == "custody"
    assert lacks(aide, digest) == []
    assert lacks(leader, digest) == [digest]
    receipt = leader.send(op).get_json()["receipts"][0]
    assert (receipt["status"], receipt["code"]) == ("duplicate", "")
    assert lacks(leader, digest) == []


def test_nobody_learns_what_others_sent(leader: Caller, aide: Caller) -> None:
    op = leader.envelope()
    leader.send(op)
    digest = item(op)["sha256"]
    assert lacks(aide, digest) == [digest]


@pytest.mark.parametrize("body", [None, [], {}, {"digests": 1}, {"digests": ["x"]}, {"digests": [None]}])
def test_a_question_that_is_none_is_refused(leader: Caller, body: object) -> None:
    assert code(ask(leader, body)) == (400, "malformed")


def test_a_question_that_is_too_long_is_refused(leader: Caller) -> None:
    assert code(ask(leader, {"digests": [NOWHERE] * 1001})) == (413, "too_large")


def test_the_session_says_how_far_the_server_has_come(leader: Caller) -> None:
    assert leader.session["head"] == 0
    leader.send(leader.envelope(), leader.envelope())
    assert leader.client.get("/api/v1/session").get_json()["head"] == 2


def test_custody_is_held_under_its_author_and_shown_to_both(leader: Caller, aide: Caller) -> None:
    op, own = leader.envelope(), aide.envelope()
    [receipt, mine] = carry(aide, op, own)
    assert [(receipt["status"], receipt["code"]), (mine["status"], mine["code"])] == [
        ("held", "custody"), ("stored", ""),
    ]  # fmt: skip
    digest = item(op)["sha256"]
    assert lacks(aide, digest) == []
    [told] = changes(leader)["changes"]
    assert (told["event"], told["code"], told["rec_id"]) == ("held", "custody", op["rec_id"])
    assert changes(aide)["changes"] == []


def test_changes_come_in_pages_and_from_where_one_was(leader: Caller) -> None:
    for _ in range(3):
        leader.send(*[leader.envelope(payload={}) for _ in range(35)])
    first = changes(leader)
    assert (len(first["changes"]), first["more"], first["next"]) == (100, True, 100)
    rest = changes(leader, first["next"])
    assert (len(rest["changes"]), rest["more"], rest["next"]) == (5, False, 105)
    assert changes(leader, 105) == {**rest, "changes": []}
    assert set(first["changes"][0]) == {"n", "rec_id", "op_id", "event", "code", "note", "at"}


@pytest.mark.parametrize("since", ["-1", "x", "9" * 20, "1.5", "%EF%BC%91"])
def test_a_place_that_is_no_number_is_refused(leader: Caller, since: str) -> None:
    assert code(leader.client.get(f"/api/v1/changes?since={since}")) == (400, "malformed")


def test_custody_needs_a_token(leader: Caller) -> None:
    body = json.dumps({"ops": []})
    assert code(leader.client.post("/api/v1/custody", data=body)) == (400, "csrf_stale")
