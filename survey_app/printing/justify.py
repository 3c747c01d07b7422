"""Sets Chinese lines straight at both edges: WeasyPrint 70 widens only spaces, of which Chinese has none.

Loaded by render_worker.py alone. It replaces private functions of WeasyPrint, so requirements.in pins its
version and a test measures the right edge of every full line. The approach is CSS Text's: what a line lacks
is shared out between its characters, and a line that lacks much is left as it is.
"""

from __future__ import annotations

import re
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break

# Where a line may open: beside a space, a dash, a quotation mark or a character as wide as it is high.
WIDE = re.compile(r"[ \u00a0\u2014\u2018-\u201d\u2026\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
MOST_PER_GAP = 0.5  # of a character's width; a line that needs more was not full


def count_gaps(box: Any) -> int:
    """Count the places at which a line, or a part of one, may be widened."""
    if isinstance(box, boxes.TextBox):
        return len(WIDE.findall(box.text))
    if isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        return sum(map(count_gaps, box.children))
    return 0


def _text(box: Any) -> str:
    if isinstance(box, boxes.TextBox):
        return str(box.text)
    return "".join(map(_text, getattr(box, "children", ())))


def justify_line(context: Any, line: Any, extra: float) -> None:
    """Share ``extra`` pixels out between the characters of a full line."""
    text = _text(line)
    # Pango puts half a gap on either side of a run of wide characters, and none at the edges of the line.
    gaps = count_gaps(line) - sum(0.5 for edge in (text[:1], text[-1:]) if WIDE.fullmatch(edge))
    if gaps > 0 and extra / gaps < MOST_PER_GAP * line.style["font_size"]:
        inline.add_word_spacing(context, line, extra / gaps, 0)


_set_text = line_break.Layout.set_text


def set_text(layout: Any, text: str, justify: bool = False) -> None:
    """Set the text of a layout, wide characters apart by what its line was given."""
    _set_text(layout, text, False)
    if not (justify and layout.justification_spacing):
        return
    pango, ffi = line_break.pango, line_break.ffi
    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    own = layout.style["letter_spacing"]
    apart = layout.justification_spacing + (0 if own == "normal" else own)
    for run in re.finditer(f"{WIDE.pattern}+", layout.text):
        start = len(layout.text[: run.start()].encode())
        attribute = pango.pango_attr_letter_spacing_new(int(apart * line_break.TO_UNITS))
        attribute.start_index, attribute.end_index = start, start + len(run.group().encode())
        pango.pango_attr_list_change(attributes, attribute)
    pango.pango_layout_set_attributes(layout.layout, attributes)


def install() -> None:
    """Make WeasyPrint justify by this module."""
    inline.count_expandable_spaces = count_gaps
    inline.justify_line = justify_line
    line_break.Layout.set_text = set_text
