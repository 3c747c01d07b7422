"""How often a fixed date was moved, from when to when, why, and who decided it: read from the audit. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.catalog.rules import WHY

DATE = "deadline_on"


@dataclass(frozen=True, slots=True)
class Move:
    """One move of a date: ISO days (None: not fixed), ``at`` an instant, ``post`` of who wrote it down."""

    before: str | None
    after: str | None
    reason: str
    by: str
    at: str
    post: str | None


def read(events: Iterable[Mapping[str, Any]]) -> list[Move]:
    """Return the moves among the events of ``audit.history``; fixing a date for the first time is none."""
    moves: list[Move] = []
    said = dict.fromkeys(WHY, "")
    fixed = False
    for event in events:
        changes = event["detail"].get("changes", {})
        said |= {key: changes[key][1] for key in WHY if key in changes}
        if DATE in changes:
            before, after = changes[DATE]
            if fixed or before:
                moves.append(Move(before, after, said[WHY[0]], said[WHY[1]], event["at"], event["post"]))
            fixed = True
    return moves
