"""What is wrong with a file, a line or a cell: said in pure modules, translated where it is shown."""

from dataclasses import dataclass, field
from typing import Any


class SpreadsheetError(Exception):
    """A file that cannot be read at all; ``text`` (with ``params``) says what to do about it."""

    def __init__(self, text: str, **params: Any) -> None:
        super().__init__(text % params)
        self.text = text
        self.params = params


class CellError(ValueError):
    """A value that a column does not take; ``text`` (with ``params``) says why."""

    def __init__(self, text: str, **params: Any) -> None:
        super().__init__(text % params)
        self.text = text
        self.params = params


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong at a line (counted as Excel counts) and, where known, under a heading."""

    line: int
    heading: str
    text: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        place = f"第 {self.line} 行" + (f"「{self.heading}」" if self.heading else "")
        return f"{place}：{self.text % self.params}"
