"""Whose records the person who is signed in may read; what they come to is counted for everyone."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app import current
from survey_app.rectification.sources import list_members


@dataclass(frozen=True, slots=True)
class Sight:
    """The units whose records somebody may read: the one with the id ``top`` and those below it, or every."""

    every: bool
    top: str = ""
    units: frozenset[str] = frozenset()

    def has(self, unit_id: str | None) -> bool:
        """Tell whether the records of a unit may be read; those of no unit are the office's."""
        return self.every or unit_id in self.units


def of_reader() -> Sight:
    """Return what the person who is signed in may read: the office all, a unit its own, nobody else any."""
    user = current.user()
    if user.can("triage") or not (user.can("findings.work") and user.unit_id):
        return Sight(every=user.can("triage"))
    below = list_members(current.store(), "unit", user.unit_id)
    return Sight(False, user.unit_id, frozenset(below))
