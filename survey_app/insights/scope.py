"""What is looked at: which days, which units, which campaign; and the same before. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

QUICK_DAYS = (7, 30, 90)
FEWEST_WEEKS, MOST_WEEKS = 13, 53
ONE_DAY, WEEK = timedelta(days=1), timedelta(days=7)
MONTHS_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """Some days of a period: one by one (``day``), or whole weeks from Monday to Monday (``week``)."""

    grain: str
    first: date
    last: date


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

    def pieces(self) -> list[Piece]:
        """Return its whole weeks, each by its Monday, and the days before and after them."""
        first, end = monday(self.first + 6 * ONE_DAY), monday(self.last + ONE_DAY)
        if first >= end:
            return [Piece("day", self.first, self.last)]
        pieces = [
            Piece("day", self.first, first - ONE_DAY),
            Piece("week", first, end - WEEK),
            Piece("day", end, self.last),
        ]
        return [piece for piece in pieces if piece.first <= piece.last]

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
