"""The demo's voices and figures, by the same door as an import."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from survey_app.catalog import queries, spreadsheet
from survey_app.catalog.spreadsheet import Line
from survey_app.store import Writer
from survey_app.voices.tables import TABLES

DATA = Path(__file__).parent / "data"
DAYS_AWAY = re.compile(r"(\d+)天([前后])")


def add_voices(tx: Writer, *, today: date, at: datetime) -> int:
    """Add what the demo's files hold and the database does not, and return how much that was.

    Some are of June 2017, the rest of the weeks before today.
    """
    added = 0
    for table in TABLES:
        sheet = spreadsheet.read((DATA / f"{table.name}.csv").read_bytes())
        dated = replace(sheet, lines=tuple(_dated(line, today) for line in sheet.lines))
        made = queries.make_plan(tx, table, dated, today).additions
        queries.apply(tx, made, actor_id=None, at=at)
        added += made.added
    return added


def _dated(line: Line, today: date) -> Line:
    return replace(line, cells=tuple(_day(cell, today) for cell in line.cells))


def _day(cell: str | date, today: date) -> str | date:
    found = DAYS_AWAY.fullmatch(cell) if isinstance(cell, str) else None
    if found is None:
        return cell
    days = int(found[1])
    return today + timedelta(days=days if found[2] == "后" else -days)
