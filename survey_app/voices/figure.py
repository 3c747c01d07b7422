"""A figure as a Chinese document writes it: “超过 1174 万次” taken apart and put together without loss."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

BEFORE = (
    "超过",
    "突破",
    "共计",
    "累计",
    "总计",
    "达到",
    "接近",
    "不到",
    "不足",
    "至少",
    "大约",
    "约",
    "近",
    "超",
)
BETWEEN = ("多", "余")
AFTER = ("以上", "以下", "左右", "以内")
MAGNITUDES = {"": 0, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_FIGURE = re.compile(
    rf"(?P<before>{'|'.join(BEFORE)}|)(?P<digits>{_DIGITS})"
    rf"(?P<magnitude>{'|'.join(sorted(filter(None, MAGNITUDES), key=len, reverse=True))}|)"
    rf"(?P<between>{'|'.join(BETWEEN)}|)(?P<measure>[^\d\s,.，。]*?)(?P<after>{'|'.join(AFTER)}|)"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: ``digits`` as they were written (92.1), ``magnitude`` 万, ``measure`` 次 or %.

    Its qualifiers stand ``before`` (超过), ``between`` number and measure (余) or ``after`` it (以上).
    """

    digits: str
    measure: str = ""
    magnitude: str = ""
    before: str = ""
    between: str = ""
    after: str = ""

    @property
    def number(self) -> Decimal:
        """The number itself, exactly; 90% is 90."""
        return Decimal(self.digits.replace(",", "")).scaleb(MAGNITUDES[self.magnitude])

    @property
    def qualifier(self) -> str:
        """What keeps the number from being exact: 超过, 突破, 以上 …"""
        return self.before or self.between or self.after

    def __str__(self) -> str:
        """Write it without spaces, as a briefing does."""
        return f"{self.before}{self.digits}{self.magnitude}{self.between}{self.measure}{self.after}"

    def spaced(self) -> str:
        """Write it as a screen does, with a space on either side of the digits: ``超过 1174 万次``."""
        rest = f"{self.magnitude}{self.between}{self.measure}"
        gap = "" if rest.startswith(("%", "‰")) or not rest else " "
        return f"{self.before} {self.digits}{gap}{rest}{self.after}".strip()


def parse(text: str) -> Figure:
    """Read a figure, full-width or not, with spaces or without; raise ValueError for anything else."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    match = _FIGURE.fullmatch(plain)
    if match is None:
        raise ValueError(f"not a figure: {text}")
    return Figure(**match.groupdict())


def cite(value: str, as_of: str, source: str) -> str:
    """Return a figure as a document quotes it: with the day it was true on and who says so."""
    where = f"，来源：{source}" if source else ""
    return f"{parse(value).spaced()}（截至 {as_of}{where}）"
