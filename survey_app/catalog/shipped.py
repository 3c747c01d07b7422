"""The default vocabularies that the product ships: as sheets, which the office changes as it likes."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from survey_app.catalog import queries, spreadsheet
from survey_app.catalog.spreadsheet import Sheet
from survey_app.catalog.tables import TABLES
from survey_app.store import Store, Writer

DATA = Path(__file__).parent / "data"
TOGETHER = (("categories",), ("checklists", "checklist_items"), ("holidays",))
"""Tables that are filled all or none, each after what it refers to."""


class _UnfitError(Exception):
    """What is shipped does not go with what the office has: nothing of it is kept."""


def read_sheet(name: str) -> Sheet:
    """Return the sheet that the product ships for a table of ``TOGETHER``."""
    return spreadsheet.read((DATA / f"{name}.csv").read_bytes())


def fill_empty(store: Store, *, today: date, at: datetime) -> dict[str, int]:
    """Fill the tables that have never held anything, and return how much was added to which.

    Nothing of the catalogue is ever deleted, so that a table which is empty was never filled. Tables that do
    not fit what is there (the office has categories of its own) stay empty.
    """
    added: dict[str, int] = {}
    for names in TOGETHER:
        with suppress(_UnfitError), store.writing() as tx:
            added |= _fill(tx, names, today, at)
    return added


def _fill(tx: Writer, names: tuple[str, ...], today: date, at: datetime) -> dict[str, int]:
    if any(tx.find(f"select 1 as known from {name} limit 1") for name in names):  # noqa: S608  our own names
        return {}
    added = {}
    for name in names:
        plan = queries.make_plan(tx, TABLES[name], read_sheet(name), today)
        if plan.problems:
            raise _UnfitError
        queries.apply(tx, plan, actor_id=None, at=at)
        added[name] = plan.added
    return added
