"""The parts of a briefing on paper, each in its place: masthead, title, note, table, chart, photo, tail."""

import io
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from survey_app.digests import press
from survey_app.digests.chart import PITCH as BAR_PITCH
from survey_app.digests.chart import ROOM, draw
from survey_app.digests.marks import Bar
from survey_app.digests.page import Page, lay_out
from survey_app.digests.title import broken
from survey_app.printing.fonts import style_sheet
from survey_app.printing.render import Sheet, print_sheet
from tests.digests.data import photo_bytes
from tests.fonts import write_font
from tests.paper import CLOSE, EM, LEFT, PITCH, RIGHT, Line, lines_of, pages_of

PHOTO = "f" * 64


def page(body: str = "看一看，办一办。", **changes: Any) -> Page:
    fields: dict[str, Any] = {
        "series": "办事体验简报",
        "number": 3,
        "issued_on": date(2017, 6, 5),
        "issuer": "市公安局改革办",
        "title_1": "办事体验情况",
        "title_2": "",
        "contributor": "车管所",
        "report_to": "市委",
        "send_to": "各分局",
        "copies": 60,
        "is_draft": False,
    }
    return Page(blocks=lay_out(body, {(1, 1): PHOTO}), **(fields | changes))


@pytest.fixture
def printed(app: Flask) -> Any:
    """Return how a page is printed and its lines read back, page by page."""

    def read(what: Page) -> list[list[Line]]:
        with app.app_context():
            html = press.write_html(what, lambda name: f"photo:{name}")
        photos = {name: photo_bytes() for name in what.photo_names}
        pdf = print_sheet(Sheet(html, style_sheet(), photos)).pdf
        return [lines_of(sheet) for sheet in pages_of(pdf)]

    return read


def line_of(lines: list[Line], text: str) -> Line:
    return next(line for line in lines if text in line.text)


def test_the_masthead_has_its_parts_in_place(printed: Any) -> None:
    [lines] = printed(page("〔内部资料〕0012\n〔总第 128 期〕\n看一看。"))
    internal, series, number, row, title, *_ = lines
    assert internal.text == "内部资料编号：0012"
    assert series.text == "办事体验简报"
    assert number.text == "第3期（总第128期）"
    assert row.text == "市公安局改革办2017年6月5日"
    for line in (series, number, title):
        assert line.left - LEFT == pytest.approx(RIGHT - line.right, abs=EM / 2)
    assert row.left == pytest.approx(LEFT + EM, abs=CLOSE)
    assert row.right == pytest.approx(RIGHT - EM, abs=CLOSE)
    assert "总第" not in printed(page())[0][1].text


@pytest.mark.parametrize("length", [4, 6, 7, 8, 9, 10, 12, 13])
def test_a_series_name_of_any_usual_length_fills_one_line(printed: Any, length: int) -> None:
    series, number, *_ = printed(page(series="简" * length))[0]
    assert series.text == "简" * length
    assert LEFT <= series.left < series.right <= RIGHT
    assert number.text.startswith("第")


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("办事体验情况", ["办事体验情况"]),
        (
            "到窗口去办一件事，把“一次办成”落到每一个岗位",
            ["到窗口去办一件事，", "把“一次办成”落到每一个岗位"],
        ),
        (
            "关于进一步做好全市窗口单位的服务电话值守工作",
            ["关于进一步做好全市窗口单位的", "服务电话值守工作"],
        ),
        ("看看看看看看看看看2017年6月看看看看看看看看", ["看看看看看看看看看2017年", "6月看看看看看看看看"]),
        ("看" * 41, ["看" * 41]),
    ],
)
def test_a_long_title_is_broken_by_its_sense(title: str, lines: list[str]) -> None:
    assert list(broken(title)) == lines


def test_what_is_longer_than_any_usual_name_or_title_is_broken_too(printed: Any) -> None:
    long = {
        "series": "全市公安机关办事体验工作动态信息专报",
        "issuer": "市公安局深化改革工作领导小组办公室的综合协调和督促检查组",
        "title_1": "关于进一步做好全市窗口单位的服务电话值守工作",
        "title_2": "切实解决群众打不通电话的情况通报",
    }
    texts = [line.text for line in printed(page(**long))[0]]
    assert texts[0] + texts[1] == long["series"]
    assert texts[2] == "第3期"
    assert (texts[3] + texts[4]).replace("2017年6月5日", "") == long["issuer"]
    assert texts[5:8] == ["关于进一步做好全市窗口单位的", "服务电话值守工作", long["title_2"]]


