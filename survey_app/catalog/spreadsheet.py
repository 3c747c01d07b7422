"""Spreadsheets in and out: CSV as Excel has it and XLSX, read within limits, written without formulas."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from survey_app.catalog import workbook
from survey_app.catalog.problems import Problem, SpreadsheetError
from survey_app.catalog.texts import gettext

Cell = str | int | date

MAX_BYTES = 5 * 1024 * 1024
MAX_LINES = 5000
MAX_COLUMNS = 60
MAX_CELL = 10_000  # characters
OLE_FILE = bytes.fromhex("d0cf11e0a1b11ae1")  # an old .xls, or a workbook with a password
ZIP_FILE = b"PK\x03\x04"
OTHER_FILES = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")
BINARY = re.compile("[\x00-\x08\x0e-\x1f]")  # what no text has, in whatever encoding it was read
NO_SPREADSHEET = gettext(
    "这不是表格，或没有存完整。请在 Excel 里打开，另存为 .xlsx 或“CSV UTF-8”，再上传一次。"
)
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
DELIMITERS = ",;\t"
LOOKS_LIKE_FORMULA = re.compile(r"[\s']*[=+\-@＝＋－＠\t\r\n]")


@dataclass(frozen=True)
class Line:
    """One line that is not blank: its number as Excel counts, and one cell a heading."""

    number: int
    cells: tuple[str | date, ...]


@dataclass(frozen=True)
class Sheet:
    """What a file holds: its first line, the lines below, and the cells that could not be read."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...] = ()


def read(content: bytes) -> Sheet:
    """Read a CSV or XLSX file by what is in it, not its name; raise SpreadsheetError where it cannot be."""
    if len(content) > MAX_BYTES:
        raise SpreadsheetError(
            gettext("文件超过 %(limit)s MB。请拆成几个文件，分次导入。"), limit=MAX_BYTES // 1024**2
        )
    if content.startswith(OLE_FILE):
        raise SpreadsheetError(
            gettext("这是旧版 .xls 或加了密码的文件。请在 Excel 里去掉密码，另存为 .xlsx 再上传。")
        )
    if content.startswith(OTHER_FILES):
        raise SpreadsheetError(NO_SPREADSHEET)
    if content.startswith(ZIP_FILE):
        rows, problems = workbook.read_rows(content, MAX_LINES, MAX_COLUMNS, MAX_CELL)
    else:
        rows, problems = _read_csv(_decode(content)), []
    return _sheet(rows, problems)


def _decode(content: bytes) -> str:
    encodings = [name for mark, name in BOMS if content.startswith(mark)] or ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not BINARY.search(text):
            return text
    raise SpreadsheetError(NO_SPREADSHEET)


def _read_csv(text: str) -> list[list[str | date]]:
    told = re.match(r"sep=([,;\t|])\r?\n", text)  # Excel's own first line, which it does not show
    delimiter = told[1] if told else _delimiter(text)
    lines = io.StringIO(text[told.end() :] if told else text, newline="")
    rows: list[list[str | date]] = []
    try:
        for row in csv.reader(lines, delimiter=delimiter, strict=True):
            rows.append([_plain(_newlines(cell)) for cell in row])
            _check_length(len(rows))
    except csv.Error as error:
        raise SpreadsheetError(
            gettext("第 %(line)s 行附近的引号没有配对，后面的内容无法分列。请用 Excel 打开，另存后再上传。"),
            line=len(rows) + 1,
        ) from error
    return rows


def _check_length(lines: int) -> None:
    if lines > MAX_LINES + 1:
        raise SpreadsheetError(gettext("表格超过 %(limit)s 行。请拆成几个文件，分次导入。"), limit=MAX_LINES)


def _delimiter(text: str) -> str:
    """Return what separates most cells of the first line, outside of quotes; a comma where nothing does."""
    first = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").split("\n", 1)[0])
    return max(DELIMITERS, key=first.count)


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _plain(cell: str) -> str:
    """Undo ``_defused``."""
    return cell[1:] if cell.startswith("'") and LOOKS_LIKE_FORMULA.match(cell[1:]) else cell


def _defused(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe before what looks like one."""
    return "'" + cell if LOOKS_LIKE_FORMULA.match(cell) else cell


def _sheet(rows: Sequence[Sequence[str | date]], problems: Iterable[Problem]) -> Sheet:
    written = [(number, row) for number, row in enumerate(rows, 1) if any(cell != "" for cell in row)]
    headings = [str(cell).strip() for cell in written[0][1]] if written else []
    while headings and not headings[-1]:
        headings.pop()
    if not headings:
        raise SpreadsheetError(gettext("这个文件是空的。请下载模板，照着第一行的列名填写。"))
    if len(headings) > MAX_COLUMNS:
        raise SpreadsheetError(
            gettext("表格超过 %(limit)s 列。请下载模板，照着第一行的列名填写。"), limit=MAX_COLUMNS
        )
    named = [
        replace(problem, heading=headings[int(problem.heading)])
        for problem in problems
        if int(problem.heading) < len(headings)
    ]
    lines = []
    for number, row in written[1:]:
        named += _long_cells(number, row, headings)
        cells = [*row[: len(headings)], *[""] * (len(headings) - len(row))]
        lines.append(Line(number, tuple(cells)))
    return Sheet(tuple(headings), tuple(lines), tuple(sorted(named, key=lambda problem: problem.line)))


def _long_cells(number: int, row: Sequence[str | date], headings: Sequence[str]) -> list[Problem]:
    too_long = gettext("超过 %(limit)s 个字。请删短些。")
    beyond = gettext("这一行比列名多出内容。请检查有没有串列。")
    found = [
        Problem(number, heading, too_long, {"limit": MAX_CELL})
        for heading, cell in zip(headings, row, strict=False)
        if isinstance(cell, str) and len(cell) > MAX_CELL
    ]
    if any(cell != "" for cell in row[len(headings) :]):
        found.append(Problem(number, "", beyond))
    return found


def write_csv(headings: Sequence[str], lines: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV file that Excel opens in Chinese: UTF-8 with BOM, CRLF, nothing that acts as a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_defused(_newlines(_text(cell))) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        raise TypeError("a cell holds a day, never an instant")
    return cell.isoformat() if isinstance(cell, date) else str(cell)
