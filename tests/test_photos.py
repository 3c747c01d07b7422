"""Photos on their way in and out: whole or not at all, clean copies, for those who may see them."""

import hashlib
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from survey_app.sync import envelope, photos
from tests.phone import Caller, code, named
from tests.pictures import SECRET, encode, picture, turned

PHOTO = turned()
SHA = hashlib.sha256(PHOTO).hexdigest()
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def office(leader: Caller, sign_in: SignIn) -> FlaskClient:
    return sign_in("office")


def test_a_record_is_complete_when_its_photo_is_there_with_its_hash(leader: Caller) -> None:
    op = leader.envelope(photos=named(PHOTO))
    assert leader.send(op).get_json()["receipts"][0]["need"] == [SHA]
    assert leader.has(SHA) == 404
    answer = leader.put(PHOTO)
    assert (answer.status_code, answer.get_json()["sha256"], answer.get_json()["proto"]) == (201, SHA, 1)
    assert leader.has(SHA) == 200
    assert leader.send(op).get_json()["receipts"][0]["need"] == []


def test_a_photo_may_come_before_its_op(leader: Caller) -> None:
    assert leader.put(PHOTO).status_code == 201
    assert leader.send(leader.envelope(photos=named(PHOTO))).get_json()["receipts"][0]["need"] == []


def test_the_same_photo_twice_is_kept_once(leader: Caller, aide: Caller, store: SQLiteStore) -> None:
    assert [leader.put(PHOTO).status_code, leader.put(PHOTO).status_code, aide.put(PHOTO).status_code] == [
        201,
        200,
        200,
    ]
    assert store.value("select count(*) from photos") == 1
    assert store.value("select count(*) from audit where action = 'photo.accept'") == 1


def test_a_photo_whose_file_was_lost_is_taken_again(app: Flask, leader: Caller) -> None:
    leader.put(PHOTO)
    path = app.extensions["config"].photos_dir / "received" / SHA
    path.unlink()
    assert leader.put(PHOTO).status_code == 201
    assert path.read_bytes() == PHOTO


def test_what_is_not_the_named_photo_is_refused_and_leaves_nothing(app: Flask, leader: Caller) -> None:
    assert code(leader.put(PHOTO + b"x", SHA)) == (400, "bad_digest")
    assert code(leader.put(b"", SHA)) == (400, "bad_digest")
    assert code(leader.put(b"<svg onload=alert(1)>")) == (415, "not_a_photo")
    assert code(leader.put(PHOTO[: len(PHOTO) // 2])) == (415, "not_a_photo")
    assert code(leader.put(b"x" * (envelope.MAX_PHOTO_BYTES + 1))) == (413, "too_large")
    assert code(leader.put(encode(picture(6000, 5000), "PNG"))) == (413, "too_many_pixels")
    assert code(leader.client.put("/api/v1/photos/short", headers=leader.headers)) == (404, "not_found")
    folder = app.extensions["config"].photos_dir
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_only_so_many_photos_wait_for_their_op(leader: Caller, store: SQLiteStore) -> None:
    row = {
        "bytes": 1,
        "mime": "image/jpeg",
        "width": 1,
        "height": 1,
        "received_at": "",
        "received_from": leader.id,
    }
    with store.writing() as tx:
        tx.insert_all("photos", [{"id": str(n), **row} for n in range(photos.MOST_UNCLAIMED)])
    assert code(leader.put(PHOTO)) == (429, "too_many_unclaimed")


def test_the_received_bytes_are_never_served(leader: Caller) -> None:
    leader.send(leader.envelope(photos=named(PHOTO)))
    leader.put(PHOTO)
    full, thumb = leader.look(SHA), leader.look(SHA, "thumb")
    for answer in (full, thumb):
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert SECRET in PHOTO
        assert SECRET not in answer.data
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert full.headers["ETag"] != thumb.headers["ETag"]
    again = leader.client.get(f"/photos/{SHA}.jpg", headers={"If-None-Match": full.headers["ETag"]})
    assert again.status_code == 304


def test_a_photo_is_shown_to_its_author_and_the_office_and_nobody_else(
    leader: Caller, aide: Caller, sign_in: SignIn
) -> None:
    leader.send(leader.envelope(photos=named(PHOTO)))
    leader.put(PHOTO)
    who = {role: sign_in(role).get(f"/photos/{SHA}.jpg").status_code for role in ("office", "admin", "unit")}
    assert who == {"office": 200, "admin": 200, "unit": 404}
    assert (leader.look(SHA).status_code, aide.look(SHA).status_code) == (200, 404)


def test_a_photo_that_is_not_there_is_a_404_for_everyone(leader: Caller, office: FlaskClient) -> None:
    leader.send(leader.envelope(photos=named(PHOTO)))
    assert leader.look(SHA).status_code == 404
    assert office.get(f"/photos/{SHA}.jpg").status_code == 404
    assert office.get(f"/photos/{'g' * 64}.jpg").status_code == 404


def test_a_lost_copy_is_made_again(app: Flask, leader: Caller) -> None:
    leader.send(leader.envelope(photos=named(PHOTO)))
    leader.put(PHOTO)
    folder = app.extensions["config"].photos_dir
    (folder / "full" / f"{SHA}.jpg").unlink()
    assert leader.look(SHA).status_code == 200
    (folder / "full" / f"{SHA}.jpg").unlink()
    (folder / "received" / SHA).unlink()
    assert leader.look(SHA).status_code == 404
