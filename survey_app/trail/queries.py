"""The audit in the store, to be read: by when, who, what and which thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from survey_app.catalog.tables import TABLES
from survey_app.store import Reader, Row
from survey_app.store.instants import to_text

PAGE = 50
BEYOND = 2**62  # more than any number of a row

NAMES: Mapping[str, tuple[str, str]] = {
    "person": ("people", "post"),
    "finding": ("findings", "number"),
    "digest": ("digests", "title_1"),
    "campaign": ("campaigns", "name"),
    **{table.entity: (table.name, table.label) for table in TABLES.values()},
}
"""Where the name of a thing stands: its table and column."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are wanted; an empty condition does not count.

    ``since`` and ``until`` are days that count, ``who`` is the id of a person, ``what`` an entity, an action
    or the beginning of one up to a dot, ``thing`` an id (that of a record: with all that was sent about it).
    """

    since: date | None = None
    until: date | None = None
    who: str = ""
    what: str = ""
    thing: str = ""


def list_rows(
    reader: Reader, wanted: Wanted, zone: tzinfo, *, before: int = BEYOND, limit: int = PAGE
) -> list[Row]:
    """Return rows of the audit, the last first, each with the ``post`` of who did it."""
    conditions, params = ["audit.seq < :before"], {"before": before, "limit": limit, **_params(wanted, zone)}
    conditions += [condition for name, condition in CONDITIONS.items() if name in params]
    return reader.query(
        f"""
        select audit.*, people.post from audit left join people on people.id = audit.actor_id
        where {" and ".join(conditions)} order by audit.seq desc limit :limit
        """,  # noqa: S608  our own words
        params,
    )


CONDITIONS = {
    "since": "audit.at >= :since",
    "until": "audit.at < :until",
    "who": "audit.actor_id = :who",
    "what": "(audit.entity = :what or audit.action = :what or audit.action like :what || '.%')",
    "thing": "audit.entity_id in (select :thing union all select id from ops where record_id = :thing)",
}


def _params(wanted: Wanted, zone: tzinfo) -> Row:
    params: Row = {name: getattr(wanted, name) for name in ("who", "what", "thing") if getattr(wanted, name)}
    if wanted.since:
        params["since"] = _midnight(wanted.since, zone)
    if wanted.until:
        params["until"] = _midnight(wanted.until + timedelta(days=1), zone)
    return params


def _midnight(day: date, zone: tzinfo) -> str:
    return to_text(datetime.combine(day, time(), zone))


def list_people(reader: Reader) -> list[Row]:
    """Return everyone who ever changed anything: id, post."""
    return reader.query(
        """
        select id, post from people where exists (select 1 from audit where audit.actor_id = people.id)
        order by post, id
        """
    )


def names_of(reader: Reader, rows: Iterable[Row]) -> dict[str, str]:
    """Return the names of the things that rows are about, by id; who has none is left out."""
    wanted: dict[str, set[str]] = {}
    for row in rows:
        wanted.setdefault(row["entity"], set()).add(row["entity_id"])
    found: dict[str, str] = {}
    for entity in wanted.keys() & NAMES.keys():
        table, column = NAMES[entity]
        params = {f"id{n}": one for n, one in enumerate(sorted(wanted[entity]))}
        places = ", ".join(f":{name}" for name in params)
        sql = f"select id, {column} as name from {table} where id in ({places})"  # noqa: S608  our own words
        found |= {row["id"]: str(row["name"] or "") for row in reader.query(sql, params)}
    return found


def records_of(reader: Reader, op_ids: Iterable[str]) -> dict[str, str]:
    """Return which of these ops belong to a record that the office can open: the record's id by the op's."""
    params = {f"id{n}": one for n, one in enumerate(op_ids)}
    places = ", ".join(f":{name}" for name in params) or "''"
    rows = reader.query(
        f"""
        select ops.id, ops.record_id from ops join observations on observations.id = ops.record_id
        where ops.id in ({places})
        """,  # noqa: S608  names of parameters only
        params,
    )
    return {row["id"]: row["record_id"] for row in rows}
