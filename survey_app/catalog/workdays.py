"""Which days are worked on. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked on: Monday to Friday, but not on holidays, and also on make-up days (调休)."""

    holidays: frozenset[date] = frozenset()
    makeup_days: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Tell whether a day is worked on."""
        return day in self.makeup_days or (day.weekday() < SATURDAY and day not in self.holidays)

    def after(self, day: date, days: int) -> date:
        """Return the day that is ``days`` working days after ``day``; 0 is that day or the next worked on."""
        while not self.is_working(day):
            day += ONE_DAY
        while days > 0:
            day += ONE_DAY
            days -= self.is_working(day)
        return day

    def before(self, day: date) -> date:
        """Return the last day before ``day`` that is worked on."""
        day -= ONE_DAY
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def between(self, first: date, last: date) -> int:
        """Return how many working days come after ``first`` until ``last``; 0 where it is not later."""
        return sum(self.is_working(first + n * ONE_DAY) for n in range(1, (last - first).days + 1))
