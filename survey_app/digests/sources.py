"""What a briefing is written from, read from the store: records, visits, calls, problems, voices."""

from __future__ import annotations

from datetime import date
from typing import Any

from survey_app.catalog import queries as catalog
from survey_app.digests import queries
from survey_app.digests.figures import Period, Record
from survey_app.digests.work import Call, Problem, Source, Visit, Work
from survey_app.rectification import findings
from survey_app.store import Reader, Row
from survey_app.voices import queries as voices
from survey_app.voices import voice

_BELOW = """(with recursive below (id) as (
    values (:unit) union select units.id from units join below on units.parent_id = below.id
) select id from below)"""
_ON_DAYS = "made_on between :first and :last and withdrawn = 0"


def about(
    period: Period, template: str = "weekly", item_id: str | None = None, unit_id: str | None = None
) -> Row:
    """Return what a briefing is about, as columns of ``digests``."""
    return {
        "template": template, "reform_item_id": item_id, "unit_id": unit_id,
        "period_from": period.first.isoformat(), "period_to": period.last.isoformat(),
    }  # fmt: skip


def get_source(reader: Reader, digest: Row, today: date) -> Source:
    """Return what a briefing is written from as of today; ``digest`` is a row of ``digests``."""
    period = Period(date.fromisoformat(digest["period_from"]), date.fromisoformat(digest["period_to"]))
    item_id, unit_id = digest["reform_item_id"], digest["unit_id"]
    records = [] if digest["template"] == "chase" else list_records(reader, period, item_id, unit_id)
    titles = {row["id"]: row["title"] for row in reader.query("select id, title from reform_items")}
    unit = reader.value("select name from units where id = :id", {"id": unit_id})
    return Source(
        period,
        tuple(records),
        queries.get_coverage(reader),
        today,
        get_work(reader, digest, period),
        catalog.get_calendar(reader),
        titles,
        titles.get(item_id, ""),
        unit or "",
    )


def list_records(reader: Reader, period: Period, item_id: str | None, unit_id: str | None) -> list[Record]:
    """Return the records of a period that belong to a theme: a reform item, a unit with those below it."""
    found = queries.list_records(reader, period)
    if item_id:
        found = [record for record in found if item_id in record.reform_items]
    if unit_id:
        rows = reader.query(f"select id from observations where unit_id in {_BELOW}", {"unit": unit_id})  # noqa: S608
        of_unit = {row["id"] for row in rows}
        found = [record for record in found if record.id in of_unit]
    return found


def get_work(reader: Reader, digest: Row, period: Period) -> Work:
    """Return what was done and what became of it; of a reform item no visit speaks, only its problems."""
    wanted = {
        "first": period.first.isoformat(), "last": period.last.isoformat(),
        "unit": digest["unit_id"], "item": digest["reform_item_id"],
    }  # fmt: skip
    problems = tuple(_list_problems(reader, digest, wanted))
    if digest["template"] == "chase":
        return Work(problems=problems)
    quotes = tuple(_list_quotes(reader, digest, period))
    if digest["reform_item_id"]:
        return Work(problems=problems, quotes=quotes)
    return Work(
        tuple(_list_visits(reader, wanted)),
        tuple(_ids(reader, "looks", wanted)),
        tuple(_ids(reader, "journeys", wanted)),
        tuple(_list_calls(reader, wanted)),
        problems,
        quotes,
    )


def _of_unit(column: str, wanted: Row) -> str:
    return f"and {column} in {_BELOW}" if wanted["unit"] else ""


def _list_visits(reader: Reader, wanted: Row) -> list[Visit]:
    rows = reader.query(
        f"""
        select visits.id, visits.made_on, visits.capacity, visits.announced, visits.unit_id,
            coalesce(halls.name, '') as hall, coalesce(units.tier, '') as tier, people.unit_id as own_unit_id,
            coalesce(hosts.name, '') as unit
        from visits join people on people.id = visits.visitor_id
            left join units on units.id = people.unit_id left join halls on halls.id = visits.hall_id
            left join units as hosts on hosts.id = visits.unit_id
        where visits.made_on between :first and :last and visits.withdrawn = 0
            and visits.standing <> 'refused' {_of_unit("visits.unit_id", wanted)}
        order by visits.made_on, visits.n
        """,  # noqa: S608  our own words
        wanted,
    )
    return [
        Visit(
            row["id"], date.fromisoformat(row["made_on"]), row["tier"], row["capacity"] or "",
            bool(row["announced"]), row["hall"], _crosses(row), row["unit"],
        )
        for row in rows
    ]  # fmt: skip


def _crosses(row: Row) -> bool | None:
    """Tell whether a department's head visited another unit; None for all whom that rule does not bind."""
    known = row["tier"] == "department" and row["unit_id"] and row["own_unit_id"]
    return row["unit_id"] != row["own_unit_id"] if known else None


def _ids(reader: Reader, table: str, wanted: Row) -> list[str]:
    halls = f"and hall_id in (select id from halls where unit_id in {_BELOW})" if wanted["unit"] else ""  # noqa: S608
    sql = f"select id from {table} where {_ON_DAYS} {halls} order by made_on, id"  # noqa: S608  our own names
    return [row["id"] for row in reader.query(sql, wanted)]


def _list_calls(reader: Reader, wanted: Row) -> list[Call]:
    rows = reader.query(
        f"""
        select dial_tests.id, made_on, result, coalesce(halls.name, '') as hall
        from dial_tests left join halls on halls.id = dial_tests.hall_id
        where {_ON_DAYS} {_of_unit("halls.unit_id", wanted)} order by made_on, dial_tests.id
        """,  # noqa: S608  our own words
        wanted,
    )
    return [Call(row["id"], date.fromisoformat(row["made_on"]), row["result"], row["hall"]) for row in rows]


def _list_problems(reader: Reader, digest: Row, wanted: Row) -> list[Problem]:
    """Return the problems found in the period; for a 督办通报 all, whenever they were found."""
    days = "1 = 1" if digest["template"] == "chase" else "findings.found_on between :first and :last"
    item = (
        "and findings.id in (select finding_id from finding_reform_items where reform_item_id = :item)"
        if wanted["item"]
        else ""
    )
    sql = f"""{findings.SELECT} where {days} {item} {_of_unit("findings.unit_id", wanted)}
        order by findings.year, findings.position"""
    return [_problem(row) for row in reader.query(sql, wanted)]


def _problem(row: Row) -> Problem:
    days: dict[str, Any] = {
        name: date.fromisoformat(row[name]) if row[name] else None for name in ("deadline_on", "closed_on")
    }
    return Problem(
        row["id"], row["number"], row["text"], row["state"], date.fromisoformat(row["found_on"]),
        row["unit_name"] or "", row["place"], answer=row["answer"], reworks=row["reworks"], **days,
    )  # fmt: skip


def _list_quotes(reader: Reader, digest: Row, period: Period) -> list[voice.Quote]:
    found = voices.list_quotable(reader, period.first, period.last)
    if digest["reform_item_id"]:
        code = reader.value("select code from reform_items where id = :id", {"id": digest["reform_item_id"]})
        found = [one for one in found if code in one["reform_item_codes"].split()]
    if digest["unit_id"]:
        rows = reader.query(f"select id from units where id in {_BELOW}", {"unit": digest["unit_id"]})  # noqa: S608
        below = {row["id"] for row in rows}
        found = [one for one in found if one["unit_id"] in below]
    return voice.quotable(found, period.first, period.last)
