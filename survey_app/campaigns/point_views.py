"""Contact points: who looks after which halls, changed one leader at a time, taken along as a spreadsheet."""

from __future__ import annotations

import io

from flask import Blueprint, Response, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms.fields import SelectChoice

from survey_app import current
from survey_app.campaigns import points
from survey_app.campaigns.forms import PointsForm
from survey_app.catalog import exports, spreadsheet, workbook
from survey_app.catalog.queries import list_halls
from survey_app.catalog.vocabulary import TIERS
from survey_app.errors import NotFoundError
from survey_app.i18n import _
from survey_app.security import requires
from survey_app.store import Row

bp = Blueprint("points", __name__)

HEADINGS = ("账号", "职务", "单位", "大厅代码", "办事大厅")


@bp.get("/contact-points")
@requires("campaigns.edit")
def index() -> str:
    """List the leaders by tier with their contact points, and name the bureau leaders without any."""
    leaders = points.list_leaders(current.store())
    without = [row["post"] for row in leaders if row["tier"] == "bureau" and not row["halls"]]
    return render_template("campaigns/points.html", leaders=leaders, without=without, tiers=TIERS)


@bp.get("/contact-points/export.<any(csv, xlsx):kind>")
@requires("campaigns.edit")
def export(kind: str) -> Response:
    """Download who has which contact points, one line each."""
    lines = [
        (row["login"], row["post"], row["unit_name"] or "", hall["code"], hall["name"])
        for row in points.list_leaders(current.store())
        for hall in row["halls"] or [{"code": "", "name": ""}]
    ]
    written = (
        spreadsheet.write_csv(HEADINGS, lines)
        if kind == "csv"
        else workbook.write(_("联系点"), HEADINGS, lines)
    )
    return send_file(
        io.BytesIO(written),
        mimetype=exports.MEDIA_TYPES[kind],
        as_attachment=True,
        download_name=f"{_('联系点')}.{kind}",
    )


@bp.get("/contact-points/<person_id>")
@requires("campaigns.edit")
def edit(person_id: str) -> str:
    """Show a leader's contact points to change."""
    leader = _find(person_id)
    return _page(leader, _form([hall["id"] for hall in leader["halls"]]))


@bp.post("/contact-points/<person_id>")
@requires("campaigns.edit")
def save(person_id: str) -> AnyResponse | tuple[str, int]:
    """Keep a leader's contact points."""
    leader, form = _find(person_id), _form()
    if not form.validate():
        return _page(leader, form), 422
    with current.store().writing() as tx:
        points.set_points(tx, person_id, form.halls.data or [], actor_id=current.user().id, at=current.now())
    return redirect(url_for("campaigns.points.index"))


def _find(person_id: str) -> Row:
    found = points.find_leader(current.store(), person_id)
    if found is None:
        raise NotFoundError(_("没有找到这位一把手。请从联系点列表重新进入。"))
    return found


def _form(chosen: list[str] | None = None) -> PointsForm:
    form = PointsForm() if chosen is None else PointsForm(formdata=None, halls=chosen)
    form.halls.choices = [SelectChoice(row["id"], row["name"]) for row in list_halls(current.store())]
    return form


def _page(leader: Row, form: PointsForm) -> str:
    return render_template("campaigns/points_edit.html", leader=leader, form=form)
