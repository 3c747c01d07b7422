"""Charts as SVG: the same on a screen, without a script, and on paper. Pure.

Every figure stands in the title or the description for who hears the page; words are text that can be
selected and are wrapped, never cut. Colours are those of the style sheet where there is one, and of paper
where not; what colour tells, fill or outline tells too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle
from math import ceil

from markupsafe import Markup

WIDTH = 340  # units of the drawing; on a phone about as many pixels
SIZE = 17  # of the words, the smallest of the product
LINE, BAR, GAP = 23, 14, 13
ACCENT, SOFT, INK, RULE = "#0b57a4", "#e2ecf7", "#16202e", "#c3ccd9"
NARROW = 0.62  # of its height is what a Latin letter or a digit is wide
MOST_TICKS = 4
Box = tuple[float, float, float, float]  # x, y, width, height


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a list: its words, what it counts (drawn after one another), and of how many."""

    label: str
    parts: tuple[int, ...]
    of: int

    @property
    def n(self) -> int:
        """The sum of its parts."""
        return sum(self.parts)


@dataclass(frozen=True, slots=True)
class Column:
    """One step of time: its words, what it counts, and whether it belongs to what is looked at."""

    label: str
    n: int
    inside: bool = True


def bar_list(key: str, title: str, bars: Sequence[Bar], parts: Sequence[str] = ()) -> Markup:
    """Draw a bar a line with ``n/N`` beside it; ``parts`` are the words for several parts of a bar."""
    longest = max((bar.n for bar in bars), default=0) or 1
    drawn, y = _legend(parts, 0) if len(parts) > 1 else ([], 0)
    for bar in bars:
        figure = f"{bar.n}/{bar.of}"
        lines = wrap(bar.label, WIDTH - width(figure) - SIZE)
        drawn += [_text(0, y + (n + 1) * LINE - 6, line) for n, line in enumerate(lines)]
        drawn.append(_text(WIDTH, y + LINE - 6, figure, "end"))
        y += LINE * len(lines)
        drawn += _parts(bar, y, WIDTH / longest)
        y += BAR + GAP
    said = "；".join(f"{bar.label} {_spelt(bar, parts)}{bar.n}/{bar.of}" for bar in bars)
    return _svg(key, title, said, y, drawn)


def columns(key: str, title: str, steps: Sequence[Column], *, height: int) -> Markup:
    """Draw a column a step on an axis of whole numbers; steps outside what is looked at are outlines."""
    ticks = axis(max((step.n for step in steps), default=0))
    left = max(width(str(tick)) for tick in ticks) + 8
    top, bottom = SIZE / 2, height - LINE - 4
    each = (WIDTH - left) / max(len(steps), 1)
    scale = (bottom - top) / ticks[-1]
    drawn: list[Markup] = []
    for tick in ticks:
        y = bottom - tick * scale
        drawn += [_rule(left, y), _text(left - 6, y + SIZE / 3, str(tick), "end")]
    boxes = [
        (step.inside, (left + n * each + each * 0.15, bottom - step.n * scale, each * 0.7, step.n * scale))
        for n, step in enumerate(steps)
        if step.n
    ]
    drawn += [
        _boxes([box for inside, box in boxes if inside is solid], solid=solid) for solid in (False, True)
    ]
    if steps:
        drawn.append(_text(left, height - 5, steps[0].label))
        drawn += [_text(WIDTH, height - 5, steps[-1].label, "end")] if len(steps) > 1 else []
    said = "；".join(f"{step.label} {step.n}" for step in steps)
    return _svg(key, title, said, height, drawn)


def axis(most: int) -> list[int]:
    """Return whole numbers at equal steps from 0 to ``most`` or beyond, at most five of them."""
    step, factors = 1, cycle((2, 2.5, 2))  # 1 2 5 10 20 50 …
    while step * MOST_TICKS < most:
        step = int(step * next(factors))
    top = step * max(ceil(most / step), 1)
    return list(range(0, top + step, step))


def width(text: str) -> float:
    """Return how wide a text is, in units of the drawing."""
    wide = sum(unicodedata.east_asian_width(character) in "WFA" for character in text)
    return SIZE * (wide + NARROW * (len(text) - wide))


def wrap(text: str, room: float) -> list[str]:
    """Return a text as lines that fit in ``room``; Latin words stay whole where they can."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width(line + piece.rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str) -> Iterable[str]:
    """Return where a line may break: after each Chinese character, and between Latin words."""
    piece = ""
    for character in text:
        if piece and (unicodedata.east_asian_width(character) in "WF" or not piece[-1].isalnum()):
            yield piece
            piece = ""
        piece += character
    yield piece


def _spelt(bar: Bar, parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return ""
    return "、".join(f"{word} {n}" for word, n in zip(parts, bar.parts, strict=True)) + "，"


def _legend(parts: Sequence[str], y: float) -> tuple[list[Markup], float]:
    drawn: list[Markup] = []
    x = 0.0
    for n, word in enumerate(parts):
        drawn += [_boxes([(x, y + 4, BAR, BAR)], solid=n == 0), _text(x + BAR + 6, y + LINE - 6, word)]
        x += BAR + 6 + width(word) + SIZE
    return drawn, y + LINE + GAP / 2


def _parts(bar: Bar, y: float, scale: float) -> list[Markup]:
    drawn, x = [], 0.0
    for n, part in enumerate(bar.parts):
        if part:
            drawn.append(_boxes([(x, y, part * scale, BAR)], solid=n == 0))
        x += part * scale
    return drawn or [_rule(0, y + BAR / 2)]


def _boxes(boxes: Iterable[Box], *, solid: bool) -> Markup:
    """Draw boxes in one stroke, filled or as outlines that stay inside them; without any there is nothing."""
    inset = 0.75
    path = "".join(
        f"M{x + inset:.1f} {y + inset:.1f}h{wide:.1f}v{high:.1f}h{-wide:.1f}z"
        for x, y, wide, high in (
            (x, y, max(wide - 2 * inset, 1), max(high - 2 * inset, 1)) for x, y, wide, high in boxes
        )
    )
    name, fill = ("chart__solid", ACCENT) if solid else ("chart__open", SOFT)
    drawn = '<path class="{}" d="{}" fill="{}" stroke="{}" stroke-width="1.5"/>'
    return Markup(drawn).format(name, path, fill, ACCENT) if path else Markup()  # noqa: S704  our own words


def _rule(x: float, y: float) -> Markup:
    return Markup('<path class="chart__rule" d="M{:.1f} {:.1f}H{}" stroke="{}"/>').format(x, y, WIDTH, RULE)


def _text(x: float, y: float, words: str, anchor: str = "start") -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" font-size="{}" fill="{}" text-anchor="{}">{}</text>').format(
        x, y, SIZE, INK, anchor, words
    )


def _svg(key: str, title: str, said: str, height: float, drawn: Iterable[Markup]) -> Markup:
    """Return the drawing; ``key`` is its own on the page."""
    return Markup(
        '<svg class="chart" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {} {:.0f}"'
        ' aria-labelledby="{}-title {}-said"><title id="{}-title">{}</title>'
        '<desc id="{}-said">{}</desc>{}</svg>'
    ).format(WIDTH, height, key, key, key, title, key, said, Markup("").join(drawn))
