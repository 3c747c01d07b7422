"""What is looked at: which days, which units, which campaign; and the same before. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

QUICK_DAYS = (7, 30, 90)
FEWEST_WEEKS, MOST_WEEKS = 13, 53
ONE_DAY, WEEK = timedelta(days=1), timedelta(days=7)
MONTHS_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """From one day to another, both included; ``unit_ids`` and ``campaign_id`` narrow it where given.

    ``unit_ids`` is None for all units; an empty tuple is no unit at all.
    """

    first: date
    last: date
    unit_ids: tuple[str, ...] | None = None
    campaign_id: str = ""

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def before(self) -> Scope:
        """Return the same for as many days just before."""
        return replace(self, first=self.first - self.days * ONE_DAY, last=self.first - ONE_DAY)

    def weeks(self) -> list[date]:
        """Return the Mondays of its weeks and some before: a quarter's worth at least, a year's at most."""
        last = monday(self.last)
        own = (last - monday(self.first)).days // 7 + 1
        count = min(max(own, FEWEST_WEEKS), MOST_WEEKS)
        return [last - WEEK * n for n in reversed(range(count))]

    def over_weeks(self) -> Scope:
        """Return the same for all of those weeks, as far as it goes."""
        return replace(self, first=self.weeks()[0])


def monday(day: date) -> date:
    """Return the first day of a day's week."""
    return day - day.weekday() * ONE_DAY


def last_days(days: int, today: date) -> tuple[date, date]:
    """Return the last ``days`` days, today among them."""
    return today - (days - 1) * ONE_DAY, today


def quarter(today: date) -> tuple[date, date]:
    """Return the quarter of the year that today is in, until today."""
    return date(today.year, (today.month - 1) // MONTHS_A_QUARTER * MONTHS_A_QUARTER + 1, 1), today
