"""Where a Chinese line may end, and which of its marks close up: the rules of GB/T 15834 and CLREQ.

Pure, on plain text and widths: justify.py asks Pango for the widths and sets what is decided here. A mark as
wide as a character is half blank. Where two marks meet one of the blanks goes; the mark at the end of a line
gives up its blank where it would not fit otherwise; and to draw in the mark that may not begin the next line,
those within the line give up half of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

OPENING = frozenset("“‘（《〈「『【〔［｛")
CLOSING = frozenset("”’）》〉」』】〕］｝，。、；：！？．")
NEVER_FIRST = CLOSING | frozenset("·•～－％‰℃々,.;:!?%)]}")
NEVER_LAST = OPENING | frozenset("([{$¥￥№")
PAIRED = frozenset("—…")  # two make one mark
# A space, a dash, a quotation mark, or a character that is as wide as it is high.
WIDE = re.compile("[ \u00a0\u2014\u2018-\u201d\u2026\u2e80-\u9fff\uf900-\uffef\U00020000-\U0003ffff]")

_NUMBER = "[0-9０-９]+(?:[.,:/．／-][0-9０-９]+)*"
_UNIT = "(?:[%％‰℃]|[十百千万亿]*(?:个工作日|个百分点|个月|小时|分钟|公里|平方米|[\u4e00-\u9fff])?)"
_TOGETHER = re.compile(f"第?{_NUMBER}{_UNIT}")
_LONGEST_TOGETHER = 12  # characters; a longer run of figures may break as a word does

FULL = 0.9  # of the size: a mark at least so wide has a blank half
DRAWN_IN = 0.75  # of the size: a line that lacks so much draws in what comes next rather than open
GIVEN = 0.5  # of its blank: what a mark within a line gives up at most, so that another one fits


@dataclass(frozen=True)
class Run:
    """Text to be set: its characters' widths, and after which of them a line may end."""

    text: str
    widths: Sequence[float]
    may_end: Sequence[bool]
    size: float
    is_whole: bool  # nothing follows this text in its box


@dataclass(frozen=True)
class Fitted:
    """How many characters go on the line, and what each is narrower by."""

    end: int
    trims: list[float]


def opens(left: str, right: str) -> bool:
    """Tell whether a line may be widened between two characters."""
    if left == right and left in PAIRED:
        return False
    return bool(WIDE.match(left) or WIDE.match(right))


def ends(text: str, narrow: Sequence[bool]) -> list[bool]:
    """Tell after which characters a line may end; ``narrow`` says so of words written in other letters."""
    may = [_may_end(text[i], text[i + 1], narrow[i]) for i in range(len(text) - 1)]
    for kept in _TOGETHER.finditer(text):
        first, last = kept.span()
        if last - first <= _LONGEST_TOGETHER:
            may[first : last - 1] = [False] * (last - 1 - first)
    return [*may, True]


def _may_end(left: str, right: str, narrow: bool) -> bool:
    if right in NEVER_FIRST or left in NEVER_LAST or right == " " or (left == right and left in PAIRED):
        return False
    return narrow if not (WIDE.match(left) or WIDE.match(right)) else True


def fit(run: Run, room: float, *, is_line_start: bool) -> Fitted:
    """Put as much of the text on a line as its width and the rules allow, and always some of it."""
    trims = _meeting(run)
    widths = [width - trim for width, trim in zip(run.widths, trims, strict=True)]
    sums = [0.0, *accumulate(widths)]
    blanks = [_blank(run, i) - trims[i] for i in range(len(widths))]

    def excess(end: int) -> float:
        """What these characters are too wide by, the last one's blank given up."""
        return sums[end] - (blanks[end - 1] if run.text[end - 1] in CLOSING else 0) - room

    allowed = [end for end in range(1, len(widths) + 1) if run.may_end[end - 1]]
    loose = max((end for end in allowed if excess(end) <= 0), default=0)
    if not loose:
        return Fitted(_forced(allowed, sums, room, is_line_start=is_line_start), trims)
    end = loose
    tight = next((other for other in allowed if other > loose), 0)
    lacking = room - sums[loose]
    if tight and lacking >= DRAWN_IN * run.size:
        spare = GIVEN * sum(blanks[: tight - 1])
        if excess(tight) <= min(spare, lacking / 2):
            end = tight
    if run.is_whole and _is_widow(run.text[end:]):
        end = max((other for other in allowed if other < end and sums[other] > room / 2), default=end)
    _give_up(trims, blanks, end, sums[end] - room)
    return Fitted(end, trims)


def _meeting(run: Run) -> list[float]:
    """Return what is taken off each mark because it meets another."""
    trims = [0.0] * len(run.text)
    for i in range(len(run.text) - 1):
        left, right = run.text[i], run.text[i + 1]
        if left in CLOSING and (right in CLOSING or right in OPENING):
            trims[i] = _blank(run, i)
        elif left in OPENING and right in OPENING:
            trims[i + 1] = _blank(run, i + 1)
    return trims


def _blank(run: Run, i: int) -> float:
    is_mark = run.text[i] in CLOSING or run.text[i] in OPENING
    return run.size / 2 if is_mark and run.widths[i] >= FULL * run.size else 0.0


def _forced(allowed: list[int], sums: list[float], room: float, *, is_line_start: bool) -> int:
    """Break where no rule allows it: anywhere on a line of its own, else too late, to be moved down."""
    if is_line_start:
        return max(1, sum(width <= room for width in sums[1:]))
    return allowed[0]


def _is_widow(rest: str) -> bool:
    return bool(rest) and sum(character not in NEVER_FIRST for character in rest) <= 1


def _give_up(trims: list[float], blanks: list[float], end: int, over: float) -> None:
    """Take what is over off the last mark, and what that cannot give off the others in equal parts."""
    if over <= 0:
        return
    last = min(over, blanks[end - 1])
    trims[end - 1] += last
    if over > last and (given := sum(blanks[: end - 1])):
        for i in range(end - 1):
            trims[i] += blanks[i] * (over - last) / given
