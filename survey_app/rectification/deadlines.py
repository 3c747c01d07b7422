"""Working days: when something is due, and what colour a date has come to. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from survey_app.catalog.workdays import Calendar

DEFAULT_DAYS: Final = {"severe": 0, "serious": 5, "normal": 15}
"""Working days until a problem has to be put right, by severity; the office may choose another day."""
NEAR = 2  # working days before the limit
LONG_OVERDUE = 5  # working days after it
ONE_DAY = timedelta(days=1)


def default_deadline(severity: str | None, today: date, calendar: Calendar) -> date:
    """Return when a problem of a severity is due that is handed over today."""
    return calendar.after(today, DEFAULT_DAYS.get(severity or "normal", DEFAULT_DAYS["normal"]))


def last_days(today: date, calendar: Calendar) -> tuple[date, date]:
    """Return the last limit that is red today, and the last that is blue."""
    red, blue = today - ONE_DAY, today
    while calendar.between(red, today) < LONG_OVERDUE:
        red -= ONE_DAY
    while calendar.between(today, blue + ONE_DAY) <= NEAR:
        blue += ONE_DAY
    return red, blue


def colour(deadline: date | None, today: date, calendar: Calendar) -> str:
    """Return ``blue`` for a near limit, ``yellow`` once it has passed, ``red`` long after; or nothing."""
    if deadline is None:
        return ""
    if today > deadline:
        return "red" if calendar.between(deadline, today) >= LONG_OVERDUE else "yellow"
    return "blue" if calendar.between(today, deadline) <= NEAR else ""
