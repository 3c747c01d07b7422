"""Reads what a phone sent: an envelope, or the reason why it cannot be read. Pure: no store, no clock."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from survey_app.sync.kinds import NamedPhoto

VERSION = 1
MAX_BATCH_OPS = 50
MAX_BATCH_BYTES = 256 * 1024
MAX_OP_BYTES = 64 * 1024
MAX_OP_PHOTOS = 20
MAX_PHOTO_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 32
MAX_SEQ = 2**53 - 1
MAX_WORD = 100
MAX_MERGES = 400  # as many versions as a record may have, with what withdraws and chooses them
MAX_VOID = 1000
PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp")
SHA256 = re.compile(r"[0-9a-f]{64}")
UNSTORABLE = re.compile("[\0\ud800-\udfff]")

RefusalStatus = Literal["unreadable", "bad_digest", "too_large"]


class UnreadableError(ValueError):
    """These bytes are not what the protocol says."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An op that could not be taken; ``op_id`` and ``sha256`` as far as they could be read."""

    status: RefusalStatus
    op_id: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Envelope:
    """One op as it came. ``hold`` names what is wrong with it, or is empty; its identity is always good."""

    op_id: str
    record_id: str
    author_id: str
    base: str | None
    install_id: str
    seq: int
    made_at: str
    tz: str
    app_version: str
    kind: str
    payload: dict[str, Any]
    photos: tuple[NamedPhoto, ...]
    merges: tuple[str, ...]
    void: tuple[int, ...]
    raw: bytes
    sha256: str
    hold: str


def read_list(body: bytes, name: str) -> list[object]:
    """Return the list ``name`` of a request's object, unjudged; raise UnreadableError where there is none."""
    fields = _read_json(body)
    listed = fields.get(name) if isinstance(fields, dict) else None
    if not isinstance(listed, list):
        raise UnreadableError(f"no list of {name}")
    return listed


def parse(item: object) -> Envelope | Refusal:
    """Read one ``{raw, sha256}``: the digest is checked over the exact UTF-8 bytes of ``raw``."""
    given = item if isinstance(item, dict) else {}
    claimed = given.get("sha256") if is_sha256(given.get("sha256")) else None
    text = given.get("raw")
    try:
        raw = text.encode() if isinstance(text, str) else None
    except UnicodeEncodeError:  # a lone surrogate
        raw = None
    if raw is None:
        return Refusal("unreadable", None, claimed)
    if len(raw) > MAX_OP_BYTES:
        return Refusal("too_large", _find_op_id(raw), claimed)
    if hashlib.sha256(raw).hexdigest() != claimed:
        return Refusal("bad_digest", _find_op_id(raw), claimed)
    try:
        return read(raw)
    except UnreadableError:
        return Refusal("unreadable", _find_op_id(raw), claimed)


def read(raw: bytes) -> Envelope:
    """Read an op's bytes; raise UnreadableError where they do not say which op of which record and author.

    Everything else that is wrong only fills ``hold``: version_unknown, malformed or bad_text.
    """
    fields = _read_json(raw)
    if not isinstance(fields, dict):
        raise UnreadableError("an op is an object")
    if not (
        is_uuid(fields.get("op_id")) and is_uuid(fields.get("rec_id")) and _is_word(fields.get("author"))
    ):
        raise UnreadableError("an op says whose it is")
    version = fields.get("v")
    if isinstance(version, bool) or not isinstance(version, int) or version < VERSION:
        raise UnreadableError("an op says its version")
    photos, photos_good = _read_photos(fields.get("photos", []))
    hold = "malformed" if not (photos_good and _is_well_formed(fields)) else ""
    return Envelope(
        op_id=fields["op_id"],
        record_id=fields["rec_id"],
        author_id=fields["author"],
        base=fields["base"] if is_uuid(fields.get("base")) else None,
        install_id=fields["install_id"] if is_uuid(fields.get("install_id")) else "",
        seq=fields["seq"] if _is_count(fields.get("seq"), MAX_SEQ) else 0,
        made_at=fields["made_at"] if _is_instant(fields.get("made_at")) else "",
        tz=_word(fields.get("tz")),
        app_version=_word(fields.get("app_ver")),
        kind=_word(fields.get("kind")),
        payload=fields["payload"] if isinstance(fields.get("payload"), dict) else {},
        photos=photos,
        merges=tuple(fields["merges"]) if _is_merges(fields.get("merges")) else (),
        void=tuple(fields["void"]) if _is_void(fields.get("void")) else (),
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        hold=_first("version_unknown" if version != VERSION else "", hold, _text_hold(fields, raw)),
    )


