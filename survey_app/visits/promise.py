"""What people were promised beside what a visitor met: trips, minutes, working days. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal

from survey_app.catalog.workdays import Calendar

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


def compare(
    journey: Mapping[str, Any], matter: Mapping[str, Any], calendar: Calendar, zone: tzinfo
) -> tuple[Measure, ...]:
    """Return what is known of both: a row of ``journeys`` against the ``promised_…`` of its matter.

    ``zone`` decides on which day a stamp lies.
    """
    days = days_taken(journey, calendar, zone)
    took = {"trips": journey["trips"], "minutes": journey["minutes"], "days": days}
    pairs = ((what, found, matter[f"promised_{what}"]) for what, found in took.items())
    return tuple(
        Measure(what, found, promised)  # type: ignore[arg-type]
        for what, found, promised in pairs
        if found is not None and promised is not None
    )


def days_taken(journey: Mapping[str, Any], calendar: Calendar, zone: tzinfo) -> int | None:
    """Return the working days after the day of acceptance until it was done; None where it is not known.

    Where acceptance was not stamped, the first stamp there is stands in.
    """
    begun = next((journey[name] for name in BEGINNINGS if journey[name]), None)
    if not begun or not journey["done_at"]:
        return None
    stamps = (begun, journey["done_at"])
    first, last = (datetime.fromisoformat(text).astimezone(zone).date() for text in stamps)
    return calendar.between(first, last)
