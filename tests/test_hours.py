"""What an office writes about opening hours, read as a person would."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.catalog.hours import read

MONDAY, SATURDAY = datetime(2017, 6, 12), datetime(2017, 6, 17)  # noqa: DTZ001  the hall's own time


@pytest.mark.parametrize(
    "text",
    [
        "周一至周五 9:00-17:00",
        "星期一到星期五9：00—17：00",
        "工作日 上午9:00至12:00，下午1:30至5:00",
        "周一～周五 8:30-12:00，13:30-17:30",
        "周一至周五，9时-17时",
        "周一、二、三、四、五 9:00－17:00",
    ],
)
def test_working_hours_are_read_however_they_are_written(text: str) -> None:
    hours = read(text)
    assert hours.is_open(MONDAY.replace(hour=10)) is True
    assert hours.is_open(MONDAY.replace(hour=14)) is True
    assert hours.is_open(MONDAY.replace(hour=20)) is False
    assert hours.is_open(SATURDAY.replace(hour=10)) is False


def test_the_lunch_break_is_outside() -> None:
    assert read("周一至周五 8:30-12:00，13:30-17:30").is_open(MONDAY.replace(hour=12, minute=30)) is False


def test_days_have_their_own_times() -> None:
    hours = read("周一至周五 9:00-17:00；周六 9:00-12:00")
    assert hours.is_open(SATURDAY.replace(hour=11)) is True
    assert hours.is_open(SATURDAY.replace(hour=14)) is False


def test_around_the_clock_is_every_day() -> None:
    assert read("24小时").is_open(SATURDAY.replace(hour=3)) is True


def test_a_night_goes_on_after_midnight() -> None:
    hours = read("周五 20:00-2:00")
    assert hours.is_open(SATURDAY.replace(hour=1)) is True
    assert hours.is_open(SATURDAY.replace(hour=21)) is False


def test_what_is_not_said_is_not_known() -> None:
    assert read("").is_open(MONDAY) is None
    assert read("见公告").is_open(MONDAY) is None
    assert read("9:00-17:00").is_open(MONDAY.replace(hour=10)) is True
    assert read("9:00-17:00").is_open(SATURDAY.replace(hour=10)) is None


@given(st.text(), st.datetimes())
def test_no_text_is_a_fault(text: str, at: datetime) -> None:
    assert read(text).is_open(at) in {True, False, None}
