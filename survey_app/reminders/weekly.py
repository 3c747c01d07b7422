"""What a week is counted from: the histories of problems, and the records that were noted in it."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from survey_app.rectification import findings
from survey_app.rectification.finding import Event
from survey_app.rectification.workflow import FINAL
from survey_app.reminders.week import ONE_DAY, Counts, Week, add, tally
from survey_app.store import Reader


def count_week(reader: Reader, week: Week, today: date) -> dict[str, Counts]:
    """Return what a week came to by the id of the unit; what belongs to none is under ``""``."""
    found = tally(list_histories(reader, week), week, today)
    for unit_id, records in _count_records(reader, week).items():
        add(found, unit_id, Counts(received=records))
    for unit_id, counts in _count_found(reader, week).items():
        add(found, unit_id, counts)
    return found


def list_histories(reader: Reader, week: Week) -> list[list[Event]]:
    """Return the histories of all problems that were open in a week or after it."""
    names = ", ".join(f"'{state}'" for state in FINAL)
    rows = reader.query(
        f"""
        select e.* from finding_events e join findings on findings.id = e.finding_id
        where findings.state not in ({names}) or findings.updated_at >= :since
        order by e.finding_id, e.n
        """,  # noqa: S608  our own words
        {"since": (week.first - ONE_DAY).isoformat()},
    )
    by_finding = groupby(rows, key=lambda row: str(row["finding_id"]))
    return [[findings.read_event(row) for row in events] for _finding_id, events in by_finding]


def _count_records(reader: Reader, week: Week) -> dict[str, int]:
    rows = reader.query(
        """
        select coalesce(unit_id, '') as unit_id, count(*) as n from observations
        where made_on between :first and :last and state <> 'withdrawn' group by 1
        """,
        _days(week),
    )
    return {row["unit_id"]: row["n"] for row in rows}


def _count_found(reader: Reader, week: Week) -> dict[str, Counts]:
    """Return how many problems of each unit were found, and how many of them are earlier ones again."""
    rows = reader.query(
        f"""
        select later.unit_id, count(*) as found, count(case when exists
            (select 1 from findings earlier where {findings.AGAIN}) then 1 end) as recurring
        from findings later
        where later.recurs_until is not null and later.found_on between :first and :last
        group by later.unit_id
        """,  # noqa: S608  our own words
        _days(week),
    )
    return {row["unit_id"]: Counts(found=row["found"], recurring=row["recurring"]) for row in rows}


def _days(week: Week) -> dict[str, str]:
    return {"first": week.first.isoformat(), "last": week.last.isoformat()}
