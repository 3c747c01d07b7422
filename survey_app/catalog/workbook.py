"""XLSX files: opened only when nothing in the package can bite, written so that text stays text."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from survey_app.catalog.layout import TOP, WRAPPED, Layout, lay_out
from survey_app.catalog.problems import Problem, SpreadsheetError
from survey_app.catalog.texts import gettext

MAX_UNPACKED = 16 * 1024 * 1024  # bytes; a full sheet of 5,000 lines is about 5 MB
MAX_PARTS = 500
MAX_TEXT = 8_000_000  # characters of all cells; a package of a few KB can say one shared text in every cell
COLUMNS_OF_NOTES = 3  # of a template: column, whether it has to be filled, what to write
MOST_EXACT = 10**15  # Excel keeps 15 digits of a number
UNREADABLE = (  # whatever a parser may say of bytes that are not what they claim
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    EOFError,
    OSError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,  # what both of the parsers that openpyxl may find raise for broken XML
)


def read_rows(
    content: bytes, lines: int, columns: int, characters: int
) -> tuple[list[list[str | date]], list[Problem]]:
    """Return the rows of the first sheet, blank ones too, and the cells that could not be read.

    A problem's ``heading`` is the number of its column from 0; a cell of more than ``characters`` is one.
    Raise SpreadsheetError for a package with a macro, a password or a bomb in it, for a broken one, and for
    more than ``lines`` under the heading.
    """
    try:
        _check_package(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size may be wrong
        return _rows(sheet.iter_rows(max_col=columns + 1), lines, characters)
    except UNREADABLE as error:
        raise SpreadsheetError(
            gettext("这个 Excel 文件打不开，可能没有存完整。请用 Excel 打开，另存为 .xlsx 再上传。")
        ) from error


def _check_package(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = package.infolist()
        names = {part.filename.lower() for part in parts}
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
            raise SpreadsheetError(
                gettext("这个文件展开后太大，没有打开。请只留要导入的那张表，另存后再上传。")
            )
        if any(part.flag_bits & 1 for part in parts):
            raise SpreadsheetError(gettext("这个文件加了密码。请去掉密码，另存后再上传。"))
        if "xl/workbook.xml" not in names or "[content_types].xml" not in names:
            raise SpreadsheetError(gettext("这不是 Excel 表格。请用 .xlsx 或 .csv 文件。"))
        if _has_macro(package, names):
            raise SpreadsheetError(
                gettext("这个文件里有宏，为了安全没有打开。请另存为不带宏的 .xlsx 再上传。")
            )


def _has_macro(package: zipfile.ZipFile, names: set[str]) -> bool:
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        return True
    types = next(name for name in package.namelist() if name.lower() == "[content_types].xml")
    return b"macroenabled" in package.read(types).lower()


def _rows(
    rows: Iterable[Sequence[Any]], lines: int, characters: int
) -> tuple[list[list[str | date]], list[Problem]]:
    found: list[list[str | date]] = []
    problems: list[Problem] = []
    blank = text = 0
    for number, row in enumerate(rows, 1):
        text += sum(len(cell.value) for cell in row if isinstance(cell.value, str))
        if text > MAX_TEXT:
            raise SpreadsheetError(gettext("表格里的字太多，没有读完。请拆成几个文件，分次导入。"))
        values = [_value(cell, (number, column), characters, problems) for column, cell in enumerate(row)]
        found.append(values)
        blank += not any(value != "" for value in values)
        if number - blank > lines + 1 or number > 10 * lines:
            raise SpreadsheetError(gettext("表格超过 %(limit)s 行。请拆成几个文件，分次导入。"), limit=lines)
    return found, problems


def _value(cell: Any, place: tuple[int, int], characters: int, problems: list[Problem]) -> str | date:
    text = ""
    number, column = place
    if cell.data_type == "f":
        text = gettext("是公式。请复制后用“选择性粘贴”只粘贴值，再上传。")
    elif cell.data_type == "e":
        text = gettext("是 Excel 的错误值。请改成要填的内容。")
    elif isinstance(cell.value, int | float) and abs(cell.value) >= MOST_EXACT:
        text = gettext("数字太长，Excel 只保留了前 15 位。请把这一列设成“文本”格式，重新填写。")
    elif isinstance(cell.value, str) and len(cell.value) > characters:
        text = gettext("超过 %(limit)s 个字。请删短些。")
    if text:
        problems.append(Problem(number, str(column), text, {"limit": characters}))
        return ""
    return _plain(cell.value)


def _plain(value: Any) -> str | date:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.15g}"
    text = re.sub(r"(?<!_x005F)_x000D_", "", str(value)).replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"_x005F_(?=x[0-9A-Fa-f]{4}_)", "_", text)  # undoes _writable


def write(
    title: str,
    headings: Sequence[str],
    lines: Iterable[Sequence[str | int | date]],
    *,
    choices: Mapping[int, Sequence[str]] | None = None,
    notes: Sequence[Sequence[str]] = (),
    layout: Layout | None = None,
) -> bytes:
    """Return a workbook of one sheet: bold headings that stay in sight, text that is never a formula.

    ``choices`` offers words for a column (counted from 0); ``notes`` fill a second sheet that explains;
    with a ``layout`` the sheet is made to be read and printed.
    """
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    sheet.freeze_panes = "A2"
    for position, heading in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(position)].width = max(12, 3 * len(heading))
    for position, words in (choices or {}).items():
        letter = get_column_letter(position + 1)
        offered = DataValidation(type="list", formula1='"' + ",".join(words) + '"', allow_blank=True)
        offered.add(f"{letter}2:{letter}5001")
        sheet.add_data_validation(offered)
    _fill(sheet, headings, lines, wrap=layout is not None)
    if layout:
        lay_out(book, sheet, layout)
    if notes:
        _add_notes(book.create_sheet(layout.notes if layout else "填写说明"), notes)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _add_notes(sheet: Any, notes: Sequence[Sequence[str]]) -> None:
    for letter, width in zip(
        "ABC", (18, 10, 60) if len(notes[0]) == COLUMNS_OF_NOTES else (18, 80), strict=False
    ):
        sheet.column_dimensions[letter].width = width
    _fill(sheet, notes[0], notes[1:], wrap=True)


def _fill(
    sheet: Any,
    headings: Sequence[str],
    lines: Iterable[Sequence[str | int | date]],
    *,
    wrap: bool = False,
) -> None:
    for position, heading in enumerate(headings, 1):
        _put(sheet, 1, position, heading, wrap)
        sheet.cell(1, position).font = Font(bold=True)
    for number, line in enumerate(lines, 2):
        for position, value in enumerate(line, 1):
            _put(sheet, number, position, value, wrap)


def _put(sheet: Any, number: int, position: int, value: str | int | date, wrap: bool) -> None:
    cell = sheet.cell(number, position)
    if isinstance(value, str):
        cell.value = _writable(value)
        cell.data_type = "s"  # or a leading "=" would make it a formula
        cell.number_format = "@"
        cell.alignment = WRAPPED if wrap or "\n" in value else TOP
    else:
        cell.value = value
        cell.alignment = TOP
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"


def _writable(text: str) -> str:
    """Return a text without what XML cannot hold, and with what Excel would take for an escape escaped."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", text).replace("\ufffe", "").replace("\uffff", "")
    return re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", clean)
