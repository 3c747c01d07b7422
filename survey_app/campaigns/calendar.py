"""Assignments as a calendar to subscribe to (iCalendar, RFC 5545). Pure: the same rows, the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

PRODUCT = "-//Walk-in Survey//Assignments//ZH"
AGAIN_AFTER = timedelta(hours=6)  # how soon a phone is asked to look again; it decides for itself


@dataclass(frozen=True, slots=True)
class Entry:
    """One assignment as a day in a calendar; ``changes`` counts how often it was changed."""

    id: str
    day: date
    title: str
    place: str
    text: str
    url: str
    changed_at: datetime
    changes: int
    cancelled: bool


def write(name: str, entries: Iterable[Entry]) -> bytes:
    """Return a calendar called ``name``; what was cancelled stays in it, so that phones take it off."""
    calendar = Calendar()
    for key, value in (
        ("prodid", PRODUCT),
        ("version", "2.0"),
        ("method", "PUBLISH"),
        ("x-wr-calname", name),
    ):
        calendar.add(key, value)
    calendar.add("refresh-interval", AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", f"{entry.id}@walk-in-survey")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.changes)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # a day on which one goes is not a day that is taken
    event.add("class", "PRIVATE")
    event.add("summary", entry.title)
    event.add("location", entry.place)
    event.add("description", entry.text)
    event.add("url", entry.url)
    return event
