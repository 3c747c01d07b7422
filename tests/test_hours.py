"""What an office writes about opening hours, read as a person would."""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app import demo
from survey_app.catalog.hours import read
from survey_app.catalog.workdays import Calendar

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


OPEN, SHUT, UNKNOWN = True, False, None
READ_AS: dict[str, list[tuple[str, bool | None]]] = {
    "周一至周五 9:00-17:00，周六 9:00-12:00": [("12 10", OPEN), ("17 11", OPEN), ("17 15", SHUT)],
    "周一至周五 9:00-17:00，周六、日 9:00-12:00": [("18 11", OPEN), ("18 15", SHUT), ("13 15", OPEN)],
    "周一至周五 8:30-17:30，周六、周日休息": [("12 17", OPEN), ("17 10", SHUT), ("18 10", SHUT)],
    "周一至周五 9:00-17:00（周末除外）": [("12 10", OPEN), ("17 10", SHUT), ("18 10", SHUT)],
    "除周末外 9:00-17:00": [("12 10", OPEN), ("17 10", SHUT), ("18 10", SHUT), ("12 18", SHUT)],
    "除周日以外，每天 9:00-17:00": [("17 10", OPEN), ("18 10", SHUT)],
    "工作日全天，不含周末": [("12 10", OPEN), ("12 03", UNKNOWN), ("17 10", SHUT), ("18 10", SHUT)],
    "工作日 9:00-17:00，节假日除外": [("12 10", OPEN), ("17 10", SHUT)],
    "每天 9:00-17:00，节假日除外": [("12 10", OPEN), ("17 10", UNKNOWN), ("17 20", SHUT)],
    "每天 9:00-17:00（法定节假日休息）": [("12 10", OPEN), ("17 10", OPEN), ("30 20", SHUT)],
    "周一至周五（法定节假日除外）9:00-17:00": [("12 10", OPEN), ("17 10", SHUT)],
    "周一至周五 9:00-17:00，周二下午不对外办公": [("13 10", OPEN), ("13 15", SHUT), ("14 15", OPEN)],
    "周二至周日 9:00-17:00，周一闭馆": [("12 10", SHUT), ("13 10", OPEN), ("18 10", OPEN)],
    "工作日 9:00-17:00（12:00-13:30午休）": [("12 11", OPEN), ("12 13", SHUT), ("12 14", OPEN)],
    "工作日 9:00-17:00（中午不休息）": [("12 13", OPEN), ("17 13", SHUT)],
    "二十四小时": [("12 03", OPEN), ("17 03", OPEN)],
    "24 小时": [("17 03", OPEN)],
    "全天候": [("17 03", OPEN)],
    "每天24小时": [("17 03", OPEN)],
    "7×24小时": [("17 03", OPEN)],
    "每日24小时不间断": [("17 03", OPEN)],
    "0:00-24:00": [("17 03", OPEN)],
    "每天 9:00-17:00，国家法定节假日除外": [("17 10", OPEN)],
    "周一至周日24小时": [("17 03", OPEN)],
    "全年无休 9:00-17:00": [("17 10", OPEN), ("17 20", SHUT)],
    "365天24小时": [("17 03", OPEN)],
    "全年365天，每天24小时服务": [("17 03", OPEN)],
    "全年365天 9:00-17:00": [("17 10", OPEN), ("17 20", SHUT)],
    "工作日 0900-1700": [("12 10", OPEN), ("12 18", SHUT)],
    "工作日9点-17点": [("12 10", OPEN), ("12 18", SHUT)],
    "工作日 9点半至17点30分": [("12 09", SHUT), ("12 17", OPEN), ("12 18", SHUT)],
    "工作日九点至十七点": [("12 09", OPEN), ("12 10", OPEN), ("12 17", SHUT)],
    "周五九点至十二点": [("16 10", OPEN), ("15 10", SHUT)],
    "工作日 上午九点到下午五点": [("12 10", OPEN), ("12 18", SHUT)],
    "周一至周五９：００～１７：００": [("12 10", OPEN), ("17 10", SHUT)],
    "周一至周五9:00—17:00": [("12 10", OPEN), ("12 18", SHUT)],
    "周一至周五9∶00――17∶00": [("12 10", OPEN), ("12 18", SHUT)],
    "工作日 上午9:00-11:30，下午13:30-17:00": [("12 11", OPEN), ("12 12", SHUT), ("12 14", OPEN)],
    "工作日 9:00-12:00 13:30-17:00": [("12 11", OPEN), ("12 13", SHUT), ("12 14", OPEN)],
    "周一至周日 9:00-17:00": [("18 10", OPEN), ("18 18", SHUT)],
    "每天 9:00-17:00": [("18 10", OPEN)],
    "每周一至周五 9:00-17:00": [("12 10", OPEN), ("17 10", SHUT)],
    "周一、三、五 9:00-17:00": [("12 10", OPEN), ("13 10", SHUT), ("14 10", OPEN)],
    "周一至周五上午9:00-12:00，周一至周四下午1:30-5:00": [("15 14", OPEN), ("16 10", OPEN), ("16 14", SHUT)],
    "周一-五 9:00-17:00": [("16 10", OPEN), ("17 10", SHUT)],
    "周六日 9:00-12:00": [("17 10", OPEN), ("18 10", OPEN), ("12 10", SHUT)],
    "晚上8:00-2:00": [("12 01", UNKNOWN)],
    "9:00-17:00（周一至周五）": [("12 10", OPEN), ("17 10", SHUT)],
    "周一至周五：9:00-12:00；13:30-17:00；周六：9:00-11:00；13:00-15:00": [
        ("12 15", OPEN), ("12 17", SHUT), ("17 14", OPEN), ("17 16", SHUT), ("18 14", SHUT)],
    "周一至周五上午8:30-12:00、下午14:30-17:30": [("12 09", OPEN), ("12 13", SHUT), ("12 15", OPEN)],
    "工作日 9:00-12:00，13:30-17:00（演示）": [("12 10", OPEN), ("12 13", SHUT), ("17 10", SHUT)],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "at", "expected"), [(text, *one) for text, said in READ_AS.items() for one in said]
)
def test_a_text_of_hours_is_read_as_a_person_would(text: str, at: str, expected: bool | None) -> None:
    assert read(text).is_open(datetime.strptime(f"2017-06-{at}", "%Y-%m-%d %H")) is expected  # noqa: DTZ007


