"""The history of a problem as sentences that a person reads, and its dates with their colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from survey_app.catalog.vocabulary import (
    ASKED_HOW,
    FINDING_ACTIONS,
    FOLLOW_UP_RESULTS,
    LIMIT_COLOURS,
    RATINGS,
    SEVERITIES,
)
from survey_app.catalog.workdays import Calendar
from survey_app.i18n import _, _l, format_day, weekday
from survey_app.privacy import mask
from survey_app.rectification.deadlines import colour
from survey_app.rectification.finding import Finding
from survey_app.rectification.findings import read_event
from survey_app.rectification.workflow import DUE, follow
from survey_app.store import Row

LABELS = {
    "text": _l("内容"),
    "severity": _l("严重程度"),
    "unit_id": _l("责任单位"),
    "supporting_ids": _l("配合单位"),
    "lead_post": _l("牵头领导"),
    "deadline_on": _l("时限"),
    "measure": _l("措施"),
    "owner": _l("责任人"),
    "planned_on": _l("打算改好的日子"),
    "note": _l("说明"),
    "reason": _l("理由"),
    "ground": _l("改不了的理由"),
    "until": _l("延到"),
    "result": _l("结果"),
    "asked": _l("问了谁"),
    "how": _l("怎么问的"),
    "rating": _l("满意程度"),
    "review_on": _l("再看的日子"),
    "into_id": _l("并到"),
    "from_id": _l("并进来的"),
    "file": _l("随表格"),
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "severity": SEVERITIES,
    "result": FOLLOW_UP_RESULTS,
    "how": ASKED_HOW,
    "rating": RATINGS,
}
DAYS = ("deadline_on", "planned_on", "until", "review_on")
NAMED = ("unit_id", "supporting_ids", "into_id", "from_id")
ANSWERS = ("grant", "refuse")  # of a request for more time
QUIET = ("find", "report")  # what they say stands above
TONES = {"blue": "info", "yellow": "warn", "red": "bad"}


@dataclass(frozen=True, slots=True)
class Told:
    """One event: an instant as stored, the post and the unit of who did it, what, and its particulars."""

    at: str
    who: str
    unit: str
    what: str
    lines: tuple[str, ...]
    photos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """How a limit stands: its day, a word with the colour's name, and the tone that shows the colour."""

    on: str
    words: str
    tone: str


def tell(rows: list[Row], names: Mapping[str, str]) -> list[Told]:
    """Return the events of ``findings.list_history``; ``names`` are those of units and problems by id."""
    overtaken = _overtaking(rows)
    return [_told(row, names, n in overtaken) for n, row in enumerate(rows)]


def _overtaking(rows: list[Row]) -> set[int]:
    """Return which events ended a request for more time that nobody had answered."""
    found: set[int] = set()
    finding = Finding("")
    for n, row in enumerate(rows):
        event, before = read_event(row), finding
        finding = follow(before, event)
        if before.extension and not finding.extension and event.action not in ANSWERS:
            found.add(n)
    return found


def _told(row: Row, names: Mapping[str, str], is_overtaking: bool) -> Told:
    event = read_event(row)
    lines = [] if event.action in QUIET else [
        _("%(label)s：%(value)s", label=label, value=_say(name, event.facts[name], names))
        for name, label in LABELS.items() if name in event.facts
    ]  # fmt: skip
    lines += [_("前面申请的延期不再需要了。")] if is_overtaking else []
    photos = tuple(event.facts.get("photos", ()))
    what = _(FINDING_ACTIONS[event.action])
    return Told(row["at"], row["post"], row["unit_name"] or "", what, tuple(lines), photos)


def _say(name: str, value: Any, names: Mapping[str, str]) -> str:
    if name in NAMED:
        return _("、").join(names.get(one, one) for one in (value if isinstance(value, list) else [value]))
    if name in DAYS:
        return format_day(value)
    return _(WORDS[name].get(value, value)) if name in WORDS else mask(str(value))


def rest(on: str | None, calendar: Calendar) -> str:
    """Return that nobody works on the day of a limit, and the last day before it that is worked on."""
    if on is None or calendar.is_working(day := date.fromisoformat(on)):
        return ""
    before = format_day(calendar.before(day))
    return _("这天是%(weekday)s，不上班；前一个工作日是 %(before)s。", weekday=weekday(day), before=before)


def due(row: Row, today: date, calendar: Calendar) -> Due | None:
    """Return how the limit of a problem stands; None where its unit has nothing to do by a day."""
    if row["deadline_on"] is None or row["state"] not in DUE:
        return None
    return limit(row["deadline_on"], today, calendar)


def limit(on: str, today: date, calendar: Calendar) -> Due:
    """Return how a day stands by which something has to be done."""
    day = date.fromisoformat(on)
    name, words = colour(day, today, calendar), _left(day, today, calendar)
    return Due(on, f"{_(LIMIT_COLOURS[name])} · {words}" if name else words, TONES.get(name, ""))


def _left(day: date, today: date, calendar: Calendar) -> str:
    if (years := today.year - day.year - ((today.month, today.day) < (day.month, day.day))) > 0:
        return _("超期 %(n)s 年多", n=years)
    if today > day:
        return _("超期 %(n)s 个工作日", n=calendar.between(day, today))
    if today == day:
        return _("今天到期")
    return _("还有 %(n)s 个工作日", n=calendar.between(today, day))
