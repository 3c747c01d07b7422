"""Reads the file that a phone saved of what it could not deliver: an object a line, whatever is whole of it.

The first line says ``{"rescue": 1, …}``, then come ``{"op": {raw, sha256}}`` and
``{"photo": {sha256, mime, base64}}``, and the last is ``{"end": {ops, photos}}``.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any, Literal

from survey_app.sync.envelope import MAX_OP_BYTES, MAX_PHOTO_BYTES, is_sha256

LONGEST_LINE = max(
    MAX_OP_BYTES * 7, MAX_PHOTO_BYTES * 4 // 3 + 1024
)  # every character of an op may be escaped


@dataclass(frozen=True, slots=True)
class Line:
    """One line: an op as it stands in a batch, a photo's bytes, or why the line cannot be read."""

    number: int
    kind: Literal["head", "op", "photo", "draft", "end", "bad"]
    item: Any = None
    data: bytes = b""


def read_lines(file: IO[bytes]) -> Iterator[Line]:
    """Yield every line of a file, never more than one of them in memory."""
    number = 0
    while raw := file.readline(LONGEST_LINE + 1):
        number += 1
        if raw.strip():
            yield _read(number, raw)


def _read(number: int, raw: bytes) -> Line:
    try:
        fields = json.loads(raw) if len(raw) <= LONGEST_LINE else None
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        return Line(number, "bad")
    if "rescue" in fields:
        return Line(number, "head", fields)
    if isinstance(fields.get("op"), dict):
        return Line(number, "op", fields["op"])
    if isinstance(fields.get("photo"), dict):
        return _read_photo(number, fields["photo"])
    return Line(number, "end" if "end" in fields else "draft" if "draft" in fields else "bad")


def _read_photo(number: int, fields: dict[str, Any]) -> Line:
    text, sha256 = fields.get("base64"), fields.get("sha256")
    try:
        data = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        data = b""
    good = data and len(data) <= MAX_PHOTO_BYTES and is_sha256(sha256)
    return Line(number, "photo", sha256, data) if good else Line(number, "bad")


def batches(lines: Iterable[Line], most: int, most_bytes: int) -> Iterator[list[Line]]:
    """Yield the lines in groups of one kind: ops as many as fit a batch, every other line by itself."""
    group: list[Line] = []
    size = 0
    for line in lines:
        weight = len(str(line.item.get("raw"))) if line.kind == "op" else 0
        if group and (line.kind != "op" or len(group) == most or size + weight > most_bytes):
            yield group
            group, size = [], 0
        if line.kind != "op":
            yield [line]
            continue
        group, size = [*group, line], size + weight
    if group:
        yield group
