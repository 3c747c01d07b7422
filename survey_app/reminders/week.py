"""What a week came to: by unit, from the histories of problems as they stood at its end. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta

from survey_app.rectification import workflow
from survey_app.rectification.finding import Event, Finding
from survey_app.rectification.workflow import OPEN, WITH_UNIT

ONE_DAY, SEVEN_DAYS = timedelta(days=1), timedelta(days=7)
WITH_LIMIT = (*WITH_UNIT, "returned")
Tally = Mapping[str, "Counts"]


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """Seven days from a Monday on."""

    first: date

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.first + timedelta(days=6)

    @property
    def before(self) -> Week:
        """The week before."""
        return Week(self.first - SEVEN_DAYS)

    @property
    def after(self) -> Week:
        """The week after."""
        return Week(self.first + SEVEN_DAYS)

    def holds(self, day: str) -> bool:
        """Tell whether a day (ISO text) is one of the seven."""
        return self.first.isoformat() <= day <= self.last.isoformat()


def week_of(day: date) -> Week:
    """Return the week that a day belongs to."""
    return Week(day - timedelta(days=day.weekday()))


@dataclass(frozen=True, slots=True)
class Counts:
    """A week in numbers; each share is of the number behind it.

    ``closed`` of ``had`` that were open in it, ``overdue`` of ``with_limit`` that a unit had to put right by
    a day at its end, ``reopened`` of ``looked_at`` (verified, sent back or followed up), ``recurring`` of
    ``found``.
    """

    received: int = 0
    assigned: int = 0
    closed: int = 0
    had: int = 0
    overdue: int = 0
    with_limit: int = 0
    reopened: int = 0
    looked_at: int = 0
    recurring: int = 0
    found: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Sum up what two have."""
        names = [one.name for one in fields(self)]
        return Counts(*(getattr(self, name) + getattr(other, name) for name in names))


def total(counts: Iterable[Counts]) -> Counts:
    """Return the sum of them all."""
    return sum(counts, Counts())


def tally(histories: Iterable[Iterable[Event]], week: Week, today: date) -> dict[str, Counts]:
    """Return what a week came to by the id of the responsible unit; what had none yet is under ``""``.

    Each history is the events of one problem, the first first; what came after the week does not count. The
    week that is under way ends today.
    """
    end = min(week.last, today).isoformat()
    found: dict[str, Counts] = {}
    for history in histories:
        finding = Finding()
        for event in history:
            if event.on > end:
                break
            before, finding = finding, workflow.follow(finding, event)
            if week.holds(event.on):
                add(found, finding.unit_id, _of_event(before, finding, event))
        add(found, finding.unit_id, _at_the_end(finding, week, end))
    return {unit: counts for unit, counts in found.items() if counts != Counts()}


def add(found: dict[str, Counts], unit_id: str | None, counts: Counts) -> None:
    """Add to what a unit has; None is no unit."""
    found[unit_id or ""] = found.get(unit_id or "", Counts()) + counts


def _of_event(before: Finding, after: Finding, event: Event) -> Counts:
    sent_back = event.action == "rework" or (event.action == "follow_up" and after.state == "fixing")
    looked_at = event.action in ("verify", "rework", "follow_up")
    handed_over = event.action == "assign" and (before.unit_id, before.state) != (after.unit_id, "assigned")
    return Counts(assigned=int(handed_over), reopened=int(sent_back), looked_at=int(looked_at))


def _at_the_end(finding: Finding, week: Week, end: str) -> Counts:
    closed = finding.closed_on is not None and week.holds(finding.closed_on)
    late = finding.state in WITH_LIMIT and finding.deadline_on is not None
    return Counts(
        closed=int(closed),
        had=int(closed or finding.state in OPEN),
        overdue=int(late and (finding.deadline_on or "") < end),
        with_limit=int(late),
    )
