"""The ledger's files as people have them: downloaded, opened, changed, brought back."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
from flask.testing import FlaskClient
from openpyxl.worksheet.worksheet import Worksheet


def download(client: FlaskClient, path: str) -> bytes:
    """Return a file that a person downloads."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return bytes(answer.data)


def book_of(content: bytes) -> Any:
    """Return a workbook."""
    return openpyxl.load_workbook(io.BytesIO(content))


def sheet_of(content: bytes) -> Worksheet:
    """Return the first sheet of a workbook."""
    sheet = book_of(content).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def column_of(sheet: Worksheet, heading: str) -> str:
    """Return the letter of a column."""
    return next(cell.column_letter for cell in sheet[1] if cell.value == heading)


def texts(sheet: Worksheet, heading: str) -> list[Any]:
    """Return what stands under a heading."""
    return [cell.value for cell in sheet[column_of(sheet, heading)][1:]]


def changed(content: bytes, change: Callable[[Worksheet], object]) -> bytes:
    """Return a workbook after somebody worked on its first sheet."""
    book = book_of(content)
    change(book.worksheets[0])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
