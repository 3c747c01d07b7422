"""The reform items with what is tagged to each: how many, of which kind, and which slots are still empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey_app.catalog import queries as catalog
from survey_app.catalog.vocabulary import FAMILIES, FAMILY_TARGETS, KINDS
from survey_app.store import Reader, Row


@dataclass(frozen=True, slots=True)
class Slots:
    """Neighbouring places of a family that nothing is known of yet, from ``first`` to ``last``."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Family:
    """One family: ``lines`` are its items with a title (rows) and the runs of empty ``Slots``, in order.

    ``entered`` of ``total`` have a title; without a target the total is not known and is 0.
    """

    code: str
    lines: tuple[Row | Slots, ...]
    entered: int
    total: int


def list_families(reader: Reader) -> list[Family]:
    """Return the four families in their order; each item says by ``records`` how many are tagged to it."""
    counts = _count_by_item(reader)
    rows = [{**row, "records": counts.get(row["id"], 0)} for row in catalog.list_reform_items(reader)]
    return [_family(code, [row for row in rows if row["family"] == code]) for code in FAMILIES]


def _family(code: str, rows: list[Row]) -> Family:
    items = {row["position"]: row for row in rows if row["title"]}
    target = FAMILY_TARGETS.get(code, 0)
    last = max([target, *(row["position"] for row in rows)])
    empty = {slots.first: slots for slots in runs(n for n in range(1, last + 1) if n not in items)}
    lines: dict[int, Row | Slots] = {**items, **empty}
    return Family(
        code,
        tuple(lines[position] for position in sorted(lines)),
        len(items),
        max(target, len(items)) if target else 0,
    )


def runs(numbers: Iterable[int]) -> list[Slots]:
    """Return ascending numbers as runs of neighbours: 1 2 3 7 → 1-3, 7-7."""
    found: list[Slots] = []
    for number in numbers:
        if found and found[-1].last == number - 1:
            found[-1] = Slots(found[-1].first, number)
        else:
            found.append(Slots(number, number))
    return found


def _count_by_item(reader: Reader) -> Mapping[str, int]:
    rows = reader.query(
        "select reform_item_id as id, sum(n) as records from reform_item_counts group by reform_item_id"
    )
    return {row["id"]: row["records"] for row in rows}


def count_by_kind(reader: Reader, item_id: str) -> dict[str, int]:
    """Return how many records of each kind are tagged to an item, in the order of the kinds."""
    rows = reader.query("select kind, n from reform_item_counts where reform_item_id = :id", {"id": item_id})
    found = {row["kind"]: row["n"] for row in rows}
    return {kind: found.get(kind, 0) for kind in KINDS}
