"""Counts of what waits for whom, each by an index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from survey_app.catalog import queries as catalog
from survey_app.rectification import findings
from survey_app.rectification import queries as records
from survey_app.rectification.filters import Filter
from survey_app.rectification.workflow import WITH_UNIT
from survey_app.reminders.reminder import BACKUP_AFTER, VERIFY_AFTER, Count, last_blue, last_red
from survey_app.store import Reader, Row, Store
from survey_app.store.instants import from_text, to_text
from survey_app.sync import installs
from survey_app.sync.queries import count_held, count_in_custody
from survey_app.voices import queries as voices

STATES = ("returned", "fed_back", "explained", "verified", "followed_up", "judged", "asking")
MOST_SILENT = 50
VERIFIED_AT = "audit_verified_at"
"""The setting that says when the chain of changes was last proved whole."""
WEEK = timedelta(days=7)
LATE = f"state in ({', '.join(repr(one) for one in (*WITH_UNIT, 'returned'))})"


def count_for_office(store: Store, now: datetime, today: date) -> dict[str, Count]:
    """Return what waits for the office."""
    by_state = findings.count_by_state(store)
    states = {name: Count(by_state.get(name, 0)) for name in STATES}
    gaps = installs.list_gaps(store, by=to_text(now - installs.QUIET), limit=MOST_SILENT)
    review = "select count(*) from findings where state = 'shelved' and review_on <= :today"
    return {
        **states,
        **_count_late(store, today),
        "untriaged": Count(records.count_records(store, Filter(state="reported"))),
        "held": Count(count_held(store)),
        "silent": Count(len({(gap.install_id, gap.author_id) for gap in gaps})),
        "voices": _count_waiting(store, None),
        "review": Count(store.value(review, {"today": today.isoformat()})),
    }


def _count_waiting(reader: Reader, unit_id: str | None) -> Count:
    """Return how many netizens wait for an answer: from anybody, or from a unit."""
    waiting = voices.Filter(state="waiting", scope=unit_id)
    return Count(voices.count_voices(reader, waiting)["netizen"])


def _count_late(reader: Reader, today: date) -> dict[str, Count]:
    """Return how many limits are near, past and long past, by their colour."""
    rows = reader.query(
        f"""
        select deadline_on, count(*) as n from findings
        where {LATE} and deadline_on <= :near group by deadline_on
        """,  # noqa: S608  our own words
        _days(reader, today),
    )
    return _by_colour(reader, today, rows)


def _by_colour(reader: Reader, today: date, rows: Sequence[Row], prefix: str = "") -> dict[str, Count]:
    """Sum up rows of ``deadline_on``, ``n`` and perhaps ``first``, in the order of their limits."""
    days, found = _days(reader, today), {f"{prefix}{name}": Count(0) for name in ("red", "yellow", "blue")}
    for row in rows:
        past = "red" if row["deadline_on"] <= days["red"] else "yellow"
        name = prefix + (past if row["deadline_on"] < days["today"] else "blue")
        found[name] = Count(found[name].n + row["n"], found[name].first or row.get("first", ""))
    return found


def _days(reader: Reader, today: date) -> dict[str, str]:
    calendar = catalog.get_calendar(reader)
    return {
        "red": last_red(today, calendar).isoformat(),
        "near": last_blue(today, calendar).isoformat(),
        "today": today.isoformat(),
    }


def count_for_unit(reader: Reader, unit_id: str, today: date) -> dict[str, Count]:
    """Return what waits for a unit, each with the problem that is due first."""
    rows = reader.query(
        """
        select id as first, 1 as n, state, deadline_on, reworks, fed_back_at,
            (select action from finding_events e where e.finding_id = findings.id
                and e.n = findings.version) as last_action
        from findings where unit_id = :unit and state in ('assigned', 'signed', 'fixing')
        order by deadline_on, year, position
        """,
        {"unit": unit_id},
    )
    near = _days(reader, today)["near"]
    return {
        **_by_colour(reader, today, [row for row in rows if row["deadline_on"] <= near], "own_"),
        "own_voices": _count_waiting(reader, unit_id),
        "to_sign": _first([row for row in rows if row["state"] == "assigned"]),
        "sent_back": _first([row for row in rows if row["last_action"] in ("rework", "follow_up")]),
        "answered": _first([row for row in rows if row["last_action"] in ("grant", "refuse")]),
    }


def count_for_finder(reader: Reader, person_id: str) -> dict[str, Count]:
    """Return what was verified and waits for its finder to look again."""
    rows = reader.query(
        """
        select distinct findings.id as first, findings.verified_at from findings
            join observations o on o.finding_id = findings.id
        where findings.state = 'verified' and o.id in (
            select id from observations where author_id = :me
            union select id from observations where visitor_id = :me)
        order by findings.verified_at, findings.id
        """,
        {"me": person_id},
    )
    return {"to_ask": _first(rows)}


def count_for_admin(reader: Reader, now: datetime) -> dict[str, Count]:
    """Return what waits for the administrator; ages are in days."""
    backed_up = _age(reader, "backed_up_at", now)
    begun = reader.value("select at from audit order by seq limit 1")
    verified = _age(reader, VERIFIED_AT, now)
    if verified is None:
        verified = (now - from_text(begun)).days if begun else 0
    feedback = "select count(*) from feedback where created_at > :since"
    return {
        "never_backed_up": Count(int(backed_up is None)),
        "backup_age": Count(backed_up if backed_up and backed_up >= BACKUP_AFTER else 0),
        "verify_age": Count(verified if verified >= VERIFY_AFTER else 0),
        "custody": Count(count_in_custody(reader, None)),
        "feedback": Count(reader.value(feedback, {"since": to_text(now - WEEK)})),
    }


def _age(reader: Reader, setting: str, now: datetime) -> int | None:
    """Return how many days ago something was noted in the settings; None where it never was."""
    found = reader.value("select value from settings where id = :id", {"id": setting})
    return (now - from_text(found)).days if found else None


def _first(rows: Sequence[Row]) -> Count:
    return Count(len(rows), rows[0]["first"] if rows else "")
