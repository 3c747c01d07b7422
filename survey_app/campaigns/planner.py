"""Who goes where: proposed by the rules of the visits, each with its reason. Pure: one seed, one plan."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

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
    taken: Collection[tuple[str, str]] = (),
) -> Plan:
    """Return a plan: every hall covered where ``each`` visits a person allow, then everybody with as many.

    ``days`` are the days to choose from; ``taken`` are pairs (visitor, hall) that are agreed and count.
    """
    dice = random.Random(seed)  # noqa: S311  a plan, not a secret
    people, halls = dice.sample(visitors, len(visitors)), dice.sample(places, len(places))
    went: dict[str, set[str]] = {visitor.id: set() for visitor in people}
    for visitor_id, hall_id in taken:
        went.setdefault(visitor_id, set()).add(hall_id)
    fresh: list[tuple[str, str]] = []
    covered = {hall_id for _, hall_id in taken}
    for hall in halls:
        if hall.id not in covered and _cover(hall, people, halls, went, fresh, each, set()):
            covered.add(hall.id)
    _share(people, halls, went, fresh, each)
    pairs = sorted(set(fresh))
    reasons = {(one.id, hall.id): may_go(one, hall) for one in people for hall in halls}
    proposals = tuple(
        Proposal(visitor_id, hall_id, dice.choice(days), reasons[visitor_id, hall_id] or "any")
        for visitor_id, hall_id in pairs
    )
    idle = tuple(one.id for one in visitors if not any(may_go(one, hall) for hall in places))
    left = {hall_id for halls_of in went.values() for hall_id in halls_of}
    return Plan(proposals, idle, tuple(hall.id for hall in places if hall.id not in left))


def _cover(
    hall: Place,
    people: Sequence[Visitor],
    halls: Sequence[Place],
    went: dict[str, set[str]],
    fresh: list[tuple[str, str]],
    each: int,
    tried: set[str],
) -> bool:
    """Find somebody for a hall; who is full hands one of their new halls on to another who may go there."""
    for visitor in sorted(people, key=lambda one: len(went[one.id])):
        if visitor.id in tried or hall.id in went[visitor.id] or not may_go(visitor, hall):
            continue
        tried.add(visitor.id)
        if len(went[visitor.id]) < each:
            went[visitor.id].add(hall.id)
            fresh.append((visitor.id, hall.id))
            return True
        for other in [one for one in halls if (visitor.id, one.id) in fresh]:
            if _cover(other, people, halls, went, fresh, each, tried):
                went[visitor.id].remove(other.id)
                fresh.remove((visitor.id, other.id))
                went[visitor.id].add(hall.id)
                fresh.append((visitor.id, hall.id))
                return True
    return False


def _share(
    people: Sequence[Visitor],
    halls: Sequence[Place],
    went: dict[str, set[str]],
    fresh: list[tuple[str, str]],
    each: int,
) -> None:
    """Give everybody as many visits as the rules allow, to the halls that have the fewest."""
    counts = Counter(hall_id for halls_of in went.values() for hall_id in halls_of)
    for visitor in people:
        open_halls = [hall for hall in halls if may_go(visitor, hall) and hall.id not in went[visitor.id]]
        while len(went[visitor.id]) < each and open_halls:
            hall = min(open_halls, key=lambda one: counts[one.id])
            open_halls.remove(hall)
            went[visitor.id].add(hall.id)
            fresh.append((visitor.id, hall.id))
            counts[hall.id] += 1


def working_days(first: date, last: date, calendar: Calendar) -> list[date]:
    """Return the working days from ``first`` to ``last``; every day where there is no working day."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if calendar.is_working(day)] or days
