"""One value of one column: read from what a person wrote, written back as a person reads it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from survey_app.catalog.problems import CellError
from survey_app.catalog.tables import LENGTHS, Column, Kind, Table, Value
from survey_app.catalog.texts import gettext
from survey_app.privacy import mask

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: \d{1,2}:\d{2}(?::\d{2})?)?")
BETWEEN = re.compile(r"[\s、，,;；]+")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
BIGGEST_NUMBER = 1_000_000
YES = frozenset({"是", "yes", "y", "true", "1", "√", "✓"})
NO = frozenset({"", "否", "no", "n", "false", "0", "×"})


def read(column: Column, cell: str | date) -> Value:
    """Return what is stored for a cell (``column.empty`` for a blank one); raise CellError where it cannot.

    A reference comes back as the code that was written: whether it names anything is not known here.
    """
    text = cell.isoformat() if isinstance(cell, date) else cell.strip()
    if CONTROL.search(text):
        raise CellError(gettext("有看不见的控制字符。请删掉，重新输入这一格。"))
    if not text and column.required:
        raise CellError(gettext("没有填写。请补上。"))
    return READERS[column.kind](column, text) if text else column.empty


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _text(column: Column, text: str) -> str:
    if column.kind == "text":
        text = " ".join(text.split("\n"))
    limit = LENGTHS[column.kind]
    if len(text) > limit:
        raise CellError(gettext("超过 %(limit)s 个字。请删短些。"), limit=limit)
    return column.normal(text) if column.normal else text


def _code(_column: Column, text: str) -> str:
    code = unicodedata.normalize("NFKC", text)
    if len(code) > LENGTHS["code"] or not CODE.fullmatch(code):
        raise CellError(
            gettext("代码只能用字母、数字、点、横线和下划线，最多 %(limit)s 个，字母或数字开头。"),
            limit=LENGTHS["code"],
        )
    return code


def _codes(column: Column, text: str) -> str:
    return " ".join(sorted({_code(column, one) for one in BETWEEN.split(text) if one}))


def _number(column: Column, text: str) -> int:
    plain = unicodedata.normalize("NFKC", text).replace(",", "")
    if not re.fullmatch(r"\d{1,7}", plain) or not column.least <= int(plain) <= BIGGEST_NUMBER:
        raise CellError(
            gettext("“%(given)s”不是 %(least)s 到 %(most)s 的整数。"),
            given=text[:30],
            least=column.least,
            most=BIGGEST_NUMBER,
        )
    return int(plain)


def _date(_column: Column, text: str) -> str:
    match = DAY.fullmatch(unicodedata.normalize("NFKC", text))
    try:
        if match is None:
            raise ValueError(text)
        return date(*(int(part) for part in match.groups())).isoformat()
    except ValueError as error:
        raise CellError(gettext("“%(given)s”不是日期。请写成 2017-06-12 这样。"), given=text[:30]) from error


def _flag(_column: Column, text: str) -> int:
    word = _normal(text)
    if word not in YES | NO:
        raise CellError(gettext("“%(given)s”看不懂。请填“是”或“否”。"), given=text[:30])
    return int(word in YES)


def _choice(column: Column, text: str) -> str:
    for code, word in column.choices.items():
        if _normal(text) in (_normal(word), code):
            return code
    words = "、".join(column.choices.values())
    raise CellError(gettext("“%(given)s”不在可选的词里。请填：%(words)s。"), given=text[:30], words=words)


READERS: Final[Mapping[Kind, Callable[[Column, str], Value]]] = {
    "code": _code,
    "text": _text,
    "long": _text,
    "number": _number,
    "date": _date,
    "flag": _flag,
    "choice": _choice,
    "reference": _code,
    "references": _codes,
}


def write(column: Column, value: Value) -> str | int | date:
    """Return a stored value as a sheet shows it; ``read`` takes it back to the same value."""
    if value is None or value == "":
        return ""
    if column.kind == "choice":
        return column.choices[str(value)]
    if column.kind == "flag":
        return "是" if value else "否"
    if column.kind == "date":
        return date.fromisoformat(str(value))
    if column.kind == "references":
        return str(value).replace(" ", "、")
    return value


def show(table: Table, column: Column, value: Value) -> str | int | date:
    """Return a stored value as it leaves the product: ``write``, with people's numbers hidden."""
    written = write(column, value)
    return mask(written) if table.private and isinstance(written, str) else written
