"""What was promised of a matter against what those who handled it met: trips, minutes, working days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from statistics import median

from survey_app.catalog.workdays import Calendar
from survey_app.rectification.share import Share
from survey_app.store import Reader, Row
from survey_app.visits.promise import days_taken
from survey_app.visits.summary import OF_VISIT

MEASURED = ("trips", "minutes", "days")
MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: how many who tried found it ``kept``; ``middle`` and ``most`` are what it took."""

    what: str
    promised: int | None
    kept: Share
    middle: float | None
    most: int | None


def list_journeys(reader: Reader, matter_id: str) -> list[Row]:
    """Return how a matter went each time, the last first, with ``hall_name``, ``hall_unit_id`` and the
    ``visitor_post``.
    """
    return reader.query(
        f"""
        select journeys.*, halls.name as hall_name, halls.unit_id as hall_unit_id, people.post as visitor_post
        from journeys left join halls on halls.id = journeys.hall_id
            left join visits on {OF_VISIT.format("journeys")}
            join people on people.id = coalesce(visits.visitor_id, journeys.author_id)
        where journeys.matter_id = :matter and journeys.withdrawn = 0
        order by journeys.made_on desc, journeys.received_at desc
        """,  # noqa: S608  our own words
        {"matter": matter_id},
    )


def count_kept(reader: Reader) -> Mapping[str, Share]:
    """Return by matter how many of those who made their trips made no more than were promised."""
    rows = reader.query(
        """
        select matter_id, count(*) as total, count(case when trips <= promised_trips then 1 end) as n
        from journeys join matters on matters.id = matter_id
        where withdrawn = 0 and trips is not null and promised_trips is not null group by matter_id
        """
    )
    return {row["matter_id"]: Share(row["n"], row["total"]) for row in rows}


def weigh(journeys: list[Row], matter: Row, calendar: Calendar, zone: tzinfo) -> list[Promise]:
    """Return each promise of a matter, and what was measured though nothing was promised.

    ``zone`` decides on which day a stamp lies.
    """
    found = {
        "trips": [row["trips"] for row in journeys],
        "minutes": [row["minutes"] for row in journeys],
        "days": [days_taken(row, calendar, zone) for row in journeys],
    }
    weighed = [_weigh(what, matter[f"promised_{what}"], found[what]) for what in MEASURED]
    return [one for one in weighed if one.promised is not None or one.most is not None]


def _weigh(what: str, promised: int | None, found: list[int | None]) -> Promise:
    known = [one for one in found if one is not None]
    kept = Share(sum(one <= promised for one in known), len(known)) if promised is not None else Share()
    return Promise(what, promised, kept, median(known) if known else None, max(known, default=None))
