"""The rows of the ledger in the store: which problems a filter wants, in order, and each with all it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from survey_app.privacy import mask
from survey_app.rectification import findings
from survey_app.rectification.deadlines import last_days
from survey_app.rectification.ledger import AsOf
from survey_app.rectification.ledger_filter import OPEN_STATES, LedgerFilter
from survey_app.rectification.workflow import DUE, OPEN
from survey_app.store import Reader, Row
from survey_app.visits.agenda import of_campaign

AT_ONCE = 500
SEARCHED = ("number", "text", "place", "measure", "owner", "progress", "answer")
EVERY_UNIT = None
OF_UNIT = """(findings.unit_id = :own or findings.id in
    (select finding_id from finding_supporting_units where unit_id = :own))"""
DUE_NOW = f"findings.state in ({', '.join(repr(state) for state in DUE)})"
CONDITIONS = {
    "state": "findings.state = :state",
    "unit": """findings.unit_id in (
        with recursive below (id) as (
            values (:unit) union select units.id from units join below on units.parent_id = below.id
        ) select id from below)""",
    "category": """findings.category in
        (select code from categories where code = :category or parent_code = :category)""",
    "item": "findings.id in (select finding_id from finding_reform_items where reform_item_id = :item)",
    "campaign": f"""findings.id in (
        select finding_id from finding_observations
        where observation_id in ({of_campaign("observations")}))""",  # noqa: S608  our own words
    "since": "findings.found_on >= :since",
    "until": "findings.found_on <= :until",
    "closed_since": "findings.closed_on >= :closed_since",
    "closed_until": "findings.closed_on <= :closed_until",
}
COLOURS = {
    "red": "findings.deadline_on <= :red",
    "yellow": "findings.deadline_on > :red and findings.deadline_on < :today",
    "blue": "findings.deadline_on between :today and :blue",
}
ORDERS = {
    "deadline": "findings.deadline_on is null, findings.deadline_on, findings.year, findings.position",
    "number": "findings.year, findings.position",
}


def list_ids(
    reader: Reader, wanted: LedgerFilter, asof: AsOf, *, own: str | None = EVERY_UNIT, sort: str = "deadline"
) -> list[str]:
    """Return the ids of the problems that fit, in order; with ``own`` only those of that unit.

    What was merged into another is left out unless it is asked for. A text is looked for in what a list
    shows, so that nobody finds out a hidden number digit by digit.
    """
    condition, params = _where(wanted, asof, own)
    rows = reader.query(
        f"""
        select findings.id, units.name as unit_name, {", ".join(f"findings.{name}" for name in SEARCHED)}
        from findings left join units on units.id = findings.unit_id
        where {condition} order by {ORDERS.get(sort, ORDERS["deadline"])}
        """,  # noqa: S608  our own words
        params,
    )
    if wanted.q:
        needle = wanted.q.casefold()
        rows = [row for row in rows if any(needle in mask(row[name]).casefold() for name in SEARCHED)]
    if sort == "unit":
        rows.sort(key=lambda row: _alphabetical(row["unit_name"]))
    return [row["id"] for row in rows]


def list_rows(reader: Reader, ids: Sequence[str]) -> list[Row]:
    """Return problems with all that the ledger says of them, in the order of their ids."""
    return [
        row for first in range(0, len(ids), AT_ONCE) for row in _some(reader, ids[first : first + AT_ONCE])
    ]


def list_ids_by_number(reader: Reader, numbers: Iterable[str], own: str | None) -> dict[str, str]:
    """Return the ids of the problems with these numbers that a person may see, by number."""
    wanted = set(numbers)
    condition, params = (OF_UNIT, {"own": own}) if own is not EVERY_UNIT else ("1 = 1", {})
    rows = reader.query(f"select id, number from findings where {condition}", params)  # noqa: S608
    return {row["number"]: row["id"] for row in rows if row["number"] in wanted}


def _where(wanted: LedgerFilter, asof: AsOf, own: str | None) -> tuple[str, Row]:
    parts, params = [] if wanted.state else ["findings.state <> 'merged'"], dict[str, Any](wanted.address())
    if own is not EVERY_UNIT:
        parts.append(OF_UNIT)
        params["own"] = own
    for name in wanted.active:
        if (name, wanted.state) == ("state", OPEN_STATES):
            parts.append(f"findings.state in ({', '.join(repr(state) for state in OPEN)})")
        elif name == "colour":
            red, blue = last_days(asof.today, asof.calendar)
            params |= {"red": red.isoformat(), "blue": blue.isoformat(), "today": asof.today.isoformat()}
            parts += [DUE_NOW, COLOURS[wanted.colour]]
        elif name != "q":
            parts.append(CONDITIONS[name])
    return " and ".join(parts) or "1 = 1", params


def _alphabetical(name: str | None) -> tuple[bool, bytes]:
    """Return what puts names in the order of their Pinyin, as GB 18030 has the usual characters."""
    return name is None, (name or "").encode("gb18030")


def _some(reader: Reader, ids: Sequence[str]) -> list[Row]:
    params = {f"id{n}": one for n, one in enumerate(ids)}
    these = ", ".join(f":{name}" for name in params)
    found = reader.query(f"{findings.SELECT} where findings.id in ({these})", params)
    rows = {row["id"]: {**row, "supporting": [], "items": [], "photos": 0} for row in found}
    supporting = reader.query(
        f"""select s.finding_id, units.name from finding_supporting_units s
        join units on units.id = s.unit_id where s.finding_id in ({these}) order by units.code""",  # noqa: S608
        params,
    )
    items = reader.query(
        f"""select f.finding_id, r.title as name from finding_reform_items f
        join reform_items r on r.id = f.reform_item_id where f.finding_id in ({these})
        order by r.family, r.position""",  # noqa: S608
        params,
    )
    photos = reader.query(
        f"""select entity_id, count(*) as n from photo_uses
        where entity = 'finding' and entity_id in ({these}) group by entity_id""",  # noqa: S608
        params,
    )
    for key, named in (("supporting", supporting), ("items", items)):
        for one in named:
            rows[one["finding_id"]][key].append(one["name"])
    for one in photos:
        rows[one["entity_id"]]["photos"] = one["n"]
    return [rows[one] for one in ids if one in rows]
