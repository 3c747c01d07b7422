"""What is said of a visit beside its records: itself, a look round, a matter handled, a call. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from survey_app.catalog.spans import Hours
from survey_app.catalog.vocabulary import STAMPS
from survey_app.catalog.workdays import Calendar
from survey_app.visits import values

VISIT, LOOK, JOURNEY, DIAL, FOLLOW_UP, CONFIRMATION = (
    "visit", "look", "journey", "dial_test", "follow_up", "confirmation",
)  # fmt: skip
LONGEST_NOTE = 2000
LONGEST_LINE = 200
MOST_TRIPS = 99
MOST_SECONDS = 3600
UNHEARD = "unanswered"
CLOCK_SKEW = timedelta(minutes=15)  # how far a phone's clock may be ahead before what it says is impossible

_PLACE: values.Shapes = {"visit_id": values.is_name, "hall_id": values.is_name, "counter_id": values.is_name}
SHAPES: Mapping[str, values.Shapes] = {
    VISIT: {
        **dict.fromkeys(("hall_id", "assignment_id", "for_person_id", "capacity"), values.is_name),
        "announced": values.is_flag,
        **dict.fromkeys(("started_at", "ended_at"), values.is_instant),
        **dict.fromkeys(("informed", "note"), values.is_text),
    },
    LOOK: {**_PLACE, "checklist_id": values.is_name, "answers": values.is_words},
    JOURNEY: {
        **_PLACE,
        **dict.fromkeys(("matter_id", "complete", "told_once", "outcome"), values.is_name),
        **dict.fromkeys(STAMPS, values.is_instant),
        "trips": values.is_number,
        **dict.fromkeys(("materials", "note"), values.is_text),
    },
    DIAL: {
        **dict.fromkeys(("phone_id", "visit_id", "result"), values.is_name),
        "dialled_at": values.is_instant,
        "seconds": values.is_number,
        **dict.fromkeys(("number", "note"), values.is_text),
    },
    FOLLOW_UP: {
        **dict.fromkeys(("observation_id", "how", "result", "rating"), values.is_name),
        "asked_at": values.is_instant,
        **dict.fromkeys(("asked", "text"), values.is_text),
    },
    CONFIRMATION: {
        **dict.fromkeys(("record_id", "version", "says"), values.is_name),
        "text": values.is_text,
    },
}
"""Kind of op → field of its payload → the shape of its value."""


def payload_of(visit: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row of ``visits`` says, as the payload of an op: an edit says all of it again."""
    said = {name: visit[name] for name in SHAPES[VISIT] if name in visit}
    whom = None if visit["visitor_id"] == visit["author_id"] else visit["visitor_id"]
    return {**said, "announced": bool(visit["announced"]), "for_person_id": whom}


def is_another(visit: Mapping[str, Any], said: Mapping[str, Any], *, leaving: bool) -> bool:
    """Tell whether a form is of another visit than a row of ``visits``: at another hall, or for another."""
    visitor_id = said["for_person_id"] or visit["author_id"]
    return bool(said["hall_id"] != visit["hall_id"] or (not leaving and visitor_id != visit["visitor_id"]))


def out_of_order(stamps: Iterable[tuple[str, datetime | None]]) -> str | None:
    """Return the first stamp that lies before one that has to come before it, or None."""
    last: datetime | None = None
    for name, at in stamps:
        if at and last and at < last:
            return name
        last = at or last
    return None


def minutes_between(begin: str | None, end: str | None) -> int | None:
    """Return the whole minutes from one instant to another, or None where one of them is not known."""
    first, last = (values.instant(text) if text else None for text in (begin, end))
    return round((last - first).total_seconds() / 60) if first and last else None


def lies_ahead(at: datetime, arrived: datetime) -> bool:
    """Tell whether an instant had not come yet when word of it arrived, however a phone's clock goes."""
    return at > arrived + CLOCK_SKEW


def is_in_hours(at: datetime, hours: Hours, calendar: Calendar, *, around_the_clock: bool) -> bool | None:
    """Tell whether somebody had promised to answer at ``at`` (in the hall's time); None: it is not said.

    工作日 is what the calendar says; on a public holiday no other days promise, only what is always there.
    """
    return True if around_the_clock else hours.is_open(at, calendar)


def is_a_finding(result: str, in_hours: bool | None) -> bool:
    """Tell whether a call is a finding by itself: nobody answered although somebody had promised to."""
    return result == UNHEARD and in_hours is True
