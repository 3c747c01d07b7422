"""What the office decides about a record, and what one decision changes of another. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Decision:
    """A classification: codes of the vocabularies, the code of a category, ids of reform items."""

    kind: str
    category: str | None = None
    stage: str | None = None
    severity: str | None = None
    level: str | None = None
    reform_item_ids: tuple[str, ...] = ()
    note: str = ""

    def row(self) -> dict[str, Any]:
        """Return it as columns of the table of classifications."""
        return {**asdict(self), "reform_item_ids": json.dumps(self.reform_item_ids)}


def from_row(row: Mapping[str, Any]) -> Decision:
    """Return the decision that a row of the table of classifications holds."""
    names = ("kind", "category", "stage", "severity", "level", "note")
    items = tuple(sorted(json.loads(row["reform_item_ids"])))
    return Decision(**{name: row[name] for name in names}, reform_item_ids=items)


def changes(before: Decision, after: Decision) -> dict[str, list[Any]]:
    """Return what differs, as ``{field: [before, after]}`` in the order of the form."""
    old, new = asdict(before), asdict(after)
    return {name: [old[name], new[name]] for name in old if old[name] != new[name]}
