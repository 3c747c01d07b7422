"""Campaigns: plan one, see what is covered, change what it says, close it."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from survey_app import current
from survey_app.campaigns import assign_views, assignments, feed_views, page, point_views, queries
from survey_app.campaigns.forms import CampaignForm
from survey_app.catalog.queries import list_checklists
from survey_app.catalog.vocabulary import TIERS
from survey_app.i18n import _
from survey_app.security import requires
from survey_app.store import Row

bp = Blueprint("campaigns", __name__)
bp.register_blueprint(assign_views.bp)
bp.register_blueprint(feed_views.bp)
bp.register_blueprint(point_views.bp)


@bp.get("/campaigns")
@requires("campaigns.edit")
def index() -> str:
    """List the campaigns, and offer to plan another."""
    return _index(_form(CampaignForm()))


@bp.post("/campaigns")
@requires("campaigns.edit")
def add() -> Response | tuple[str, int]:
    """Plan a campaign."""
    form = _form(CampaignForm())
    if not form.validate():
        return _index(form), 422
    with current.store().writing() as tx:
        made = queries.add_campaign(tx, form.fields(), actor_id=current.user().id, at=current.now())
    return _to(made)


@bp.get("/campaigns/<campaign_id>")
@requires("campaigns.edit")
def show(campaign_id: str) -> str:
    """Show a campaign: who goes where, and what is covered."""
    return page.show(page.get_campaign(campaign_id))


@bp.get("/campaigns/<campaign_id>/edit")
@requires("campaigns.edit")
def edit(campaign_id: str) -> str:
    """Show a campaign's name, days, checklist and plan to change; for whom it is stays as it was planned."""
    campaign = page.get_campaign(campaign_id)
    return _edit(campaign, _form(CampaignForm(formdata=None, data=campaign), campaign))


@bp.post("/campaigns/<campaign_id>/edit")
@requires("campaigns.edit")
def save(campaign_id: str) -> Response | tuple[str, int]:
    """Keep what a campaign is; its days hold every visit that is still to be made."""
    campaign = page.get_campaign(campaign_id)
    form = _form(CampaignForm(), campaign)
    with current.store().writing() as tx:
        good = form.validate()
        first, last = form.begins_on.day, form.ends_on.day
        outside = assignments.count_outside(tx, campaign_id, first, last) if first and last and good else 0
        if outside:
            form.ends_on.errors = [_("还有 %(n)s 项没去的安排不在这几天里。请先改它们的日子。", n=outside)]
        elif good:
            queries.set_campaign(tx, campaign_id, form.fields(), actor_id=current.user().id, at=current.now())
    return _to(campaign_id) if good and not outside else (_edit(campaign, form), 422)


@bp.post("/campaigns/<campaign_id>/close")
@requires("campaigns.edit")
def close(campaign_id: str) -> Response:
    """Close a campaign: nobody is sent anywhere by it any more; what was done stays."""
    return _set_closed(campaign_id, current.today())


@bp.post("/campaigns/<campaign_id>/reopen")
@requires("campaigns.edit")
def reopen(campaign_id: str) -> Response:
    """Open a closed campaign again."""
    return _set_closed(campaign_id, None)


def _set_closed(campaign_id: str, day: date | None) -> Response:
    campaign = page.get_campaign(campaign_id)
    if bool(campaign["closed_on"]) != bool(day):
        with current.store().writing() as tx:
            queries.set_closed(tx, campaign_id, day, actor_id=current.user().id, at=current.now())
    return _to(campaign_id)


def _to(campaign_id: str) -> Response:
    return redirect(url_for("campaigns.show", campaign_id=campaign_id))


def _form(form: CampaignForm, campaign: Row | None = None) -> CampaignForm:
    """Return the form with the checklists to choose from; of a ``campaign`` the tier stays as it is."""
    lists = [(one["id"], one["name"]) for one in list_checklists(current.store())]
    if campaign:
        del form.tier
        now = (campaign["checklist_id"], campaign["checklist_name"])
        lists += [now] if now[0] and now not in lists else []
    form.checklist_id.choices = [SelectChoice("", _("不用清单")), *(SelectChoice(*one) for one in lists)]
    return form


def _index(form: CampaignForm) -> str:
    return render_template(
        "campaigns/index.html", form=form, rows=queries.list_campaigns(current.store()), tiers=TIERS
    )


def _edit(campaign: Row, form: CampaignForm) -> str:
    return render_template("campaigns/edit.html", campaign=campaign, form=form)
