"""Who goes where: let visits be proposed, change and agree to them, assign by hand, move, take back."""

from __future__ import annotations

import random

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from survey_app import current
from survey_app.campaigns import assignments, page, queries
from survey_app.campaigns.forms import AgreeForm, HandForm, MoveForm, ProposeForm
from survey_app.campaigns.planner import Proposal, propose, working_days
from survey_app.catalog.queries import get_calendar
from survey_app.errors import ConflictError, NotFoundError
from survey_app.i18n import _
from survey_app.security import requires
from survey_app.store import Reader, Row, Writer

bp = Blueprint("assignments", __name__)

BIGGEST_SEED = 999_999
Answer = Response | tuple[str, int]


@bp.post("/campaigns/<campaign_id>/propose")
@requires("campaigns.edit")
def propose_visits(campaign_id: str) -> str | tuple[str, int]:
    """Show what the rules propose, each with its reason and open to change; nothing is agreed yet."""
    campaign, form = page.get_campaign(campaign_id, to_plan=True), ProposeForm()
    bounds = queries.find_bounds(current.store(), campaign, current.today())
    if not form.validate() or bounds.over:
        return page.show(campaign, propose=form), 422
    days = working_days(max(bounds.first, bounds.today), bounds.last, get_calendar(current.store()))
    plan = propose(
        list(bounds.visitors.values()), list(bounds.places.values()), days,
        seed=random.SystemRandom().randint(1, BIGGEST_SEED), each=form.each.data or 1, taken=bounds.taken,
    )  # fmt: skip
    visits = [
        {"keep": True, "person_id": one.visitor_id, "hall_id": one.hall_id, "due_on": one.due_on.isoformat()}
        for one in sorted(plan.proposals, key=lambda one: (one.due_on, one.visitor_id, one.hall_id))
    ]
    return page.show(campaign, propose=form, agree=AgreeForm(formdata=None, data={"visits": visits}))


@bp.post("/campaigns/<campaign_id>/agree")
@requires("campaigns.edit")
def agree(campaign_id: str) -> Answer:
    """Agree to the proposals as they stand on the page, all of them or none."""
    campaign, form = page.get_campaign(campaign_id, to_plan=True), AgreeForm()
    with current.store().writing() as tx:
        chosen = form.agreed(queries.find_bounds(tx, campaign, current.today()))
        _add(tx, campaign, chosen or [])
    return (
        _back(campaign)
        if chosen is not None
        else (page.show(campaign, propose=ProposeForm(), agree=form), 422)
    )


@bp.post("/campaigns/<campaign_id>/assign")
@requires("campaigns.edit")
def assign(campaign_id: str) -> Answer:
    """Assign one visit by hand, by the same rules."""
    campaign, form = page.get_campaign(campaign_id, to_plan=True), HandForm()
    with current.store().writing() as tx:
        chosen = form.agreed(queries.find_bounds(tx, campaign, current.today()))
        _add(tx, campaign, [chosen] if chosen else [])
    return _back(campaign) if chosen else (page.show(campaign, hand=form), 422)


@bp.get("/campaigns/<campaign_id>/assignments/<assignment_id>")
@requires("campaigns.edit")
def show(campaign_id: str, assignment_id: str) -> str:
    """Show one assignment: another day, or not at all."""
    campaign = page.get_campaign(campaign_id)
    row = _find(current.store(), campaign_id, assignment_id)
    return _page(campaign, row, MoveForm(formdata=None, due_on=row["due_on"]))


@bp.post("/campaigns/<campaign_id>/assignments/<assignment_id>")
@requires("campaigns.edit")
def move(campaign_id: str, assignment_id: str) -> Answer:
    """Put an assignment on another day of the campaign."""
    campaign, form = page.get_campaign(campaign_id, to_plan=True), MoveForm()
    with current.store().writing() as tx:
        row = _find(tx, campaign_id, assignment_id, to_change=True)
        day = form.moved_to(queries.find_bounds(tx, campaign, current.today()))
        if day:
            assignments.move_assignment(tx, assignment_id, day, actor_id=current.user().id, at=current.now())
    return _back(campaign) if day else (_page(campaign, row, form), 422)


@bp.post("/campaigns/<campaign_id>/withdraw/<assignment_id>")
@requires("campaigns.edit")
def withdraw(campaign_id: str, assignment_id: str) -> Response:
    """Take an assignment back."""
    campaign = page.get_campaign(campaign_id)
    with current.store().writing() as tx:
        _find(tx, campaign_id, assignment_id, to_change=True)
        assignments.withdraw_assignment(tx, assignment_id, actor_id=current.user().id, at=current.now())
    return _back(campaign)


def _add(tx: Writer, campaign: Row, chosen: list[Proposal]) -> None:
    assignments.add_assignments(tx, campaign["id"], chosen, actor_id=current.user().id, at=current.now())


def _find(reader: Reader, campaign_id: str, assignment_id: str, *, to_change: bool = False) -> Row:
    row = assignments.find_assignment(reader, campaign_id, assignment_id)
    if row is None:
        raise NotFoundError(_("没有找到这项安排，它可能已经取消。请回到活动里看看。"))
    if to_change and row["visit_id"]:
        raise ConflictError(_("这里已经去过了，不用再改。"))
    return row


def _page(campaign: Row, row: Row, form: MoveForm) -> str:
    return render_template(
        "campaigns/assignment.html",
        campaign=campaign,
        row=row,
        form=form,
        over=queries.find_bounds(current.store(), campaign, current.today()).over,
        reasons=page.REASONS,
    )


def _back(campaign: Row) -> Response:
    return redirect(url_for("campaigns.show", campaign_id=campaign["id"]))
