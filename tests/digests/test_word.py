"""A briefing as a Word document: read back as Word and WPS read it."""

import io
import zipfile
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from flask.testing import FlaskClient

from survey_app.digests import word
from survey_app.digests.page import Page
from survey_app.store import SQLiteStore
from tests.digests.data import photo_bytes
from tests.digests.steps import Post, drafted, issued, row_of, squeezed, typed
from tests.digests.test_layout import BLOCKS, page

BODY = (
    "〔按语〕可以对照自查。\n〔总第 128 期〕\n〔内部资料〕0012\n〔送〕市人大\n一、看\n看一看。\n（一）办\n"
    "二、问。问了以后要改。\n一是电话打得通。拨了三次都有人接。\n『排了半天』——群众\n"
    + "".join(BLOCKS.values())
)


def written(what: Page) -> bytes:
    return word.write(what, {name: photo_bytes() for name in what.photo_names})


@pytest.fixture(scope="module")
def document() -> Document:
    return docx.Document(io.BytesIO(written(page(BODY))))


def style_of(document: Document, text: str) -> str:
    return next(str(p.style.name) for p in document.paragraphs if p.style and text in p.text)


def test_every_part_has_a_style_by_the_name_that_word_shows(document: Document) -> None:
    styles = {
        "办事体验简报": "报头",
        "第3期（总第128期）": "期号",
        "办事体验情况": "Title",
        "按语：可以对照自查。": "按语",
        "一、看": "Heading 1",
        "（一）办": "Heading 2",
        "看一看。": "Body Text",
        "“排了半天”——群众": "Quote",
        "整改情况": "Caption",
        "（车管所供稿）": "供稿",
    }
    assert {text: style_of(document, text) for text in styles} == styles
    faces = {
        "Normal": "仿宋_GB2312",
        "Title": "方正小标宋简体",
        "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312",
    }
    for name, face in faces.items():
        fonts = document.styles[name].element.rPr.rFonts
        assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia")} == {face}


def test_a_head_that_runs_in_has_a_face_of_its_own(document: Document) -> None:
    for head, run, face in (
        ("二、问。", "问了以后要改。", "黑体字"),
        ("一是电话打得通。", "拨了三次都有人接。", "楷体字"),
    ):
        [paragraph] = [p for p in document.paragraphs if p.text == head + run]
        assert next((r.text, r.style.name) for r in paragraph.runs if r.style) == (head, face)


def test_a_page_has_22_lines_of_28_characters(document: Document) -> None:
    [section] = document.sections
    margins = section.top_margin, section.right_margin, section.bottom_margin, section.left_margin
    for margin, millimetres in zip(margins, (37, 26, 35, 28), strict=True):
        assert margin == pytest.approx(Mm(millimetres), abs=Pt(0.05))
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "lines"
    assert int(Mm(225).pt / (int(grid.get(qn("w:linePitch"))) / 20)) == 22
    letters = document.styles["Normal"].element.rPr
    size = int(letters.sz.get(qn("w:val"))) / 2 + int(letters.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert 28 <= Mm(156).pt / size < 28.1
    exact = document.styles["Normal"].paragraph_format.line_spacing
    assert exact == Pt(28.95)


def test_pages_are_numbered_outside_odd_ones_right_and_even_ones_left(document: Document) -> None:
    [section] = document.sections
    assert document.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "RIGHT"), (section.even_page_footer, "LEFT")):
        [paragraph] = footer.paragraphs
        assert paragraph.text == "— 1 —"
        assert paragraph.alignment is not None
        assert paragraph.alignment.name == side
        assert " PAGE " in paragraph._p.xml


def test_tables_repeat_their_head_and_photos_are_described(document: Document) -> None:
    table, chart, tail = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["单位", "办结"], ["车管所", "7/9"], ["治安支队", "2/4"],
    ]  # fmt: skip
    head: Any = table.rows[0]._tr.trPr
    assert head.find(qn("w:tblHeader")) is not None
    assert [row.cells[1].text for row in chart.rows][1:] == ["7/9", "2/4", "6"]
    assert [row.cells[0].text for row in tail.rows] == ["报：市委", "送：市人大", "发：各分局", "共印60份"]
    [photo] = document.inline_shapes
    properties: Any = photo._inline.docPr
    assert properties.get("descr") == "大厅"
    assert photo.height == pytest.approx(Pt(8 * 28.95), abs=10)


def test_the_tail_stands_at_the_foot_of_the_last_page(document: Document) -> None:
    body = list(document.element.body)
    tail = document.tables[-1]._tbl
    place = tail.tblPr.find(qn("w:tblpPr"))
    assert (place.get(qn("w:vertAnchor")), place.get(qn("w:tblpYSpec"))) == ("margin", "bottom")
    assert [element.tag for element in body[body.index(tail) + 1 :]] == [qn("w:p"), qn("w:sectPr")]


def test_the_same_briefing_gives_the_same_bytes_and_says_when_it_was_made(document: Document) -> None:
    assert written(page(BODY)) == written(page(BODY))
    assert document.core_properties.modified.isoformat()[:10] == "2017-06-05"


def test_a_face_that_a_machine_lacks_has_a_stand_in() -> None:
    with zipfile.ZipFile(io.BytesIO(written(page()))) as parts:
        fonts = parts.read("word/fontTable.xml").decode()
    assert 'w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in fonts


def test_a_draft_says_so_on_odd_and_even_pages_and_an_issue_nowhere(document: Document) -> None:
    [section] = docx.Document(io.BytesIO(written(page(is_draft=True)))).sections
    assert [h.paragraphs[0].text for h in (section.header, section.even_page_header)] == ["排版稿"] * 2
    assert document.sections[0].header.paragraphs[0].text == ""


def test_the_office_downloads_it_with_numbers_masked_under_the_name_of_the_issue(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = drafted(office, post, records)
    body = row_of(store, path)["body"].replace("〔待补写〕", "请打13800138000。")
    assert post(office, f"{path}/edit", **typed(row_of(store, path), body=body)).status_code == 302
    document = docx.Document(io.BytesIO(office.get(f"{path}/briefing.docx").data))
    text = squeezed("".join(p.text for p in document.paragraphs))
    assert "请打138******00。" in text, "of a draft; with a number in it nothing is sent for review"
    assert "共记录3条" in text
    clean = row_of(store, path)["body"].replace("请打13800138000。", "逐项交办。")
    assert post(office, f"{path}/edit", **typed(row_of(store, path), body=clean)).status_code == 302
    issued(office, post, store, path)
    answer = office.get(f"{path}/briefing.docx")
    assert answer.mimetype == word.MEDIA_TYPE
    assert ".docx" in answer.headers["Content-Disposition"]
    document = docx.Document(io.BytesIO(answer.data))
    assert len(document.inline_shapes) == 1
