"""What a person decided about a held op; it stands beside the op, which never changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.store import Reader


@dataclass(frozen=True, slots=True)
class Settlement:
    """``confirmed``: its author stands by what somebody else brought. ``set_aside``: it is not to be shown.

    ``payload``, where there is one, is what of its words was taken.
    """

    confirmed: bool = False
    set_aside: bool = False
    payload: Mapping[str, Any] | None = None
    note: str = ""


UNDECIDED = Settlement()


def find_settlement(reader: Reader, op_id: str) -> Settlement:
    """Return what was decided about an op."""
    row = reader.find("select * from settlements where id = :id", {"id": op_id})
    if row is None:
        return UNDECIDED
    payload = json.loads(row["payload"]) if row["payload"] else None
    return Settlement(bool(row["confirmed"]), bool(row["set_aside"]), payload, row["note"])
