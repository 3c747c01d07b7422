"""Teaches WeasyPrint 70 to set Chinese: it widens only spaces, which Chinese lacks, and closes no mark up.

Loaded by render_worker.py alone. It replaces private functions of WeasyPrint, so requirements.in pins its
version and tests measure the lines of finished PDFs. What a line lacks is shared out between its characters,
as CSS Text says, and a line that lacks much is left as it is. What is decided goes into Pango's glyphs just
before they are drawn: breaking lines and drawing them both begin from the same text.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break

from survey_app.printing.lines import OPENING, WIDE, Run, ends, fit, opens

MOST_PER_GAP = 0.5  # of a character's width; a line that needs more was not full
ASCENT = 0.88  # of the size: where Chinese fonts have the foot of Latin letters in a character's square
AHEAD = 24  # characters that are measured beyond a line, for what has to stay together
UNSET = "\n\xad"  # breaks that are in the text: WeasyPrint's own way is taken

_split, _reactivate, _strut = line_break.split_first_line, line_break.Layout.reactivate, line_break.strut


def split_first_line(
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> tuple[Any, int, int | None, float, float, float]:
    """Return what WeasyPrint's function of this name does, the line broken and its marks closed up."""
    if any(mark in text for mark in UNSET):
        return _split(text, style, context, max_width, spacing, is_line_start, minimum)  # type: ignore[no-any-return]
    wraps = style["white_space"] in {"normal", "pre-line", "pre-wrap"}
    room = max_width if wraps and max_width is not None else float("inf")
    run = _measure(text, style, room)
    fitted = fit(run, room, is_line_start=is_line_start)
    line = text[: fitted.end]
    kept = line if style["white_space"] == "pre-wrap" else line.rstrip(" ")
    layout = line_break.Layout(style, 0, max_width)
    layout.set_text(kept)
    layout.trims = fitted.trims[: len(kept)]
    width = sum(run.widths[: len(kept)]) - sum(layout.trims)
    layout.deactivate()
    resume = None if fitted.end == len(text) else len(line.encode())
    size = style["font_size"]
    return layout, len(kept.encode()), resume, width, size, ASCENT * size


def strut(style: Any) -> tuple[float, float]:
    """Return the height of a line and its foot, the same for every font: lines of two faces keep the grid."""
    height, _foot = _strut(style)
    size = style["font_size"]
    return height, ASCENT * size + (height - size) / 2


def _measure(text: str, style: Any, room: float) -> Run:
    """Ask Pango for the widths of as much of the text as a line may need."""
    length = len(text)
    if room < float("inf"):
        length, wide = AHEAD, 0.0
        while length < len(text) and wide < room + style["font_size"]:
            wide += style["font_size"] * (1 if WIDE.match(text[length - AHEAD]) else 0.3)
            length += 1
    layout = line_break.Layout(style)
    layout.set_text(text[:length])
    first, _index = layout.get_first_line()
    widths = [0.0] * len(text[:length])
    for i, glyph in _glyphs(first, text[:length]):
        widths[i] += glyph.geometry.width * line_break.FROM_UNITS
    if length < len(text) and sum(widths) <= room:
        return _measure(text, style, float("inf"))
    attributes = line_break.pango.pango_layout_get_log_attrs_readonly(layout.layout, line_break.ffi.NULL)
    narrow = [bool(attributes[i].is_line_break) for i in range(1, len(widths))]
    may_end = ends(text[:length], narrow)
    return Run(text[:length], widths, may_end, style["font_size"], length >= len(text))


def _glyphs(line: Any, text: str) -> Iterator[tuple[int, Any]]:
    """Yield the glyphs of a line, each with the place of its character in the text."""
    places, offset = {}, 0
    for place, character in enumerate(text):
        places[offset] = place
        offset += len(character.encode())
    run = line.runs
    while run != line_break.ffi.NULL:
        glyphs = run.data.glyphs
        for i in range(glyphs.num_glyphs):
            yield places[run.data.item.offset + glyphs.log_clusters[i]], glyphs.glyphs[i]
        run = run.next


def reactivate(layout: Any, style: Any) -> None:
    """Lay the text out again to be drawn, each character as wide as was decided."""
    _reactivate(layout, style)
    trims = dict(enumerate(getattr(layout, "trims", ())))
    if not any(trims.values()):
        return
    # What is drawn is this one paragraph; said now, for saying it later would lay it out once more.
    line_break.pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    first, _index = layout.get_first_line()
    for i, glyph in _glyphs(first, layout.text):
        trim = int(trims.pop(i, 0) * line_break.TO_UNITS)
        glyph.geometry.width -= trim
        if trim > 0 and layout.text[i] in OPENING:
            glyph.geometry.x_offset -= trim  # its blank is on the left


def justify_line(_context: Any, line: Any, extra: float) -> None:
    """Share ``extra`` pixels out between the characters of a full line."""
    texts = list(_texts(line))
    characters = [(box, i) for box in texts for i in range(len(box.text))]
    gaps = [
        (box, i)
        for (box, i), (other, j) in pairwise(characters)
        if opens(box.text[i], other.text[j]) and hasattr(box.pango_layout, "trims")
    ]
    if not gaps or extra / len(gaps) >= MOST_PER_GAP * line.style["font_size"]:
        return
    for box, i in gaps:
        box.pango_layout.trims[i] -= extra / len(gaps)
    _spread(line, {id(box): sum(gap is box for gap, _i in gaps) * extra / len(gaps) for box in texts}, 0)


def _texts(box: Any) -> Iterator[Any]:
    if isinstance(box, boxes.TextBox):
        yield box
    elif isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        for child in box.children:
            if child.is_in_normal_flow():
                yield from _texts(child)


def _spread(box: Any, wider: dict[int, float], moved: float) -> float:
    """Move a part of a line to the right and widen it; return how far what follows it moves."""
    if isinstance(box, boxes.TextBox):
        box.position_x += moved
        box.width += wider[id(box)]
        return moved + wider[id(box)]
    if not isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        box.translate(moved, 0)
        return moved
    box.position_x += moved
    before = moved
    for child in box.children:
        if child.is_in_normal_flow():
            moved = _spread(child, wider, moved)
    box.width += moved - before
    return moved


def can_break_text(text: str, language: str) -> bool:
    """Tell whether a line may end somewhere within the text."""
    attributes = line_break.get_log_attrs(text, language)
    return any(ends(text, [bool(attributes[i].is_line_break) for i in range(1, len(text))])[:-1])


def install() -> None:
    """Make WeasyPrint set lines by this module."""
    inline.split_first_line = split_first_line
    inline.justify_line = justify_line
    inline.can_break_text = can_break_text
    inline.strut = strut
    line_break.Layout.reactivate = reactivate