def test_the_tail_names_who_gets_it_in_order_of_rank_and_how_many_there_are(printed: Any) -> None:
    [lines] = printed(page("看一看。\n〔送〕市人大"))
    assert [line.text for line in lines[-4:]] == ["报：市委", "送：市人大", "发：各分局", "共印60份"]
    assert lines[-1].right == pytest.approx(RIGHT - 14 / 15.79 * EM, abs=CLOSE)


@pytest.mark.parametrize("count", range(11, 16))
def test_the_tail_never_stands_on_a_page_without_text(printed: Any, count: int) -> None:
    *_, last = printed(page("看一看，办一办，问一问。\n" * count))
    byline = next(i for i, line in enumerate(last) if "供稿" in line.text)
    assert "看一看" in last[byline - 1].text


def test_a_point_begins_in_a_face_of_its_own_and_a_note_says_what_it_is(
    printed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_FONTS_DIR", str(tmp_path))
    write_font(tmp_path, "楷体_GB2312", "一是电话打得通拨了三次都有人接。")
    [lines] = printed(page("〔按语〕可以对照自查。\n一是电话打得通。拨了三次都有人接。"))
    assert line_of(lines, "按语").text == "按语：可以对照自查。"
    parts = line_of(lines, "一是").parts
    assert "".join(text for font, text in parts if "GB2312" in font) == "一是电话打得通。"


def test_spaces_that_a_screen_has_beside_figures_are_not_printed(printed: Any) -> None:
    [lines] = printed(page("到 3 号窗口 ，用 APP store 办了 1 件。"))
    assert line_of(lines, "号窗口").text == "到3号窗口，用APP store办了1件。"


BLOCKS = {
    "photo": "〔照片 1-1〕大厅\n",
    "table": "〔表〕整改情况\n| 单位 | 办结 |\n| 车管所 | 7/9 |\n| 治安支队 | 2/4 |\n",
    "chart": "〔图〕办结：车管所 7/9、治安支队 2/4、出入境 6\n",
}


@pytest.mark.parametrize("kind", BLOCKS)
def test_the_text_below_a_photo_a_table_or_a_chart_stands_on_the_grid(printed: Any, kind: str) -> None:
    nobody = {"contributor": "", "report_to": "", "send_to": "", "copies": None}
    [lines] = printed(page(f"看一看前。\n{BLOCKS[kind]}看一看后。", **nobody))
    before, after = line_of(lines, "看一看前"), line_of(lines, "看一看后")
    steps = (after.y - before.y) / PITCH
    assert steps > 3
    assert steps == pytest.approx(round(steps), abs=0.03)


def test_a_table_has_a_title_a_head_and_cells_that_are_masked(printed: Any) -> None:
    [lines] = printed(
        page("〔表〕整改情况\n| 单位 | 电话 |\n| 车管所 | 13800138000 |\n| 治安支队 |  |\n〔表〕没有表")
    )
    texts = [line.text for line in lines]
    first = texts.index("整改情况")
    assert texts[first : first + 5] == ["整改情况", "单位电话", "车管所138******00", "治安支队", "没有表"]
    for above, below in pairwise(lines[first + 1 : first + 4]):
        assert below.y - above.y == pytest.approx(PITCH, abs=0.05)


def test_the_words_of_a_chart_are_text_and_it_is_described_for_who_cannot_see_it(app: Flask) -> None:
    with app.app_context():
        done = print_sheet(press.sheet_of(page(BLOCKS["chart"])))
    reader = PdfReader(io.BytesIO(done.pdf))
    text = reader.pages[0].extract_text()
    for word in ("办结", "车管所", "7/9", "治安支队", "2/4"):
        assert word in text
    size: Any = reader.trailer["/Size"]
    objects: list[Any] = [reader.get_object(number) for number in range(1, size)]
    described = [entry["/Alt"] for entry in objects if isinstance(entry, dict) and "/Alt" in entry]
    assert described == ["办结：车管所 7/9、治安支队 2/4、出入境 6"]


def test_bars_are_drawn_to_one_scale_and_a_part_before_its_whole() -> None:
    seven, all_of_it, none = draw([Bar("甲", "7", "14"), Bar("乙" * 20, "14"), Bar("丙", "0")]).bars
    assert (all_of_it.length, seven.whole, seven.length) == pytest.approx((ROOM, ROOM, ROOM / 2), abs=0.01)
    assert (none.length, none.top) == (0, 2 * BAR_PITCH)
    assert all_of_it.label == "乙" * 11 + "…"
    assert draw([Bar("甲", "0")]).bars[0].length == 0
