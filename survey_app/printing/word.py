"""An empty Word document that is laid out as the printed page is: its grid, its margins, its faces as styles.

What is written into it uses the styles by the names that Word and WPS show (正文, 标题, 标题 1 …), so that
whoever edits it further keeps the look. Fonts are named, never embedded: an office has them, and the font
table says what stands in where it has not.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import CONTENT_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

FANG, KAI, SONG, HEI = "仿宋_GB2312", "楷体_GB2312", "方正小标宋简体", "黑体"
STAND_INS = {FANG: "仿宋", KAI: "楷体", SONG: "宋体", HEI: "SimHei"}
LINE, SIZE = 28.95, 16.0  # points: the grid's line, and the size in half points that comes nearest to 15.79
CLOSER = -0.25  # points between characters, so that 28 fill a line: programs differ on a grid of characters
WIDTH = Mm(156)
RED, GREY, BLACK = "D0021B", "6B6B6B", "000000"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the date of every part, for the present one would change the bytes
W = nsdecls("w")


@dataclass(frozen=True)
class Look:
    """How a paragraph looks: points, and characters for indents; without ``line`` it takes what it needs."""

    face: str
    size: float = SIZE
    align: str = "both"
    first: int = 0
    left: int = 0
    line: float | None = LINE
    around: float = 0
    colour: str = BLACK
    level: int = 0
    keeps_next: bool = False


STYLES: Mapping[str, Look] = {
    "Normal": Look(FANG),
    "Body Text": Look(FANG, first=2),
    "Title": Look(SONG, 22, "center", around=LINE, keeps_next=True),
    "Heading 1": Look(HEI, first=2, level=1, keeps_next=True),
    "Heading 2": Look(KAI, first=2, level=2, keeps_next=True),
    "Quote": Look(KAI, left=2),
    "Caption": Look(HEI, 14, "center", keeps_next=True),
    "报头": Look(SONG, 62, "center", line=3 * LINE, colour=RED),
    "期号": Look(FANG, align="center"),
    "按语": Look(KAI, first=2),
    "图片": Look(FANG, align="center", line=None, keeps_next=True),
    "图注": Look(KAI, 14, "center"),
    "表格": Look(FANG, 14, "center", line=0.75 * LINE),
    "报送": Look(FANG, 14, "left", line=24),
    "供稿": Look(FANG, align="right"),
}
FACES = {"黑体字": HEI, "楷体字": KAI}
"""Styles of a part of a paragraph: of heads that run into their text."""


def new_document(title: str, author: str, day: date) -> Document:
    """Return an empty document with the briefing's page, grid and styles."""
    document = docx.Document()
    for name, look in STYLES.items():
        _set_style(document, name, look)
    for name, face in FACES.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        style.element.append(parse_xml(f"<w:rPr {W}>{_fonts(face)}</w:rPr>"))
    _set_page(document)
    _set_settings(document)
    _set_font_table(document)
    properties, instant = document.core_properties, datetime(day.year, day.month, day.day, tzinfo=UTC)
    properties.title, properties.author, properties.last_modified_by = title, author, author
    properties.created = properties.modified = instant
    properties.comments, properties.language = "", "zh-CN"
    return document


def to_bytes(document: Document) -> bytes:
    """Return the document as a file: the same document, the same bytes."""
    made, fresh = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(fresh, "w") as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return fresh.getvalue()


def draw_rules(paragraph: Any, **rules: tuple[float, str]) -> None:
    """Draw rules beside a paragraph: ``top``, ``bottom``, each so many points thick and in a colour."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="{round(points * 8)}" w:space="1" w:color="{colour}"/>'
        for side, (points, colour) in rules.items()
    )
    properties = paragraph._p.get_or_add_pPr()
    following = ("w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    properties.insert_element_before(parse_xml(f"<w:pBdr {W}>{sides}</w:pBdr>"), *following)


def stand_at_the_foot(table: Any) -> None:
    """Put a table at the foot of the type area, on the page of the paragraph that follows it."""
    place = 'w:vertAnchor="margin" w:horzAnchor="margin" w:tblpXSpec="center" w:tblpYSpec="bottom"'
    properties = table._tbl.tblPr
    properties.insert(1, parse_xml(f'<w:tblpPr {W} w:leftFromText="0" w:rightFromText="0" {place}/>'))


def repeat_on_every_page(row: Any) -> None:
    """Make a row of a table its head, which stands above each of its parts."""
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {W}/>"))


def turn_page(document: Document) -> None:
    """Go on on a new page that lies across."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width


