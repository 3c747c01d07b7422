"""What a person wants to see of the ledger, and in which order. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from survey_app.rectification.filters import Conditions

OPEN_STATES: Final = "open"
"""The value of ``state`` for problems that have not ended."""
SORTS: Final = ("deadline", "number", "unit")


@dataclass(frozen=True)
class LedgerFilter(Conditions):
    """``unit``, ``item`` and ``campaign`` are ids, ``category`` a code; days count themselves.

    ``since`` and ``until`` are when it was found, ``closed_since`` and ``closed_until`` when it was closed.
    """

    PERIODS = (("since", "until"), ("closed_since", "closed_until"))

    q: str = ""
    state: str = ""
    colour: str = ""
    unit: str = ""
    category: str = ""
    item: str = ""
    campaign: str = ""
    since: date | None = None
    until: date | None = None
    closed_since: date | None = None
    closed_until: date | None = None
