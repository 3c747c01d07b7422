"""How a week's numbers are written: their titles, each share as n/N, and units by name. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.i18n import _l
from survey_app.reminders.week import Counts

SHARES = {
    "closed": (_l("销号"), "had"),
    "overdue": (_l("超期"), "with_limit"),
    "reopened": (_l("发回重办"), "looked_at"),
    "recurring": (_l("复发"), "found"),
}
NUMBERS = {"received": _l("记录"), "assigned": _l("交办")}
TITLES = (*NUMBERS.values(), *(title for title, _of in SHARES.values()))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the summary: a unit, or a thing that is counted, with its cells."""

    label: str
    cells: tuple[str, ...]


def compared(counts: Counts, earlier: Counts) -> list[Row]:
    """Return what is counted, a line each: the week's number, and that of the week before."""
    lines = zip(TITLES, cells(counts), cells(earlier), strict=True)
    return [Row(str(title), (now, before)) for title, now, before in lines]


def cells(counts: Counts) -> tuple[str, ...]:
    """Return a week's numbers as they are written, in the order of ``TITLES``."""
    shares = [(getattr(counts, name), getattr(counts, of)) for name, (_title, of) in SHARES.items()]
    return tuple(str(getattr(counts, name)) for name in NUMBERS) + tuple(
        f"{n}/{of}" if of else "—" for n, of in shares
    )


def alphabetical(name: str) -> bytes:
    """Return what sorts Chinese names by their sounds, as the national character set does."""
    return name.encode("gb18030")
