"""Campaigns: plan one, let visits be proposed, agree to them, see what is covered."""

from __future__ import annotations

import random
from datetime import date

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from survey_app import current
from survey_app.campaigns import point_views, queries
from survey_app.campaigns.forms import AgreeForm, CampaignForm, ProposeForm
from survey_app.campaigns.planner import Plan, Proposal, propose, working_days
from survey_app.campaigns.rules import may_go
from survey_app.catalog.queries import list_checklists
from survey_app.catalog.vocabulary import TIERS
from survey_app.errors import NotFoundError
from survey_app.i18n import _, _l
from survey_app.security import requires
from survey_app.store import Row

bp = Blueprint("campaigns", __name__)
bp.register_blueprint(point_views.bp)

REASONS = {
    "contact_point": _l("本人的联系点"),
    "crossing": _l("交叉体验：不是本单位的大厅"),
    "own_unit": _l("本单位的大厅"),
    "any": _l("分给还缺人去的大厅"),
}
BIGGEST_SEED = 999_999


@bp.get("/campaigns")
@requires("campaigns.edit")
def index() -> str:
    """List the campaigns, and offer to plan another."""
    return _index(_form())


@bp.post("/campaigns")
@requires("campaigns.edit")
def add() -> Response | tuple[str, int]:
    """Plan a campaign."""
    form = _form()
    if not form.validate():
        return _index(form), 422
    with current.store().writing() as tx:
        made = queries.add_campaign(tx, form.fields(), actor_id=current.user().id, at=current.now())
    return redirect(url_for("campaigns.show", campaign_id=made))


@bp.get("/campaigns/<campaign_id>")
@requires("campaigns.edit")
def show(campaign_id: str) -> str:
    """Show a campaign: who goes where, and what is covered."""
    return _show(_find(campaign_id), ProposeForm(formdata=None))


@bp.post("/campaigns/<campaign_id>/propose")
@requires("campaigns.edit")
def propose_visits(campaign_id: str) -> str | tuple[str, int]:
    """Show what the rules propose, each with its reason; nothing is agreed yet."""
    campaign, form = _find(campaign_id), ProposeForm()
    if not form.validate():
        return _show(campaign, form), 422
    store = current.store()
    taken = [(row["person_id"], row["hall_id"]) for row in queries.list_assignments(store, campaign_id)]
    seed = random.SystemRandom().randint(1, BIGGEST_SEED)
    first, last = (date.fromisoformat(campaign[name]) for name in ("begins_on", "ends_on"))
    plan = propose(
        queries.list_visitors(store, campaign["tier"]), queries.list_places(store),
        working_days(first, last), seed=seed, each=form.each.data or 1, taken=taken,
    )  # fmt: skip
    return _show(campaign, form, plan)


@bp.post("/campaigns/<campaign_id>/agree")
@requires("campaigns.edit")
def agree(campaign_id: str) -> Response:
    """Agree to the proposals that were left ticked."""
    _find(campaign_id)
    chosen = [one for text in AgreeForm().chosen.data or [] if (one := _read(text))]
    with current.store().writing() as tx:
        queries.add_assignments(tx, campaign_id, chosen, actor_id=current.user().id, at=current.now())
    return redirect(url_for("campaigns.show", campaign_id=campaign_id))


@bp.post("/campaigns/<campaign_id>/withdraw/<assignment_id>")
@requires("campaigns.edit")
def withdraw(campaign_id: str, assignment_id: str) -> Response:
    """Take an assignment back."""
    with current.store().writing() as tx:
        queries.withdraw_assignment(
            tx, campaign_id, assignment_id, actor_id=current.user().id, at=current.now()
        )
    return redirect(url_for("campaigns.show", campaign_id=campaign_id))


def _read(text: str) -> Proposal | None:
    """Return the proposal that a tick names, where its person may go to its hall."""
    parts = text.split()
    store = current.store()
    people = {one.id: one for tier in TIERS for one in queries.list_visitors(store, tier)}
    places = {one.id: one for one in queries.list_places(store)}
    if len(parts) != len(("person", "hall", "day")) or parts[0] not in people or parts[1] not in places:
        return None
    try:
        day = date.fromisoformat(parts[2])
    except ValueError:
        return None
    reason = may_go(people[parts[0]], places[parts[1]])
    return Proposal(parts[0], parts[1], day, reason) if reason else None


def _find(campaign_id: str) -> Row:
    found = queries.find_campaign(current.store(), campaign_id)
    if found is None:
        raise NotFoundError(_("没有找到这次活动。"))
    return found


def _form() -> CampaignForm:
    form = CampaignForm()
    lists = list_checklists(current.store())
    form.checklist_id.choices = [
        SelectChoice("", _("不用清单")), *(SelectChoice(one["id"], one["name"]) for one in lists)
    ]  # fmt: skip
    return form


def _index(form: CampaignForm) -> str:
    return render_template(
        "campaigns/index.html", form=form, rows=queries.list_campaigns(current.store()), tiers=TIERS
    )


def _show(campaign: Row, form: ProposeForm, plan: Plan | None = None) -> str:
    store = current.store()
    posts = {row["id"]: row["post"] for row in store.query("select id, post from people")}
    halls = {row["id"]: row["name"] for row in store.query("select id, name from halls")}
    assignments = queries.list_assignments(store, campaign["id"])
    return render_template(
        "campaigns/show.html",
        campaign=campaign,
        form=form,
        plan=plan,
        idle=[posts[one] for one in plan.idle] if plan else [],
        uncovered=[halls[one] for one in plan.uncovered] if plan else [],
        posts=posts,
        halls=halls,
        assignments=assignments,
        visited={row["hall_id"] for row in assignments if row["visit_id"]},
        planned={row["hall_id"] for row in assignments},
        open_halls=len(queries.list_places(store)),
        reasons=REASONS,
        tiers=TIERS,
    )
