"""What every store promises, whichever database is behind it."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

Row = dict[str, Any]
Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """What to read rows from in the order of a number: SQL after ``from``, the number, a condition."""

    sql: str
    number: str
    condition: str = "true"
    params: Row = field(default_factory=dict)


class Reader(Protocol):
    """Answers portable SQL with named parameters (``:name``)."""

    def query(self, sql: str, params: Parameters = ...) -> list[Row]:
        """Return every row, each a dict by column name."""

    def find(self, sql: str, params: Parameters = ...) -> Row | None:
        """Return the first row, or None."""

    def value(self, sql: str, params: Parameters = ...) -> Any:
        """Return the first column of the first row, or None."""


class Writer(Reader, Protocol):
    """One open transaction: the only thing that can change the database."""

    def execute(self, sql: str, params: Parameters = ...) -> int:
        """Run one statement and return how many rows it changed."""

    def insert(self, table: str, row: Row) -> None:
        """Add one row."""

    def insert_all(self, table: str, rows: Iterable[Row]) -> None:
        """Add rows that all have the same keys; raise ValueError where they differ."""

    def update(self, table: str, row_id: str, changes: Row) -> None:
        """Change the row whose ``id`` is given; raise LookupError where there is none."""

    def upsert(self, table: str, row: Row) -> None:
        """Add the row, or change the one that has its ``id``."""

    def delete(self, table: str, row_id: str) -> None:
        """Remove the row whose ``id`` is given, where there is one."""

    def savepoint(self) -> AbstractContextManager[None]:
        """Undo only what happened inside when it raises."""

    def set_search_text(self, table: str, number: int, text: str) -> None:
        """Make ``text`` what a search finds the row ``number`` of ``table`` by."""


class Store(Reader, Protocol):
    """A database with many readers and one writer at a time."""

    def writing(self) -> AbstractContextManager[Writer]:
        """Open the one write transaction; commit at the end, roll back when it raises."""

    def search_condition(self, table: str, text: str) -> tuple[str, Row]:
        """Return an SQL condition on ``<table>.n`` (and its parameters) that finds ``text``."""

    def list_alike(self, table: str, words: Sequence[str], *, limit: int) -> list[int]:
        """Return the numbers of the rows that share the most and rarest ``words``, those first.

        Words are those of ``bigrams.index_text``. However many rows there are, few are looked at: the newest
        of each word.
        """

    def search_source(self, table: str, text: str) -> Source:
        """Return what to read of ``table`` so that what contains ``text`` comes by number, a few at once."""

    def migrate(self) -> list[str]:
        """Bring the schema up to date and return the names of what was applied."""

    def pending_migrations(self) -> list[str]:
        """Return the names of the migrations that still have to run."""
