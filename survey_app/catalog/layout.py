"""How a sheet looks that is read, sent on and printed, not only filled."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter

NARROWEST, WIDEST = 6, 42  # in the width of a digit
ROOM = 3  # for the arrow of the filter
DAY_WIDTH = 12
MARK = PatternFill("solid", fgColor="FFF2CC")
A4 = "9"
TOP, WRAPPED = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)


@dataclass(frozen=True)
class Layout:
    """A sheet that keeps its headings and first column in sight and prints on A4, as wide as the page.

    ``widths`` are one a column, ``hidden`` and ``marked`` columns counted from 0; ``subject`` says in the
    properties of the file what is in it, ``notes`` is the title of the sheet that explains.
    """

    widths: Sequence[int]
    hidden: frozenset[int] = frozenset()
    marked: frozenset[int] = frozenset()
    subject: str = ""
    notes: str = "说明"


def measure(headings: Sequence[str], lines: Iterable[Sequence[str | int | date]]) -> list[int]:
    """Return widths that show each column's longest line, within reason: what is longer is wrapped."""
    widths = [_width(heading) + ROOM for heading in headings]
    for line in lines:
        for place, cell in enumerate(line):
            widths[place] = max(widths[place], DAY_WIDTH if isinstance(cell, date) else _width(str(cell)) + 2)
    return [min(max(width, NARROWEST), WIDEST) for width in widths]


def _width(text: str) -> int:
    return max((sum(1 + (unicodedata.east_asian_width(sign) in "FWA") for sign in line)
                for line in text.split("\n")), default=0)  # fmt: skip


def lay_out(book: Any, sheet: Any, layout: Layout) -> None:
    """Give a filled sheet, the first of its book, its widths, its frozen headings and its page."""
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    for place, width in enumerate(layout.widths):
        dimension = sheet.column_dimensions[get_column_letter(place + 1)]
        dimension.width, dimension.hidden = width, place in layout.hidden
    for place in layout.marked:
        sheet.cell(1, place + 1).fill = MARK
    _page(sheet)
    book.properties.creator = "办事体验"
    book.properties.title = sheet.title
    book.properties.description = layout.subject


def _page(sheet: Any) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.oddHeader.center.text = sheet.title
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
