"""A briefing as it stands on paper: its fields and its text, masked and ready for the sheet's template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from survey_app.digests.compile import printable
from survey_app.digests.marks import Block, Heading, Paragraph, PhotoMark, Quote, parse

PhotoNames = Mapping[tuple[int, int], str]
"""SHA-256 names by (number of the record, place in it from 1)."""


@dataclass(frozen=True)
class Line:
    """One block of the sheet; ``kind`` is heading, text, quote or photo (then ``name`` is its SHA-256)."""

    kind: str
    text: str = ""
    level: int = 0
    run: str = ""
    source: str = ""
    name: str = ""
    caption: str = ""


@dataclass(frozen=True)
class Page:
    """Everything that is printed of one briefing."""

    series: str
    number: int | None
    issued_on: date
    issuer: str
    title_1: str
    title_2: str
    blocks: tuple[Line, ...]
    contributor: str
    report_to: str
    send_to: str
    copies: int | None
    is_draft: bool

    @property
    def full_title(self) -> str:
        """Both lines of the title as one."""
        return self.title_1 + self.title_2

    @property
    def date_text(self) -> str:
        """The date in Arabic digits without leading noughts: ``2017年6月12日``."""
        return f"{self.issued_on.year}年{self.issued_on.month}月{self.issued_on.day}日"

    @property
    def has_tail(self) -> bool:
        """Whether anything stands at the foot of the last page."""
        return bool(self.report_to or self.send_to or self.copies)

    @property
    def photo_names(self) -> tuple[str, ...]:
        """The photos that are printed, each once."""
        return tuple(dict.fromkeys(line.name for line in self.blocks if line.kind == "photo"))


def lay_out(body: str, photos: PhotoNames) -> tuple[Line, ...]:
    """Return the body's blocks; a photo that is not among the picked ones is said to be missing."""
    return tuple(_line(block, photos) for block in parse(body))


def _line(block: Block, photos: PhotoNames) -> Line:
    match block:
        case Heading(level=level, text=text, run=run):
            return Line("heading", printable(text), level=level, run=printable(run))
        case Quote(text=text, source=source):
            return Line("quote", printable(text), source=printable(source))
        case PhotoMark(record=record, position=position, caption=caption):
            name = photos.get((record, position))
            if name is None:
                return Line("text", f"〔照片 {record}-{position} 没有选入〕{printable(caption)}")
            return Line("photo", name=name, caption=printable(caption))
        case Paragraph(text=text):
            return Line("text", printable(text))
