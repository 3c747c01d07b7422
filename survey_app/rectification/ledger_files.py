"""The ledger and its lists as files that Excel and WPS open as a person expects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from survey_app.catalog import layout, spreadsheet, workbook
from survey_app.rectification import ledger_stamp
from survey_app.rectification.ledger import AsOf, Cell, Listing, Row, draw_up

NOTES = ["项目", "内容"]
RETURNS = "导回来时，只收标黄的列：%s。改好后在“台账”页按“导回表格”，先看会改什么，确认了才改。"
NOTHING_RETURNS = "这张表只供查看，没有能导回来的列。"


def write(listing: Listing, rows: Iterable[Row], asof: AsOf, kind: str, told: Sequence[str] = ()) -> bytes:
    """Return the rows of a list as a ``csv`` or ``xlsx`` file; ``told`` are the conditions they fit.

    The last column, hidden in a workbook, is what lets a line come back.
    """
    headings = [*(column.heading for column in listing.columns), ledger_stamp.HEADING]
    lines = [_line(listing, row, asof) for row in rows]
    if kind == "csv":
        return spreadsheet.write_csv(headings, lines)
    taken = frozenset(place for place, column in enumerate(listing.columns) if column.takes)
    look = layout.Layout(
        widths=layout.measure(headings, lines),
        hidden=frozenset({len(headings) - 1}),
        marked=taken,
        subject="；".join(_filter(told)),
    )
    notes = [NOTES, *_notes(listing, len(lines), asof, told)]
    return workbook.write(listing.title, headings, lines, notes=notes, layout=look)


def _line(listing: Listing, row: Row, asof: AsOf) -> list[Cell]:
    cells = draw_up(listing, row, asof)
    return [*cells, ledger_stamp.write(listing, row["version"], cells)]


def _filter(told: Sequence[str]) -> Sequence[str]:
    return told or ("没有筛选，合并到别的问题里的不列",)


def _notes(listing: Listing, count: int, asof: AsOf, told: Sequence[str]) -> list[list[str]]:
    taken = [f"“{column.heading}”" for column in listing.columns if column.takes]
    return [
        ["表", listing.title],
        ["截至", f"{asof.today:%Y-%m-%d}"],
        ["条数", str(count)],
        *(["筛选", words] for words in _filter(told)),
        ["导回", RETURNS % "、".join(taken) if taken else NOTHING_RETURNS],
    ]
