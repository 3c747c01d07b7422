"""The catalogue as files: what is stored, and empty templates to fill."""

from collections.abc import Iterable
from typing import Literal

from survey_app.catalog import cells, spreadsheet, workbook
from survey_app.catalog.tables import TABLES, Column, Entry, Table

FileKind = Literal["csv", "xlsx"]
MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def write(table: Table, entries: Iterable[Entry], kind: str) -> bytes:
    """Return entries as a ``csv`` or ``xlsx`` file that imports again without a change."""
    lines = [[cells.show(table, column, entry[column.key]) for column in table.columns] for entry in entries]
    if kind == "csv":
        return spreadsheet.write_csv(_headings(table), lines)
    return workbook.write(table.title, _headings(table), lines, choices=_choices(table))


def template(table: Table) -> bytes:
    """Return an empty workbook with the headings, the words to choose from, and what each column is for."""
    notes = [["列", "要填", "说明"], *(_note(column) for column in table.columns)]
    return workbook.write(table.title, _headings(table), [], choices=_choices(table), notes=notes)


def _headings(table: Table) -> list[str]:
    return [column.heading for column in table.columns]


def _choices(table: Table) -> dict[int, list[str]]:
    offered = {place: _words(column) for place, column in enumerate(table.columns)}
    return {place: words for place, words in offered.items() if words}


def _words(column: Column) -> list[str]:
    return ["是", "否"] if column.kind == "flag" else list(column.choices.values())


def _note(column: Column) -> list[str]:
    told = [column.hint] if column.hint else []
    if column.reference:
        several = "，几个之间用顿号" if column.kind == "references" else ""
        told.append(f"填{TABLES[column.reference].title}的代码{several}")
    if _words(column):
        told.append("从这里选：" + "、".join(_words(column)))
    if column.kind == "date":
        told.append("写成 2017-06-12 这样")
    return [column.heading, "必填" if column.required else "可不填", "；".join(told)]