def wrap(fields: dict[str, Any]) -> dict[str, str]:
    """Return an op made here as it would stand in a batch."""
    raw = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return {"raw": raw, "sha256": hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()}


def is_sha256(value: object) -> bool:
    """Tell whether this is a SHA-256 in lower-case hexadecimal."""
    return isinstance(value, str) and SHA256.fullmatch(value) is not None


def is_uuid(value: object) -> bool:
    """Tell whether this is a UUID in its canonical lower-case form."""
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value
    except ValueError:
        return False


def _read_json(raw: bytes) -> Any:
    """Read JSON as the standard has it: no key twice, no NaN or infinity, no endless nesting."""
    try:
        value = json.loads(
            raw.decode(), object_pairs_hook=_unique, parse_constant=_refuse, parse_float=_finite
        )
    except (ValueError, RecursionError) as error:
        raise UnreadableError("not JSON") from error
    if any(depth > MAX_DEPTH for depth, _ in _walk(value)):
        raise UnreadableError("nested too deeply")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key stands twice")
    return fields


def _refuse(constant: str) -> float:
    raise ValueError(f"not a number: {constant}")


def _finite(text: str) -> float:
    number = float(text)
    return number if number - number == 0 else _refuse(text)


def _walk(value: Any) -> Iterator[tuple[int, Any]]:
    """Yield every value and key inside with how deep it lies, without recursion."""
    waiting = [(1, value)]
    while waiting:
        depth, item = waiting.pop()
        yield depth, item
        if depth > MAX_DEPTH:
            continue
        if isinstance(item, dict):
            waiting += [(depth + 1, inner) for pair in item.items() for inner in pair]
        elif isinstance(item, list):
            waiting += [(depth + 1, inner) for inner in item]


def _is_well_formed(fields: dict[str, Any]) -> bool:
    base = fields.get("base")
    return (
        (base is None or is_uuid(base))
        and is_uuid(fields.get("install_id"))
        and _is_count(fields.get("seq"), MAX_SEQ)
        and _is_instant(fields.get("made_at"))
        and all(_is_word(fields.get(name)) for name in ("tz", "app_ver", "kind"))
        and isinstance(fields.get("payload"), dict)
        and _is_merges(fields.get("merges", []))
        and _is_void(fields.get("void", []))
    )


def _is_merges(value: object) -> bool:
    return isinstance(value, list) and len(value) <= MAX_MERGES and all(map(is_uuid, value))


def _is_void(value: object) -> bool:
    return (
        isinstance(value, list) and len(value) <= MAX_VOID and all(_is_count(seq, MAX_SEQ) for seq in value)
    )


def _read_photos(value: object) -> tuple[tuple[NamedPhoto, ...], bool]:
    """Return the photos that can be asked for, and whether that is all that was named."""
    listed = value if isinstance(value, list) else []
    good = [item for item in listed if _is_photo(item)][:MAX_OP_PHOTOS]
    photos = tuple(NamedPhoto(item["sha256"], item["len"], item["mime"]) for item in good)
    return photos, isinstance(value, list) and len(good) == len(value)


def _is_photo(item: object) -> bool:
    return (
        isinstance(item, dict)
        and is_sha256(item.get("sha256"))
        and _is_count(item.get("len"), MAX_PHOTO_BYTES)
        and item["len"] > 0
        and item.get("mime") in PHOTO_TYPES
    )


def _is_count(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _is_instant(value: object) -> bool:
    if not _is_word(value):
        return False
    try:
        instant = datetime.fromisoformat(str(value))
        return instant.tzinfo is not None and instant.astimezone(UTC).year > 0
    except (ValueError, OverflowError):
        return False


def _is_word(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_WORD and _is_storable(value)


def _word(value: object) -> str:
    return str(value) if _is_word(value) else ""


def _is_storable(text: str) -> bool:
    """Tell whether a database can keep this as text: no NUL, no half of a surrogate pair."""
    return UNSTORABLE.search(text) is None


def _text_hold(fields: dict[str, Any], raw: bytes) -> str:
    if b"\\u" not in raw:  # good UTF-8 can say neither without an escape
        return ""
    texts = (item for _, item in _walk(fields) if isinstance(item, str))
    return "" if all(_is_storable(text) for text in texts) else "bad_text"


def _first(*codes: str) -> str:
    return next((code for code in codes if code), "")


def _find_op_id(raw: bytes) -> str | None:
    try:
        fields = _read_json(raw)
    except UnreadableError:
        return None
    op_id = fields.get("op_id") if isinstance(fields, dict) else None
    return op_id if is_uuid(op_id) else None
