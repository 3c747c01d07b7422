"""What a briefing is written from: records of a period, visits, and what became of the problems. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from survey_app.catalog.workdays import Calendar
from survey_app.digests.figures import Coverage, Period, Record
from survey_app.rectification.workflow import OPEN
from survey_app.voices.voice import Quote

FIXED = frozenset({"fed_back", "verified", "followed_up", "closed"})
SHELVED = "shelved"
WITHOUT_COUNT = frozenset({"merged", "settled"})
"""What was merged counts as what it was merged into, what was settled at once as a record that was."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: of which tier's leader, in what capacity, announced or not, to another unit or the own."""

    id: str
    made_on: date
    tier: str
    capacity: str
    announced: bool
    hall: str = ""
    crosses: bool | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One call to a service phone and what came of it."""

    id: str
    made_on: date
    result: str
    hall: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem as it stands: who puts it right by when, what was answered, whether it is closed."""

    id: str
    number: str
    text: str
    state: str
    found_on: date
    unit: str = ""
    place: str = ""
    deadline_on: date | None = None
    closed_on: date | None = None
    answer: str = ""
    reworks: int = 0

    @property
    def is_open(self) -> bool:
        """Whether something still has to be done about it."""
        return self.state in OPEN

    @property
    def came_back(self) -> bool:
        """Whether the unit returned it, or the office sent it back to be done again."""
        return self.is_open and (self.state == "returned" or self.reworks > 0)

    def is_overdue(self, today: date) -> bool:
        """Tell whether its limit passed and it is not closed; what is shelved has no limit for now."""
        late = self.deadline_on is not None and self.deadline_on < today
        return late and self.is_open and self.state != SHELVED


@dataclass(frozen=True, slots=True)
class Work:
    """What was done and what became of it, beside the records."""

    visits: tuple[Visit, ...] = ()
    looks: tuple[str, ...] = ()
    journeys: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    problems: tuple[Problem, ...] = ()
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True)
class Source:
    """Everything that one briefing is written from, as it is on the day ``as_of``.

    ``item_titles`` are those of reform items by their ids; ``item`` and ``unit`` name the theme.
    """

    period: Period
    records: tuple[Record, ...]
    coverage: Coverage
    as_of: date
    work: Work = field(default=Work())
    calendar: Calendar = field(default=Calendar())
    item_titles: Mapping[str, str] = field(default_factory=dict)
    item: str = ""
    unit: str = ""

    @property
    def visited(self) -> dict[str, str]:
        """The halls that somebody went to, each with its unit: of visits, and of records made on the spot."""
        there = (record for record in self.records if record.is_on_site)
        been: tuple[Visit | Record, ...] = (*self.work.visits, *there)
        return {one.hall: one.unit for one in been if one.hall}
