"""A briefing as it stands on paper: its fields and its text, masked and ready for the sheet's template."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import dropwhile, groupby, takewhile

from survey_app.digests.chart import Drawing, draw
from survey_app.digests.compile import printable
from survey_app.digests.marks import Block, Chart, Heading, Labelled, Paragraph, PhotoMark, Quote, Row, parse
from survey_app.digests.named import plain
from survey_app.digests.title import broken

PhotoNames = Mapping[tuple[int, int], str]
"""SHA-256 names by (number of the record, place in it from 1)."""

ANNEX = "附件"
APART = frozenset({"总第", "内部资料", "送"})  # labels of what stands in the masthead or in the tail
POINT = re.compile(r"([一二三四五六七八九十]{1,3}是[^。；]{2,40}[。；])(.+)")
_BESIDE_CHINESE = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef]) | (?=[\u2e80-\u9fff\uff00-\uffef])")
SERIES_SIZES = (6, 8, 10, 13)  # characters of a series name, from the largest letters to the smallest


@dataclass(frozen=True)
class Line:
    """One block of the sheet.

    ``kind`` is heading, text, point (一是…, its first sentence apart), quote, note (按语), photo (then
    ``name`` is its SHA-256), table, chart, ``ANNEX``, or a label of ``APART``.
    """

    kind: str
    text: str = ""
    level: int = 0
    run: str = ""
    source: str = ""
    name: str = ""
    caption: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    drawing: Drawing | None = None


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
    corrects: str = ""

    @property
    def full_title(self) -> str:
        """Both lines of the title as one."""
        return self.title_1 + self.title_2

    @property
    def title_lines(self) -> tuple[str, ...]:
        """The title as it is printed: each line that was typed, broken by its sense where it is too long."""
        return tuple(part for line in (self.title_1, self.title_2) if line for part in broken(line))

    @property
    def date_text(self) -> str:
        """The date in Arabic digits without leading noughts: ``2017年6月12日``."""
        return f"{self.issued_on.year}年{self.issued_on.month}月{self.issued_on.day}日"

    @property
    def series_size(self) -> int:
        """The longest series name, in characters, that is printed as large as this one."""
        return next((size for size in SERIES_SIZES if len(self.series) <= size), 24)

    @property
    def series_lines(self) -> tuple[str, ...]:
        """The series name: on one line, or broken by its sense where it is longer than any usual one."""
        return broken(self.series, SERIES_SIZES[-1])

    @property
    def flow(self) -> tuple[Line, ...]:
        """The blocks that stand in the text, one after another."""
        text = takewhile(lambda line: line.kind != ANNEX, self.blocks)
        return tuple(line for line in text if line.kind not in APART)

    @property
    def annex(self) -> tuple[Line, ...]:
        """The blocks of the annex, its title first; nothing where there is none."""
        rest = dropwhile(lambda line: line.kind != ANNEX, self.blocks)
        return tuple(line for line in rest if line.kind not in APART)

    def apart(self, label: str) -> str:
        """What the text says of a label of ``APART``: the last word counts."""
        return next((line.text for line in reversed(self.blocks) if line.kind == label), "")

    @property
    def tail(self) -> tuple[tuple[str, str], ...]:
        """To whom it is sent, in order of rank: reported up (报), for knowledge (送), issued down (发)."""
        rows = (("报", self.report_to), ("送", self.apart("送")), ("发", self.send_to))
        return tuple((label, text) for label, text in rows if text)

    @property
    def has_tail(self) -> bool:
        """Whether anything stands at the foot of the last page."""
        return bool(self.tail or self.copies)

    @property
    def photo_names(self) -> tuple[str, ...]:
        """The photos that are printed, each once."""
        return tuple(dict.fromkeys(line.name for line in self.blocks if line.kind == "photo"))


def lay_out(body: str, photos: PhotoNames) -> tuple[Line, ...]:
    """Return the body's blocks; a photo that is not among the picked ones is said to be missing."""
    return tuple(_titled(_tables(_line(block, photos) for block in parse(plain(body)))))


def _line(block: Block, photos: PhotoNames) -> Line:
    match block:
        case Heading(level=level, text=text, run=run):
            return Line("heading", _set(text), level=level, run=_set(run))
        case Quote(text=text, source=source):
            return Line("quote", _set(text), source=_set(source))
        case PhotoMark(record=record, position=position, caption=caption):
            name = photos.get((record, position))
            if name is None:
                return Line("text", f"〔照片 {record}-{position} 没有选入〕{_set(caption)}")
            return Line("photo", name=name, caption=_set(caption))
        case Labelled(label=label, text=text):
            return Line({"按语": "note", "表": "caption"}.get(label, label), _set(text))
        case Row(cells=cells):
            return Line("table", rows=(tuple(map(_set, cells)),))
        case Chart(title=title, bars=bars):
            masked = [replace(bar, label=_set(bar.label)) for bar in bars]
            return Line("chart", caption=_set(title), drawing=draw(masked))
        case Paragraph(text=text):
            return _paragraph(_set(text))


def _set(text: str) -> str:
    """Return text as a typist sets it: fit to be printed, and without the spaces of a screen: 1号窗口."""
    return _BESIDE_CHINESE.sub("", printable(text))


def _paragraph(text: str) -> Line:
    point = POINT.fullmatch(text)
    return Line("point", point[1], run=point[2]) if point else Line("text", text)


def _tables(lines: Iterable[Line]) -> Iterator[Line]:
    """Put rows that follow each other into one table, each filled up to the longest."""
    for kind, group in groupby(lines, key=lambda line: line.kind):
        if kind != "table":
            yield from group
            continue
        rows = [row for line in group for row in line.rows]
        width = max(map(len, rows))
        yield Line("table", rows=tuple((*row, *[""] * (width - len(row))) for row in rows))


def _titled(lines: Iterable[Line]) -> Iterator[Line]:
    """Give a table the title that stands above it; a title without a table is a paragraph."""
    title: Line | None = None
    for line in lines:
        if title and line.kind == "table":
            yield replace(line, caption=title.text)
        else:
            if title:
                yield Line("text", title.text)
            if line.kind != "caption":
                yield line
        title = line if line.kind == "caption" else None
    if title:
        yield Line("text", title.text)
