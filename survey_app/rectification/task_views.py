"""我的任务: what a unit has to put right, the most urgent first."""

from __future__ import annotations

from flask import Blueprint, render_template

from survey_app import current
from survey_app.rectification import findings
from survey_app.rectification.finding_views import shown
from survey_app.rectification.workflow import WITH_UNIT
from survey_app.security import requires

bp = Blueprint("tasks", __name__)


@bp.get("/tasks")
@requires("findings.work")
def index() -> str:
    """List what this person's unit has to do, what it helps with, and what it did."""
    store, unit_id = current.store(), current.user().unit_id
    rows = shown(findings.list_tasks(store, unit_id))
    return render_template(
        "rectification/tasks.html",
        todo=[row for row in rows if row["own"] and row["state"] in WITH_UNIT],
        waiting=[row for row in rows if row["own"] and row["state"] not in WITH_UNIT],
        helping=[row for row in rows if not row["own"]],
        done=shown(findings.list_done(store, unit_id)),
        has_unit=unit_id is not None,
    )
