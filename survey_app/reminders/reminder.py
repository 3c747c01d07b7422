"""What somebody is reminded of: from counts to lines, the most urgent first. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from survey_app.catalog.workdays import Calendar
from survey_app.i18n import _l
from survey_app.rectification.deadlines import colour

Tone = Literal["bad", "warn", "info"]
ONE_DAY = timedelta(days=1)
BACKUP_AFTER, VERIFY_AFTER = 3, 30  # days


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are of something, and the id of the first where it is opened by that."""

    n: int
    first: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """How something is said: its words, how urgent it looks, and where it is done, if on a page."""

    words: Any
    tone: Tone
    endpoint: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One line: ``name`` says which; ``n`` how many (0: no number is said), ``endpoint`` where it is done."""

    name: str
    n: int
    words: str
    tone: Tone
    endpoint: str
    values: Mapping[str, str]


def _state(name: str) -> tuple[str, Mapping[str, str]]:
    return "findings.index", {"state": name}


OFFICE: Mapping[str, Line] = {
    "red": Line(_l("红：超期 5 个工作日以上"), "bad", "findings.index"),
    "yellow": Line(_l("黄：已经超期"), "warn", "findings.index"),
    "held": Line(_l("待确认"), "warn", "sync.held_ops"),
    "silent": Line(_l("部手机上可能还有没报上来的"), "warn", "sync.held_ops"),
    "asking": Line(_l("申请延期，等您答复"), "warn", *_state("asking")),
    "returned": Line(_l("退件，等您定由谁来改"), "warn", *_state("returned")),
    "voices": Line(_l("网友留言等答复"), "warn", "voices.next_waiting"),
    "fed_back": Line(_l("待核验"), "info", *_state("fed_back")),
    "explained": Line(_l("解释说明，待核验"), "info", *_state("explained")),
    "verified": Line(_l("待回访"), "info", *_state("verified")),
    "followed_up": Line(_l("待销号"), "info", *_state("followed_up")),
    "review": Line(_l("挂账到了再看的日子"), "info", *_state("shelved")),
    "judged": Line(_l("待交办"), "info", *_state("judged")),
    "untriaged": Line(_l("待研判"), "info", "rectification.inbox", {"state": "reported"}),
    "blue": Line(_l("蓝：2 个工作日内到期"), "info", "findings.index"),
}
UNIT: Mapping[str, Line] = {
    "own_red": Line(_l("红：超期 5 个工作日以上"), "bad", "findings.show"),
    "own_yellow": Line(_l("黄：已经超期"), "warn", "findings.show"),
    "sent_back": Line(_l("发回重办"), "warn", "findings.show"),
    "own_blue": Line(_l("蓝：2 个工作日内到期"), "info", "findings.show"),
    "own_voices": Line(_l("网友留言等答复"), "warn", "voices.next_waiting"),
    "to_sign": Line(_l("等您签收"), "info", "findings.show"),
    "answered": Line(_l("延期有了答复"), "info", "findings.show"),
}
FINDER: Mapping[str, Line] = {
    "to_ask": Line(_l("改好并核过了，等您回头看"), "info", "findings.show"),
}
ADMIN: Mapping[str, Line] = {
    "never_backed_up": Line(_l("还没有备份过：请在服务器上用 backup 做一份"), "warn"),
    "backup_age": Line(_l("天没有备份了：看看定时备份为什么停了"), "warn"),
    "verify_age": Line(_l("天没有核对过改动记录了"), "warn", "trail.index"),
    "custody": Line(_l("代为递交的，等着确认"), "info", "sync.in_custody"),
    "feedback": Line(_l("近 7 天的意见反馈"), "info", "feedback.entries"),
}
LINES: Mapping[str, Line] = {**OFFICE, **UNIT, **FINDER, **ADMIN}
URGENCY = ("bad", "warn", "info")


def remind(counts: Mapping[str, Count]) -> list[Reminder]:
    """Return a line for all that there is any of, the most urgent first."""
    there = [(name, line, counts[name]) for name, line in LINES.items() if name in counts and counts[name].n]
    there.sort(key=lambda one: URGENCY.index(one[1].tone))
    return [_reminder(name, line, count) for name, line, count in there]


def _reminder(name: str, line: Line, count: Count) -> Reminder:
    values = {"finding_id": count.first} if line.endpoint == "findings.show" else line.values
    n = 0 if name == "never_backed_up" else count.n
    return Reminder(name, n, str(line.words), line.tone, line.endpoint, values)


def last_red(today: date, calendar: Calendar) -> date:
    """Return the latest limit that is long past today."""
    day = today
    while colour(day, today, calendar) != "red":
        day -= ONE_DAY
    return day


def last_blue(today: date, calendar: Calendar) -> date:
    """Return the latest limit that is near today."""
    day = today
    while colour(day + ONE_DAY, today, calendar) == "blue":
        day += ONE_DAY
    return day
