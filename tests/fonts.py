"""A font of a name and a few characters, each drawn as a box: such as an office puts into its folder."""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

EM = 1000


def write_font(folder: Path, family: str, characters: str) -> None:
    """Write a TrueType font of this family that has these characters alone."""
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    glyphs = {".notdef": pen.glyph(), **{f"u{ord(character):04X}": pen.glyph() for character in characters}}
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({ord(character): f"u{ord(character):04X}" for character in characters})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (EM, 100)))
    builder.setupHorizontalHeader(ascent=860, descent=-140)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=860, sTypoDescender=-140, ulCodePageRange1=1 << 18)  # simplified Chinese
    builder.setupPost()
    builder.save(folder / f"{family}.ttf")
