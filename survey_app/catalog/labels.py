"""The QR label of a counter: what stands on it, how large, and where a phone that scans it is led."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final
from urllib.parse import urlsplit

import segno
from markupsafe import Markup

from survey_app.catalog.vocabulary import IN_HALL
from survey_app.store import Row

PURPOSE: Final = "扫一扫，记一条"  # a label hangs in a Chinese hall, whatever the language of who prints it

# A quarter of the redundancy, because labels are scratched and taped over; H would make every module
# smaller, to leave room for a logo that is not there. segno takes H itself where that costs no module.
ERROR_CORRECTION: Final = "q"
QUIET_ZONE: Final = 4  # modules of white that the standard asks for on every side

WIDTH: Final = 87.0  # mm that a line of a label is long
POINT: Final = 25.4 / 72  # mm
NAME_SIZES: Final = (44, 36, 28, 20, 14, 9)  # pt, each a class of labels.css
HALL_SIZES: Final = (16, 12, 9, 7)
NAME_HEIGHT: Final = 34.2  # mm
HALL_HEIGHT: Final = 17.2
LEADING: Final = 1.15
NARROW: Final = 0.7  # em, what a Latin character takes at most on the average


@dataclass(frozen=True)
class Label:
    """One label; ``link`` opens the record page with the counter filled in."""

    name: str
    hall: str
    code: str
    link: str

    @property
    def drawing(self) -> Markup:
        """The QR code as SVG, its title the address."""
        code = segno.make(self.link, error=ERROR_CORRECTION, micro=False)
        svg = code.svg_inline(
            omitsize=True, border=QUIET_ZONE, lineclass=None, svgclass="qr", title=self.link
        )
        return Markup(svg)  # noqa: S704  drawn by us; segno escapes the title

    @property
    def opens_only_here(self) -> bool:
        """Whether the address means the machine that asks: another phone would look for it in itself."""
        host = urlsplit(self.link).hostname or ""
        return host in {"localhost", "::1"} or host.startswith("127.")

    @property
    def name_size(self) -> int:
        """The type size of the name, in points."""
        return fitting_size(self.name, NAME_SIZES, NAME_HEIGHT)

    @property
    def hall_size(self) -> int:
        """The type size of the hall's name, in points."""
        return fitting_size(self.hall, HALL_SIZES, HALL_HEIGHT)


def label_of(counter: Row, origin: str) -> Label:
    """Return the label of a counter of the product at ``origin``."""
    return Label(counter["name"], counter["hall_name"], counter["code"], f"{origin}/c/{counter['code']}")


def has_label(counter: Row) -> bool:
    """Tell whether a counter is in use at a place where a label can be put up."""
    return counter["channel"] in IN_HALL and not counter["retired_on"]


def fitting_size(text: str, sizes: Sequence[int], height: float) -> int:
    """Return the first of ``sizes`` (points, falling) at which the text fits ``height`` mm, or the last."""
    return next((size for size in sizes if _height(text, size) <= height), sizes[-1])


def _height(text: str, size: int) -> float:
    """Return the most that a text takes, in mm: a line ends early by what may not be broken."""
    line = WIDTH / (size * POINT)
    longest = max((_width(run) for run in re.findall(r"[!-~]+", text)), default=1.0)
    whole = _width(text)
    # Two lines that follow each other always hold more than one full line, however long the words are.
    lines = 1 if whole <= line else ceil(whole / max(line - max(longest, 1.0), line / 2))
    return lines * size * POINT * LEADING


def _width(text: str) -> float:
    return sum(NARROW if character <= "~" else 1.0 for character in text)
