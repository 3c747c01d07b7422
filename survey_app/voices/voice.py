"""A voice: how it ranks, how long it has waited, what a finding or a briefing may take of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from survey_app.catalog.tables import Entry
from survey_app.catalog.texts import gettext
from survey_app.catalog.vocabulary import Words
from survey_app.privacy import mask

KINDS: Final[Words] = {
    "comment": gettext("领导批示"),
    "netizen": gettext("网友留言"),
    "letter": gettext("表扬信"),
    "media": gettext("媒体报道"),
}
"""In the order in which they count: a leader's written comment outranks every other source."""
LEVELS: Final[Words] = {
    "state": gettext("国家"),
    "province": gettext("省"),
    "city": gettext("市"),
    "bureau": gettext("局"),
}
SOON = 3  # days before a deadline from which on it is said to be near


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that a briefing may print: masked, and said to come from a post, a medium or a kind of person."""

    voice_id: str
    kind: str
    text: str
    said_by: str
    received_on: date


def rank(voice: Mapping[str, Any]) -> tuple[int, int]:
    """Return what a voice sorts by before anything else: its kind, then the level of who wrote it."""
    levels = list(LEVELS)
    level = levels.index(voice["level"]) if voice["level"] else len(levels)
    return list(KINDS).index(voice["kind"]), level


def is_waiting(voice: Mapping[str, Any]) -> bool:
    """Tell whether somebody still waits for an answer."""
    return voice["kind"] == "netizen" and not voice["replied_on"] and not voice["withdrawn_on"]


def waited(voice: Mapping[str, Any], today: date) -> int:
    """Return how many days it took to answer, or has taken so far."""
    last = date.fromisoformat(voice["replied_on"]) if voice["replied_on"] else today
    return max((last - date.fromisoformat(voice["received_on"])).days, 0)


def urgency(voice: Mapping[str, Any], today: date) -> str:
    """Return ``bad`` where an answer is overdue, ``warn`` where its day is near, else nothing."""
    if not is_waiting(voice) or not voice["due_on"]:
        return ""
    left = (date.fromisoformat(voice["due_on"]) - today).days
    return "bad" if left < 0 else "warn" if left <= SOON else ""


def as_problem(voice: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts with which a problem begins (``find`` of the workflow), but for who entered it.

    ``voice`` is a row as of ``queries.find_voice``.
    """
    said_by = f"（{voice['source']}）" if voice["source"] else ""
    return {
        "voice_id": voice["id"],
        "text": "\n".join(part for part in (voice["title"], voice["text"]) if part),
        "source": f"{KINDS[voice['kind']]}{said_by}",
        "unit_id": voice["unit_id"],
        "place": voice["hall_name"] or voice["unit_name"] or "",
        "hall_id": voice["hall_id"],
        "matter_id": voice["matter_id"],
        "category": voice["category_code"],
        "reform_item_ids": list(voice["reform_item_ids"]),
        "severity": voice["severity"],
        "found_on": voice["received_on"],
    }


def quotable(voices: Iterable[Mapping[str, Any]], first: date, last: date) -> list[Quote]:
    """Return the excerpts that a briefing on these days may print, those that count most first."""
    chosen = [
        voice
        for voice in voices
        if voice["excerpt"]
        and not voice["withdrawn_on"]
        and first <= date.fromisoformat(voice["received_on"]) <= last
    ]
    return [_quote(voice) for voice in sorted(chosen, key=lambda one: (rank(one), one["received_on"]))]


def _quote(voice: Mapping[str, Any]) -> Quote:
    who = {"comment": voice["author_post"], "media": voice["source"], "netizen": "网友", "letter": "来信群众"}
    return Quote(
        voice["id"],
        voice["kind"],
        mask(voice["excerpt"]),
        mask(who[voice["kind"]]),
        date.fromisoformat(voice["received_on"]),
    )


def faults(entry: Entry, today: date) -> Iterator[tuple[str, str]]:
    """Yield what in one voice does not go together: the column, and what to do."""
    for key in ("received_on", "replied_on"):
        if entry[key] and str(entry[key]) > today.isoformat():
            yield key, gettext("是将来的日期。请核对。")
    received, replied = str(entry["received_on"] or ""), str(entry["replied_on"] or "")
    if entry["reply"] and not replied:
        yield "replied_on", gettext("有答复，没有答复的日期。请补上。")
    if replied and not entry["reply"]:
        yield "reply", gettext("有答复的日期，没有答复。请补上。")
    if replied and replied < received:
        yield "replied_on", gettext("答复早于收到。请核对两个日期。")
    if entry["excerpt"] and _bare(entry["excerpt"]) not in _bare(entry["text"]):
        yield "excerpt", gettext("这句话在原文里找不到。请从原文里原样摘出来。")
    if entry["kind"] == "comment" and not entry["author_post"]:
        yield "author_post", gettext("批示要写明是哪位领导（写职务，不写姓名）。")


def _bare(text: object) -> str:
    return "".join(mask(str(text)).split())
