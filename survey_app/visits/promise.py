"""What people were promised beside what a visitor met: trips, minutes, working days. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Literal

SATURDAY = 5
BEGINNINGS = ("accepted_at", "took_number_at", "called_at")  # a promised number of days counts from 受理


@dataclass(frozen=True, slots=True)
class Measure:
    """One promise: how much was ``promised`` and how much it ``actual``-ly took."""

    what: Literal["trips", "minutes", "days"]
    actual: int
    promised: int

    @property
    def kept(self) -> bool:
        """Whether it took no more than was promised."""
        return self.actual <= self.promised


def compare(journey: Mapping[str, Any], matter: Mapping[str, Any], zone: tzinfo) -> tuple[Measure, ...]:
    """Return what is known of both: a row of ``journeys`` against the ``promised_…`` of its matter.

    ``zone`` decides on which day a stamp lies; days are weekdays after the day of acceptance.
    """
    actual = {"trips": journey["trips"], "minutes": journey["minutes"], "days": _days(journey, zone)}
    pairs = ((what, found, matter[f"promised_{what}"]) for what, found in actual.items())
    return tuple(
        Measure(what, found, promised)  # type: ignore[arg-type]
        for what, found, promised in pairs
        if found is not None and promised is not None
    )


def _days(journey: Mapping[str, Any], zone: tzinfo) -> int | None:
    begun = next((journey[name] for name in BEGINNINGS if journey[name]), None)
    if not begun or not journey["done_at"]:
        return None
    first, last = (
        datetime.fromisoformat(text).astimezone(zone).date() for text in (begun, journey["done_at"])
    )
    return weekdays_after(first, last)


def weekdays_after(first: date, last: date) -> int:
    """Return how many weekdays there are after ``first`` up to ``last``; none on the same day."""
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(day.weekday() < SATURDAY for day in days)
