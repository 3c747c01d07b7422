"""The fonts that briefings are really printed in: read from a finished PDF, not from a list of wishes."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from survey_app.printing import render

PROBE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>字体</title>
<body><p>正文仿宋一二三</p><h2>一、标题黑体</h2><p class="masthead__series">红头</p></body></html>"""


def style_sheet(name: str = "paper") -> str:
    """Return the style sheet of a printed page: of the briefing, unless another is named."""
    return files("survey_app").joinpath(f"static/css/{name}.css").read_text(encoding="utf-8")


def fonts_in_use(fontconfig: Path | None = None) -> tuple[str, ...]:
    """Print a line in each face and return the families that went into the PDF.

    Raises ChineseFontMissingError where there is no Chinese font.
    """
    return render.print_sheet(render.Sheet(PROBE, style_sheet()), fontconfig=fontconfig).fonts
