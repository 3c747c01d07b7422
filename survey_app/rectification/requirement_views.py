"""What stands behind a unit's n/N: the calls, journeys and looks that were counted."""

from __future__ import annotations

from flask import Blueprint, render_template

from survey_app import current
from survey_app.catalog import queries as catalog
from survey_app.catalog.tables import REFORM_ITEMS, UNITS
from survey_app.catalog.vocabulary import DIAL_RESULTS, YES_NO
from survey_app.errors import NotFoundError
from survey_app.i18n import _
from survey_app.privacy import mask
from survey_app.rectification import requirements, sight
from survey_app.rectification.item_page import COUNTED
from survey_app.security import requires

bp = Blueprint("requirements", __name__)


@bp.get("/reform/<item_id>/units/<unit_id>")
@requires("reform.read")
def behind(item_id: str, unit_id: str) -> str:
    """List what was counted of one unit for one requirement, to the office and to the unit."""
    store = current.store()
    item, unit = catalog.find_row(store, REFORM_ITEMS, item_id), catalog.find_row(store, UNITS, unit_id)
    if item is None or unit is None or not item["indicator"] or not sight.of_reader().has(unit_id):
        raise NotFoundError(_("没有这些数。请从改革事项列表重新进入。"))
    rows = requirements.list_behind(store, item["indicator"], unit_id)
    return render_template(
        "rectification/item_unit.html",
        item=item,
        unit=unit,
        rows=[{**row, "about": mask(row["about"] or "")} for row in rows],
        most=requirements.MOST_LISTED,
        counted=COUNTED,
        found={**DIAL_RESULTS, **YES_NO},
    )
