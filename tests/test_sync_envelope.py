"""The envelope: what can be read is taken, what cannot is named."""

import json
from typing import Any

import pytest

from survey_app.sync.envelope import (
    MAX_OP_BYTES,
    Envelope,
    Refusal,
    UnreadableError,
    parse,
    read,
    read_list,
)
from survey_app.sync.kinds import NamedPhoto
from tests import phone

PHOTO = {"sha256": "ab" * 32, "len": 1000, "mime": "image/jpeg"}


def parsed(fields: dict[str, Any]) -> Envelope:
    result = parse(phone.item(fields))
    assert isinstance(result, Envelope)
    return result


def refused(item: object) -> str:
    result = parse(item)
    assert isinstance(result, Refusal)
    return result.status


def test_a_good_op_is_read_whole() -> None:
    fields = phone.envelope(photos=[PHOTO])
    op = parsed(fields)
    assert op.hold == ""
    assert (op.op_id, op.record_id, op.author_id) == (fields["op_id"], fields["rec_id"], "somebody")
    assert op.payload == fields["payload"]
    assert op.photos == (NamedPhoto("ab" * 32, 1000, "image/jpeg"),)


def test_the_bytes_are_kept_exactly_as_they_came() -> None:
    raw = json.dumps(phone.envelope(), ensure_ascii=True, indent=3) + "\n  "
    op = parse(phone.item_of(raw))
    assert isinstance(op, Envelope)
    assert op.raw == raw.encode()
    assert read(op.raw) == op


def test_a_wrong_digest_is_named_and_the_op_is_still_identified() -> None:
    fields = phone.envelope()
    result = parse({**phone.item(fields), "sha256": "0" * 64})
    assert result == Refusal("bad_digest", fields["op_id"], "0" * 64)


def test_an_op_above_64_kib_is_too_large_in_bytes_not_characters() -> None:
    fields = phone.envelope(payload={"text": "长" * (MAX_OP_BYTES // 3)})
    assert refused(phone.item(fields)) == "too_large"
    assert parsed(phone.envelope(payload={"text": "a" * (MAX_OP_BYTES - 1000)})).hold == ""


@pytest.mark.parametrize(
    "thing",
    [
        None,
        3,
        "text",
        [],
        {},
        {"raw": 5, "sha256": "0" * 64},
        {"raw": None},
        {"raw": "\ud800", "sha256": "x"},
    ],
)
def test_what_is_no_op_at_all_is_unreadable(thing: object) -> None:
    assert refused(thing) == "unreadable"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "null",
        "[]",
        "{",
        '{"v":1,"v":1}',
        "[" * 60_000,
        '{"a":' * 9_000,
        json.dumps(phone.envelope(payload={"n": 0})).replace("0}", "NaN}"),
        json.dumps(phone.envelope(payload={"n": 0})).replace("0}", "1e999}"),
        json.dumps(phone.envelope(payload={"n": 0})).replace("0}", "9" * 5000 + "}"),
        json.dumps(phone.envelope(payload={"n": 0})).replace("0}", "[" * 40 + "]" * 40 + "}"),
        json.dumps(phone.envelope())[:-1] + ',"op_id":"0193f3a1-0000-7000-8000-000000000009"}',
    ],
)
def test_what_is_not_strict_json_is_unreadable(raw: str) -> None:
    assert refused(phone.item_of(raw)) == "unreadable"


@pytest.mark.parametrize(
    "changes",
    [
        {"op_id": "1"},
        {"op_id": "0193F3A1-0000-7000-8000-000000000001"},
        {"op_id": "{0193f3a1-0000-7000-8000-000000000001}"},
        {"op_id": None},
        {"rec_id": 12},
        {"author": ""},
        {"author": "a" * 200},
        {"author": "\ud800"},
        {"author": "a\0b"},
        {"v": "1"},
        {"v": True},
        {"v": 0},
        {"v": None},
    ],
)
def test_an_op_that_does_not_say_whose_it_is_is_unreadable(changes: dict[str, Any]) -> None:
    assert refused(phone.item_of(json.dumps(phone.envelope(**changes)))) == "unreadable"


@pytest.mark.parametrize(
    "changes",
    [
        {"base": "yesterday"},
        {"install_id": "phone"},
        {"seq": -1},
        {"seq": True},
        {"seq": 1.5},
        {"seq": 2**60},
        {"made_at": "yesterday"},
        {"made_at": "2017-06-12T09:30:00"},
        {"made_at": "0001-01-01T00:00:00+14:00"},
        {"tz": 8},
        {"kind": ""},
        {"kind": ["note"]},
        {"payload": []},
        {"payload": "text"},
        {"photos": {}},
        {"photos": [{**PHOTO, "len": 0}]},
        {"photos": [{**PHOTO, "len": 5 * 1024 * 1024}]},
        {"photos": [{**PHOTO, "mime": "image/svg+xml"}]},
        {"photos": [{**PHOTO, "mime": ["image/jpeg"]}]},
        {"photos": [{**PHOTO, "sha256": "AB" * 32}]},
        {"photos": [PHOTO] * 21},
    ],
)
def test_a_readable_op_with_a_bad_field_is_kept_for_a_person(changes: dict[str, Any]) -> None:
    assert parsed(phone.envelope(**changes)).hold == "malformed"


def test_an_op_of_a_version_to_come_is_kept_for_later() -> None:
    op = parsed({"v": 7, "op_id": phone.INSTALL, "rec_id": phone.INSTALL, "author": "somebody", "x": [1]})
    assert op.hold == "version_unknown"


def test_half_a_character_in_a_payload_is_kept_for_a_person() -> None:
    raw = json.dumps(phone.envelope(payload={"text": "\ud83d"}))
    op = parse(phone.item_of(raw))
    assert isinstance(op, Envelope)
    assert op.hold == "bad_text"
    assert op.raw == raw.encode()


def test_the_good_photos_of_an_op_with_a_bad_one_are_still_asked_for() -> None:
    assert len(parsed(phone.envelope(photos=[PHOTO, {"sha256": 5}])).photos) == 1


def test_fields_of_a_later_client_are_no_fault() -> None:
    assert parsed(phone.envelope(weather="晴")).hold == ""


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"[]", b'{"ops":{}}', b'{"ops":[],"ops":[]}', b"[" * 99_999]
)
def test_a_batch_that_is_not_one_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_list(body, "ops")
