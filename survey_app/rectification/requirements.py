"""What the hard requirements come to, unit by unit: calls, journeys and looks, each as n/N."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from survey_app.catalog import queries as catalog
from survey_app.catalog.vocabulary import GUIDE_ASPECTS
from survey_app.rectification.share import NOTHING, Share
from survey_app.store import Reader, Row

GUIDE_TICKS = dict(zip(GUIDE_ASPECTS, ("guide_visible", "guide_clear", "guide_same_online"), strict=True))
"""Which answer of a look round says the same as a line of the register."""
NOTICE = "one_time_notice"
HEARD: Mapping[str, tuple[str, ...]] = {
    "phone": ("phone",),
    "told_once": ("told_once", NOTICE),
    "guide": tuple(GUIDE_TICKS.values()),
}
"""What is counted for each indicator."""
Counter = Callable[[Reader], dict[str, Share]]
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One unit: its shares by what is counted, its last call (a row), and its records about the item."""

    id: str
    name: str
    shares: Mapping[str, Share] = field(default_factory=dict)
    last: Row | None = None
    records: int = 0


def list_lines(reader: Reader, indicator: str, item_id: str) -> list[Line]:
    """Return the units with a hall, by code, with what was found of them for an indicator."""
    counted = {what: _COUNT[what](reader) for what in HEARD[indicator]}
    last = _last_calls(reader) if indicator == "phone" else {}
    records = _records(reader, item_id)
    known = {row["unit_id"] for row in catalog.list_halls(reader)}
    known |= set().union(records, *counted.values())
    return [
        Line(
            unit["id"],
            unit["name"],
            {what: found.get(unit["id"], NOTHING) for what, found in counted.items()},
            last.get(unit["id"]),
            records.get(unit["id"], 0),
        )
        for unit in catalog.list_units(reader, retired=True)
        if unit["id"] in known
    ]


def totals(lines: list[Line]) -> dict[str, Share]:
    """Return the sum of all lines, by what is counted."""
    names = lines[0].shares if lines else {}
    return {name: sum((line.shares[name] for line in lines), NOTHING) for name in names}


def count_calls(reader: Reader) -> dict[str, Share]:
    """Return by unit how many of the calls in hours were answered."""
    return _kept_counts(reader, "answered")


def count_told_once(reader: Reader) -> dict[str, Share]:
    """Return by unit in how many of the matters handled everything was said at once."""
    return _kept_counts(reader, "told_once")


def _kept_counts(reader: Reader, metric: str) -> dict[str, Share]:
    """Read by unit what is kept with the rows by week, of all weeks."""
    rows = reader.query(
        """
        select units.id as unit_id, sum(kept.hits) as n, sum(kept.n) as total
        from units join rate_counts kept on kept.unit_id = units.id and kept.grain = 'week'
            and kept.metric = :metric
        group by units.id having sum(kept.n) > 0
        """,
        {"metric": metric},
    )
    return _shares(rows)


def _last_calls(reader: Reader) -> dict[str, Row]:
    rows = reader.query(
        """
        select halls.unit_id, d.dialled_at, d.result, d.in_hours from halls join dial_tests d on d.id = (
            select id from dial_tests where hall_id = halls.id and withdrawn = 0
            order by dialled_at desc limit 1)
        order by d.dialled_at
        """
    )
    return {row["unit_id"]: row for row in rows}


def count_looks(reader: Reader, measure: str) -> dict[str, Share]:
    """Return by unit how often a look round said yes to what counts towards ``measure``, of yes and no."""
    rows = reader.query(
        """
        select halls.unit_id, count(*) as total, count(case when answer = 'yes' then 1 end) as n
        from look_answers join checklist_items on checklist_items.id = item_id
            join looks on looks.id = look_id join halls on halls.id = looks.hall_id
        where withdrawn = 0 and measures = :measure and answer in ('yes', 'no') group by halls.unit_id
        """,
        {"measure": measure},
    )
    return _shares(rows)


def list_behind(reader: Reader, indicator: str, unit_id: str) -> list[Row]:
    """Return what was counted of a unit for an indicator, the last first.

    Each row has ``made_on``, ``at``, ``hall_name``, ``post``, ``what`` (of HEARD), ``found`` and what it is
    ``about``; calls have ``in_hours`` as well.
    """
    select, params = _BEHIND[indicator]
    sql = f"{select} order by made_on desc, at desc limit :limit"
    return reader.query(sql, {**params, "unit": unit_id, "limit": MOST_LISTED})


def _shares(rows: list[Row]) -> dict[str, Share]:
    return {row["unit_id"]: Share(row["n"], row["total"]) for row in rows}


def _records(reader: Reader, item_id: str) -> dict[str, int]:
    rows = reader.query(
        """
        select unit_id, count(*) as n from observation_reform_items
            join observations on observations.id = observation_id
        where reform_item_id = :item and state <> 'withdrawn' and unit_id is not null group by unit_id
        """,
        {"item": item_id},
    )
    return {row["unit_id"]: row["n"] for row in rows}


def _look(measure: str) -> Counter:
    return lambda reader: count_looks(reader, measure)


_COUNT: Mapping[str, Counter] = {
    "phone": count_calls,
    "told_once": count_told_once,
    **{measure: _look(measure) for measure in (NOTICE, *GUIDE_TICKS.values())},
}

_TOLD = """
    select journeys.made_on, journeys.made_at as at, halls.name as hall_name, people.post,
        'told_once' as what, journeys.told_once as found, matters.name as about
    from journeys join halls on halls.id = journeys.hall_id join people on people.id = journeys.author_id
        left join matters on matters.id = journeys.matter_id
    where journeys.withdrawn = 0 and told_once in ('yes', 'no') and halls.unit_id = :unit
"""
_SEEN = """
    select looks.made_on, looks.made_at as at, halls.name as hall_name, people.post,
        measures as what, answer as found, checklist_items.name as about
    from look_answers join checklist_items on checklist_items.id = item_id
        join looks on looks.id = look_id join halls on halls.id = looks.hall_id
        join people on people.id = looks.author_id
    where looks.withdrawn = 0 and answer in ('yes', 'no') and halls.unit_id = :unit
        and measures in (:first, :second, :third)
"""
_BEHIND: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "phone": (
        """
        select dial_tests.made_on, dial_tests.dialled_at as at, halls.name as hall_name, people.post,
            'phone' as what, result as found, dial_tests.number as about, in_hours
        from dial_tests join halls on halls.id = dial_tests.hall_id
            join people on people.id = dial_tests.author_id
        where dial_tests.withdrawn = 0 and halls.unit_id = :unit
        """,
        {},
    ),
    "told_once": (f"{_TOLD} union all {_SEEN}", dict.fromkeys(("first", "second", "third"), NOTICE)),
    "guide": (_SEEN, dict(zip(("first", "second", "third"), GUIDE_TICKS.values(), strict=True))),
}
