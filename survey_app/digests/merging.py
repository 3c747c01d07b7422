"""What two people typed at once, put together where they did not touch the same thing. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

Fields = Mapping[str, str]
MOST_LINES = 3000
LONG = "body"
"""The field that is put together paragraph by paragraph; the others are taken whole."""


class Edit(NamedTuple):
    """The paragraphs from ``first`` up to ``last`` become others."""

    first: int
    last: int
    lines: tuple[str, ...]


def merge(base: Fields, mine: Fields, theirs: Fields) -> dict[str, str] | None:
    """Return both people's changes of the fields in ``mine``; None where both changed the same thing.

    ``base`` is what stood there when one of them began; a field that it lacks cannot be put together.
    """
    merged = {}
    for name, value in mine.items():
        both = _merge_one(name, base.get(name), value, theirs[name])
        if both is None:
            return None
        merged[name] = both
    return merged


def _merge_one(name: str, base: str | None, mine: str, theirs: str) -> str | None:
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    if base is None or name != LONG:
        return None
    lines = merge_lines(base.splitlines(), mine.splitlines(), theirs.splitlines())
    return None if lines is None else "".join(f"{line}\n" for line in lines)


def merge_lines(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str] | None:
    """Return the paragraphs with the edits of both, or None where two edits touch the same ones.

    Texts of more paragraphs than any briefing has are not compared: it could take minutes.
    """
    if max(map(len, (base, mine, theirs))) > MOST_LINES:
        return None
    own, other = _edits(base, mine), _edits(base, theirs)
    if any(_clash(one, another) for one in own for another in other):
        return None
    merged: list[str] = []
    place = 0
    for edit in sorted({*own, *other}):
        merged += [*base[place : edit.first], *edit.lines]
        place = edit.last
    return [*merged, *base[place:]]


def _edits(base: Sequence[str], changed: Sequence[str]) -> list[Edit]:
    codes = SequenceMatcher(None, base, changed, autojunk=False).get_opcodes()
    return [Edit(i, j, tuple(changed[k:m])) for tag, i, j, k, m in codes if tag != "equal"]


def _clash(one: Edit, other: Edit) -> bool:
    if one == other:
        return False
    overlap = one.first < other.last and other.first < one.last
    same_place = one.first == one.last == other.first == other.last
    return overlap or same_place
