"""The ledger as the annex of a briefing: the problems that it speaks of, as they stand when it is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from survey_app.catalog.texts import gettext
from survey_app.digests.marks import Block, Labelled, Row, parse, write
from survey_app.digests.page import ANNEX
from survey_app.rectification.ledger import BY_KEY, AsOf, Cell
from survey_app.store import Row as Record

TITLE = gettext("问题整改台账")
KEYS = ("number", "text", "found_on", "place", "unit", "owner", "measure", "deadline_on", "progress", "state",
        "closed_on")  # fmt: skip
EMPTY = "—"


def without_annex(body: str) -> str:
    """Return a text up to its annex."""
    blocks: list[Block] = []
    for block in parse(body):
        if isinstance(block, Labelled) and block.label == ANNEX:
            break
        blocks.append(block)
    return write(blocks)


def with_annex(body: str, rows: Sequence[Record], asof: AsOf) -> str:
    """Return a text with these rows of the ledger as its annex, in the place of the one that it had.

    ``rows`` as of ``ledger_rows.list_rows``.
    """
    columns = [BY_KEY[key] for key in KEYS]
    table = [Row(tuple(column.heading for column in columns))]
    table += [Row(tuple(_spell(column.said(row, asof), asof.today) for column in columns)) for row in rows]
    return without_annex(body) + write([Labelled(ANNEX, TITLE), *table])


def _spell(cell: Cell, today: date) -> str:
    """Return a cell on one line: a day without the year where it is this one."""
    if isinstance(cell, date):
        year = "" if cell.year == today.year else f"{cell.year}年"
        return f"{year}{cell.month}月{cell.day}日"
    return " ".join(str(cell).replace("|", "／").split()) or EMPTY