@pytest.mark.parametrize(
    "text",
    [
        "夏令时 9:00-18:00，冬令时 9:00-17:00",
        "5月1日至9月30日 9:00-18:00",
        "周一至周五 9:00-17:00，周六预约",
        "工作日 9:00-17:00，节假日照常",
        "周一至周五全天，周六上午",
        "周一至周五",
        "周二下午不对外",
        "9:00-5:00",
        "9:00-12:00，1:30-5:00",
        "9:00-17:00，24小时自助",
        "9:00-17:00，24小时",
        "工作日 9:00-17:00，单周周六 9:00-12:00",
        "工作日 9:00-17:00，午休",
        "周末不休息 9:00-17:00",
        "周二十点至十二点",
        "上午15:00-17:00",
        "8:00-次日8:00",
        "0571-12345678",
        "9:00-17:00-19:00",
        "25:00-26:00",
        "晚上8:00-晚上2:00",
        "见公告",
        "每天 9:00-17:00，周日 9:00-12:00",
        "工作日 9:00-17:00，周五 9:00-15:00",
        "全年无休 9:00-17:00，法定节假日 9:00-12:00",
        "周一至周五 8:30-17:30，周一至周五 9:00-17:00",
    ],
)
def test_a_text_that_is_not_fully_understood_promises_nothing(text: str) -> None:
    week = [datetime(2017, 6, 12 + day, hour) for day in range(7) for hour in range(24)]  # noqa: DTZ001
    assert {read(text).is_open(at) for at in week} == {None}


MOVED = Calendar(frozenset({date(2017, 5, 30)}), frozenset({date(2017, 5, 27)}))
ON_A_HOLIDAY, ON_A_MAKEUP_DAY = datetime(2017, 5, 30, 10), datetime(2017, 5, 27, 10)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "holiday", "makeup"),
    [
        ("工作日 9:00-17:00", SHUT, OPEN),
        ("周一至周五 9:00-17:00", UNKNOWN, UNKNOWN),
        ("周一至周日 9:00-17:00", UNKNOWN, UNKNOWN),
        ("每天 9:00-17:00", UNKNOWN, OPEN),
        ("每天 9:00-17:00，节假日除外", SHUT, UNKNOWN),
        ("周一至周五 9:00-17:00，法定节假日休息", SHUT, UNKNOWN),
        ("工作日 9:00-17:00，周末休息", SHUT, UNKNOWN),
        ("24小时", OPEN, OPEN),
        ("0:00-24:00", OPEN, OPEN),
        ("24小时，法定节假日除外", SHUT, OPEN),
        ("全年无休 9:00-17:00", OPEN, OPEN),
    ],
)
def test_a_day_that_the_calendar_moves_is_promised_only_where_the_text_says_so(
    text: str, holiday: bool | None, makeup: bool | None
) -> None:
    hours = read(text)
    assert (hours.is_open(ON_A_HOLIDAY, MOVED), hours.is_open(ON_A_MAKEUP_DAY, MOVED)) == (holiday, makeup)


WORDS = "周一二六日至、，。除外休息不含下午节假工作每天0123459:-点小时（）"


@given(st.text(WORDS, max_size=30), st.datetimes())
def test_no_words_of_hours_are_a_fault(text: str, at: datetime) -> None:
    assert read(text).is_open(at) in {True, False, None}


@pytest.mark.parametrize(("table", "heading"), [("service_phones", "服务时间"), ("halls", "开放时间")])
def test_every_text_of_hours_in_the_demo_is_understood(table: str, heading: str) -> None:
    with (Path(demo.__file__).parent / "data" / f"{table}.csv").open(encoding="utf-8-sig") as lines:
        texts = {line[heading] for line in csv.DictReader(lines)}
    for text in texts:
        at_night = text == "24 小时"
        assert read(text).is_open(MONDAY.replace(hour=10)) is True, text
        assert read(text).is_open(MONDAY.replace(hour=3)) is at_night, text
        assert read(text).is_open(SATURDAY.replace(hour=10)) is at_night, text


@given(st.text(), st.datetimes())
def test_no_text_is_a_fault(text: str, at: datetime) -> None:
    assert read(text).is_open(at) in {True, False, None}
