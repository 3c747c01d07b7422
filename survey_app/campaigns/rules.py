"""What a campaign allows: who, where, on which days. The planner and a person keep the same rules. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Reason = Literal["contact_point", "crossing", "own_unit", "any"]
Fault = Literal[
    "nobody", "nowhere", "not_contact_point", "own_hall", "too_early", "too_late", "past", "twice"
]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who visits: the tier of their unit says by which rule; its own are it and all below it."""

    id: str
    own_units: frozenset[str]
    tier: str
    contact_points: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """A hall that is visited."""

    id: str
    unit_id: str


def may_go(visitor: Visitor, place: Place) -> Reason | None:
    """Return why somebody may visit a hall, or None where they may not.

    Bureau leaders go to their contact points; heads of departments never to their own unit or one below it.
    """
    if visitor.tier == "bureau":
        return "contact_point" if place.id in visitor.contact_points else None
    if visitor.tier == "department":
        return "crossing" if place.unit_id not in visitor.own_units else None
    return "own_unit" if place.unit_id in visitor.own_units else "any"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The people, halls and days of one campaign; ``taken`` is the day of each (visitor, hall) agreed to."""

    visitors: Mapping[str, Visitor]
    places: Mapping[str, Place]
    first: date
    last: date
    today: date
    taken: Mapping[tuple[str, str], date]

    def reason(self, visitor_id: str, hall_id: str) -> Reason | None:
        """Return why somebody may visit a hall, or None where they may not or one of the two is unknown."""
        visitor, place = self.visitors.get(visitor_id), self.places.get(hall_id)
        return may_go(visitor, place) if visitor and place else None

    def allowed(self, visitor_id: str) -> list[str]:
        """Return the ids of the halls that somebody may visit."""
        return [hall_id for hall_id in self.places if self.reason(visitor_id, hall_id)]

    def fault(self, visitor_id: str, hall_id: str, day: date) -> Fault | None:
        """Return which rule stands against a visit, or None."""
        if visitor_id not in self.visitors:
            return "nobody"
        if hall_id not in self.places:
            return "nowhere"
        if self.reason(visitor_id, hall_id) is None:
            return "not_contact_point" if self.visitors[visitor_id].tier == "bureau" else "own_hall"
        if (visitor_id, hall_id) in self.taken:
            return "twice"
        return self.day_fault(day)

    def day_fault(self, day: date) -> Fault | None:
        """Return why a day is not one of the campaign's that are left, or None."""
        if day < self.first:
            return "too_early"
        if day > self.last:
            return "too_late"
        return "past" if day < self.today else None

    @property
    def over(self) -> bool:
        """Whether no day of the campaign is left."""
        return self.last < self.today

    @property
    def idle(self) -> list[str]:
        """The ids of those who may go nowhere by the rules."""
        return [visitor_id for visitor_id in self.visitors if not self.allowed(visitor_id)]

    @property
    def reachable(self) -> set[str]:
        """The ids of the halls that somebody may visit."""
        return {hall_id for visitor_id in self.visitors for hall_id in self.allowed(visitor_id)}
