"""The page of a problem: what is known of it, what this person may do now, and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import render_template, request

from survey_app import current
from survey_app.catalog import queries as catalog
from survey_app.catalog.texts import gettext
from survey_app.catalog.vocabulary import FINDING_ACTIONS, FINDING_SOURCES, FINDING_STATES
from survey_app.errors import NotFoundError
from survey_app.i18n import _, _l, format_time
from survey_app.privacy import mask
from survey_app.rectification import findings, telling, workflow
from survey_app.rectification.deadlines import DEFAULT_DAYS, default_deadline
from survey_app.rectification.finding import Finding
from survey_app.rectification.finding_done import say_done
from survey_app.rectification.finding_forms import (
    FORMS,
    ActionForm,
    AssignForm,
    FollowUpForm,
    IntoForm,
)
from survey_app.rectification.workflow import Actor
from survey_app.store import Row

SOURCES = {code: _l(word) for code, word in FINDING_SOURCES.items()}
EXCERPT = 60  # characters of a problem in a list to choose from
CORRECTIONS = {
    ("assign", "assigned"): gettext("改派"),
    ("assign", "returned"): gettext("改派"),
    ("plan", "fixing"): gettext("改措施"),
    ("follow_up", "followed_up"): gettext("再回头看"),
}
WRITTEN = ("text", "answer", "measure", "progress", "owner", "extension_reason")
USUAL_SEVERITY = "serious"  # 5 working days: what a rework has unless the office says otherwise


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can be done here: its word, what is asked, and whether it stands open."""

    action: str
    word: str
    form: ActionForm
    is_open: bool


def is_next(action: str, state: str) -> bool:
    """Tell whether an action leads on from a state, and is no way out and no correction."""
    leads_on = ("sign", "plan", "feed_back", "verify", "follow_up", "close", "grant", "insist", "take_up")
    return action in leads_on or (action == "assign" and state != "assigned")


def word_of(action: str, state: str) -> str:
    """Return what an action is called in a state: done a second time, it corrects."""
    return CORRECTIONS.get((action, state), FINDING_ACTIONS[action])


def local_now() -> datetime:
    """Return the present instant where days are counted."""
    return current.now().astimezone(current.config().time_zone)


def actor() -> Actor:
    """Return who is signed in, as the workflow knows people."""
    user = current.user()
    return Actor(user.id, user.roles, user.unit_id)


def get_finding(finding_id: str) -> tuple[Row, Finding]:
    """Return a problem that this person may see; who may not learns nothing of it."""
    store, user = current.store(), current.user()
    row = findings.find_finding(store, finding_id)
    if row is not None:
        found = findings.load(store, finding_id)
        units = {found.unit_id, *found.supporting_ids} - {None}
        works = user.can("findings.work") and user.unit_id in units
        if user.can("findings.manage") or works or user.id in found.finder_ids:
            return row, found
    raise NotFoundError(_("没有这个问题，或它不归您的单位。请从列表重新进入。"))


def say_last(row: Row) -> str:
    """Return what was done to a problem last, by whom and when, and what it came to."""
    state = FINDING_STATES[row["state"]]
    last = telling.tell(findings.list_history(current.store(), row["id"]), {})[-1]
    return _(
        "现在不能这样做：%(who)s在%(time)s已经办了“%(what)s”，现在的状态是“%(state)s”。",
        who=last.who,
        time=format_time(last.at),
        what=last.what,
        state=_(state),
    )


