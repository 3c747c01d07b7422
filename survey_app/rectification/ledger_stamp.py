"""What a file carries of each line so that it can come back: its version, and what each cell said. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from survey_app.catalog.cells import CONTROL
from survey_app.rectification.ledger import LISTS, Cell, Listing

HEADING: Final = "核对码（请勿改动）"
DIGITS = 6  # of the digest of a cell
STAMP = re.compile(rf"(\w+):(\d{{1,9}}):((?:[0-9a-f]{{{DIGITS}}})+)")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which list a line was written for, at which version of its problem, and the digest of each cell."""

    listing: Listing
    version: int
    digests: tuple[str, ...]


def plain(cell: Cell) -> str:
    """Return a cell as text, without what a spreadsheet changes: unseen signs, line breaks, outer space."""
    text = cell.isoformat() if isinstance(cell, date) else str(cell)
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def digest(cell: Cell) -> str:
    """Return what tells a cell from another."""
    return hashlib.sha256(plain(cell).encode("utf-8", "replace")).hexdigest()[:DIGITS]


def write(listing: Listing, version: int, cells: Sequence[Cell]) -> str:
    """Return the stamp of a line as text."""
    return f"{listing.name}:{version}:{''.join(map(digest, cells))}"


def read(text: Cell) -> Stamp | None:
    """Return what a stamp says, or None where it is none of a list as it is now."""
    match = STAMP.fullmatch(plain(text))
    listing = LISTS.get(match[1]) if match else None
    if match is None or listing is None or len(match[3]) != DIGITS * len(listing.columns):
        return None
    digests = tuple(match[3][n : n + DIGITS] for n in range(0, len(match[3]), DIGITS))
    return Stamp(listing, int(match[2]), digests)
