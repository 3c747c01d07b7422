"""The demo's catalogue, by the same door as an import."""

from datetime import date, datetime
from pathlib import Path

from survey_app.catalog import queries, shipped, spreadsheet
from survey_app.catalog.tables import TABLES
from survey_app.store import Writer

DATA = Path(__file__).parent / "data"


def add_catalogue(tx: Writer, *, today: date, at: datetime) -> int:
    """Add what the demo's files hold and the database does not, and return how much that was."""
    added = 0
    for name, table in TABLES.items():
        own = DATA / f"{name}.csv"
        sheet = spreadsheet.read((own if own.exists() else shipped.DATA / own.name).read_bytes())
        made = queries.make_plan(tx, table, sheet, today).additions  # what a person changed stays
        queries.apply(tx, made, actor_id=None, at=at)
        added += made.added
    return added
