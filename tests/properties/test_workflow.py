"""Whoever does whatever in whatever order: no state is skipped, and no unit verifies its own work."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.rectification import workflow
from survey_app.rectification.finding import Event, Extension, Finding
from survey_app.rectification.workflow import (
    FINAL,
    STEPS,
    Actor,
    WorkflowError,
    act,
    follow,
    possible,
    replay,
)

START = datetime(2017, 6, 12, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
OFFICE = Actor("office", frozenset({"office"}), "bureau")
UNIT = Actor("unit", frozenset({"unit"}), "u1")
FINDER = Actor("finder", frozenset({"leader"}), "u3")
BOTH = Actor("both", frozenset({"office", "unit"}), "u1")
MOVED = Actor("unit", frozenset({"office"}), "bureau")  # the unit's person, now of the office
ACTORS = (OFFICE, UNIT, FINDER, BOTH, MOVED, Actor("other", frozenset({"unit"}), "u2"))
ORDER = ("", "found", "reported", "judged", "assigned", "signed", "fixing", "fed_back", "verified",
         "followed_up", "closed")  # fmt: skip
days = st.integers(-3, 40).map(lambda n: (START.date() + timedelta(days=n)).isoformat())
FACTS: dict[str, st.SearchStrategy[Any]] = {
    "observation_ids": st.just(["o1"]),
    "finder_ids": st.sampled_from([["finder"], []]),  # a citizen's word has none
    "unit_id": st.sampled_from(["u1", "u2"]),
    "into_id": st.sampled_from(["this", "that"]),
    "result": st.sampled_from(["better", "better", "partly", "same", "unknown", "nonsense"]),
    **dict.fromkeys(("deadline_on", "planned_on", "until", "review_on", "found_on"), days),
}
words = st.sampled_from(["", "说得清楚的话", "说得清楚的话"])
Move = tuple[str, Actor, dict[str, Any], int]
Step = tuple[Finding, Event, Actor, Finding]


def attempt(finding: Finding, move: Move, now: datetime) -> Step | None:
    """Return what trying something comes to, or None where it is refused."""
    action, actor, facts, _hours = move
    try:
        event = act(finding, action, actor, facts, now)
    except WorkflowError:
        return None
    return finding, event, actor, follow(finding, event)


def facts_of(action: str, **said: Any) -> dict[str, Any]:
    later = (START.date() + timedelta(days=10)).isoformat()
    known = {"observation_ids": ["o1"], "finder_ids": ["finder"], "unit_id": "u1", "into_id": "that",
             "result": "better", "asked": "办事群众", "until": (START.date() + timedelta(20)).isoformat(),
             **dict.fromkeys(("deadline_on", "planned_on", "review_on", "found_on"), later)}  # fmt: skip
    of_a_record = ("observation_ids", "finder_ids") if action == "find" else ()
    names = (*STEPS[action].needs, *of_a_record)
    return {**{name: known.get(name, "说得清楚的话") for name in names}, **said}


WAY = [("find", FINDER), ("report", FINDER), ("judge", OFFICE), ("assign", OFFICE), ("sign", UNIT),
       ("plan", UNIT), ("feed_back", UNIT), ("verify", OFFICE), ("follow_up", FINDER),
       ("close", OFFICE)]  # fmt: skip
many = settings(max_examples=150)
AHEAD = dict(zip(ORDER, WAY, strict=False))


@st.composite
def moves(draw: st.DrawFn, finding: Finding) -> Move:
    """Go on, or try what this state could take or what it could not, as anybody, some hours later."""
    kind = draw(st.sampled_from(["on", "on", "on", "likely", "likely", "any"]))
    if kind == "on" and finding.state in AHEAD:
        action, actor = AHEAD[finding.state]
        return action, actor, facts_of(action), 1
    likely = [name for name, step in STEPS.items() if finding.state in step.sources]
    action = draw(st.sampled_from(likely if kind == "likely" and likely else list(STEPS)))
    names = (*STEPS[action].needs, *STEPS[action].may)
    facts = {name: draw(FACTS.get(name, words)) for name in names}
    return action, draw(st.sampled_from(ACTORS)), facts, draw(st.integers(0, 40))


@st.composite
def walks(draw: st.DrawFn) -> list[Step]:
    """What was done of much that was tried: each step with the problem before and after it."""
    done: list[Step] = []
    finding, now = Finding("this"), START
    for _ in range(draw(st.integers(0, 30))):
        move = draw(moves(finding))
        now += timedelta(hours=move[3])
        step = attempt(finding, move, now)
        if step:
            done.append(step)
            finding = step[3]
    return done


def test_the_straight_way_leads_through_every_state_to_the_end() -> None:
    finding, states = Finding("this"), []
    for action, actor in WAY:
        finding = follow(finding, act(finding, action, actor, facts_of(action), START))
        states.append(finding.state)
    assert states == list(ORDER[1:])


@many
@given(walks())
def test_no_state_is_skipped(done: list[Step]) -> None:
    for before, event, _actor, after in done:
        assert before.state in STEPS[event.action].sources
        if before.state in ORDER and after.state in ORDER:
            ahead = ORDER.index(after.state) - ORDER.index(before.state)
            assert ahead <= 1, (before.state, event.action, after.state)


@many
@given(walks())
def test_what_has_ended_never_begins_again(done: list[Step]) -> None:
    assert all(before.state not in FINAL for before, *_ in done)


@many
@given(walks())
def test_no_unit_verifies_or_closes_its_own_work(done: list[Step]) -> None:
    hands: set[str] = set()
    for before, event, actor, _after in done:
        if STEPS[event.action].who == "unit":
            hands.add(actor.id)
        if event.action in ("verify", "close", "rework", "grant"):
            assert "office" in actor.roles
            assert actor.unit_id != before.unit_id
            assert actor.id not in hands


@many
@given(walks())
def test_closed_means_verified_and_then_found_better_by_somebody_who_was_asked(done: list[Step]) -> None:
    if not done or done[-1][3].state != "closed":
        return
    finding, events = done[-1][3], [event for _, event, _, _ in done]
    assert finding.verified_by is not None
    assert finding.followed_up == "better"
    last = {event.action: n for n, event in enumerate(events)}
    assert last["verify"] < last["follow_up"] < last["close"]
    assert max(last["feed_back"], last.get("explain", -1), last.get("rework", -1)) < last["verify"]
    heard = [event for event in events[last["verify"] :] if event.action == "follow_up"]
    known = [event.facts["result"] for event in heard if event.facts["result"] != "unknown"]
    assert known[-1] == "better"


@many
@given(walks())
def test_no_change_leads_back_and_never_to_the_end(done: list[Step]) -> None:
    for _before, event, _actor, after in done:
        if event.action == "follow_up" and event.facts["result"] == "same":
            assert (after.state, after.verified_by, after.followed_up) == ("fixing", None, "")


@many
@given(walks())
def test_more_time_is_asked_for_only_before_the_limit(done: list[Step]) -> None:
    for before, event, _actor, after in done:
        if event.action == "ask_extension":
            assert event.on <= (before.deadline_on or "")
            assert after.deadline_on == before.deadline_on
        if event.action == "grant":
            assert before.extension
            assert after.deadline_on == before.extension.until


@many
@given(walks())
def test_a_history_comes_to_the_same_whenever_it_is_read(done: list[Step]) -> None:
    events = [event for _, event, _, _ in done]
    for n, (_, _, _, after) in enumerate(done, start=1):
        assert replay(events[:n], "this") == after


@many
@given(walks(), st.data())
def test_a_history_with_a_step_cut_out_of_its_way_is_noticed(done: list[Step], data: st.DataObject) -> None:
    moving = [n for n, (before, _, _, after) in enumerate(done[:-1]) if before.state != after.state]
    if not moving or done[-1][3].state != "closed":
        return
    cut = data.draw(st.sampled_from(moving))
    events = [event for _, event, _, _ in done]
    try:
        rest = replay([*events[:cut], *events[cut + 1 :]])
    except workflow.NotNowError:
        return
    assert rest.state == "closed"  # what was cut out led in a circle, or was done again


@many
@given(walks(), st.sampled_from(ACTORS))
def test_what_is_offered_can_be_done_and_nothing_else(done: list[Step], actor: Actor) -> None:
    finding = done[-1][3] if done else Finding("this")
    now = done[-1][1].at if done else START
    offered = possible(finding, actor, now.date())
    for action in STEPS:
        try:
            act(finding, action, actor, {}, now)
        except (workflow.NotAllowedError, workflow.NotNowError):
            assert action not in offered
        except workflow.MissingFactError:
            assert action in offered
        else:
            assert action in offered


@pytest.mark.parametrize("action", [name for name, step in STEPS.items() if step.needs])
def test_every_fact_that_is_needed_is_asked_for(action: str) -> None:
    step, actors = STEPS[action], {"unit": UNIT, "anyone": FINDER, "asker": FINDER}
    finding = replace(
        Finding("this", step.sources[0]), unit_id="u1", finder_ids=frozenset({"finder"}),
        deadline_on="2017-06-30", about={"on_the_spot": "1"}, extension=None,
    )  # fmt: skip
    if action == "refuse":
        finding = replace(finding, extension=Extension("2017-07-05", "等配件"))
    whole = facts_of(action, until="2017-07-05") if "until" in step.needs else facts_of(action)
    act(finding, action, actors.get(step.who, OFFICE), whole, START)
    for name in step.needs:
        with pytest.raises(workflow.MissingFactError) as caught:
            act(finding, action, actors.get(step.who, OFFICE), {**whole, name: ""}, START)
        assert caught.value.name == name


def test_after_the_limit_it_is_too_late_to_ask_for_more_time() -> None:
    finding = Finding("this", "fixing", unit_id="u1", deadline_on="2017-06-11")
    with pytest.raises(workflow.TooLateError):
        act(finding, "ask_extension", UNIT, {"until": "2017-07-01", "reason": "等配件"}, START)


def test_an_office_that_followed_up_says_whom_it_asked() -> None:
    finding = Finding("this", "verified", unit_id="u1")
    with pytest.raises(workflow.MissingFactError, match="asked"):
        act(finding, "follow_up", OFFICE, {"result": "better"}, START)
