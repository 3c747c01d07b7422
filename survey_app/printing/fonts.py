"""The fonts that briefings are really printed in: read from a finished PDF, not from a list of wishes."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from survey_app.printing import render

FACES = {"仿": "仿宋", "楷": "楷体", "标": "小标宋", "黑": "黑体"}
"""The faces of a briefing, each by a character that the probe prints in it and in no other."""

SUBSTITUTES = ("Noto Serif CJK", "Source Han Serif", "SimSun")  # 宋 fonts, where the face is not 宋

PROBE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>字体</title>
<body><p class="masthead__series">标</p><h1>体</h1><h2>黑</h2><h3>楷</h3><p>仿</p></body></html>"""


def style_sheet(name: str = "paper") -> str:
    """Return the style sheet of a printed page: of the briefing, unless another is named."""
    return files("survey_app").joinpath(f"static/css/{name}.css").read_text(encoding="utf-8")


def faces_in_use(fontconfig: Path = render.FONTCONFIG) -> dict[str, str]:
    """Print a character in each face and return the family that drew it, by the name of the face.

    Raises ChineseFontMissingError where there is no Chinese font.
    """
    drawn = render.print_sheet(render.Sheet(PROBE, style_sheet()), fontconfig=fontconfig).fonts
    return {
        name: next(family for family, characters in drawn.items() if probe in characters)
        for probe, name in FACES.items()
    }


def stand_ins(faces: dict[str, str]) -> list[str]:
    """Return the faces that another kind of letter stands in for: a 仿宋 or a 楷体 printed as 宋体."""
    return [name for name in ("仿宋", "楷体") if faces[name].startswith(SUBSTITUTES)]
