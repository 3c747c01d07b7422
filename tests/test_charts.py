"""Charts say every figure in words, cut none, count in whole numbers, and print as they are shown."""

import io
import re
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from survey_app.insights import charts
from survey_app.insights.charts import Bar, Column
from survey_app.printing.render import Sheet, print_sheet

LONG = "杭州市公安局交警支队车辆管理所驾驶证业务综合受理大厅（含外籍人员 Driving Licence Services 窗口）"
BARS = [Bar("时间排队", (3, 1), 9), Bar(LONG, (0, 2), 9), Bar("未分类", (0, 0), 9)]
STEPS = [Column("6月5日", 4, inside=False), Column("6月12日", 7)]
SVG = "{http://www.w3.org/2000/svg}"


def read(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314  our own


def words(svg: str) -> list[str]:
    return [text.text or "" for text in read(svg).iter(f"{SVG}text")]


def test_a_list_of_bars_says_n_of_all_for_every_line_in_sight_and_aloud() -> None:
    svg = charts.bar_list("k", "什么在堵？", BARS, ("堵点", "难点"))
    assert {"4/9", "2/9", "0/9", "堵点", "难点"} <= set(words(svg))
    root = read(svg)
    assert root.attrib["role"] == "img"
    said = [root.findtext(f"{SVG}{name}") for name in ("title", "desc")]
    assert said[0] == "什么在堵？"
    assert "时间排队 堵点 3、难点 1，4/9" in (said[1] or "")
    assert root.attrib["aria-labelledby"].split() == [
        root.find(f"{SVG}{name}").attrib["id"]  # type: ignore[union-attr]
        for name in ("title", "desc")
    ]


def test_no_word_is_cut_and_none_reaches_into_the_figure() -> None:
    shown = words(charts.bar_list("k", "t", BARS, ("堵点", "难点")))
    assert LONG.replace(" ", "") in "".join(shown).replace(" ", "")
    room = charts.WIDTH - charts.width("2/9")
    assert all(charts.width(line) < room for line in shown)


@pytest.mark.parametrize(
    ("most", "ticks"),
    [(0, [0, 1]), (1, [0, 1]), (4, [0, 1, 2, 3, 4]), (5, [0, 2, 4, 6]), (21, [0, 10, 20, 30]),
     (100, [0, 50, 100]), (1234, [0, 500, 1000, 1500])],
)  # fmt: skip
def test_an_axis_has_few_whole_numbers_that_reach_the_greatest(most: int, ticks: list[int]) -> None:
    assert charts.axis(most) == ticks


def test_weeks_outside_the_period_are_outlines() -> None:
    svg = charts.columns("k", "每周的问题", STEPS, height=150)
    assert re.findall(r'class="(chart__(?:open|solid))"', svg) == ["chart__open", "chart__solid"]
    assert "6月5日 4；6月12日 7" in svg
    assert {"6月5日", "6月12日", "0", "8"} <= set(words(svg))


def test_nothing_at_all_is_still_a_chart() -> None:
    for svg in (charts.bar_list("k", "t", []), charts.columns("k", "t", [], height=90)):
        assert read(svg).tag == f"{SVG}svg"


def test_words_stay_words_and_no_style_is_inline() -> None:
    svg = charts.bar_list("k", "<b>t</b>", [Bar("<script>x</script>", (1,), 2)])
    assert "<script" not in svg
    assert "<b>" not in svg
    assert "style=" not in svg


def test_a_chart_prints_with_its_words() -> None:
    body = charts.bar_list("a", "什么在堵？", BARS, ("堵点", "难点")) + charts.columns(
        "b", "t", STEPS, height=150
    )
    html = f'<!doctype html><html lang="zh-CN"><title>看一眼</title><body>{body}</body></html>'
    printed = print_sheet(Sheet(html, "svg { width: 10cm } body { font-family: 'Noto Sans CJK SC' }"))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed.pdf)).pages)
    for word in ("时间排队", "4/9", "难点", "6月12日"):
        assert word in re.sub(r"\s", "", text), word
