"""What the office wants to see of the inbox, as it stands in an address. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

UNTAGGED = "none"
"""The value of ``item`` for records that are tagged to no reform item."""
QUICK_DAYS = (7, 10, 30)


@dataclass(frozen=True, slots=True)
class Filter:
    """Every condition that holds at once; an empty one does not count.

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

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            since, until = self.until, self.since
            object.__setattr__(self, "since", since)
            object.__setattr__(self, "until", until)

    @property
    def active(self) -> tuple[str, ...]:
        """The names of the conditions that count."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name))

    def address(self) -> dict[str, Any]:
        """Return the conditions as they stand in an address."""
        return {name: str(getattr(self, name)) for name in self.active}

    def without(self, name: str) -> Filter:
        """Return the filter without one condition; the two ends of a period go together."""
        gone = ("since", "until") if name in ("since", "until") else (name,)
        kept: dict[str, Any] = {one: getattr(self, one) for one in self.active if one not in gone}
        return Filter(**kept)

    def last_days(self, days: int, today: date) -> Filter:
        """Return the filter for the last ``days`` days, today among them."""
        return replace(self, since=today - timedelta(days=days - 1), until=today)
