"""About how many pages a briefing has: to tell at once whether printing it is worth waiting for."""

from __future__ import annotations

import math

from survey_app.digests.page import Line, Page

AT_ONCE_PAGES = 4  # a longer one is printed as a job
LINES, CHARACTERS = 22, 28  # of a page, of a line
MASTHEAD, PHOTO, TABLE_MARGINS = 10, 10, 2  # lines


def estimate_pages(page: Page) -> int:
    """Return the pages that the blocks fill, each counted by its lines."""
    lines = MASTHEAD + sum(map(_lines, page.flow)) + (len(page.tail) + 1 if page.has_tail else 0)
    return max(1, math.ceil(lines / LINES))


def _lines(line: Line) -> int:
    if line.kind == "photo":
        return PHOTO
    if line.kind in {"table", "chart"}:
        rows = line.rows or (line.drawing.bars if line.drawing else ())
        return len(rows) + TABLE_MARGINS
    return math.ceil((len(line.text) + len(line.run) + len(line.source) + 2) / CHARACTERS)
