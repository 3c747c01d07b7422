"""The lines of a finished PDF: where each begins and ends and what it says, by what is really drawn."""

import io
import re
from dataclasses import dataclass, field
from typing import Any

from pypdf import PageObject, PdfReader

from survey_app.printing.fonts import style_sheet
from survey_app.printing.render import Sheet, print_sheet

MM = 96 / 25.4  # CSS pixels
LEFT, RIGHT = 28 * MM, (210 - 26) * MM  # of the type area
TOP, BOTTOM = 37 * MM, (297 - 35) * MM
EM, PITCH = 15.79 * 96 / 72, 28.95 * 96 / 72  # a character, and from one line to the next
CLOSE = 0.6  # pixels: a sixth of a millimetre
_BFCHAR = re.compile(r"<([0-9a-f]{4})> <((?:[0-9a-f]{4})+)>")


@dataclass
class Line:
    """One line on paper: its place in CSS pixels, ``y`` being its foot, and its text by font."""

    y: float
    left: float = 1e9
    right: float = 0.0
    natural: float = 0.0  # ems that its characters would take if nothing were opened or closed up
    parts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All characters, in the order in which they were drawn."""
        return "".join(text for _font, text in self.parts)


class _Font:
    def __init__(self, font: Any) -> None:
        [descendant] = font["/DescendantFonts"]
        self.name = str(font["/BaseFont"])
        table = descendant.get_object()["/W"]
        self.widths = {
            int(first) + place: float(width)
            for first, widths in zip(table[::2], table[1::2], strict=True)
            for place, width in enumerate(widths)
        }
        pairs = _BFCHAR.findall(font["/ToUnicode"].get_data().decode())
        self.characters = {int(glyph, 16): bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}


def lines_of(page: PageObject) -> list[Line]:
    """Return the lines of the type area from the top."""
    resources: Any = page["/Resources"]
    fonts = {name: _Font(font.get_object()) for name, font in resources["/Font"].items()}
    lines: dict[int, Line] = {}
    contents: Any = page.get_contents()
    x = y = size = 0.0
    font = ""
    for operands, operator in contents.operations:
        if operator == b"Tm":
            x, y = float(operands[4]), float(operands[5])
        elif operator == b"Tf":
            font, size = str(operands[0]), float(operands[1])
        elif operator == b"TJ" and TOP < y < BOTTOM:
            line = lines.setdefault(round(y), Line(y))
            line.left = min(line.left, x)
            for part in operands[0]:
                if isinstance(part, (int, float)):
                    x -= float(part) * size / 1000
                    continue
                data = part if isinstance(part, bytes) else part.original_bytes
                glyphs = [int.from_bytes(data[i : i + 2]) for i in range(0, len(data), 2)]
                ems = sum(fonts[font].widths[glyph] for glyph in glyphs) / 1000
                x, line.natural = x + ems * size, line.natural + ems
                text = "".join(fonts[font].characters[glyph] for glyph in glyphs)
                line.parts.append((fonts[font].name, text))
            line.right = max(line.right, x)
    return [lines[y] for y in sorted(lines)]


def pages_of(pdf: bytes) -> list[PageObject]:
    """Return the pages of a PDF."""
    return list(PdfReader(io.BytesIO(pdf)).pages)


def pages_with(*paragraphs: str) -> list[PageObject]:
    """Print paragraphs in the style of a briefing, each as it stands where it is HTML already."""
    body = "".join(text if text.startswith("<") else f'<p class="text">{text}</p>' for text in paragraphs)
    html = f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>版心</title><body>{body}</body>'
    return pages_of(print_sheet(Sheet(html, style_sheet())).pdf)
