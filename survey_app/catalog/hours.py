"""Opening hours as an office writes them: ``周一至周五 9:00-12:00，13:30-17:00``. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import time

from survey_app.catalog.spans import ALWAYS, EVERY_DAY, PLAIN_WEEK, Days, Hours, Span

WEEK = "一二三四五六日"
DAY, WEEKDAY = "[一二三四五六日天]", "(?:周|星期|礼拜)"
DAYS = re.compile(rf"{WEEKDAY}({DAY})(?:-{WEEKDAY}?({DAY}))?((?:、{DAY})*)")
WEEKEND, ANY_DAY = Days(EVERY_DAY - PLAIN_WEEK), Days(EVERY_DAY, working=True)
NAMED_DAYS = {"工作日": Days(working=True), "每天": ANY_DAY, "每日": ANY_DAY, "周末": WEEKEND,
              "双休日": WEEKEND}  # fmt: skip
CLOCK = r"(上午|下午|晚上|晚|中午)?(\d{1,2})(?:[:时点](\d{2})?分?)"
TIMES = re.compile(rf"{CLOCK}-{CLOCK}")
WHOLE_DAY = re.compile(r"24小时|全天|全日|昼夜")
AFTERNOON = ("下午", "晚上", "晚")


def read(text: str) -> Hours:
    """Return what a text says; a part that names no time says nothing."""
    spans: list[Span] = []
    for part in re.split(r"[;；。\n]", unicodedata.normalize("NFKC", text)):
        spans += _read_part(part)
    return Hours(tuple(spans))


def _read_part(part: str) -> list[Span]:
    days = _days(part)
    plain = _dashes(part)
    if WHOLE_DAY.search(plain):
        whole = ALWAYS if days is None or days.weekdays == EVERY_DAY else days
        return [Span(whole, time.min, time.max)]
    times = [_times(match) for match in TIMES.finditer(plain)]
    return [Span(days, begin, end) for found in times if found for begin, end in [found]]


def _dashes(part: str) -> str:
    """Make every word and sign for "until" a dash, but leave the names of days alone."""
    return re.sub(r"\s+", "", re.sub(r"[至到~—–−]+", "-", part))


def _days(part: str) -> Days | None:
    plain = _dashes(part)
    found = Days()
    for name, days in NAMED_DAYS.items():
        found |= days if name in plain else Days()
    for first, last, more in DAYS.findall(plain):
        begin = _day(first)
        end = _day(last) if last else begin
        found |= Days(frozenset((begin + n) % 7 for n in range((end - begin) % 7 + 1)))
        found |= Days(frozenset(_day(one) for one in more if one != "、"))
    return None if found == Days() else found


def _day(name: str) -> int:
    return WEEK.index("日" if name == "天" else name)


def _times(match: re.Match[str]) -> tuple[time, time] | None:
    half, hour, minute, other_half, other_hour, other_minute = match.groups()
    begin = _time(half, hour, minute)
    end = _time(other_half or (half if half in AFTERNOON else None), other_hour, other_minute)
    return (begin, end) if begin is not None and end is not None and begin != end else None


def _time(half: str | None, hour: str, minute: str | None) -> time | None:
    hours, minutes = int(hour), int(minute or 0)
    hours += 12 if half in AFTERNOON and hours < 12 else 0
    if hours == 24 and not minutes:
        return time.max
    return time(hours, minutes) if hours < 24 and minutes < 60 else None
