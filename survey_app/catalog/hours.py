"""Opening hours as an office writes them: ``周一至周五 9:00-12:00，13:30-17:00``. Pure."""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import time

from survey_app.catalog.spans import ALWAYS, EVERY_DAY, PLAIN_WEEK, Days, Hours, Span

WEEK = "一二三四五六日"
WEEKEND, ANY_DAY = Days(EVERY_DAY - PLAIN_WEEK), Days(EVERY_DAY, working=True)
PUBLIC_HOLIDAYS = Days(holidays=True)
NAMED_DAYS = {
    "工作日": Days(working=True), "每天": ANY_DAY, "每日": ANY_DAY,
    "全年无休": ALWAYS, "365天": ALWAYS, "全年365天": ALWAYS,
    "周末": WEEKEND, "双休日": WEEKEND, "法定节假日": PUBLIC_HOLIDAYS, "国家法定节假日": PUBLIC_HOLIDAYS,
    "节假日": PUBLIC_HOLIDAYS | Days(maybe=WEEKEND.weekdays),  # many a notice means weekends as well
}  # fmt: skip
DAY, WEEKDAY = "[一二三四五六日天]", "(?:周|星期|礼拜)"
NAME = rf"(?:每?{WEEKDAY}{DAY}(?:-{WEEKDAY}?{DAY})?(?:、?{DAY})*|{'|'.join(NAMED_DAYS)})"
NAMES = rf"{NAME}(?:[、和及与]?{NAME})*"

MORNING, AFTERNOON, EVENING = ("上午", "早上", "早"), ("下午",), ("晚上", "晚")
HALF = "|".join((*MORNING, *AFTERNOON, *EVENING))
CLOCK = re.compile(rf"({HALF})?(\d+):(\d+)")
TIMES = rf"(?:{HALF})?\d{{1,2}}:\d{{2}}-(?:{HALF})?\d{{1,2}}:\d{{2}}(?!\d)"
MIDDAY = time(12)
HALVES = {"上午": (time.min, MIDDAY), "下午": (MIDDAY, time.max)}
EARLIEST, NIGHTFALL = 6, time(17)
WHOLE_DAY = (time.min, time.max)
FULL_DAY = (time(9), time(17))  # what everybody means by 全天; whether it goes on all night is not sure

OUT = "除外|午休|休息|闭馆|不对外(?:办公|服务|开放|办理)?|(?:不|停止)(?:上班|办公|开放|营业|接听|办理|服务)"
EXCEPTION = re.compile(
    rf"除了?(?P<but>{NAMES})以?外|不(?:含|包括|包含)(?P<less>{NAMES})"
    rf"|(?P<days>{NAMES})?(?:(?P<times>{TIMES})|(?P<half>上午|下午))?(?:{OUT})"
)
NO_BREAK = re.compile("(?:中午|午间)不休息?")
TOKEN = re.compile(
    rf"(?P<days>{NAME})|(?P<times>{TIMES})|(?P<whole>(?:全天|7[×x*])?24小时(?:全天候?|不间断)?|全天候|昼夜)|(?P<full>全天|全日)"
    r"|(?P<nothing>(?:人工|对外)?(?:服务|办公|工作|上班|开放|接听|办理|受理|营业)(?:时间)?|演示|[,、;。:()/和及与])"
)
NUMERAL = re.compile("([二三四五]?十[一二三四五六七八九]?|[一二两三四五六七八九])(?=[点时分]|小时)")


class _UnclearError(ValueError):
    """A text says something that is not understood here: nothing is known of it then."""


@dataclass
class _Part:
    """Days, and the times of those days: each is what it is (a group of TOKEN) and its text."""

    days: Days | None = None
    times: list[tuple[str, str]] = field(default_factory=list)


def read(text: str) -> Hours:
    """Return what a text says; nothing of it where any of it is not understood: a guess might accuse."""
    plain = _plain(text)
    try:
        shut = tuple(_exception(match) for match in EXCEPTION.finditer(plain))
        spans = tuple(span for part in _parts(EXCEPTION.sub(",", plain)) for span in _spans(part))
        return Hours(_only_once(spans), shut)
    except _UnclearError:
        return Hours(())


def _plain(text: str) -> str:
    """Return a text with one way to write each sign, number and time: ``九点半至十二点`` → ``9:30-12:00``."""
    text = unicodedata.normalize("NFKC", text).replace("∶", ":")
    text = re.sub(r"\s+", "", re.sub(r"(?<=\d)\s+(?=\d)", ",", text))
    text = re.sub("[至到~‐‑–—―−─-]+", "-", NO_BREAK.sub("", text))
    text = NUMERAL.sub(lambda match: str(_number(match[0])), text)
    text = re.sub(r"(?<!\d)(\d{1,2})[点时](?:(半)|(\d{1,2})分?)?", _clock, text)
    return re.sub(r"(?<![\d:])(\d{2})(\d{2})(?![\d:])", r"\1:\2", text)


