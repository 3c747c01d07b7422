"""What PDF/UA-1 asks of a file that says it is one, as far as a program can check it in a finished one."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from survey_app.digests import press
from survey_app.printing.fonts import style_sheet
from survey_app.printing.render import Sheet, print_sheet
from tests.digests.data import photo_bytes
from tests.digests.test_layout import BLOCKS, page

BODY = "一、看\n看一看。\n（一）办\n办一办。\n" + "".join(BLOCKS.values())


@pytest.fixture
def reader(app: Flask) -> PdfReader:
    what = page(BODY)
    with app.app_context():
        html = press.write_html(what, lambda name: f"photo:{name}")
    photos = {name: photo_bytes() for name in what.photo_names}
    return PdfReader(io.BytesIO(print_sheet(Sheet(html, style_sheet(), photos)).pdf))


def elements(node: Any) -> Iterator[Any]:
    """Yield the elements of the structure, in reading order."""
    node = node.get_object()
    if not isinstance(node, dict):
        return
    if "/S" in node:
        yield node
    children = node.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        yield from elements(child)


def test_it_says_what_it_is_and_shows_its_title(reader: PdfReader) -> None:
    root: Any = reader.root_object
    metadata = root["/Metadata"].get_data().decode()
    assert "pdfuaid" in metadata
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "zh-CN"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_its_parts_are_tagged_in_reading_order(reader: PdfReader) -> None:
    tags = [str(element["/S"]) for element in elements(reader.root_object["/StructTreeRoot"])]
    assert [tag for tag in tags if tag in {"/H1", "/H2", "/H3", "/Table", "/Figure"}] == [
        "/H1", "/H2", "/H3", "/Figure", "/Table", "/Figure",
    ]  # fmt: skip
    assert (tags.count("/TR"), tags.count("/TH"), tags.count("/TD")) == (3, 2, 4)


def test_every_figure_is_described(reader: PdfReader) -> None:
    figures = [e for e in elements(reader.root_object["/StructTreeRoot"]) if e["/S"] == "/Figure"]
    assert [figure["/Alt"] for figure in figures] == ["大厅", "办结：车管所 7/9、治安支队 2/4、出入境 6"]


def test_all_that_is_drawn_is_tagged_or_set_aside_and_every_font_can_be_read(reader: PdfReader) -> None:
    for sheet in reader.pages:
        assert str(sheet["/Tabs"]) == "/S"
        contents: Any = sheet.get_contents()
        depth = 0
        for _operands, operator in contents.operations:
            depth += (operator in {b"BDC", b"BMC"}) - (operator == b"EMC")
            assert depth >= 1 or operator not in {b"TJ", b"Tj", b"Do", b"f", b"S"}
        resources: Any = sheet["/Resources"]
        assert all("/ToUnicode" in font.get_object() for font in resources["/Font"].values())


def test_its_headings_are_its_bookmarks(reader: PdfReader) -> None:
    def titles(outline: Any) -> Iterator[str]:
        for entry in outline:
            yield from titles(entry) if isinstance(entry, list) else [str(entry.title)]

    assert list(titles(reader.outline)) == ["办事体验情况", "一、看", "（一）办"]
