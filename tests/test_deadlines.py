"""Days are counted as they are worked: weekends and holidays rest, make-up days do not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.catalog.workdays import Calendar
from survey_app.rectification.deadlines import colour, default_deadline

OCTOBER = Calendar(
    holidays=frozenset(date(2017, 10, day) for day in range(1, 9)), makeup_days=frozenset({date(2017, 9, 30)})
)
MONDAY = date(2017, 6, 12)
days = st.dates(date(2017, 1, 1), date(2018, 12, 31))
calendars = st.builds(
    Calendar,
    holidays=st.frozensets(days, max_size=20),
    makeup_days=st.frozensets(days, max_size=20),
)


@pytest.mark.parametrize(
    ("severity", "due"),
    [
        ("severe", MONDAY),
        ("serious", date(2017, 6, 19)),
        ("normal", date(2017, 7, 3)),
        (None, date(2017, 7, 3)),
    ],
)
def test_a_limit_is_the_same_day_or_five_or_fifteen_working_days_later(
    severity: str | None, due: date
) -> None:
    assert default_deadline(severity, MONDAY, Calendar()) == due


def test_what_is_handed_over_on_a_day_of_rest_is_due_on_the_next_day_worked_on() -> None:
    assert default_deadline("severe", date(2017, 6, 10), Calendar()) == MONDAY
    assert default_deadline("severe", date(2017, 10, 1), OCTOBER) == date(2017, 10, 9)


def test_holidays_rest_and_make_up_days_count() -> None:
    assert OCTOBER.after(date(2017, 9, 29), 1) == date(2017, 9, 30)  # a Saturday that is worked on
    assert OCTOBER.after(date(2017, 9, 29), 2) == date(2017, 10, 9)
    assert OCTOBER.between(date(2017, 9, 29), date(2017, 10, 10)) == 3


@pytest.mark.parametrize(
    ("today", "shown"),
    [
        (date(2017, 6, 14), ""),
        (date(2017, 6, 15), "blue"),
        (date(2017, 6, 19), "blue"),
        (date(2017, 6, 20), "yellow"),
        (date(2017, 6, 25), "yellow"),
        (date(2017, 6, 26), "red"),
    ],
)
def test_a_colour_comes_from_dates_alone(today: date, shown: str) -> None:
    assert colour(date(2017, 6, 19), today, Calendar()) == shown


def test_without_a_limit_there_is_no_colour() -> None:
    assert colour(None, MONDAY, Calendar()) == ""


@given(calendars, days, st.integers(0, 30))
def test_what_is_counted_forwards_is_counted_back(calendar: Calendar, day: date, n: int) -> None:
    due = calendar.after(day, n)
    assert calendar.is_working(due)
    assert calendar.between(calendar.after(day, 0), due) == n


@given(calendars, days)
def test_a_colour_never_turns_back(calendar: Calendar, limit: date) -> None:
    order = ["", "blue", "yellow", "red"]
    shown = [colour(limit, limit + timedelta(days=n), calendar) for n in range(-60, 90)]
    ranks = [order.index(one) for one in shown]
    assert ranks == sorted(ranks)
