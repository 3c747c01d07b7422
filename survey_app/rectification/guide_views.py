"""The register of guides: all of it, one unit's, and what somebody who looked says of one."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app import current
from survey_app.catalog import queries as catalog
from survey_app.catalog.plan import fingerprint
from survey_app.catalog.tables import GUIDES, MATTERS, UNITS
from survey_app.catalog.vocabulary import GUIDE_ASPECTS
from survey_app.errors import ForbiddenError, NotFoundError
from survey_app.i18n import _
from survey_app.rectification import guides
from survey_app.rectification.guide_forms import GuideForm
from survey_app.security import requires
from survey_app.store import Reader, Row

bp = Blueprint("guides", __name__)
Answer = Response | tuple[str, int]
ONE = "/reform/guides/<unit_id>/<matter_id>"


@bp.get("/reform/guides")
@requires("reform.read")
def index() -> str:
    """Show one aspect of every guide: units down, matters across."""
    aspect, store = request.args.get("aspect", ""), current.store()
    aspect = aspect if aspect in GUIDE_ASPECTS else next(iter(GUIDE_ASPECTS))
    return render_template(
        "rectification/guides.html",
        aspect=aspect,
        aspects={one: guides.count_register(store, one) for one in GUIDE_ASPECTS},
        table=guides.lay_out(store, aspect),
    )


@bp.get("/reform/guides/<unit_id>")
@requires("reform.read")
def unit(unit_id: str) -> str:
    """Show every matter with what is known of one unit's guide to it."""
    store = current.store()
    found, known = _get_unit(store, unit_id), guides.list_guides(store, unit_id)
    by_matter = {row["matter_id"]: row for row in known}
    matters = [row for row in catalog.list_matters(store, retired=True)
               if row["retired_on"] is None or row["id"] in by_matter]  # fmt: skip
    return render_template(
        "rectification/guides_unit.html",
        unit=found,
        matters=matters,
        guides=by_matter,
        shares={one: guides.share(row[one] for row in known) for one in GUIDE_ASPECTS},
        may_edit=_may_edit(unit_id),
    )


@bp.get(ONE)
@requires("guides.edit")
def edit(unit_id: str, matter_id: str) -> str:
    """Show the form of one guide."""
    store = current.store()
    at, matter = _get_both(store, unit_id, matter_id)
    row = guides.find_guide(store, unit_id, matter_id)
    form = GuideForm(data=row or {"name": matter["name"], "checked_post": current.user().post,
                                  "checked_on": current.today().isoformat()})  # fmt: skip
    form.version.data = _version(row)
    return _page(form, at, matter)


@bp.post(ONE)
@requires("guides.edit")
def save(unit_id: str, matter_id: str) -> Answer:
    """Keep what is said of one guide, unless somebody said something else in the meantime."""
    form = GuideForm()
    with current.store().writing() as tx:
        at, matter = _get_both(tx, unit_id, matter_id)
        version = _version(guides.find_guide(tx, unit_id, matter_id))
        made = guides.make_plan(tx, at, matter, form.said(), current.today())
        stale = form.version.data != version
        good = form.take_problems(made) and not stale
        if good:
            catalog.apply(tx, made, actor_id=current.user().id, at=current.now())
    if stale:
        form.version.data = version
        return _page(form, at, matter, stale=True), 409
    if not good:
        return _page(form, at, matter), 422
    return redirect(url_for("guides.unit", unit_id=unit_id, done="1"))


def _page(form: GuideForm, at: Row, matter: Row, *, stale: bool = False) -> str:
    now = guides.find_guide(current.store(), at["id"], matter["id"]) if stale else None
    return render_template(
        "rectification/guide.html", form=form, unit=at, matter=matter, now=now, stale=stale
    )


def _version(row: Row | None) -> str:
    return fingerprint(catalog.entry_of(GUIDES, row) if row else None)


def _may_edit(unit_id: str) -> bool:
    """Tell whether this person enters the guides of a unit: the office all, a unit its own."""
    user = current.user()
    return user.can("findings.manage") or (user.can("guides.edit") and user.unit_id == unit_id)


def _get_unit(reader: Reader, unit_id: str) -> Row:
    found = catalog.find_row(reader, UNITS, unit_id)
    if found is None:
        raise NotFoundError(_("没有这个单位。请从服务指南重新进入。"))
    return found


def _get_both(reader: Reader, unit_id: str, matter_id: str) -> tuple[Row, Row]:
    at, matter = _get_unit(reader, unit_id), catalog.find_row(reader, MATTERS, matter_id)
    if matter is None:
        raise NotFoundError(_("没有这件事项。请从服务指南重新进入。"))
    if not _may_edit(unit_id):
        raise ForbiddenError(_("这是别的单位的指南。请登记本单位的，或告诉改革办。"))
    return at, matter