def _number(word: str) -> int:
    digits = "零一二三四五六七八九"
    tens, ten, ones = word.replace("两", "二").rpartition("十")
    return (digits.index(tens or "一") * 10 if ten else 0) + digits.index(ones or "零")


def _clock(match: re.Match[str]) -> str:
    hour, half, minutes = match.groups()
    return f"{hour}:{'30' if half else (minutes or '').zfill(2)}"


def _exception(match: re.Match[str]) -> Span:
    """Return when nobody is there although the rest of a text sounds like it."""
    said = match["but"] or match["less"] or match["days"]
    if not (said or match["times"] or match["half"]):
        raise _UnclearError(match[0])
    begin, end = HALVES.get(match["half"], WHOLE_DAY)
    if match["times"]:
        begin, end = _times(match["times"])
    return Span(_days(said) if said else ALWAYS, begin, end)


def _parts(plain: str) -> list[_Part]:
    """Return the parts of a text without its exceptions: days that follow times begin a new one."""
    parts: list[_Part] = []
    for kind, word in _tokens(plain):
        if not parts or (kind == "days" and parts[-1].times):
            parts.append(_Part())
        if kind == "days":
            parts[-1].days = (parts[-1].days or Days()) | _days(word)
        else:
            parts[-1].times.append((kind, word))
    if len(parts) > 1 and not parts[-1].times:  # the days may come last: 9:00-17:00（周一至周五）
        last = parts.pop()
        if len(parts) > 1 or parts[0].days is not None:
            raise _UnclearError(plain)
        parts[0].days = last.days
    return parts


def _tokens(plain: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(plain):
        token = TOKEN.match(plain, at)
        if token is None:
            raise _UnclearError(plain[at:])
        found.append((str(token.lastgroup), token[0]))
        at = token.end()
    return [one for one in found if one[0] != "nothing"]


def _days(words: str) -> Days:
    found = Days()
    for word in re.findall(NAME, words):
        found |= NAMED_DAYS[word] if word in NAMED_DAYS else _weekdays(word)
    return found


def _weekdays(word: str) -> Days:
    """Return the days of ``周一-周五、日``."""
    first, range_sign, more = re.sub(f"每|、|{WEEKDAY}", "", word).replace("天", "日").partition("-")
    if not range_sign:
        return Days(frozenset(map(WEEK.index, first)))
    begin, end = WEEK.index(first), WEEK.index(more[0])
    between = {(begin + n) % 7 for n in range((end - begin) % 7 + 1)}
    return Days(frozenset(between | set(map(WEEK.index, more[1:]))))


def _spans(part: _Part) -> list[Span]:
    """Return the times of one part; days without any are not understood."""
    if not part.times:
        raise _UnclearError(part)
    return [span for kind, words in part.times for span in _span(part.days, kind, words)]


def _span(days: Days | None, kind: str, words: str) -> list[Span]:
    if kind == "full":
        return [Span(days, *FULL_DAY), Span(days, *WHOLE_DAY, sure=False)]
    times = WHOLE_DAY if kind == "whole" else _times(words)
    if times == WHOLE_DAY and (days is None or days.weekdays == EVERY_DAY):
        return [Span(ALWAYS, *times)]
    return [Span(days, *times)]


def _only_once(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return spans that say nothing twice: 每天 9:00-17:00，周日 9:00-12:00 may mean either on a Sunday."""
    sure = [span for span in spans if span.sure]
    if any(one.overlaps(other) for one, other in itertools.combinations(sure, 2)):
        raise _UnclearError(spans)
    return spans


def _times(words: str) -> tuple[time, time]:
    (half, hour, minute), (other_half, other_hour, other_minute) = CLOCK.findall(words)
    begin = _time(half, hour, minute)
    if begin == time.max or (not half and 1 <= begin.hour < EARLIEST):  # 1:30-5:00 is no night's work
        raise _UnclearError(words)
    end = _time(other_half or (half if half not in MORNING else ""), other_hour, other_minute)
    if end <= begin and not (begin >= NIGHTFALL and end <= MIDDAY):
        raise _UnclearError(words)
    return begin, end


def _time(half: str, hour: str, minute: str) -> time:
    hours, minutes = int(hour), int(minute)
    if (half in MORNING and hours > 12) or (half in EVENING and not 5 <= hours < 24):
        raise _UnclearError(hour)
    hours += 12 if half in (*AFTERNOON, *EVENING) and hours < 12 else 0
    if hours == 24 and not minutes:
        return time.max
    if hours >= 24 or minutes >= 60:
        raise _UnclearError(hour)
    return time(hours, minutes)
