"""A photo in parts over a line that breaks: an answered part is kept, the whole is what it says."""

import hashlib
import os
import time
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from survey_app.sync import parts
from tests.phone import Caller, code, named
from tests.pictures import encode, picture

PHOTO = encode(picture(900, 700))
SHA = hashlib.sha256(PHOTO).hexdigest()
STEP, TOTAL = 2000, len(PHOTO)


def patch(phone: Caller, offset: Any, data: bytes, total: Any = TOTAL, sha256: str = SHA) -> TestResponse:
    headers = {**phone.headers, "Upload-Offset": str(offset), "Upload-Length": str(total)}
    return phone.client.patch(f"/api/v1/photos/{sha256}", data=data, headers=headers)


def offset_of(phone: Caller) -> tuple[int, int]:
    answer = phone.client.head(f"/api/v1/photos/{SHA}")
    return answer.status_code, int(answer.headers["Upload-Offset"])


def test_a_photo_arrives_in_parts(leader: Caller) -> None:
    assert leader.send(leader.envelope(photos=named(PHOTO))).status_code == 200
    assert offset_of(leader) == (404, 0)
    for at in range(0, len(PHOTO) - STEP, STEP):
        answer = patch(leader, at, PHOTO[at : at + STEP])
        assert (answer.status_code, answer.get_json()["offset"]) == (200, at + STEP)
        assert offset_of(leader) == (404, at + STEP)
    last = patch(leader, at + STEP, PHOTO[at + STEP :])
    assert (last.status_code, last.get_json()["sha256"], last.get_json()["bytes"]) == (201, SHA, len(PHOTO))
    assert offset_of(leader) == (200, len(PHOTO))
    assert leader.look(SHA).status_code == 200


def test_a_part_sent_twice_is_told_where_to_go_on(leader: Caller) -> None:
    patch(leader, 0, PHOTO[:STEP])
    again = patch(leader, 0, PHOTO[:STEP])
    assert code(again) == (409, "offset_conflict")
    assert again.get_json()["details"] == {"offset": STEP}
    assert again.headers["Upload-Offset"] == str(STEP)


def test_parts_of_two_people_do_not_mix(leader: Caller, aide: Caller) -> None:
    patch(leader, 0, PHOTO[:STEP])
    assert offset_of(aide) == (404, 0)
    assert patch(aide, 0, b"x" * STEP).status_code == 200
    assert patch(leader, STEP, PHOTO[STEP:]).status_code == 201


def test_parts_that_make_another_photo_are_dropped(leader: Caller) -> None:
    patch(leader, 0, b"x" * STEP)
    assert code(patch(leader, STEP, PHOTO[STEP:])) == (400, "bad_digest")
    assert offset_of(leader) == (404, 0)


def test_a_photo_begun_with_another_length_starts_anew(leader: Caller) -> None:
    patch(leader, 0, PHOTO[:STEP])
    assert code(patch(leader, STEP, b"xx", total=STEP + 1))[0] in (400, 409)
    assert patch(leader, 0, b"xx", total=STEP - 1).status_code == 200


def test_a_question_near_the_end_loses_nothing_of_what_is_kept(leader: Caller) -> None:
    patch(leader, 0, PHOTO[:-5])
    answer = patch(leader, 0, PHOTO[:STEP])
    assert (code(answer), answer.get_json()["details"]) == ((409, "offset_conflict"), {"offset": TOTAL - 5})
    assert patch(leader, TOTAL - 5, PHOTO[-5:]).status_code == 201


def test_a_photo_whose_last_part_came_just_before_the_server_stopped_is_made_whole_by_the_next(
    leader: Caller, app: Flask
) -> None:
    patch(leader, 0, PHOTO[:-5])
    (kept,) = app.extensions["config"].photos_dir.glob("parts/*.part")
    kept.write_bytes(PHOTO)
    assert offset_of(leader) == (404, TOTAL)
    assert patch(leader, 0, PHOTO[:STEP]).status_code == 201
    assert offset_of(leader) == (200, TOTAL)


@pytest.mark.parametrize("offset", ["-1", "x", "", "9" * 30, "１", "1.0"])
def test_an_offset_that_is_no_number_is_refused(leader: Caller, offset: str) -> None:
    headers = {**leader.headers, "Upload-Offset": offset.encode().decode("latin-1"), "Upload-Length": "9"}
    answer = leader.client.patch(f"/api/v1/photos/{SHA}", data=b"x", headers=headers)
    assert code(answer) == (400, "malformed")


def test_a_part_or_a_photo_that_is_too_large_is_refused(leader: Caller) -> None:
    assert code(patch(leader, 0, b"x" * (parts.MAX_PART_BYTES + 1), total=4_000_000)) == (413, "too_large")
    assert code(patch(leader, 0, b"x", total=5_000_000)) == (413, "too_large")
    assert code(patch(leader, 0, b"", total=5)) == (400, "malformed")


def test_nobody_begins_photos_without_end(leader: Caller) -> None:
    for n in range(parts.MOST_UNFINISHED):
        assert patch(leader, 0, b"x", sha256=f"{n:064x}").status_code == 200
    answer = patch(leader, 0, b"x", sha256="f" * 64)
    assert code(answer) == (429, "too_many_unfinished")
    assert answer.headers["Retry-After"]


def test_what_was_given_up_is_swept_after_a_week(leader: Caller, app: Flask) -> None:
    patch(leader, 0, PHOTO[:STEP])
    folder = app.extensions["config"].photos_dir
    [part] = folder.glob("**/*.part")
    assert parts.sweep(folder) == 0
    week_ago = time.time() - parts.ABANDONED - 1
    os.utime(part, (week_ago, week_ago))
    assert parts.sweep(folder) == 1
    assert offset_of(leader) == (404, 0)


def test_a_sweep_passes_by_what_another_process_just_took_away(leader: Caller, app: Flask) -> None:
    patch(leader, 0, PHOTO[:STEP])
    folder = app.extensions["config"].photos_dir
    [part] = folder.glob("**/*.part")
    os.utime(part, (0, 0))
    (folder / "parts" / "gone.part").symlink_to(folder / "taken away")  # listed, and not there when asked
    assert parts.sweep(folder) == 1
    assert not part.exists()


def test_an_upload_sweeps_what_others_gave_up(leader: Caller, aide: Caller, app: Flask) -> None:
    patch(aide, 0, PHOTO[:STEP])
    [part] = app.extensions["config"].photos_dir.glob("**/*.part")
    os.utime(part, (0, 0))
    leader.put(PHOTO)
    assert not part.exists()
