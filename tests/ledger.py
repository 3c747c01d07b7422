"""The ledger's files as people have them: downloaded, opened, changed, brought back."""

import io
import sqlite3
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from openpyxl.worksheet.worksheet import Worksheet

from survey_app.store import SQLiteStore


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


def writers_while_reading(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list that is told, at each workbook opened from now on, whether others can write."""
    free, load = [], openpyxl.load_workbook

    def watched(*args: Any, **options: Any) -> Any:
        other = sqlite3.connect(store.path, timeout=0)
        try:
            other.execute("begin immediate")
            free.append(True)
        except sqlite3.OperationalError:
            free.append(False)
        finally:
            other.close()
        return load(*args, **options)

    monkeypatch.setattr(openpyxl, "load_workbook", watched)
    return free
