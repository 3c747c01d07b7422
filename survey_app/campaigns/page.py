"""The page of one campaign: what it is for, what is covered, who goes where, what can still be planned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import render_template
from wtforms.fields import SelectChoice

from survey_app import current
from survey_app.campaigns import assignments, queries
from survey_app.campaigns.forms import AgreeForm, HandForm, ProposeForm
from survey_app.campaigns.rules import Bounds
from survey_app.catalog.vocabulary import TIERS
from survey_app.errors import ConflictError, NotFoundError
from survey_app.i18n import _, _l
from survey_app.store import Row

REASONS = {
    "contact_point": _l("本人的联系点"),
    "crossing": _l("交叉体验：不是本单位的大厅"),
    "own_unit": _l("本单位的大厅"),
    "any": _l("分给还缺人去的大厅"),
}


def get_campaign(campaign_id: str, *, to_plan: bool = False) -> Row:
    """Return a campaign; raise NotFoundError, or ConflictError for a closed one ``to_plan`` in."""
    found = queries.find_campaign(current.store(), campaign_id)
    if found is None:
        raise NotFoundError(_("没有找到这次活动。"))
    if to_plan and found["closed_on"]:
        raise ConflictError(_("这次活动已经收尾。要再安排，请先重新打开它。"))
    return found


@dataclass
class Coverage:
    """Which halls are planned and visited, of how many in use, and what the rules leave out."""

    planned: int
    visited: int
    halls: int
    open_names: list[str]
    closed_names: list[str]
    idle_posts: list[str]


def show(
    campaign: Row,
    *,
    propose: ProposeForm | None = None,
    agree: AgreeForm | None = None,
    hand: HandForm | None = None,
) -> str:
    """Render the page; each form as it was sent, or empty."""
    store = current.store()
    bounds, names = queries.find_bounds(store, campaign, current.today()), queries.list_names(store)
    rows = assignments.list_assignments(store, campaign["id"])
    hand = hand or HandForm(formdata=None)
    posts, halls = names
    hand.person_id.choices = _options(bounds.visitors, posts)
    hand.hall_id.choices = _options(bounds.places, halls)
    for row in agree.rows if agree else ():
        allowed, now = bounds.allowed(row.person_id.data or ""), row.hall_id.data
        row.hall_id.choices = _options([*allowed, *({now} & halls.keys() - set(allowed))], halls)[1:]
    return render_template(
        "campaigns/show.html",
        campaign=campaign,
        propose=propose or ProposeForm(formdata=None),
        agree=agree,
        hand=hand,
        assignments=rows,
        coverage=_coverage(bounds, names, rows, agree),
        posts=posts,
        reason_of=bounds.reason,
        reasons=REASONS,
        tiers=TIERS,
        over=bounds.over,
        lacking="" if rows or bounds.over else _lacking(bounds),
        today=bounds.today.isoformat(),
    )


def _lacking(bounds: Bounds) -> str:
    """Return what there has to be before anything can be planned."""
    return "" if bounds.places and bounds.visitors else "visitors" if bounds.places else "halls"


def _options(ids: Iterable[str], names: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice("", "—"), *(SelectChoice(one, names[one]) for one in ids)]


def _coverage(
    bounds: Bounds, names: tuple[dict[str, str], dict[str, str]], rows: list[Row], agree: AgreeForm | None
) -> Coverage:
    """Return what is covered; what is proposed and kept counts as planned for naming what is left out."""
    posts, halls = names
    planned = {row["hall_id"] for row in rows} & set(bounds.places)
    proposed = {row.hall_id.data for row in agree.rows if row.keep.data} if agree else set()
    left = [hall_id for hall_id in bounds.places if hall_id not in planned | proposed]
    reachable = bounds.reachable
    return Coverage(
        planned=len(planned),
        visited=len({row["hall_id"] for row in rows if row["visit_id"]} & set(bounds.places)),
        halls=len(bounds.places),
        open_names=[halls[one] for one in left if one in reachable],
        closed_names=[halls[one] for one in left if one not in reachable],
        idle_posts=[posts[one] for one in bounds.idle],
    )
