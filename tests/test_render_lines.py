"""The type area: 22 lines of 28 characters, straight at both edges; measured in the finished PDF."""

import io
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pytest
from pypdf import PageObject, PdfReader

from survey_app.printing.fonts import style_sheet
from survey_app.printing.render import Sheet, print_sheet

LEFT, RIGHT = 28 / 25.4 * 96, (210 - 26) / 25.4 * 96  # of the type area, in CSS pixels
BOTTOM = (297 - 35) / 25.4 * 96
CLOSE = 0.6  # pixels: a sixth of a millimetre
MIXED = (
    "取号后排队45分钟，窗口没有一次告知要带的材料，只说“回去问单位”；自助机停用、没有告示（引导员也不在）。"
    * 9
)


@dataclass
class Line:
    """One line on paper: where it begins and ends, in CSS pixels, and how many glyphs it has."""

    left: float = 1e9
    right: float = 0.0
    glyphs: int = 0


def widths_of(page: PageObject) -> dict[str, dict[int, float]]:
    """Return each font's widths by glyph, in thousandths of its size."""
    found: dict[str, dict[int, float]] = {}
    resources: Any = page["/Resources"]
    for name, font in resources["/Font"].items():
        table = font.get_object()["/DescendantFonts"][0].get_object()["/W"]
        pairs = zip(table[::2], table[1::2], strict=True)
        found[name] = {
            int(first) + place: float(width) for first, widths in pairs for place, width in enumerate(widths)
        }
    return found


def lines_of(page: PageObject) -> list[Line]:
    """Return the lines of the type area from the top, by what the page's operators draw."""
    widths, lines = widths_of(page), defaultdict[int, Line](Line)
    contents: Any = page.get_contents()
    x = y = size = 0.0
    font = ""
    for operands, operator in contents.operations:
        if operator == b"Tm":
            x, y = float(operands[4]), float(operands[5])
        elif operator == b"Tf":
            font, size = str(operands[0]), float(operands[1])
        elif operator == b"TJ" and y < BOTTOM:
            line = lines[round(y)]
            line.left = min(line.left, x)
            for part in operands[0]:
                if isinstance(part, (int, float)):
                    x -= float(part) * size / 1000
                    continue
                data = part if isinstance(part, bytes) else part.original_bytes
                glyphs = [int.from_bytes(data[i : i + 2]) for i in range(0, len(data), 2)]
                x += sum(widths[font][glyph] for glyph in glyphs) * size / 1000
                line.glyphs += len(glyphs)
            line.right = max(line.right, x)
    return [lines[y] for y in sorted(lines)]


def pages_with(*paragraphs: str) -> list[PageObject]:
    body = "".join(f'<p class="text">{text}</p>' for text in paragraphs)
    html = f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>版心</title><body>{body}</body>'
    return list(PdfReader(io.BytesIO(print_sheet(Sheet(html, style_sheet())).pdf)).pages)


@pytest.fixture(scope="module")
def plain() -> list[PageObject]:
    return pages_with("体验" * (28 * 22))


def test_a_full_page_has_22_lines_of_28_characters(plain: list[PageObject]) -> None:
    lines = lines_of(plain[0])
    assert len(lines) == 22
    assert [line.glyphs for line in lines] == [26] + [28] * 21  # the first is indented by two


def test_plain_lines_fill_the_type_area_from_edge_to_edge(plain: list[PageObject]) -> None:
    for line in lines_of(plain[0])[1:]:
        assert line.left == pytest.approx(LEFT, abs=CLOSE)
        assert line.right == pytest.approx(RIGHT, abs=CLOSE)


@pytest.mark.parametrize("shift", range(4))
def test_lines_with_figures_and_marks_end_at_the_right_edge_too(shift: int) -> None:
    [page] = pages_with("看" * shift + MIXED)
    *full, last = lines_of(page)
    assert len(full) > 10
    assert len({line.glyphs for line in full}) > 1  # so there was something to share out
    assert [line.right for line in full] == pytest.approx([RIGHT] * len(full), abs=CLOSE)
    assert last.right < RIGHT + CLOSE


def test_the_text_of_justified_lines_is_read_back_unbroken() -> None:
    [page] = pages_with(MIXED)
    assert "".join(page.extract_text().split()) == MIXED + "—1—"


def test_page_numbers_stand_right_on_odd_pages_and_left_on_even_ones(plain: list[PageObject]) -> None:
    for number, page in enumerate(plain, start=1):
        found: list[float] = []
        page.extract_text(
            visitor_text=lambda text, cm, tm, *_: found.append(tm[4] * cm[0] + cm[4]) if "—" in text else None  # noqa: B023
        )
        assert f"— {number} —" in page.extract_text()
        middle = float(page.mediabox.width) / 2
        assert (found[0] > middle) == (number % 2 == 1)


def test_no_line_begins_with_a_closing_mark() -> None:
    for shift in range(1, 5):
        [page] = pages_with("看" * shift + MIXED)
        for line in page.extract_text().splitlines():
            assert line.strip()[:1] not in "，。；、）”", line
