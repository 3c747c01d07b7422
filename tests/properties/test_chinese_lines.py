"""Rules of a Chinese line, on texts of every kind: nothing is lost, nothing is too wide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.printing.lines import CLOSING, NEVER_FIRST, NEVER_LAST, WIDE, Run, ends, fit

TEXT = st.text(alphabet="看办问，。、“”（）《》—…·％ aB3７.万个月", min_size=1, max_size=60)
SIZE = 10.0


def run_of(text: str) -> Run:
    widths = [SIZE if WIDE.match(character) and character != " " else SIZE / 2 for character in text]
    return Run(text, widths, ends(text, [left == " " for left in text[:-1]]), SIZE, is_whole=True)


@given(TEXT, st.integers(min_value=1, max_value=30))
def test_every_character_is_on_one_line_and_no_line_is_too_wide(text: str, ems: int) -> None:
    rest, lines = text, []
    while rest:
        run = run_of(rest)
        fitted = fit(run, ems * SIZE, is_line_start=True)
        assert all(0 <= trim <= SIZE / 2 for trim in fitted.trims)
        width = sum(run.widths[: fitted.end]) - sum(fitted.trims[: fitted.end])
        assert width <= ems * SIZE + 1e-6
        lines.append(rest[: fitted.end])
        rest = rest[fitted.end :]
    assert "".join(lines) == text


@given(TEXT)
def test_a_line_may_end_only_where_neither_neighbour_forbids_it(text: str) -> None:
    for place, may_end in enumerate(ends(text, [True] * (len(text) - 1))[:-1]):
        left, right = text[place], text[place + 1]
        if right in NEVER_FIRST or left in NEVER_LAST:
            assert not may_end
        elif WIDE.match(left) and left not in CLOSING | set("—… ７") and right in "看办问“（《":
            assert may_end


@pytest.mark.parametrize(
    "together",
    [
        "100万次",
        "64.2万小时",
        "9113名",
        "90％",
        "３００米",
        "第12期",
        "2017年",
        "5个工作日",
        "3.5%",
        "24小时",
    ],
)
def test_a_figure_its_unit_and_its_point_stay_together(together: str) -> None:
    may_end = ends("看" + together + "看", [True] * (len(together) + 1))
    assert may_end == [True] + [False] * (len(together) - 1) + [True, True]


def test_a_date_may_break_after_its_year_and_a_number_too_long_for_that_anywhere() -> None:
    assert [i for i, may in enumerate(ends("2017年6月12日", [False] * 9)) if may] == [4, 6, 9]
    assert any(ends("看" + "7" * 40 + "看", [True] * 41)[1:-2])
