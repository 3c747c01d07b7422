"""The only door to a database: ask for a store here, and speak to it by its contract."""

from survey_app.store.contract import Reader, Row, Source, Store, Writer
from survey_app.store.sqlite import SQLiteStore

__all__ = ["Reader", "Row", "SQLiteStore", "Source", "Store", "Writer"]