def page(row: Row, found: Finding, refused: tuple[str, ActionForm] | None = None, late: str = "") -> str:
    """Return the page; ``refused`` is an action that was not taken, with what was typed, ``late`` why."""
    store, today, calendar = current.store(), current.today(), catalog.get_calendar(current.store())
    named, merged = refused[0] if refused else "", findings.list_merged(store, row["id"])
    offered = workflow.possible(found, actor(), today)
    names = [action for action in FORMS if action in offered or action == named]
    first = named or next((action for action in names if is_next(action, found.state)), "")
    forms = {action: new_form(action, row, found) for action in names}
    if refused:
        forms[named] = refused[1]
    actions = [Offer(one, word_of(one, found.state), forms[one], one == first) for one in names]
    return render_template(
        "rectification/finding.html",
        finding={**row, **{name: mask(row[name]) for name in WRITTEN}},
        found=found,
        due=telling.due(row, today, calendar),
        rest=telling.rest(row["deadline_on"], calendar) if row["state"] in workflow.DUE else "",
        actions=actions,
        late=late,
        done=say_done(request.args.get("done", ""), found.state),
        is_too_near=workflow.is_too_near(found, actor()),
        sources=SOURCES,
        records=[_masked(one) for one in findings.list_observations(store, row["id"])],
        photos=findings.list_record_photos(store, row["id"]),
        supporting=findings.list_supporting(store, row["id"]),
        recurrences=[
            {**one, "text": mask(one["text"])} for one in findings.list_recurrences(store, row["id"])
        ],
        merged=merged,
        events=telling.tell(findings.list_history(store, row["id"]), _names(row, merged)),
    )


def new_form(action: str, row: Row, found: Finding, *, sent: bool = False) -> ActionForm:
    """Return the form of an action, with what it begins with or (``sent``) with what was typed."""
    kwargs: dict[str, Any] = {} if sent else {"formdata": None, "data": _begin(action, row, found)}
    form = FORMS[action](prefix=action, **kwargs)
    store = current.store()
    if isinstance(form, AssignForm):
        form.offer(catalog.list_units(store))
        show_limits(form)
    if isinstance(form, IntoForm):
        form.offer([labelled(one) for one in findings.list_into(store, row["id"], row["unit_id"])])
    if isinstance(form, FollowUpForm) and found.explained:
        form.speak_of_an_explanation()
    if isinstance(form, FollowUpForm) and workflow.needs_a_citizen(found, actor()):
        form.ask_of_whom()
    return form


def labelled(row: Row) -> Row:
    """Return a problem with the words by which it is chosen from a list."""
    words = f"{mask(row['text'])[:EXCERPT]}（{row['unit_name'] or '—'}，{row['number']}）"
    return {**row, "label": words}


def show_limits(form: AssignForm) -> dict[str, date]:
    """Tell the scripts and return when a problem of each severity is due that is handed over today."""
    calendar = catalog.get_calendar(current.store())
    limits = {one: default_deadline(one, current.today(), calendar) for one in DEFAULT_DAYS}
    form.deadline_on.render_kw = {"data-due": " ".join(f"{one}={day}" for one, day in limits.items())}
    return limits


def _begin(action: str, row: Row, found: Finding) -> dict[str, Any]:
    """Return what is filled in already."""
    calendar, today = catalog.get_calendar(current.store()), current.today()
    usual = default_deadline(USUAL_SEVERITY, today, calendar).isoformat()
    by_severity = default_deadline(row["severity"], today, calendar).isoformat()
    return {
        "assign": {"unit_id": row["unit_id"] or found.about.get("unit_id"), "severity": row["severity"],
                   "deadline_on": by_severity, "lead_post": row["lead_post"]},
        "plan": {"measure": row["measure"], "owner": row["owner"],
                 "planned_on": row["planned_on"] or row["deadline_on"]},
        "rework": {"deadline_on": max(row["deadline_on"] or "", usual)},
    }.get(action, {})  # fmt: skip


def _masked(row: Row) -> Row:
    return {**row, "text": mask(row["text"]), "quote": mask(row["quote"])}


def _names(row: Row, merged: list[Row]) -> dict[str, str]:
    """Return the names of units, and the numbers of the problems that this one was merged with, by id."""
    units = {one["id"]: one["name"] for one in catalog.list_units(current.store(), retired=True)}
    return units | {one["id"]: one["number"] for one in merged} | {row["merged_into"]: row["merged_number"]}
