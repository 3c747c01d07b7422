"""One's own record from any browser: changed and taken back until the office has decided; nothing is lost."""

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app.store import SQLiteStore
from tests.halls import HALL, PHONE
from tests.pictures import encode, picture
from tests.test_field import Press, press

__all__ = ["press"]
SAID = {"method": "see", "kind": "blockage", "text": "三号窗口没有人", "hall_id": HALL}


@pytest.fixture
def leader(sign_in: Callable[[str], FlaskClient], press: Press) -> FlaskClient:
    """A leader who reported one record with a photo."""
    made = sign_in("leader")
    photo = (io.BytesIO(encode(picture())), "a.jpg")
    press(made, "/capture", action="submit", photos=photo, **SAID)
    return made


@pytest.fixture
def record(leader: FlaskClient, store: SQLiteStore) -> str:
    """Its address."""
    return f"/records/{store.value('select id from observations')}"


def hidden(page: TestResponse, *names: str) -> dict[str, str]:
    return {name: re.findall(rf'name="{name}"[^>]*value="([^"]*)"', page.text)[0] for name in names}


def test_a_record_is_changed_and_keeps_its_photo_and_its_place(
    leader: FlaskClient, record: str, press: Press, store: SQLiteStore
) -> None:
    page = leader.get(f"{record}/edit")
    assert "三号窗口没有人" in page.text
    fields = hidden(page, "op_id", "base")
    photo = store.value("select sha256 from observation_photos")
    told = press(leader, f"{record}/edit", **{**SAID, "text": "四号窗口没有人"}, kept=photo, **fields)
    assert "改好了" in told.text
    assert store.query("select n, text, forked from observations") == [
        {"n": 1, "text": "四号窗口没有人", "forked": 0}
    ]
    assert store.value("select count(*) from observation_photos") == 1
    press(leader, f"{record}/edit", **{**SAID, "text": "四号窗口没有人"}, kept=photo, **fields)
    assert store.value("select count(*) from ops") == 2, "sent twice is one change"


def test_a_change_without_words_is_shown_again_whole(
    leader: FlaskClient, record: str, press: Press, store: SQLiteStore
) -> None:
    fields = hidden(leader.get(f"{record}/edit"), "op_id", "base")
    answer = press(
        leader, f"{record}/edit", method="ask", kind="suggestion", text=" ", asked="窗口岗", **fields
    )
    assert answer.status_code == 422
    assert "写一句话" in answer.text
    assert 'value="窗口岗"' in answer.text
    assert fields["base"] in answer.text
    assert store.value("select count(*) from ops") == 1


def test_what_was_changed_elsewhere_meanwhile_stays_beside_it(
    leader: FlaskClient, record: str, press: Press, store: SQLiteStore
) -> None:
    stale = hidden(leader.get(f"{record}/edit"), "op_id", "base")
    fresh = hidden(leader.get(f"{record}/edit"), "op_id", "base")
    press(leader, f"{record}/edit", **{**SAID, "text": "在办公室改的"}, **fresh)
    late = press(leader, f"{record}/edit", **{**SAID, "text": "在手机上改的"}, **stale)
    assert ("改好了。" in late.text, "别处也改过这一条" in late.text) == (False, True)
    assert store.value("select forked from observations") == 1
    assert store.value("select count(*) from ops where status = 'stored'") == 3


def test_a_record_is_taken_back_with_a_reason(
    leader: FlaskClient, record: str, press: Press, store: SQLiteStore
) -> None:
    page = leader.get(f"{record}/withdraw")
    assert "收回这一条" in page.text
    told = press(leader, f"{record}/withdraw", reason="记错了大厅", **hidden(page, "op_id"))
    assert "已收回" in told.text
    assert store.value("select state from observations") == "withdrawn"
    assert "记错了大厅".encode() in store.value("select raw from ops order by server_seq desc limit 1")
    assert leader.get(f"{record}/edit").status_code == 409


def test_after_the_office_has_decided_nothing_is_offered_and_nothing_taken(
    leader: FlaskClient, record: str, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    address = f"{record}/edit"
    assert address in leader.get("/records").text
    office = sign_in("office")
    inbox = record.replace("/records", "/inbox")
    press(office, inbox, kind="blockage", seen="0")
    assert store.value("select state from observations") == "triaged"
    assert address not in leader.get("/records").text
    for path in (address, f"{record}/withdraw"):
        answer = press(leader, path, **SAID)
        assert answer.status_code == 409
        assert "请另记一条" in answer.text


def test_nobody_changes_what_is_not_theirs(
    leader: FlaskClient, record: str, press: Press, sign_in: Callable[[str], FlaskClient]
) -> None:
    for login in ("aide", "office"):
        other = sign_in(login)
        for path in (f"{record}/edit", f"{record}/withdraw"):
            assert other.get(path).status_code == 404
            assert press(other, path, **SAID).status_code == 404
    assert sign_in("unit").get(f"{record}/edit").status_code == 403


def test_a_finding_that_a_call_made_offers_no_change_of_words(
    leader: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    press(leader, "/dial", phone_id=PHONE, dialled_at="2017-06-12T10:00", result="unanswered")
    made = store.value("select id from observations where accountability = 'pending'")
    assert f"/records/{made}/edit" not in leader.get("/records").text
    assert leader.get(f"/records/{made}/edit").status_code == 409
