"""Who goes where: proposed by the rules of the visits, each with its reason. Pure: one seed, one plan."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from survey_app.campaigns.rules import Place, Reason, Visitor, may_go
from survey_app.catalog.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Proposal:
    """One visit to be made, and why this person goes there."""

    visitor_id: str
    hall_id: str
    due_on: date
    reason: Reason


@dataclass(frozen=True, slots=True)
class Plan:
    """What is proposed; ``idle`` may go nowhere by the rules, ``uncovered`` halls nobody is left for."""

    proposals: tuple[Proposal, ...]
    idle: tuple[str, ...]
    uncovered: tuple[str, ...]


def propose(
    visitors: Sequence[Visitor],
    places: Sequence[Place],
    days: Sequence[date],
    *,
    seed: int,
    each: int = 1,
    taken: Mapping[tuple[str, str], date] = MappingProxyType({}),
) -> Plan:
    """Return a plan: every hall covered where ``each`` visits a person allow, then everybody with as many.

    ``days`` are the days to draw from, for nobody one twice while another is free; ``taken`` is the day of
    each (visitor, hall) that is agreed and counts.
    """
    dice = random.Random(seed)  # noqa: S311  a plan, not a secret
    people, halls = dice.sample(visitors, len(visitors)), dice.sample(places, len(places))
    went: dict[str, set[str]] = {visitor.id: set() for visitor in people}
    for visitor_id, hall_id in taken:
        went.setdefault(visitor_id, set()).add(hall_id)
    draft = _Draft(people, halls, each, went)
    draft.cover({hall_id for _, hall_id in taken})
    draft.share()
    pairs = sorted((visitor_id, hall.id) for visitor_id, new in draft.fresh.items() for hall in new)
    reasons = {(one.id, hall.id): may_go(one, hall) for one in people for hall in halls}
    proposals = tuple(
        Proposal(visitor_id, hall_id, day, reasons[visitor_id, hall_id] or "any")
        for (visitor_id, hall_id), day in zip(pairs, _draw(pairs, days, taken, dice), strict=True)
    )
    idle = tuple(one.id for one in visitors if not any(may_go(one, hall) for hall in places))
    left = {hall_id for halls_of in went.values() for hall_id in halls_of}
    return Plan(proposals, idle, tuple(hall.id for hall in places if hall.id not in left))


def _draw(
    pairs: Sequence[tuple[str, str]],
    days: Sequence[date],
    taken: Mapping[tuple[str, str], date],
    dice: random.Random,
) -> Iterator[date]:
    """Draw a day for each pair among those on which its visitor has the fewest visits."""
    times = Counter((visitor_id, day) for (visitor_id, _), day in taken.items())
    for visitor_id, _ in pairs:
        fewest = min(times[visitor_id, day] for day in days)
        day = dice.choice([day for day in days if times[visitor_id, day] == fewest])
        times[visitor_id, day] += 1
        yield day


@dataclass
class _Draft:
    """A plan in the making: ``went`` are the halls of each visitor, ``fresh`` those of them that are new."""

    people: Sequence[Visitor]
    halls: Sequence[Place]
    each: int
    went: dict[str, set[str]]
    fresh: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))

    def cover(self, covered: Collection[str]) -> None:
        """Find somebody for each hall that is not covered yet, where anybody is left."""
        # Whom one search tried in vain stays full whatever comes later: no other search tries them again.
        full: set[str] = set()
        for hall in self.halls:
            tried = set(full)
            if hall.id not in covered and not self._cover(hall, tried):
                full = tried

    def _cover(self, hall: Place, tried: set[str]) -> bool:
        """Find somebody for a hall; who is full hands a new hall on to another who may go there."""
        for visitor in sorted(self.people, key=lambda one: len(self.went[one.id])):
            if visitor.id in tried or hall.id in self.went[visitor.id] or not may_go(visitor, hall):
                continue
            tried.add(visitor.id)
            if len(self.went[visitor.id]) < self.each:
                self._give(visitor, hall)
                return True
            for other in list(self.fresh[visitor.id]):
                if self._cover(other, tried):
                    self.went[visitor.id].remove(other.id)
                    self.fresh[visitor.id].remove(other)
                    self._give(visitor, hall)
                    return True
        return False

    def share(self) -> None:
        """Give everybody as many visits as the rules allow, to the halls that have the fewest."""
        counts = Counter(hall_id for halls_of in self.went.values() for hall_id in halls_of)
        for visitor in self.people:
            went = self.went[visitor.id]
            left = [hall for hall in self.halls if may_go(visitor, hall) and hall.id not in went]
            while len(went) < self.each and left:
                hall = min(left, key=lambda one: counts[one.id])
                left.remove(hall)
                self._give(visitor, hall)
                counts[hall.id] += 1

    def _give(self, visitor: Visitor, hall: Place) -> None:
        self.went[visitor.id].add(hall.id)
        self.fresh[visitor.id].append(hall)


def working_days(first: date, last: date, calendar: Calendar) -> list[date]:
    """Return the working days from ``first`` to ``last``; every day where there is no working day."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if calendar.is_working(day)] or days
