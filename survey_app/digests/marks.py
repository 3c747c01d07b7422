"""The briefing's text as a person types it: plain lines with light marks, read into blocks and written back.

``一、`` begins a section and ``（一）`` a part; with more text after the first ``。`` the heading runs on
into its paragraph. ``『…』`` on a line of its own is what a citizen said, ``〔照片 12-1〕…`` is the first
photo of record 12 with its caption. Every other line is a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

TO_WRITE = "〔待补写〕"

_NUMERALS = "[一二三四五六七八九十百]+"
_HEADINGS = ((1, re.compile(rf"{_NUMERALS}、\S")), (2, re.compile(rf"（{_NUMERALS}）\S")))
_QUOTE = re.compile(r"『(?P<text>.+)』(?:——(?P<source>.+))?")
_PHOTO = re.compile(r"〔照片\s*(?P<record>\d{1,9})-(?P<position>\d{1,3})〕(?P<caption>.*)")
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


Block = Heading | Paragraph | Quote | PhotoMark


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
    return Paragraph(line)


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
