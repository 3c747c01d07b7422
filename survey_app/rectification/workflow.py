"""The life of a problem from 发现 to 销号: who may do what to it when, and what has to be said. Pure.

``STEPS`` is the whole of it: the screens offer, the tests try and ``diagram`` draws what stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from survey_app.rectification.finding import Event, Facts, Finding, apply

Who = Literal["anyone", "reporter", "unit", "office", "outside", "asker"]
SAME = ""
Target = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting, as what: the roles and the unit they have at that moment."""

    id: str
    roles: frozenset[str]
    unit_id: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """What an action does: from which states to which, by whom, and which facts it needs or may take.

    A ``target`` by result is chosen by the fact ``result``; SAME leaves the state as it is.
    """

    sources: tuple[str, ...]
    target: Target
    who: Who
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


class WorkflowError(Exception):
    """An action that cannot be done; the message names the action."""


class NotAllowedError(WorkflowError):
    """It is not this person's to do."""


class NotNowError(WorkflowError):
    """A problem in this state does not take it."""


class TooLateError(NotNowError):
    """The limit has passed: more time is asked for before it."""


class MissingFactError(WorkflowError):
    """A fact is needed and was not given; ``name`` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class BadFactError(MissingFactError):
    """A fact was given that cannot be; ``name`` says which."""


START = SAME
FILE = "file"
"""The fact that any action may have: the spreadsheet that it came by."""
WITH_UNIT = ("assigned", "signed", "fixing")
DUE = (*WITH_UNIT, "returned")
"""Where the unit has something to do by a day."""
ANSWERED = ("fed_back", "explained")
PROVEN = ("verified", "followed_up")
WAITING = ("judged", "returned", "shelved")
UNPROVEN = (*WAITING, *WITH_UNIT, *ANSWERED)
OPEN = (*UNPROVEN, *PROVEN)
FINAL = ("closed", "settled", "merged")

AFTER_ASKING: Target = {"better": "followed_up", "partly": "verified", "same": "fixing", "unknown": SAME}

STEPS: Mapping[str, Step] = {
    "find": Step((START,), "found", "anyone", ("text", "found_on"), (
        "observation_ids", "finder_ids", "voice_id", "unit_id", "on_the_spot",
        "source", "found_by", "place", "hall_id", "matter_id", "category", "severity",
        "reform_item_ids",
    )),
    "report": Step(("found",), "reported", "reporter"),
    "judge": Step(("reported",), "judged", "office", ("severity",), ("text", "category")),
    "settle": Step(("judged",), "settled", "office", ("note",)),
    "assign": Step(("judged", "assigned", "returned"), "assigned", "office", ("unit_id", "deadline_on"),
                   ("supporting_ids", "lead_post", "severity", "note")),
    "sign": Step(("assigned",), "signed", "unit"),
    "plan": Step(("signed", "fixing"), "fixing", "unit", ("measure", "owner", "planned_on")),
    "progress": Step(("fixing",), SAME, "unit", ("text",)),
    "feed_back": Step(("fixing",), "fed_back", "unit", ("text",), ("photos",)),
    "explain": Step(("signed", "fixing"), "explained", "unit", ("ground",), ("photos",)),
    "return": Step(WITH_UNIT, "returned", "unit", ("reason",)),
    "insist": Step(("returned",), "assigned", "office", ("reason",)),
    "ask_extension": Step(("signed", "fixing"), SAME, "unit", ("until", "reason")),
    "grant": Step(("signed", "fixing"), SAME, "outside"),
    "refuse": Step(("signed", "fixing"), SAME, "outside", ("reason",)),
    "verify": Step(ANSWERED, "verified", "outside", ("note",)),
    "rework": Step((*ANSWERED, *PROVEN), "fixing", "outside", ("reason",), ("deadline_on",)),
    "follow_up": Step(PROVEN, AFTER_ASKING, "asker", ("result",),
                      ("asked", "how", "rating", "text", "op_id")),
    "close": Step(("followed_up",), "closed", "outside"),
    "shelve": Step((*WITH_UNIT, "judged", "returned"), "shelved", "outside", ("reason", "review_on")),
    "take_up": Step(("shelved",), "judged", "office"),
    "attach": Step(UNPROVEN, SAME, "office", ("observation_ids", "finder_ids"),
                   ("from_id", "reform_item_ids")),
    "merge": Step(UNPROVEN, "merged", "outside", ("into_id",)),
}  # fmt: skip


def act(finding: Finding, action: str, actor: Actor, facts: Facts, now: datetime) -> Event:
    """Return the event of an action; ``now`` is in the zone in which days are counted.

    Raise NotAllowedError, NotNowError, MissingFactError or BadFactError.
    """
    step = STEPS[action]
    if not is_allowed(finding, action, actor):
        raise NotAllowedError(action)
    _check_state(finding, action, now.date())
    kept = {name: facts[name] for name in (*step.needs, *step.may, FILE) if facts.get(name)}
    missing = next((name for name in step.needs if name not in kept), None)
    if missing:
        raise MissingFactError(missing)
    _check_facts(finding, action, actor, kept, now.date())
    if action == "grant" and finding.extension:
        kept["until"] = finding.extension.until
    return Event(action, actor.id, actor.unit_id, now, now.date().isoformat(), kept)


def replay(events: Iterable[Event], finding_id: str = "") -> Finding:
    """Return what a history comes to; raise NotNowError where it is none that could have happened."""
    finding = Finding(finding_id)
    for event in events:
        finding = follow(finding, event)
    return finding


def follow(finding: Finding, event: Event) -> Finding:
    """Return the problem after one more event; raise NotNowError where its state does not take it."""
    step = STEPS[event.action]
    if finding.state not in step.sources:
        raise NotNowError(event.action)
    return apply(finding, event, target(finding.state, step, event.facts))


def target(state: str, step: Step, facts: Facts) -> str:
    """Return the state that a step leads to from a state."""
    reached = step.target if isinstance(step.target, str) else step.target[facts["result"]]
    return reached or state


def is_allowed(finding: Finding, action: str, actor: Actor) -> bool:
    """Tell whether an action is this person's to do, in whatever state.

    ``reporter`` is a finder; what no leader found but a citizen wrote, the office brings. ``outside`` is the
    office without whoever belongs to the responsible or a supporting unit or had a hand in fixing it, also
    where such a person has both roles; ``asker`` is a finder, or the office with a citizen.
    """
    office, had_a_hand = "office" in actor.roles, actor.id in finding.fixer_ids
    of_unit = finding.unit_id is not None and actor.unit_id == finding.unit_id
    outside = office and not of_unit and actor.unit_id not in finding.supporting_ids and not had_a_hand
    finder = actor.id in finding.finder_ids
    return {
        "anyone": True,
        "reporter": finder or (office and not finding.finder_ids),
        "unit": of_unit and "unit" in actor.roles,
        "office": office,
        "outside": outside,
        "asker": (finder and not had_a_hand) or outside,
    }[STEPS[action].who]


def needs_a_citizen(finding: Finding, actor: Actor) -> bool:
    """Tell whether somebody who follows up has to say whom they asked: who found it may answer alone."""
    return actor.id not in finding.finder_ids


def is_too_near(finding: Finding, actor: Actor) -> bool:
    """Tell whether somebody of the office is kept from what only ``outside`` may do."""
    return "office" in actor.roles and finding.state not in FINAL and not is_allowed(finding, "verify", actor)


def possible(finding: Finding, actor: Actor, today: date) -> list[str]:
    """Return what a person may do now, in the order of ``STEPS``."""
    return [
        action for action in STEPS if is_allowed(finding, action, actor) and is_ripe(finding, action, today)
    ]


def is_ripe(finding: Finding, action: str, today: date) -> bool:
    """Tell whether an action can be done in the state that a problem is in."""
    try:
        _check_state(finding, action, today)
    except NotNowError:
        return False
    return True


def _check_state(finding: Finding, action: str, today: date) -> None:
    if finding.state not in STEPS[action].sources:
        raise NotNowError(action)
    if action in ("grant", "refuse") and finding.extension is None:
        raise NotNowError(action)
    if action == "ask_extension" and finding.extension is not None:
        raise NotNowError(action)
    if action == "ask_extension" and today.isoformat() > (finding.deadline_on or ""):
        raise TooLateError(action)
    if action == "settle" and not finding.about.get("on_the_spot"):
        raise NotNowError(action)


def _check_facts(finding: Finding, action: str, actor: Actor, facts: dict[str, Any], today: date) -> None:
    """Refuse days that are none or on the wrong side, a merge with itself, and answers of nobody."""
    for name in ("deadline_on", "planned_on", "until", "review_on"):
        if name in facts and not _is_day(facts[name]):
            raise BadFactError(name)
    limit, now = finding.deadline_on or "", today.isoformat()
    wrong = {
        "deadline_on": facts.get("deadline_on", now) < now,
        "planned_on": facts.get("planned_on", "") > limit >= now,  # who is late says when all the same
        "until": "until" in facts and facts["until"] <= limit,
        "review_on": "review_on" in facts and facts["review_on"] <= now,
        "into_id": "into_id" in facts and facts["into_id"] == finding.id,
        "result": facts.get("result", "better") not in AFTER_ASKING,
    }
    bad = next((name for name, is_wrong in wrong.items() if is_wrong), None)
    if bad:
        raise BadFactError(bad)
    if action == "follow_up" and needs_a_citizen(finding, actor) and not facts.get("asked"):
        raise MissingFactError("asked")


def _is_day(text: Any) -> bool:
    try:
        return bool(date.fromisoformat(text).isoformat() == text)
    except (TypeError, ValueError):
        return False
