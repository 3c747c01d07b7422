"""Where the bars of a chart stand: lengths for the template that draws it, in points of the printed page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.digests.marks import Bar

WIDTH = 442.1  # of the type area
PITCH = 28.95  # one line of the page a bar, so that the text below stays on its grid
SIZE, LABEL, VALUE, GAP = 12, 12, 8, 6  # of the letters; characters of a label and a figure; beside a bar
START = LABEL * SIZE + GAP
ROOM = WIDTH - START - GAP - VALUE * SIZE / 2  # for the longest bar; figures are half as wide as high


@dataclass(frozen=True)
class Drawn:
    """A bar as it is drawn: how long it is, how long the whole would be, and where its line begins."""

    label: str
    value: str
    length: float
    whole: float
    top: float


@dataclass(frozen=True)
class Drawing:
    """A chart of bars one below another."""

    bars: tuple[Drawn, ...]
    width: float = WIDTH
    start: float = START
    gap: float = GAP
    size: float = SIZE

    @property
    def height(self) -> float:
        """A line of the page for every bar."""
        return round(len(self.bars) * PITCH, 2)


def draw(bars: Sequence[Bar]) -> Drawing:
    """Draw bars to one scale, the longest as long as there is room."""
    counts = [(float(bar.count), max(float(bar.count), float(bar.of or 0))) for bar in bars]
    scale = ROOM / (max((whole for _count, whole in counts), default=0) or 1)
    return Drawing(
        tuple(
            Drawn(
                _short(bar.label),
                bar.value,
                round(count * scale, 2),
                round(whole * scale, 2),
                round(place * PITCH, 2),
            )
            for place, (bar, (count, whole)) in enumerate(zip(bars, counts, strict=True))
        )
    )


def _short(label: str) -> str:
    return label if len(label) <= LABEL else label[: LABEL - 1] + "…"
