"""Voices and figures in the store: what is listed, what still waits, what follows what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from survey_app.catalog import queries as catalog
from survey_app.catalog.tables import REFORM_ITEMS
from survey_app.privacy import mask
from survey_app.rectification.filters import Conditions
from survey_app.store import Reader, Row, Writer
from survey_app.voices.tables import FIGURES, VOICES
from survey_app.voices.voice import KINDS, LEVELS

PAGE = 30
WAITING = "voices.kind = 'netizen' and voices.replied_on is null"
SEARCHED = ("text", "title", "reply")
CONDITIONS = {
    "kind": "voices.kind = :kind",
    "unit": "voices.unit_id = :unit",
    "since": "voices.received_on >= :since",
    "until": "voices.received_on <= :until",
    "q": " or ".join(f"voices.{name} like :q escape '!'" for name in SEARCHED).join("()"),
    "scope": """voices.unit_id in (
        with recursive below (id) as (
            values (:scope) union select units.id from units join below on units.parent_id = below.id
        ) select id from below)""",
}
STATES = {
    "waiting": WAITING,
    "answered": "voices.kind = 'netizen' and voices.replied_on is not null",
    "withdrawn": "voices.withdrawn_on is not null",
}


@dataclass(frozen=True)
class Filter(Conditions):
    """Every condition that holds at once; what was withdrawn is only found where the state says so.

    ``kind`` and ``state`` are codes, ``unit`` is an id, ``since`` and ``until`` are days that count;
    ``scope`` is the unit to which a reader is confined, with those below it (None: not confined).
    """

    kind: str = ""
    state: str = ""
    unit: str = ""
    q: str = ""
    since: date | None = None
    until: date | None = None
    scope: str | None = None

    def address(self) -> dict[str, Any]:
        """Return the conditions as they stand in an address."""
        names = ("kind", "state", "unit", "q", "since", "until")
        return {name: str(getattr(self, name)) for name in names if getattr(self, name)}


def _cases(column: str, words: Iterable[str]) -> str:
    ranks = " ".join(f"when '{word}' then {place}" for place, word in enumerate(words))
    return f"case {column} {ranks} else 99 end"


# A leader's comment before all else, then who waits for an answer, the longest first, then the newest.
ORDER = f"""
    order by case voices.kind when 'comment' then 0 else 1 end, {_cases("voices.level", LEVELS)},
        case when {WAITING} then 0 else 1 end, case when {WAITING} then voices.received_on end,
        voices.received_on desc, voices.id
"""


def _where(wanted: Filter) -> tuple[str, Row]:
    parts = [] if wanted.state == "withdrawn" else [catalog.in_use(VOICES)]
    params = wanted.address()
    if wanted.state:
        parts.append(STATES[params.pop("state")])
    if wanted.scope is not None:
        params["scope"] = wanted.scope
    if wanted.q:
        params["q"] = "%" + re.sub(r"([!%_])", r"!\1", wanted.q) + "%"
    return " and ".join([*parts, *(CONDITIONS[name] for name in params)]), params


def list_voices(reader: Reader, wanted: Filter, *, limit: int = PAGE, offset: int = 0) -> list[Row]:
    """Return one page of voices: leaders' comments, then who waits for an answer, then the newest."""
    condition, params = _where(wanted)
    sql = f"{catalog.select(VOICES)} where {condition} {ORDER}"
    if wanted.q:
        rows = [row for row in reader.query(sql, params) if _says(row, wanted.q)]
        return rows[offset : offset + limit]
    return reader.query(f"{sql} limit :limit offset :offset", {**params, "limit": limit, "offset": offset})


def _says(row: Row, words: str) -> bool:
    """Tell whether what is shown of a voice has these words, or a hidden number would be found by trying."""
    return any(words.casefold() in mask(row[name]).casefold() for name in SEARCHED)


def count_voices(reader: Reader, wanted: Filter) -> dict[str, int]:
    """Return how many voices of each kind fit, in the order of the kinds."""
    condition, params = _where(wanted)
    if wanted.q:
        sql = f"select kind, {', '.join(SEARCHED)} from voices where {condition}"  # noqa: S608
        found = Counter(row["kind"] for row in reader.query(sql, params) if _says(row, wanted.q))
    else:
        sql = f"select kind, count(*) as n from voices where {condition} group by kind"  # noqa: S608
        found = Counter({row["kind"]: row["n"] for row in reader.query(sql, params)})
    return {kind: found[kind] for kind in KINDS}


def find_voice(reader: Reader, voice_id: str, scope: str | None = None) -> Row | None:
    """Return one voice with the names of what it refers to and its ``reform_items`` (rows), or None.

    A withdrawn one is found too; one outside of ``scope`` is not.
    """
    condition = f" and {CONDITIONS['scope']}" if scope is not None else ""
    sql = f"{catalog.select(VOICES)} where voices.id = :id{condition}"
    row = reader.find(sql, {"id": voice_id, "scope": scope})
    if row is None:
        return None
    items = [_item(reader, code) for code in row["reform_item_codes"].split()]
    return {**row, "reform_items": items, "reform_item_ids": [item["id"] for item in items]}


def _item(reader: Reader, code: str) -> Row:
    row = catalog.find_row_by_code(reader, REFORM_ITEMS, code)
    assert row is not None, "codes are checked when a voice is stored, and an item is never deleted"
    return row


def find_next_waiting(reader: Reader, scope: str | None, after: Row | None = None) -> str | None:
    """Return the id of who waits next: next after one in the order of waiting, else the first; or None."""
    condition, params = _where(Filter(state="waiting", scope=scope))
    place = {"day": after["received_on"], "id": after["id"]} if after else {"day": "", "id": ""}
    found: str | None = reader.value(
        f"""
        select voices.id from voices where {condition} and voices.id <> :id
        order by case when voices.received_on > :day or voices.received_on = :day and voices.id > :id
            then 0 else 1 end, voices.received_on, voices.id limit 1
        """,  # noqa: S608
        {**params, **place},
    )
    return found


def list_quotable(reader: Reader, first: date, last: date) -> list[Row]:
    """Return the voices of some days that hold an excerpt for a briefing."""
    condition, params = _where(Filter(since=first, until=last))
    return reader.query(f"{catalog.select(VOICES)} where {condition} and voices.excerpt <> ''", params)


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one meaning in use: the ``newest`` (a row), and those that it follows, newest first."""

    newest: Row
    earlier: tuple[Row, ...]


def list_series(reader: Reader) -> list[Series]:
    """Return every figure in use by its meaning; a later value follows an earlier one, which stays."""
    by_meaning: dict[str, list[Row]] = {}
    for row in catalog.list_rows(reader, FIGURES):
        by_meaning.setdefault("".join(row["meaning"].split()), []).insert(0, row)
    return [Series(rows[0], tuple(rows[1:])) for rows in by_meaning.values()]


def list_withdrawn_figures(reader: Reader) -> list[Row]:
    """Return the figures that were taken out of use."""
    return catalog.list_rows(reader, FIGURES, "figures.retired_on is not null", retired=True)


def find_finding(reader: Reader, voice_id: str) -> Row | None:
    """Return the problem that was made of a voice (id, number), or None."""
    return reader.find(
        """
        select findings.id, findings.number from voice_findings
            join findings on findings.id = voice_findings.finding_id
        where voice_findings.voice_id = :id
        """,
        {"id": voice_id},
    )


def set_finding(tx: Writer, voice_id: str, finding_id: str) -> None:
    """Keep which problem was made of a voice."""
    tx.insert("voice_findings", {"voice_id": voice_id, "finding_id": finding_id})
