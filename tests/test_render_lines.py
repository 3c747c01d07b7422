"""The type area: 22 lines of 28 characters, straight at both edges; measured in the finished PDF."""

from itertools import pairwise

import pytest
from pypdf import PageObject

from tests.paper import CLOSE, EM, LEFT, PITCH, RIGHT, Line, lines_of, pages_with

MIXED = (
    "取号后排队45分钟，窗口没有一次告知要带的材料，只说“回去问单位”；自助机停用、没有告示（引导员也不在）。"
    * 9
)


@pytest.fixture(scope="module")
def plain() -> list[PageObject]:
    return pages_with("体验" * (28 * 22))


@pytest.fixture(scope="module")
def mixed() -> list[list[Line]]:
    """The same text four times, each a character further on, so that its lines end elsewhere."""
    return [lines_of(page) for shift in range(4) for page in pages_with("看" * shift + MIXED)]


def test_a_full_page_has_22_lines_of_28_characters(plain: list[PageObject]) -> None:
    lines = lines_of(plain[0])
    assert [len(line.text) for line in lines] == [26] + [28] * 21  # the first is indented by two


def test_plain_lines_fill_the_type_area_from_edge_to_edge(plain: list[PageObject]) -> None:
    for line in lines_of(plain[0])[1:]:
        assert line.left == pytest.approx(LEFT, abs=CLOSE)
        assert line.right == pytest.approx(RIGHT, abs=CLOSE)


def test_lines_with_figures_and_marks_end_at_the_right_edge_too(mixed: list[list[Line]]) -> None:
    for *full, last in mixed:
        assert len(full) > 10
        assert len({len(line.text) for line in full}) > 1  # so there was something to share out
        assert [line.right for line in full] == pytest.approx([RIGHT] * len(full), abs=CLOSE)
        assert last.right < RIGHT + CLOSE


def test_no_line_begins_or_ends_with_a_mark_that_may_not_stand_there(mixed: list[list[Line]]) -> None:
    for line in (line for lines in mixed for line in lines):
        assert line.text[0] not in "，。；、）”"
        assert line.text[-1] not in "“（"


def test_a_figure_is_never_parted_from_its_unit(mixed: list[list[Line]]) -> None:
    for line in (line for lines in mixed for line in lines):
        assert not line.text.startswith(("5", "分", "钟"))


@pytest.mark.parametrize(
    ("text", "width"),
    [("看”，看", 3.5), ("看，“看", 3.5), ("看”，“看", 4), ("看”。）看", 4), ("看“《看", 3.5), ("看……看", 4)],
)
def test_marks_that_meet_close_up(text: str, width: float) -> None:
    [line] = lines_of(pages_with(text)[0])
    assert line.right - line.left == pytest.approx(width * EM, abs=CLOSE)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("看" * 22 + "”，看看，办" + "看" * 40, "，"),  # a mark at the end gives up its blank
        ("看，" * 12 + "看看。办" + "看" * 40, "。"),  # those within the line give up some of theirs
    ],
)
def test_a_mark_that_may_not_begin_a_line_is_drawn_into_the_one_before(text: str, ends: str) -> None:
    first, *_rest = lines_of(pages_with(text)[0])
    assert first.text[-1] == ends
    assert first.right == pytest.approx(RIGHT, abs=CLOSE)


@pytest.mark.parametrize("length", [26 + 1, 26 + 28 + 1])
@pytest.mark.parametrize("end", ["", "。", "。”"])
def test_no_paragraph_ends_in_a_line_of_one_character(length: int, end: str) -> None:
    *_, last = lines_of(pages_with("看" * length + end)[0])
    assert len(last.text) == 2 + len(end)


def test_lines_of_several_faces_and_rare_characters_stand_on_the_grid() -> None:
    head = '<div class="run-in"><h2>一、看清楚。</h2>' + "办得成" * 30 + "</div>"
    lines = lines_of(pages_with("看喆堃办" * 20, head, "<h3>（一）问明白</h3>", "问ABC" * 20)[0])
    assert len(lines) > 8
    for above, below in pairwise(lines):
        assert below.y - above.y == pytest.approx(PITCH, abs=0.05)


def test_the_text_of_justified_lines_is_read_back_unbroken() -> None:
    [page] = pages_with(MIXED)
    assert "".join(page.extract_text().split()) == MIXED + "—1—"


def test_page_numbers_stand_right_on_odd_pages_and_left_on_even_ones(plain: list[PageObject]) -> None:
    for number, page in enumerate(plain, start=1):
        found: list[float] = []
        page.extract_text(
            visitor_text=lambda text, cm, tm, *_: found.append(tm[4] * cm[0] + cm[4]) if "—" in text else None  # noqa: B023
        )
        assert f"— {number} —" in page.extract_text()
        middle = float(page.mediabox.width) / 2
        assert (found[0] > middle) == (number % 2 == 1)
