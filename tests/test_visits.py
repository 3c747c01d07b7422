"""What an op of kind observation becomes, and what a person sees of their own records."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from survey_app.store.ids import uuid7
from survey_app.sync.intake import accept_ops
from survey_app.sync.kinds import registered
from survey_app.sync.settling import rebuild_projections
from tests import phone
from tests.clock import NOON
from tests.halls import COUNTER, HALL, ITEMS, MATTER, OTHER_HALL, add_halls
from tests.phone import Caller

PAYLOAD = {
    "method": "see",
    "kind": "blockage",
    "text": "取号机停用，没有人告诉群众去哪里取号",
    "quote": "我跑了三趟",
    "hall_id": HALL,
    "counter_id": COUNTER,
    "matter_id": MATTER,
    "category": "D",
    "stage": "take_number",
    "severity": "serious",
    "resolved_on_spot": True,
    "reform_item_ids": list(ITEMS),
}


@pytest.fixture
def halls(store: SQLiteStore) -> None:
    """A catalogue."""
    add_halls(store)


@pytest.fixture
def accept(
    app: Flask, store: SQLiteStore, person_id: Callable[[str], str], halls: None
) -> Callable[..., tuple[str, str]]:
    """Return what sends one op of the leader and answers its status and record id."""

    def send(payload: dict[str, Any], **changes: Any) -> tuple[str, str]:
        author = person_id("leader")
        fields = phone.envelope(author=author, kind="observation", payload=payload, **changes)
        with app.test_request_context():
            receipts = accept_ops(store, registered(app), [phone.item(fields)], carrier_id=author, now=NOON)
        return receipts[0].status, fields["rec_id"]

    return send


def test_an_op_becomes_the_record_that_screens_read(
    accept: Callable[..., tuple[str, str]], store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    status, record_id = accept(PAYLOAD)
    row = store.find("select * from observations where id = :id", {"id": record_id})
    assert status == "stored"
    assert row is not None
    assert row | {key: PAYLOAD[key] for key in PAYLOAD if key in row and key != "resolved_on_spot"} == row
    assert (row["n"], row["unit_id"], row["state"], row["resolved_on_spot"]) == (1, "unit-1", "reported", 1)
    assert (row["author_id"], row["made_on"]) == (person_id("leader"), "2017-06-12")
    tags = store.query("select reform_item_id from observation_reform_items")
    assert {tag["reform_item_id"] for tag in tags} == set(ITEMS)


def test_a_counter_says_which_hall_it_was(accept: Callable[..., tuple[str, str]], store: SQLiteStore) -> None:
    accept({**PAYLOAD, "hall_id": None})
    assert store.value("select hall_id from observations") == HALL


def test_a_record_made_after_midnight_in_the_zone_of_use_belongs_to_the_new_day(
    accept: Callable[..., tuple[str, str]], store: SQLiteStore
) -> None:
    accept(PAYLOAD, made_at="2017-06-11T16:30:00.000Z", tz="UTC")
    assert store.value("select made_on from observations") == "2017-06-12"


def test_an_edit_shows_and_the_record_keeps_its_number(
    accept: Callable[..., tuple[str, str]], store: SQLiteStore
) -> None:
    op_id = uuid7()
    _status, record_id = accept(PAYLOAD, op_id=op_id)
    accept(PAYLOAD)
    accept({**PAYLOAD, "text": "改好了", "reform_item_ids": []}, rec_id=record_id, base=op_id, seq=3)
    row = store.find("select n, text from observations where id = :id", {"id": record_id})
    assert row == {"n": 1, "text": "改好了"}
    query = "select count(*) from observation_reform_items where observation_id = :id"
    assert store.value(query, {"id": record_id}) == 0


def test_projecting_again_leaves_the_same_rows(
    app: Flask, accept: Callable[..., tuple[str, str]], store: SQLiteStore
) -> None:
    accept(PAYLOAD)
    accept({**PAYLOAD, "text": "另一条"})
    tables = ("observations", "observation_reform_items", "observation_photos")
    before = [store.query(f"select * from {table} order by 1, 2") for table in tables]
    with app.test_request_context():
        rebuild_projections(store, registered(app), NOON)
    assert [store.query(f"select * from {table} order by 1, 2") for table in tables] == before


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "guess"},
        {"kind": "praise"},
        {"text": "字" * 5001},
        {"text": 5},
        {"text": " ", "quote": ""},
        {"hall_id": uuid7()},
        {"hall_id": OTHER_HALL},
        {"category": "Z"},
        {"stage": "nowhere"},
        {"severity": "fatal"},
        {"resolved_on_spot": "yes"},
        {"reform_item_ids": [uuid7()]},
        {"reform_item_ids": ITEMS[0]},
    ],
)
def test_what_the_form_would_refuse_is_held_and_never_lost(
    accept: Callable[..., tuple[str, str]], store: SQLiteStore, changes: dict[str, Any]
) -> None:
    status, _record_id = accept({**PAYLOAD, **changes})
    assert status == "held"
    assert store.value("select count(*) from observations") == 0
    assert store.value("select count(*) from ops") == 1


def test_what_somebody_without_the_permission_wrote_is_held_and_never_lost(
    app: Flask, store: SQLiteStore, person_id: Callable[[str], str], halls: None
) -> None:
    author = person_id("unit")
    fields = phone.envelope(author=author, kind="observation", payload=PAYLOAD)
    with app.test_request_context():
        receipts = accept_ops(store, registered(app), [phone.item(fields)], carrier_id=author, now=NOON)
    assert [receipt.status for receipt in receipts] == ["held"]
    assert store.value("select count(*) from ops") == 1


def test_a_phone_whose_clock_is_ahead_makes_a_record_of_the_day_it_arrived(
    accept: Callable[..., tuple[str, str]], store: SQLiteStore
) -> None:
    assert accept(PAYLOAD, made_at="2100-01-01T00:00:00+08:00")[0] == "stored"
    assert store.value("select made_on from observations") == "2017-06-12"


def test_only_method_kind_and_one_word_are_needed(
    accept: Callable[..., tuple[str, str]], store: SQLiteStore
) -> None:
    assert accept({"method": "ask", "kind": "suggestion", "quote": "能不能早点开门"})[0] == "stored"
    named = [{"sha256": "a" * 64, "len": 100, "mime": "image/jpeg"}]
    assert accept({"method": "see", "kind": "blockage"}, photos=named)[0] == "stored"
    assert accept({"method": "see", "kind": "blockage"})[0] == "held"


def test_ones_own_list_shows_own_records_with_numbers_hidden(
    accept: Callable[..., tuple[str, str]], sign_in: Callable[[str], FlaskClient]
) -> None:
    accept({**PAYLOAD, "text": "电话 13812345678 没人接"})
    page = sign_in("leader").get("/records").text
    assert "电话 138******78 没人接" in page
    assert "已送达" in page
    assert "没人接" not in sign_in("aide").get("/records").text


def test_a_record_whose_photo_is_still_on_its_way_says_so(
    accept: Callable[..., tuple[str, str]], sign_in: Callable[[str], FlaskClient]
) -> None:
    accept(PAYLOAD, photos=[{"sha256": "a" * 64, "len": 100, "mime": "image/jpeg"}])
    assert "照片还差 1 张" in sign_in("leader").get("/records").text


def test_a_held_record_is_told_as_delivered_and_being_checked(
    accept: Callable[..., tuple[str, str]], sign_in: Callable[[str], FlaskClient]
) -> None:
    accept({**PAYLOAD, "category": "Z"})
    assert "体验记录 1 条已送达，改革办正在核对" in sign_in("leader").get("/records").text


def test_a_long_list_turns_its_pages(
    accept: Callable[..., tuple[str, str]], sign_in: Callable[[str], FlaskClient]
) -> None:
    for n in range(31):
        accept({**PAYLOAD, "text": f"第{n}条。"})
    leader = sign_in("leader")
    first = leader.get("/records").text
    assert "第30条。" in first
    assert "第0条。" not in first
    assert "第0条。" in leader.get("/records?before=2").text


def test_the_shell_is_the_same_for_everyone_and_names_nobody(
    client: FlaskClient, sign_in: Callable[[str], FlaskClient], halls: None
) -> None:
    anonymous = client.get("/shell/capture").text
    assert sign_in("leader").get("/shell/capture").text == anonymous
    for secret in ("csrf_token", "data-user-id", "测试", HALL, "车管所"):
        assert secret not in anonymous


@pytest.mark.parametrize(
    ("kind", "payload", "word"),
    [
        ("visit", {"hall_id": None, "capacity": "sit"}, "体验 1 条"),
        ("look", {"answers": {}}, "现场看 1 条"),
        ("journey", {"trips": 500}, "具体办 1 条"),
        ("dial_test", {"number": "12", "result": "answered"}, "拨测 1 条"),
        ("follow_up", {"observation_id": "later", "result": "gone"}, "跟踪问 1 条"),
        ("confirmation", {"record_id": "later", "says": "perhaps"}, "本人确认 1 条"),
        ("withdraw", {"reason": ""}, "收回 1 条"),
        ("hologram", {"a": 1}, "还不认识的内容 1 条"),
    ],
)
def test_whatever_the_office_checks_is_named_to_its_author(
    kind: str, payload: dict[str, Any], word: str, sign_in: Callable[[str], FlaskClient], store: SQLiteStore
) -> None:
    phone = Caller(sign_in("leader"))
    answer = phone.send(phone.envelope(kind=kind, payload=payload))
    assert [one["status"] for one in answer.get_json()["receipts"]] == ["held"]
    assert f"{word}已送达，改革办正在核对" in sign_in("leader").get("/records").text
    assert "正在核对" not in sign_in("aide").get("/records").text