def write_in_margins(document: Document, text: str) -> None:
    """Write a word at the head of every page, odd and even."""
    section = document.sections[0]
    for header in (section.header, section.even_page_header):
        header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _append_runs(header.paragraphs[0], _run(f"<w:t>{text}</w:t>", HEI, 12, GREY))


def _set_style(document: Document, name: str, look: Look) -> None:
    known = name in [style.name for style in document.styles]
    style = document.styles[name] if known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    element = style.element
    for part in ("w:pPr", "w:rPr"):
        for old in element.findall(qn(part)):
            element.remove(old)
    indent = round(look.size * 20)
    spacing = f'w:line="{round((look.line or 12) * 20)}" w:lineRule="{"exact" if look.line else "auto"}"'
    element.append(
        parse_xml(
            f"<w:pPr {W}>{'<w:keepNext/>' if look.keeps_next else ''}<w:widowControl/>"
            '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
            f'<w:spacing w:before="{round(look.around * 20)}" w:after="{round(look.around * 20)}" {spacing}/>'
            f'<w:ind w:leftChars="{look.left * 100}" w:left="{look.left * indent}"'
            f' w:firstLineChars="{look.first * 100}" w:firstLine="{look.first * indent}"/>'
            f'<w:jc w:val="{look.align}"/>'
            + (f'<w:outlineLvl w:val="{look.level - 1}"/>' if look.level else "")
            + "</w:pPr>"
        )
    )
    element.append(parse_xml(f"<w:rPr {W}>{_letters(look.face, look.size, look.colour)}</w:rPr>"))
    if name != "Normal":
        style.base_style, style.quick_style = document.styles["Normal"], True


def _fonts(face: str) -> str:
    scripts = " ".join(f'w:{script}="{face}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    return f"<w:rFonts {scripts}/>"


def _letters(face: str, size: float, colour: str) -> str:
    half_points = round(size * 2)
    return (
        f'{_fonts(face)}<w:color w:val="{colour}"/>'
        f'<w:spacing w:val="{round(CLOSER * 20) if size == SIZE else 0}"/><w:kern w:val="0"/>'
        f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'
    )


def _run(content: str, face: str, size: float, colour: str = BLACK) -> str:
    return f"<w:r><w:rPr>{_letters(face, size, colour)}</w:rPr>{content}</w:r>"


def _append_runs(paragraph: Any, runs: str) -> None:
    for run in list(parse_xml(f"<w:p {W}>{runs}</w:p>")):
        paragraph._p.append(run)


def _set_page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(24), Mm(25)
    properties = section._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(parse_xml(f'<w:docGrid {W} w:type="lines" w:linePitch="{round(LINE * 20)}"/>'))
    document.settings.odd_and_even_pages_header_footer = True
    _number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def _number(footer: Any, alignment: WD_ALIGN_PARAGRAPH) -> None:
    """Number pages as — 1 —, a character from the outer edge."""
    paragraph = footer.paragraphs[0]
    paragraph.alignment = alignment
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(5)
    parts = (
        '<w:t xml:space="preserve">— </w:t>',
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
        '<w:t xml:space="preserve"> —</w:t>',
    )
    _append_runs(paragraph, "".join(_run(part, "宋体", 14) for part in parts))


def _set_settings(document: Document) -> None:
    """Close marks up as the print does, and keep today's Word from opening it as an old file."""
    settings = document.settings.element
    for name in ("w:characterSpacingControl", "w:compat"):
        for old in settings.findall(qn(name)):
            settings.remove(old)
    uri = "http://schemas.microsoft.com/office/word"
    following = ("w:docVars", "w:rsids", "m:mathPr", "w:themeFontLang", "w:clrSchemeMapping",
                 "w:shapeDefaults", "w:decimalSymbol", "w:listSeparator")  # fmt: skip
    for fragment in (
        f'<w:characterSpacingControl {W} w:val="compressPunctuation"/>',
        f'<w:compat {W}><w:compatSetting w:name="compatibilityMode" w:uri="{uri}" w:val="15"/></w:compat>',
    ):
        settings.insert_element_before(parse_xml(fragment), *following)


def _set_font_table(document: Document) -> None:
    """Name what stands in for a face that a machine has not."""
    fonts = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for face, other in STAND_INS.items()
    )
    table = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts {W}>{fonts}</w:fonts>'
    [part] = [
        part
        for part in document.part.package.iter_parts()
        if part.content_type == CONTENT_TYPE.WML_FONT_TABLE
    ]
    part._blob = table.encode()
