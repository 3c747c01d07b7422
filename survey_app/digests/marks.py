"""The briefing's text as a person types it: plain lines with light marks, read into blocks and written back.

``一、`` begins a section and ``（一）`` a part; with more text after the first ``。`` the heading runs on
into its paragraph. ``『…』`` on a line of its own is what a citizen said, ``〔照片 12-1〕…`` is the first
photo of record 12 with its caption. ``〔按语〕…`` is the editor's word. Lines between bars, ``|甲|乙|``, are
rows of a table, under ``〔表〕…``, its title; ``〔图〕标题：甲 12、乙 7/9`` is a chart of bars.
``〔总第 128 期〕``, ``〔内部资料〕…`` with its number and ``〔送〕…`` go into the masthead and the tail,
wherever they stand. ``〔附件〕…`` begins an annex across the page, after the tail. Every other line is a
paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

TO_WRITE = "〔待补写〕"

_NUMERALS = "[零一二三四五六七八九十百千万]+"
_HEADINGS = ((1, re.compile(rf"{_NUMERALS}、\S")), (2, re.compile(rf"（{_NUMERALS}）\S")))
_QUOTE = re.compile(r"『(?P<text>.+)』(?:——(?P<source>.+))?")
_PHOTO = re.compile(r"〔照片\s*(?P<record>\d{1,9})-(?P<position>\d{1,3})〕(?P<caption>.*)")
_LABELLED = re.compile(r"〔(?P<label>按语|表|内部资料|送|附件)〕(?P<text>.+)")
_SERIAL = re.compile(r"〔总第\s*(?P<text>[1-9]\d{0,5})\s*期〕")
_ROW = re.compile(r"(?P<bar>[|｜]).+(?P=bar).*(?P=bar)")
_CHART = re.compile(r"〔图〕(?P<title>[^：\s][^：]*)：(?P<bars>.+)")
_FIGURE = r"(?P<count>[0-9]{1,9}(?:\.[0-9]{1,3})?)(?:/(?P<of>[1-9][0-9]{0,8}))?(?P<unit>[^\d\s./]{0,4})"
_BAR = re.compile(rf"(?P<label>\S.*[^\d\s./]|[^\d\s./])\s*{_FIGURE}")
_SPACE = " \t\u3000\u00a0"


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (一、) or 2 (（一）); ``run`` is the text that follows it on the same line."""

    level: int
    text: str
    run: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Quote:
    """A citizen's own words; ``source`` says where they were heard, never who said them."""

    text: str
    source: str = ""


@dataclass(frozen=True)
class PhotoMark:
    """A photo by the number of its record and its place in it, from 1."""

    record: int
    position: int
    caption: str = ""


@dataclass(frozen=True)
class Labelled:
    """What a label says it is: 按语, 表 (the title of one), 总第, 内部资料, 送 or 附件 (its title)."""

    label: str
    text: str


@dataclass(frozen=True)
class Row:
    """A row of a table; the first one of a table is its head."""

    cells: tuple[str, ...]
    bar: str = "|"


@dataclass(frozen=True)
class Bar:
    """A bar of a chart: so many, or so many of ``of``, as they were typed."""

    label: str
    count: str
    of: str = ""
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.label} {self.value}"

    @property
    def value(self) -> str:
        """The figure as it is printed: ``12件`` or ``7/9``."""
        return f"{self.count}{f'/{self.of}' if self.of else ''}{self.unit}"


@dataclass(frozen=True)
class Chart:
    """Bars beside each other under a title."""

    title: str
    bars: tuple[Bar, ...]


Block = Heading | Paragraph | Quote | PhotoMark | Labelled | Row | Chart


def parse(text: str) -> list[Block]:
    """Read the text; nothing in it is ever wrong or lost, an unknown mark is simply a paragraph."""
    lines = (line.strip(_SPACE) for line in text.splitlines())
    return [_parse_line(line) for line in lines if line]


def write(blocks: Iterable[Block]) -> str:
    """Write blocks as a person would type them, one a line."""
    return "\n".join(_write_block(block) for block in blocks) + "\n"


def photo_marks(blocks: Iterable[Block]) -> Iterator[PhotoMark]:
    """Yield the photos that the text asks for, in its order."""
    return (block for block in blocks if isinstance(block, PhotoMark))


def _parse_line(line: str) -> Block:
    for level, pattern in _HEADINGS:
        if pattern.match(line):
            head, stop, run = line.partition("。")
            return Heading(level, head + stop, run.strip(_SPACE)) if run else Heading(level, line)
    if quote := _QUOTE.fullmatch(line):
        return Quote(quote["text"], quote["source"] or "")
    if photo := _PHOTO.fullmatch(line):
        return PhotoMark(int(photo["record"]), int(photo["position"]), photo["caption"].strip(_SPACE))
    return _parse_labelled(line) or Paragraph(line)


def _parse_labelled(line: str) -> Block | None:
    if labelled := _LABELLED.fullmatch(line):
        return Labelled(labelled["label"], labelled["text"].strip(_SPACE))
    if serial := _SERIAL.fullmatch(line):
        return Labelled("总第", serial["text"])
    if row := _ROW.fullmatch(line):
        cells = line[1:-1].split(row["bar"])
        return Row(tuple(cell.strip(_SPACE) for cell in cells), row["bar"])
    if chart := _CHART.fullmatch(line):
        bars = [_BAR.fullmatch(bar.strip(_SPACE)) for bar in chart["bars"].split("、")]
        found = tuple(Bar(bar["label"], bar["count"], bar["of"] or "", bar["unit"]) for bar in bars if bar)
        return Chart(chart["title"].strip(_SPACE), found) if len(found) == len(bars) else None
    return None


def _write_block(block: Block) -> str:
    match block:
        case Heading(text=text, run=run):
            return text + run
        case Quote(text=text, source=source):
            return f"『{text}』——{source}" if source else f"『{text}』"
        case PhotoMark(record=record, position=position, caption=caption):
            return f"〔照片 {record}-{position}〕{caption}"
        case Paragraph(text=text):
            return text
        case Labelled(label="总第", text=text):
            return f"〔总第 {text} 期〕"
        case Labelled(label=label, text=text):
            return f"〔{label}〕{text}"
        case Row(cells=cells, bar=bar):
            return f"{bar} {f' {bar} '.join(cells)} {bar}"
        case Chart(title=title, bars=bars):
            return f"〔图〕{title}：{'、'.join(map(str, bars))}"
