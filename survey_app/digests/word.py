"""A briefing as a Word document: the same blocks as on paper, in the same styles, to be edited further."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Pt
from PIL import Image

from survey_app.digests.page import Line, Page
from survey_app.printing import word

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SERIES_SIZES = {6: 62, 8: 53, 10: 43, 13: 33, 24: 34}  # points, as paper.css has them
HIGHEST_PHOTO = Pt(8 * word.LINE)
HEADINGS = {1: "黑体字", 2: "楷体字"}


def write(page: Page, photos: Mapping[str, bytes]) -> bytes:
    """Return the briefing as the bytes of a .docx; ``photos`` are JPEG by the names in the page."""
    document = word.new_document(page.full_title, page.issuer, page.issued_on)
    if page.is_draft:
        word.write_in_margins(document, "排版稿")
    _masthead(document, page)
    _lines(document.add_paragraph(style="Title"), page.title_lines)
    for line in page.flow:
        _block(document, line, photos)
    _tail(document, page)
    if page.annex:
        word.turn_page(document)
        document.add_paragraph(f"附件：{page.annex[0].text}", style="Heading 1")
        for line in page.annex[1:]:
            _block(document, line, photos)
    return word.to_bytes(document)


def _masthead(document: Document, page: Page) -> None:
    if internal := page.apart("内部资料"):
        _ends(document.add_paragraph(), "内部资料", f"编号：{internal}", "黑体字")
    series = document.add_paragraph(style="报头")
    _lines(series, page.series_lines)
    if len(page.series_lines) > 1:
        series.paragraph_format.line_spacing = Pt(1.5 * word.LINE)
    for run in series.runs:
        run.font.size = Pt(SERIES_SIZES[page.series_size])
    serial = page.apart("总第")
    number = f"第{page.number or '　'}期" + (f"（总第{serial}期）" if serial else "")
    document.add_paragraph(number, style="期号")
    row = document.add_paragraph()
    _ends(row, page.issuer, page.date_text)
    row.paragraph_format.space_before = Pt(0.6 * word.LINE)
    word.draw_rules(row, bottom=(2.25, word.RED))


def _ends(paragraph: Any, left: str, right: str, style: str | None = None) -> None:
    """Set two texts at the ends of a line, each a character from the edge."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Pt(word.SIZE))
    stops.add_tab_stop(word.WIDTH - Pt(word.SIZE), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"\t{left}\t{right}", style=style)


def _lines(paragraph: Any, lines: tuple[str, ...]) -> None:
    for number, line in enumerate(lines):
        run = paragraph.add_run()
        if number:
            run.add_break()
        run.add_text(line)


def _block(document: Document, line: Line, photos: Mapping[str, bytes]) -> None:
    match line.kind:
        case "heading" if not line.run:
            document.add_paragraph(line.text, style=f"Heading {line.level}")
        case "heading":
            _run_in(document, HEADINGS[line.level], line)
        case "point":
            _run_in(document, "楷体字", line)
        case "note":
            note = document.add_paragraph(style="按语")
            note.add_run("按语：", style="黑体字")
            note.add_run(line.text)
            note.paragraph_format.space_after = Pt(word.LINE)
        case "quote":
            source = f"——{line.source}" if line.source else ""
            document.add_paragraph(f"“{line.text}”{source}", style="Quote")
        case "photo":
            _photo(document, line, photos[line.name])
        case "table":
            _table(document, line.caption, line.rows)
        case "chart":
            assert line.drawing is not None
            bars = [(bar.label, bar.value) for bar in line.drawing.bars]
            _table(document, line.caption, (("项目", "数"), *bars))
        case _:
            document.add_paragraph(line.text, style="Body Text")


def _run_in(document: Document, style: str, line: Line) -> None:
    paragraph = document.add_paragraph(style="Body Text")
    paragraph.add_run(line.text, style=style)
    paragraph.add_run(line.run)


def _photo(document: Document, line: Line, data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as picture:
        wide, high = picture.size
    scale = min(word.WIDTH / wide, HIGHEST_PHOTO / high)
    holder = document.add_paragraph(style="图片")
    shape = holder.add_run().add_picture(io.BytesIO(data), round(wide * scale), round(high * scale))
    shape._inline.docPr.set("descr", line.caption or "现场照片")
    if line.caption:
        document.add_paragraph(line.caption, style="图注")
    else:
        holder.paragraph_format.keep_with_next = False


def _table(document: Document, caption: str, rows: tuple[tuple[str, ...], ...]) -> None:
    if caption:
        document.add_paragraph(caption, style="Caption")
    table = document.add_table(0, len(rows[0]), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for number, cells in enumerate(rows):
        row = table.add_row()
        for cell, text in zip(row.cells, cells, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.style = "表格"
            paragraph.add_run(text, style=None if number else "黑体字")
            if number and len(text) > 8:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
        if not number:
            word.repeat_on_every_page(row)
    document.add_paragraph().paragraph_format.line_spacing = Pt(word.LINE / 2)


def _tail(document: Document, page: Page) -> None:
    """Close with who contributed, and at the foot of the last page who gets it and how many there are."""
    if page.contributor:
        byline = document.add_paragraph(f"（{page.contributor}供稿）", style="供稿")
        byline.paragraph_format.right_indent = Pt(2 * word.SIZE)
    if not page.has_tail:
        return
    table = document.add_table(0, 1)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    word.stand_at_the_foot(table)
    for label, text in page.tail:
        _foot_line(table, f"{label}：{text}")
    if page.copies:
        _foot_line(table, f"共印{page.copies}份").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    word.draw_rules(table.rows[-1].cells[0].paragraphs[0], top=(0.75, word.BLACK), bottom=(1, word.BLACK))
    document.add_paragraph().paragraph_format.line_spacing = Pt(1)  # a document may not end in a table


def _foot_line(table: Any, text: str) -> Any:
    paragraph = table.add_row().cells[0].paragraphs[0]
    paragraph.style = "报送"
    paragraph.add_run(text)
    word.draw_rules(paragraph, top=(0.75, word.BLACK))
    return paragraph
