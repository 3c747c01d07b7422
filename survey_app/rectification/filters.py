"""What a person wants to see of a list, as it stands in an address. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, ClassVar, Self, cast

UNTAGGED = "none"
"""The value of ``item`` for records that are tagged to no reform item."""
QUICK_DAYS = (7, 10, 30)


class Conditions:
    """Every condition that holds at once; an empty one does not count. Frozen dataclasses build on it."""

    PERIODS: ClassVar[tuple[tuple[str, str], ...]] = (("since", "until"),)

    def __post_init__(self) -> None:
        for first, last in self.PERIODS:
            since, until = getattr(self, first), getattr(self, last)
            if since and until and since > until:
                object.__setattr__(self, first, until)
                object.__setattr__(self, last, since)

    @property
    def active(self) -> tuple[str, ...]:
        """The names of the conditions that count."""
        return tuple(field.name for field in fields(cast(Any, self)) if getattr(self, field.name))

    def address(self) -> dict[str, Any]:
        """Return the conditions as they stand in an address."""
        return {name: str(getattr(self, name)) for name in self.active}

    def without(self, name: str) -> Self:
        """Return the filter without one condition; the two ends of a period go together."""
        gone = next((period for period in self.PERIODS if name in period), (name,))
        kept: dict[str, Any] = {one: getattr(self, one) for one in self.active if one not in gone}
        return type(self)(**kept)


@dataclass(frozen=True)
class Filter(Conditions):
    """What the office wants to see of the inbox.

    ``hall``, ``unit`` and ``item`` are ids, ``category`` a code, ``since`` and ``until`` days that count.
    """

    q: str = ""
    state: str = ""
    kind: str = ""
    method: str = ""
    category: str = ""
    hall: str = ""
    unit: str = ""
    item: str = ""
    since: date | None = None
    until: date | None = None

    def last_days(self, days: int, today: date) -> Filter:
        """Return the filter for the last ``days`` days, today among them."""
        return replace(self, since=today - timedelta(days=days - 1), until=today)
