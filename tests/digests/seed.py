"""The briefing that the product is modelled on, read from beside the checkout and never kept here."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

SHARED = Path(os.environ.get("SURVEY_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")
FILE = SHARED / "seed-briefing-2017-06-12.txt"
NARROW = str.maketrans({code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF5B))})
LOST_POINT = re.compile(r"(?<=\d) (?=\d 万)")  # the print's text layer dropped two decimal points


@dataclass(frozen=True)
class Seed:
    """What a typist is given: the masthead's line, the title's lines, the paragraphs, and the tail."""

    issuer: str
    date: str
    title: tuple[str, str]
    body: str
    byline: str
    report_to: str
    send_to: str


def read() -> Seed:
    """Read the text layer of the print, its figures and points mended and its line ends undone."""
    text = LOST_POINT.sub(".", FILE.read_text(encoding="utf-8").translate(NARROW))
    head, first, second, *rest = [line for line in text.splitlines() if line.strip()]
    issuer, date = re.fullmatch(r"\s*(\S+)\s+(.+)", head).groups()  # type: ignore[union-attr]
    body = re.sub(r"\s", "", "".join(rest))
    body, byline, tail = re.split("（([^）]+)供稿）", body)
    report, _, send = tail.removeprefix("报：").partition("发：")
    return Seed(
        issuer,
        re.sub(r"\s", "", date),
        (first.strip(), second.strip()),
        re.sub(r"(?<=。)(?=[一二三]、)", "\n", body),
        byline,
        report,
        send,
    )
