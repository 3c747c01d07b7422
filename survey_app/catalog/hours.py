"""Opening hours as an office writes them: ``周一至周五 9:00-12:00，13:30-17:00``. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time

WEEK = "一二三四五六日"
EVERY_DAY = frozenset(range(7))
WORKING_DAYS = frozenset(range(5))
DAY, WEEKDAY = "[一二三四五六日天]", "(?:周|星期|礼拜)"
DAYS = re.compile(rf"{WEEKDAY}({DAY})(?:-{WEEKDAY}?({DAY}))?((?:、{DAY})*)")
NAMED_DAYS = {"工作日": WORKING_DAYS, "每天": EVERY_DAY, "每日": EVERY_DAY, "周末": EVERY_DAY - WORKING_DAYS,
              "双休日": EVERY_DAY - WORKING_DAYS}  # fmt: skip
CLOCK = r"(上午|下午|晚上|晚|中午)?(\d{1,2})(?:[:时点](\d{2})?分?)"
TIMES = re.compile(rf"{CLOCK}-{CLOCK}")
WHOLE_DAY = re.compile(r"24小时|全天|全日|昼夜")
AFTERNOON = ("下午", "晚上", "晚")


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when, on which weekdays (0: Monday); an end before its begin is past midnight."""

    days: frozenset[int] | None  # None: it does not say
    begin: time
    end: time


@dataclass(frozen=True, slots=True)
class Hours:
    """What a text says about when somebody is there."""

    spans: tuple[Span, ...]

    def is_open(self, at: datetime) -> bool | None:
        """Tell whether ``at`` (in the hall's own time) lies within; None where the text does not say.

        Public holidays are not known here: who judges a call on such a day has to.
        """
        if not self.spans:
            return None
        found = [_within(span, at) for span in self.spans]
        if any(found):
            return True
        return None if None in found else False


def _within(span: Span, at: datetime) -> bool | None:
    now, day = at.time().replace(tzinfo=None), at.weekday()
    if span.begin < span.end:
        inside = span.begin <= now < span.end
    else:  # past midnight: the small hours belong to the day before
        inside = now >= span.begin or now < span.end
        day = (day - 1) % 7 if now < span.end else day
    if span.days is None:
        return inside if day in WORKING_DAYS else None
    return inside and day in span.days


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
        return [Span(days or EVERY_DAY, time.min, time.max)]
    times = [_times(match) for match in TIMES.finditer(plain)]
    return [Span(days, begin, end) for found in times if found for begin, end in [found]]


def _dashes(part: str) -> str:
    """Make every word and sign for "until" a dash, but leave the names of days alone."""
    return re.sub(r"\s+", "", re.sub(r"[至到~—–−]+", "-", part))


def _days(part: str) -> frozenset[int] | None:
    plain = _dashes(part)
    found: set[int] = set()
    for name, days in NAMED_DAYS.items():
        found |= days if name in plain else set()
    for first, last, more in DAYS.findall(plain):
        begin = _day(first)
        end = _day(last) if last else begin
        found |= {(begin + n) % 7 for n in range((end - begin) % 7 + 1)}
        found |= {_day(one) for one in more if one != "、"}
    return frozenset(found) or None


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
