"""A line of a list as it came back from somebody's spreadsheet, and what is said of its cells. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from survey_app.catalog import cells as parsing
from survey_app.catalog.problems import CellError
from survey_app.catalog.tables import Column as Parsed
from survey_app.catalog.texts import gettext
from survey_app.privacy import mask
from survey_app.rectification import ledger_stamp
from survey_app.rectification.ledger import BY_KEY, AsOf, Column, Listing, Row
from survey_app.rectification.ledger_stamp import Stamp, plain

NUMBER = BY_KEY["number"].heading
DAY = Parsed("day", "", "date")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one cell, named as a person finds it (整改清单!D12): what to do, or why it stays."""

    cell: str
    line: int
    heading: str
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    number: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One cell and whose it is (``number``): what stands there now, and what the file says."""

    cell: str
    heading: str
    number: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Written:
    """A line with its stamp and its cells by heading; ``letters`` are those of the columns.

    ``unreadable`` are the headings of cells that hold a formula or the like.
    """

    listing: Listing
    line: int
    letters: Mapping[str, str]
    stamp: Stamp
    cells: Mapping[str, str | date]
    unreadable: frozenset[str]

    @property
    def number(self) -> str:
        """The number of the problem."""
        return plain(self.cells[NUMBER])

    def has(self, column: Column) -> bool:
        """Tell whether the file has a column."""
        return column.heading in self.letters

    def changed(self) -> list[Column]:
        """Return the columns whose cell differs from what was exported; none of what cannot be read."""
        exported = zip(self.listing.columns, self.stamp.digests, strict=True)
        return [
            column
            for column, digest in exported
            if self.has(column)
            and column.heading not in self.unreadable
            and ledger_stamp.digest(self.value(column)) != digest
        ]

    def value(self, column: Column) -> str:
        """Return what stands in a column; a day however a spreadsheet writes it."""
        text = plain(self.cells[column.heading])
        if column.kind == "date":
            try:
                return read_day(text)
            except CellError:
                return text
        return text

    def remark(self, column: Column, text: str, **params: Any) -> Remark:
        """Return a remark about a cell."""
        return Remark(self._cell(column), self.line, column.heading, text, params, self.number)

    def change(self, column: Column, row: Row, asof: AsOf) -> Change:
        """Return a cell beside what is stored."""
        before = plain(column.said(row, asof))
        return Change(self._cell(column), column.heading, self.number, before, mask(self.value(column)))

    def _cell(self, column: Column) -> str:
        return f"{self.listing.title}!{self.letters[column.heading]}{self.line}"

    def judge(self, column: Column) -> Remark | None:
        """Return what is wrong with a cell that may come back, or None."""
        text = self.value(column)
        if not text:
            return self.remark(column, gettext("不能清空。请写上，或恢复原来的内容。"))
        if len(text) > column.longest:
            return self.remark(column, gettext("超过 %(limit)s 个字。请删短些。"), limit=column.longest)
        try:
            if column.kind == "date":
                read_day(text)
        except CellError as error:
            return self.remark(column, error.text, **error.params)
        return None


def read_day(text: str) -> str:
    """Return a day as ISO text, nothing for a blank; raise CellError where it is none."""
    return str(parsing.read(DAY, text) or "")
