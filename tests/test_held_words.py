"""What is held is shown in words: the names and the vocabularies of the screens, in the reader's language."""

from collections.abc import Callable

from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from tests.halls import add_halls
from tests.phone import Caller


def test_what_is_held_is_shown_in_words_and_not_in_codes(
    leader: Caller, sign_in: Callable[[str], FlaskClient], store: SQLiteStore
) -> None:
    add_halls(store)
    hall = store.query("select id, name from halls order by code")[0]
    said = {"method": "see", "kind": "blockage", "text": "排队", "severity": "huge", "hall_id": hall["id"]}
    leader.send(leader.envelope(kind="observation", payload=said))
    page = sign_in("office").get("/held").text
    assert f'<dd class="prose">{hall["name"]}</dd>' in page
    assert '<dd class="prose">看</dd>' in page
    assert '<dd class="prose">堵点</dd>' in page
    assert "严重程度：不是有效的选择。" in page
    assert "Not a valid" not in page


def test_what_cannot_be_named_is_shown_as_it_came(
    leader: Caller, sign_in: Callable[[str], FlaskClient]
) -> None:
    said = {"method": ["see"], "kind": {"a": 1}, "category": 5, "reform_item_ids": ["gone", 7], "hall_id": 3}
    leader.send(leader.envelope(kind="observation", payload=said))
    page = sign_in("office").get("/held").text
    assert "这几项的格式不对" in page
    assert "gone" in page


def test_a_number_in_place_of_a_tick_is_hidden_where_it_is_held(
    leader: Caller, sign_in: Callable[[str], FlaskClient]
) -> None:
    answers = {"13812345678": "yes", "gone": "13912345678"}
    leader.send(leader.envelope(kind="look", payload={"answers": answers}))
    page = sign_in("office").get("/held").text
    assert "138******78" in page
    assert "139******78" in page
    assert "13812345678" not in page
    assert "13912345678" not in page
