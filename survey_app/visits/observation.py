"""One thing seen, done or heard, as a form or a phone says it. Pure: no store, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from survey_app.visits import values

OP_KIND = "observation"
LONGEST_TEXT = 5000
LONGEST_QUOTE = 2000
LONGEST_ASKED = 100
MOST_PHOTOS = 9
NAMES = ("hall_id", "counter_id", "matter_id", "category", "stage", "severity", "visit_id", "for_person_id",
         "item_id", "asked", "rating", "follow_up_days")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Observation:
    """The payload of an op of kind ``observation``; ids of the catalogue, codes of the vocabularies.

    ``visit_id`` is the record of the visit it was found on, ``item_id`` the tick of a checklist it came
    from, ``for_person_id`` the leader an aide wrote it for; ``asked`` is who was asked, ``rating`` how
    content they were, ``follow_up_days`` after how many days to ask again.
    """

    method: str
    kind: str
    text: str = ""
    quote: str = ""
    hall_id: str | None = None
    counter_id: str | None = None
    matter_id: str | None = None
    category: str | None = None
    stage: str | None = None
    severity: str | None = None
    visit_id: str | None = None
    for_person_id: str | None = None
    item_id: str | None = None
    asked: str | None = None
    rating: str | None = None
    follow_up_days: str | None = None
    resolved_on_spot: bool = False
    reform_item_ids: tuple[str, ...] = ()

    def payload(self) -> dict[str, Any]:
        """Return it as it stands in an op."""
        return {**asdict(self), "reform_item_ids": list(self.reform_item_ids)}


SHAPES: values.Shapes = {
    "method": values.is_text,
    "kind": values.is_text,
    "text": values.is_text,
    "quote": values.is_text,
    **dict.fromkeys(NAMES, values.is_name),
    "resolved_on_spot": values.is_flag,
    "reform_item_ids": values.is_names,
}


def read(payload: Mapping[str, Any]) -> Observation:
    """Return what a payload of the right shape says."""
    names = {name: payload.get(name) or None for name in NAMES}
    return Observation(
        method=payload.get("method", ""),
        kind=payload.get("kind", ""),
        text=payload.get("text", ""),
        quote=payload.get("quote", ""),
        resolved_on_spot=payload.get("resolved_on_spot", False),
        reform_item_ids=tuple(dict.fromkeys(payload.get("reform_item_ids", ()))),
        **names,
    )


def is_empty(observation: Observation, photos: int) -> bool:
    """Tell whether there is nothing to report: no words, no quote, no photo."""
    return not (observation.text.strip() or observation.quote.strip() or photos)


def day_of(made_at: str, received_at: str, zone: tzinfo) -> date:
    """Return the day an op was made where the product is used, never later than the day it arrived.

    Where it does not say, or its phone's clock is ahead, that day stands in: a period has to find it.
    """
    made, received = (datetime.fromisoformat(text) for text in (made_at or received_at, received_at))
    return min(made, received).astimezone(zone).date()
