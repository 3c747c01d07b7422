"""The reform plan as places to fill: what has been entered of how many."""

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.catalog.vocabulary import FAMILIES, FAMILY_TARGETS
from survey_app.store import Row


@dataclass(frozen=True)
class Slot:
    """One place that waits to be filled; ``row`` is what already stands there without a title."""

    position: int
    row: Row | None


@dataclass(frozen=True)
class Family:
    """One family of reform items: what has been entered, the places still empty, and how many it shall have.

    ``target`` is None where nobody has said how many there will be.
    """

    code: str
    target: int | None
    entered: tuple[Row, ...]
    empty: tuple[Slot, ...]


def families(items: Sequence[Row]) -> list[Family]:
    """Return every family with its places, from the reform items in use."""
    return [_family(code, [item for item in items if item["family"] == code]) for code in FAMILIES]


def _family(code: str, items: Sequence[Row]) -> Family:
    entered = tuple(item for item in items if item["title"])
    blank = {item["position"]: item for item in items if not item["title"]}
    target = FAMILY_TARGETS.get(code)
    taken = {item["position"] for item in entered}
    places = set(blank) | set(range(1, (target or 0) + 1)) - taken
    empty = tuple(Slot(position, blank.get(position)) for position in sorted(places))
    if target is not None:
        target = max(target, len(entered) + len(empty))
    return Family(code, target, entered, empty)
