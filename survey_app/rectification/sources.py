"""From where the records of a filter are read so that a page is found among a million: SQL, newest first.

A number is always taken from what is already in its order (an index, the search index); nothing is sorted
that a page does not show. A condition with several values is read as several sources, side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from survey_app.catalog.units import UNITS_BELOW
from survey_app.rectification.filters import UNTAGGED, Filter
from survey_app.store import Reader, Row, Source, Store

MOST_SOURCES = 400  # a database takes no more than 500 together
MOST_DAYS = 100  # a quarter: of a longer period so many records are its own that it is read in one go
TABLE = Source("observations", "observations.n")
TAGGED = Source(
    "observation_reform_items tagged join observations on observations.id = tagged.observation_id",
    "tagged.n",
    "tagged.reform_item_id = :item",
)
COLUMNS = {
    name: f"observations.{column}"
    for name, column in {
        "state": "state", "kind": "kind", "method": "method", "hall": "hall_id", "day": "made_on",
        "unit": "unit_id", "category": "category",
    }.items()
}  # fmt: skip
TAGGED_CONDITION = (
    "observations.id in (select observation_id from observation_reform_items where reform_item_id = :item)"
)
UNTAGGED_CONDITION = "observations.tags = 0"
MEMBERS = {
    "unit": UNITS_BELOW,
    "category": "select code as value from categories where code = :value or parent_code = :value order by 1",
}
BOUNDS = """
    select min((select min(n) from observations where made_on = days.made_on)) as first,
        max((select max(n) from observations where made_on = days.made_on)) as last
    from (select distinct made_on from observation_days
        where facet = 'unit' and made_on between :since and :until) as days
"""


def list_members(reader: Reader, name: str, value: str) -> list[str]:
    """Return the values that one of ``unit`` or ``category`` stands for: itself and what is below it."""
    return [row["value"] for row in reader.query(MEMBERS[name], {"value": value})]


def choose(store: Store, wanted: Filter) -> list[Source]:
    """Return the sources of a filter; what was withdrawn is left out unless it is asked for."""
    first, days = _first(store, wanted), _days(wanted)
    parts, params = [first.condition], dict(first.params)
    if not wanted.state:
        parts.append("observations.state <> 'withdrawn'")
    if wanted.item == UNTAGGED:
        parts.append(UNTAGGED_CONDITION)
    elif wanted.item:
        params["item"] = wanted.item
        parts += [TAGGED_CONDITION] if first.sql != TAGGED.sql else []
    # What is read in the order of one condition has to be read by no other: the rest is only compared.
    driven = first is not TABLE or bool(days)
    for name in ("state", "kind", "method", "hall"):
        if value := getattr(wanted, name):
            params[name] = value
            parts.append(f"{_compared(name) if driven else COLUMNS[name]} = :{name}")
    if (wanted.since or wanted.until) and not days:
        parts.append(_within(first, "made_on"))
        params |= _bounds(store, wanted)
    found = [replace(first, condition=" and ".join(parts), params=params)]
    if days:
        found = _side_by_side(found, "day", days)
    for name in ("unit", "category"):
        if value := getattr(wanted, name):
            values = list_members(store, name, value)
            apart = first is TABLE and len(found) * len(values) <= MOST_SOURCES
            if apart and (name == "unit" or len(found) == 1):
                found = _side_by_side(found, name, values)
            else:
                found = _among(found, name, values)
    return found


def _first(store: Store, wanted: Filter) -> Source:
    if wanted.q:
        return store.search_source("observations", wanted.q)
    return TAGGED if wanted.item and wanted.item != UNTAGGED else TABLE


def _days(wanted: Filter) -> list[str]:
    """Return the days of a period that are few enough to be read side by side, where nothing else leads."""
    if wanted.q or wanted.item or not (wanted.since and wanted.until):
        return []
    count = (wanted.until - wanted.since).days + 1
    return (
        [(wanted.since + timedelta(days=n)).isoformat() for n in range(count)] if count <= MOST_DAYS else []
    )


def _compared(name: str) -> str:
    """Return a column so that no index of it is used."""
    return f"coalesce({COLUMNS[name]}, '')"


def _within(first: Source, column: str) -> str:
    return (
        f"{first.number} between :first_n and :last_n"
        f" and coalesce(observations.{column}, '') between :since and :until"
    )


def _bounds(reader: Reader, wanted: Filter) -> Row:
    """Return a period and between which numbers its records are."""
    period = {"since": str(wanted.since or date.min), "until": str(wanted.until or date.max)}
    found = reader.find(BOUNDS, period) or {}
    return {**period, "first_n": found["first"] or 0, "last_n": found["last"] or 0}


def _side_by_side(sources: Sequence[Source], name: str, values: Sequence[str]) -> list[Source]:
    """Return a source for each of the values, which it has in its order."""
    return [
        replace(
            one,
            condition=f"{one.condition} and {COLUMNS[name]} = :{name}{n}",
            params={**one.params, **_named(name, values)},
        )
        for one in sources
        for n in range(len(values))
    ]


def _among(sources: Sequence[Source], name: str, values: Sequence[str]) -> list[Source]:
    """Return the sources with the condition that a column has one of the values."""
    names = ", ".join(f":{name}{n}" for n in range(len(values))) or "null"
    return [
        replace(
            one,
            condition=f"{one.condition} and {_compared(name)} in ({names})",
            params={**one.params, **_named(name, values)},
        )
        for one in sources
    ]


def _named(name: str, values: Sequence[str]) -> Row:
    return {f"{name}{n}": value for n, value in enumerate(values)}


def numbers_query(sources: Sequence[Source], side: str, order: str) -> tuple[str, Row]:
    """Return the SQL of the next ``:limit`` numbers (``n``) on a side of ``:n``, as ``< desc``."""
    if not sources:
        return "select 0 as n where false limit :limit", {}
    each = (
        f"select {one.number} as n from {one.sql} where {one.condition} and {one.number} {side} :n"  # noqa: S608
        for one in sources
    )
    by = "n" if len(sources) > 1 else sources[0].number
    return f"{' union all '.join(each)} order by {by} {order} limit :limit", sources[0].params


def count_query(sources: Sequence[Source]) -> tuple[str, Row]:
    """Return the SQL that counts what the sources have, no further than ``:limit``."""
    if not sources:
        return "select 0 limit :limit", {}
    each = " union all ".join(f"select 1 from {one.sql} where {one.condition}" for one in sources)  # noqa: S608
    sql = f"select count(*) from (select * from ({each}) as found limit :limit) as counted"  # noqa: S608
    return sql, sources[0].params
