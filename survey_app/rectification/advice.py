"""What is suggested about a record, as its page shows it: each with its reason and its key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from survey_app import current
from survey_app.privacy import mask
from survey_app.rectification import reasons
from survey_app.rectification.neighbours import Advice, advise
from survey_app.store import Row

ITEM_KEYS = "abce"  # d looks at a duplicate; j, k and t are taken
EXCERPT = 120
HOTSPOT_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Hint:
    """One suggestion: a category's code or an item's id, the key that takes it, and why."""

    value: str
    key: str
    why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """All suggestions of a page; ``items`` by id, the likeliest first."""

    categories: list[Hint] = field(default_factory=list)
    items: dict[str, Hint] = field(default_factory=dict)
    duplicates: list[Row] = field(default_factory=list)
    hotspot: dict[str, Any] | None = None


def show(record: Row) -> Shown:
    """Return what the page of a record suggests; nothing about one that was withdrawn."""
    if record["state"] == "withdrawn":
        return Shown()
    advice = advise(current.store(), record, current.config().time_zone)
    return Shown(
        categories=[
            Hint(one.value, str(n), reasons.of_category(one)) for n, one in enumerate(advice.categories, 1)
        ],
        items={
            one.value: Hint(one.value, key, reasons.of_item(one))
            for key, one in zip(ITEM_KEYS, advice.items, strict=False)
        },
        duplicates=[{**_excerpt(row), "why": reasons.of_duplicate(one)} for one, row in advice.duplicates],
        hotspot=_hotspot(record, advice),
    )


def _hotspot(record: Row, advice: Advice) -> dict[str, Any] | None:
    """Return what else the unit had on this half day, with the address of its whole day in the inbox."""
    if not advice.hotspot:
        return None
    day, here = record["made_on"], advice.here
    return {
        "unit": record["unit_name"],
        "when": reasons.half_day(here.day, here.morning, current.today()),
        "n": f"{len(advice.hotspot)}+" if advice.more else len(advice.hotspot),
        "rows": [_excerpt(row) for row in advice.hotspot[:HOTSPOT_SHOWN]],
        "all": url_for("rectification.inbox", unit=record["unit_id"], since=day, until=day),
    }


def _excerpt(row: Row) -> Row:
    """Return a row with its words masked before they are cut, or half a number would stand at the end."""
    return {**row, "text": mask(row["text"])[:EXCERPT], "quote": mask(row["quote"])[:EXCERPT]}
