"""A problem as its history leaves it, and what each kind of event changes of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

Facts = Mapping[str, Any]
Changes = dict[str, Any]
LONGEST_LINE, LONGEST_TEXT = 100, 2000  # characters of a fact of a few words, and of sentences


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done: by whom and for which unit, when, on which day there, and what was said."""

    action: str
    actor_id: str
    actor_unit_id: str | None
    at: datetime
    on: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Extension:
    """More time that the unit asks for."""

    until: str
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem (问题). ``about`` is what was found, ``answer`` what the unit said last, days are ISO text.

    ``fixer_ids`` are all who ever had a hand in putting it right: none of them verifies it.
    """

    id: str = ""
    state: str = ""
    version: int = 0
    about: Facts = field(default_factory=dict)
    observation_ids: tuple[str, ...] = ()
    finder_ids: frozenset[str] = frozenset()
    unit_id: str | None = None
    supporting_ids: tuple[str, ...] = ()
    lead_post: str = ""
    owner: str = ""
    measure: str = ""
    planned_on: str | None = None
    deadline_on: str | None = None
    extension: Extension | None = None
    progress: str = ""
    answer: str = ""
    explained: bool = False
    photos: tuple[str, ...] = ()
    fixer_ids: frozenset[str] = frozenset()
    signed_at: datetime | None = None
    fed_back_at: datetime | None = None
    verified_by: str | None = None
    verified_at: datetime | None = None
    followed_up: str = ""
    reworks: int = 0
    review_on: str | None = None
    closed_on: str | None = None
    merged_into: str | None = None


UNPROVEN: Changes = {"fed_back_at": None, "verified_by": None, "verified_at": None, "followed_up": ""}


def apply(finding: Finding, event: Event, state: str) -> Finding:
    """Return the problem after an event that leads to ``state``."""
    effect = EFFECTS.get(event.action)
    changes = effect(finding, event) if effect else {}
    return replace(finding, state=state, version=finding.version + 1, **changes)


def _find(_finding: Finding, event: Event) -> Changes:
    facts = event.facts
    return {"about": dict(facts), "observation_ids": tuple(facts.get("observation_ids", ())),
            "finder_ids": frozenset(facts.get("finder_ids", ()))}  # fmt: skip


def _judge(finding: Finding, event: Event) -> Changes:
    return {"about": {**finding.about, **event.facts}}


def _assign(finding: Finding, event: Event) -> Changes:
    facts, same = event.facts, event.facts["unit_id"] == finding.unit_id
    plan = {} if same else {"owner": "", "measure": "", "planned_on": None, "progress": ""}
    severity = facts.get("severity", finding.about.get("severity"))
    return {
        **plan,
        "unit_id": facts["unit_id"],
        "deadline_on": facts["deadline_on"],
        "supporting_ids": tuple(one for one in facts.get("supporting_ids", ()) if one != facts["unit_id"]),
        "lead_post": facts.get("lead_post", ""),
        "about": {**finding.about, "severity": severity},
        "signed_at": None,
        "extension": None,
    }


def _sign(finding: Finding, event: Event) -> Changes:
    return {"signed_at": event.at, **_hand(finding, event)}


def _hand(finding: Finding, event: Event) -> Changes:
    return {"fixer_ids": finding.fixer_ids | {event.actor_id}}


def _plan(finding: Finding, event: Event) -> Changes:
    facts = event.facts
    return {**_hand(finding, event), "measure": facts["measure"], "owner": facts["owner"],
            "planned_on": facts["planned_on"]}  # fmt: skip


def _progress(finding: Finding, event: Event) -> Changes:
    return {**_hand(finding, event), "progress": event.facts["text"]}


def _answer(finding: Finding, event: Event) -> Changes:
    """Take what the unit says at the end: that it is put right, or on what ground it cannot be."""
    facts = event.facts
    return {
        **_hand(finding, event),
        "fed_back_at": event.at,
        "answer": facts.get("text") or facts.get("ground", ""),
        "explained": event.action == "explain",
        "photos": (*finding.photos, *facts.get("photos", ())),
        "extension": None,
    }


def _return(finding: Finding, event: Event) -> Changes:
    return {**_hand(finding, event), "extension": None}


def _ask_extension(finding: Finding, event: Event) -> Changes:
    extension = Extension(event.facts["until"], event.facts["reason"])
    return {**_hand(finding, event), "extension": extension}


def _grant(_finding: Finding, event: Event) -> Changes:
    return {"deadline_on": event.facts["until"], "extension": None}


def _refuse(_finding: Finding, _event: Event) -> Changes:
    return {"extension": None}


def _verify(_finding: Finding, event: Event) -> Changes:
    return {"verified_by": event.actor_id, "verified_at": event.at}


def _rework(finding: Finding, event: Event) -> Changes:
    deadline = event.facts.get("deadline_on", finding.deadline_on)
    return {**UNPROVEN, "deadline_on": deadline, "reworks": finding.reworks + 1}


def _follow_up(finding: Finding, event: Event) -> Changes:
    """Take what was heard: no change sends it back, an unreached citizen says nothing."""
    result = event.facts["result"]
    if result == "same":
        return {**UNPROVEN, "reworks": finding.reworks + 1}
    return {} if result == "unknown" else {"followed_up": result}


def _close(_finding: Finding, event: Event) -> Changes:
    return {"closed_on": event.on}


def _shelve(_finding: Finding, event: Event) -> Changes:
    return {"review_on": event.facts["review_on"], "extension": None}


def _take_up(_finding: Finding, _event: Event) -> Changes:
    return {"review_on": None}


def _attach(finding: Finding, event: Event) -> Changes:
    facts, about = event.facts, finding.about
    items = _joined(about.get("reform_item_ids", ()), facts.get("reform_item_ids", ()))
    return {
        "observation_ids": tuple(_joined(finding.observation_ids, facts["observation_ids"])),
        "finder_ids": finding.finder_ids | frozenset(facts["finder_ids"]),
        "about": {**about, "reform_item_ids": items},
    }


def _joined(first: Iterable[str], second: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*first, *second)))


def _merge(_finding: Finding, event: Event) -> Changes:
    return {"merged_into": event.facts["into_id"], "observation_ids": (), "extension": None}


EFFECTS: Mapping[str, Callable[[Finding, Event], Changes]] = {
    "find": _find,
    "judge": _judge,
    "assign": _assign,
    "sign": _sign,
    "plan": _plan,
    "progress": _progress,
    "feed_back": _answer,
    "explain": _answer,
    "return": _return,
    "ask_extension": _ask_extension,
    "grant": _grant,
    "refuse": _refuse,
    "verify": _verify,
    "rework": _rework,
    "follow_up": _follow_up,
    "close": _close,
    "shelve": _shelve,
    "take_up": _take_up,
    "attach": _attach,
    "merge": _merge,
}
"""What each action changes besides the state; the others change nothing else."""
