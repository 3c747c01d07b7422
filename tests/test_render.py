"""Printing: real PDFs, read back; and a process that reads no file and opens no connection."""

import io
import socket
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from survey_app.printing import fonts
from survey_app.printing.render import (
    ChineseFontMissingError,
    GlyphMissingError,
    Limits,
    RenderError,
    RenderLimitError,
    ResourceRefusedError,
    Sheet,
    print_sheet,
    write_file,
)
from tests.fonts import write_font

PAGE = '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>简报</title><body>{}</body></html>'
FACE = 'body { font-family: "Noto Serif CJK SC" } '
# Every font but the ones that can write Chinese.
NO_CHINESE = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><selectfont><rejectfont><pattern>
<patelt name="lang"><string>zh-cn</string></patelt>
</pattern></rejectfont></selectfont></fontconfig>"""


def sheet(body: str, css: str = "", **photos: bytes) -> Sheet:
    return Sheet(PAGE.format(body), css + FACE, photos)


def photo(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()


def embedded_fonts(pdf: bytes) -> set[str]:
    """Return the names of the fonts whose files are in the PDF."""
    names = set()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        resources: Any = page["/Resources"]
        for reference in resources["/Font"].values():
            descendant = reference.get_object()["/DescendantFonts"][0].get_object()
            descriptor = descendant["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
            names.add(str(descriptor["/FontName"]))
    return names


@pytest.fixture(scope="module")
def plain() -> bytes:
    return print_sheet(sheet("<p>看一看，办一办，问一问。</p>")).pdf


def test_chinese_text_is_printed_in_a_chinese_font_that_is_in_the_file(plain: bytes) -> None:
    assert "看一看，办一办，问一问。" in PdfReader(io.BytesIO(plain)).pages[0].extract_text()
    assert any("Noto-Serif-CJK-SC" in name for name in embedded_fonts(plain))


def test_the_file_has_a_title_a_language_and_tags(plain: bytes) -> None:
    reader = PdfReader(io.BytesIO(plain))
    assert reader.metadata is not None
    assert reader.metadata.title == "简报"
    assert str(reader.root_object["/Lang"]) == "zh-CN"
    marks: Any = reader.root_object["/MarkInfo"]
    assert marks["/Marked"]


def test_the_same_sheet_gives_the_same_bytes(plain: bytes) -> None:
    assert print_sheet(sheet("<p>看一看，办一办，问一问。</p>")).pdf == plain


def test_without_a_chinese_font_nothing_is_printed_and_the_message_says_what_to_install(
    tmp_path: Path,
) -> None:
    config = tmp_path / "fonts.conf"
    config.write_text(NO_CHINESE)
    with pytest.raises(ChineseFontMissingError, match="fonts-noto-cjk"):
        print_sheet(sheet("<p>看一看</p>"), fontconfig=config)


def test_a_character_that_no_font_has_is_named() -> None:
    with pytest.raises(GlyphMissingError, match=r"U\+10ABCD"):
        print_sheet(sheet("<p>看一看\U0010abcd</p>"))


NAMES = "喆堃昇珺祎囧镕頔淼垚玥㛃𬱖〇"


@pytest.mark.parametrize("face", ["text", "quote", "title"])
def test_characters_of_rare_names_are_printed_in_every_face(face: str) -> None:
    html = PAGE.format(f'<p class="{face}">看{NAMES}</p>')
    drawn = print_sheet(Sheet(html, fonts.style_sheet())).fonts
    assert set(NAMES) <= set("".join(drawn.values()))


def test_what_the_offices_own_font_lacks_comes_from_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_FONTS_DIR", str(tmp_path))
    write_font(tmp_path, "仿宋_GB2312", "看办")
    drawn = print_sheet(Sheet(PAGE.format("看办问"), fonts.style_sheet())).fonts
    assert drawn["仿宋_GB2312"] == "办看"
    assert "问" in drawn["Noto Serif CJK SC"]


def test_quotation_marks_of_the_kai_are_as_wide_as_a_character() -> None:
    css = fonts.style_sheet() + "p { width: 6em; font-family: var(--kai) }"
    printed = print_sheet(Sheet(PAGE.format("<p>" + "看“看”看看" * 8 + "</p>"), css))
    lines = PdfReader(io.BytesIO(printed.pdf)).pages[0].extract_text().split()
    assert lines[:8] == ["看“看”看看"] * 8


@pytest.mark.parametrize(
    ("body", "css"),
    [
        ('<img src="file:///etc/passwd">', ""),
        ('<img src="FILE:///etc/passwd">', ""),
        ('<img src="http://127.0.0.1:{port}/x.png">', ""),
        ('<img src="data:image/png;base64,iVBORw0KGgo=">', ""),
        ('<link rel="stylesheet" href="file:///etc/passwd">', ""),
        ('<link rel="attachment" href="file:///etc/passwd">', ""),
        ('<a rel="attachment" href="file:///etc/passwd">看</a>', ""),
        ('<object data="file:///etc/passwd"></object>', ""),
        ('<base href="file:///etc/"><img src="passwd">', ""),
        ('<p style="background: url(file:///etc/passwd)">看</p>', ""),
        ("<style>@import url(http://127.0.0.1:{port}/x.css);</style>", ""),
        ("<p>看</p>", "p { background: url(http://127.0.0.1:{port}/x.png) }"),
        ("<p>看</p>", "p::before { content: url(file:///etc/passwd) }"),
        ("<p>看</p>", "@import url(file:///etc/passwd);"),
        ('<svg><image href="file:///etc/passwd"/></svg>', ""),
        ('<img src="photo:not-in-the-job">', ""),
    ],
)
def test_whatever_a_sheet_asks_for_from_outside_is_refused(body: str, css: str) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        port = listener.getsockname()[1]
        hostile = sheet(body.replace("{port}", str(port)), css.replace("{port}", str(port)))
        with pytest.raises(ResourceRefusedError):
            print_sheet(hostile)
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize(
    ("body", "css"),
    [
        ('<img src="../../etc/passwd">', ""),
        ("<p>看</p>", "@font-face { font-family: x; src: url(file:///etc/passwd) } p { font-family: x }"),
        ("<p>看</p>", '@font-face { font-family: x; src: local("DejaVu Sans") } p { font-family: x }'),
    ],
)
def test_a_sheet_that_tries_another_way_is_not_printed(body: str, css: str) -> None:
    with pytest.raises(RenderError):
        print_sheet(sheet(body, css))


def test_a_photo_that_came_with_the_sheet_is_printed() -> None:
    printed = print_sheet(sheet('<img alt="大厅" src="photo:abc">', abc=photo()))
    assert len(PdfReader(io.BytesIO(printed.pdf)).pages[0].images) == 1


def test_a_photo_is_printed_with_no_more_pixels_than_paper_shows() -> None:
    out = io.BytesIO()
    Image.effect_noise((2000, 1500), 60).convert("RGB").save(out, "JPEG")
    printed = print_sheet(
        sheet('<img alt="大厅" src="photo:abc">', "img { width: 100mm }", abc=out.getvalue())
    )
    [image] = PdfReader(io.BytesIO(printed.pdf)).pages[0].images
    assert image.image is not None
    assert 100 / 25.4 * 140 < image.image.width <= 100 / 25.4 * 150 + 1
    assert len(printed.pdf) < len(out.getvalue()) / 3


def test_a_photo_that_is_really_a_drawing_cannot_read_a_file() -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
    with pytest.raises(RenderError):
        print_sheet(sheet('<img alt="大厅" src="photo:abc">', abc=drawing))


def test_what_weasyprint_would_only_warn_of_is_an_error() -> None:
    with pytest.raises(RenderError, match="nonsense"):
        print_sheet(sheet("<p>看</p>", "p { nonsense: 1 }"))


def test_a_sheet_that_needs_too_much_memory_is_stopped() -> None:
    with pytest.raises(RenderLimitError, match="分成几期"):
        print_sheet(sheet("<p>看一看</p>" * 20_000), Limits(memory=260 << 20))


def test_a_sheet_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(RenderLimitError):
        print_sheet(sheet("<p>看一看</p>" * 20_000), Limits(cpu=2))
    with pytest.raises(RenderLimitError):
        print_sheet(sheet("<p>看一看</p>" * 20_000), Limits(wall=1))


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "exports" / "2017-第3期.pdf"
    write_file(path, b"one")
    write_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert [entry.name for entry in path.parent.iterdir()] == ["2017-第3期.pdf"]
