"""When somebody promised to be there: spans of time on days of the week, judged by the calendar. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from survey_app.catalog.workdays import Calendar

EVERY_DAY = frozenset(range(7))
PLAIN_WEEK = frozenset(range(5))
ONE_DAY = timedelta(days=1)
NOTHING_MOVED = Calendar()


@dataclass(frozen=True, slots=True)
class Days:
    """Which days a text names: ``weekdays`` (0: Monday) as such, and with ``working`` those worked on.

    ``working`` (工作日) follows the calendar: no holidays, but make-up days. A weekday says nothing of a day
    that the calendar moves: 周一至周五 may or may not mean a holiday on a Monday, or a make-up Saturday.
    With ``holidays`` public holidays are named too; without, no weekday and no 每天 promises one. ``maybe``
    are weekdays that may be meant as well.
    """

    weekdays: frozenset[int] = frozenset()
    working: bool = False
    holidays: bool = False
    maybe: frozenset[int] = frozenset()

    def __or__(self, other: Days) -> Days:
        """Return the days that either names."""
        return Days(
            self.weekdays | other.weekdays,
            self.working or other.working,
            self.holidays or other.holidays,
            self.maybe | other.maybe,
        )

    def share(self, other: Days) -> bool:
        """Tell whether a day may be named by both."""
        return bool((self.holidays and other.holidays) or (self._usual() & other._usual()))

    def _usual(self) -> frozenset[int]:
        return self.weekdays | self.maybe | (PLAIN_WEEK if self.working else frozenset())

    def name(self, day: date, calendar: Calendar) -> bool | None:
        """Tell whether a day is among them; None where that is not sure."""
        if (self.working and calendar.is_working(day)) or (self.holidays and day in calendar.holidays):
            return True
        if self.weekdays and (day in calendar.holidays or day in calendar.makeup_days):
            return None
        return day.weekday() in self.weekdays or (None if day.weekday() in self.maybe else False)


ALWAYS = Days(EVERY_DAY, working=True, holidays=True)
UNSAID = Days(PLAIN_WEEK)  # when anybody is there who names no days; on others they may or may not be


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when, on which days; an end before its begin is past midnight.

    Where it is not ``sure``, what it covers may be meant or not.
    """

    days: Days | None  # None: it does not say
    begin: time
    end: time  # time.max: until midnight
    sure: bool = True

    def cover(self, at: datetime, calendar: Calendar) -> bool | None:
        """Tell whether it covers an instant (in the hall's own time); None where that is not sure."""
        now, day = at.time().replace(tzinfo=None), at.date()
        if self.begin < self.end:
            inside = self.begin <= now and (now < self.end or self.end == time.max)
        else:  # past midnight: the small hours belong to the day before
            inside = now >= self.begin or now < self.end
            day -= ONE_DAY if now < self.end else timedelta()
        return inside and (self._name(day, calendar) and (self.sure or None))

    def overlaps(self, other: Span) -> bool:
        """Tell whether both may speak of the same instant."""
        days = (self.days or UNSAID).share(other.days or UNSAID)
        return days and self.begin < other.end and other.begin < self.end

    def _name(self, day: date, calendar: Calendar) -> bool | None:
        if self.days is None:
            return UNSAID.name(day, calendar) or None
        return self.days.name(day, calendar)


@dataclass(frozen=True, slots=True)
class Hours:
    """What a text says about when somebody is there: the ``spans``, but not what is ``shut``."""

    spans: tuple[Span, ...]
    shut: tuple[Span, ...] = ()

    def is_open(self, at: datetime, calendar: Calendar = NOTHING_MOVED) -> bool | None:
        """Tell whether ``at`` (in the hall's own time) lies within; None where the text does not say.

        On a public holiday only what is always there is open for sure; see ``Days``.
        """
        if not self.spans:
            return None
        found, excepted = _cover(self.spans, at, calendar), _cover(self.shut, at, calendar)
        if found is False or excepted:
            return False
        return found if excepted is False else None


def _cover(spans: tuple[Span, ...], at: datetime, calendar: Calendar) -> bool | None:
    found = [span.cover(at, calendar) for span in spans]
    return any(found) or (None if None in found else False)
