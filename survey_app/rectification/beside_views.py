"""Two records beside each other: whether they tell of the same thing is for a person to see."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from survey_app import current
from survey_app.catalog import queries as catalog
from survey_app.errors import NotFoundError
from survey_app.i18n import _
from survey_app.privacy import mask
from survey_app.rectification import queries, reasons
from survey_app.rectification.forms import FilterForm
from survey_app.rectification.likeness import likeness
from survey_app.rectification.neighbours import words_compared
from survey_app.security import requires
from survey_app.store import Row

bp = Blueprint("beside", __name__)


@bp.get("/inbox/<record_id>/beside/<other_id>")
@requires("triage")
def show(record_id: str, other_id: str) -> str:
    """Show two records beside each other, and how alike they are."""
    record, other = _get_record(record_id), _get_record(other_id)
    like = likeness(words_compared(record), words_compared(other))
    return render_template(
        "rectification/beside.html",
        sides=[_side(record), _side(other)],
        like=reasons.like(like),
        by_two=_person(record) != _person(other),
        address=FilterForm(request.args).wanted().address(),
    )


def _get_record(record_id: str) -> Row:
    found = queries.find_record(current.store(), record_id)
    if found is None:
        raise NotFoundError(_("没有这条记录。请从收件箱重新进入。"))
    return found


def _person(record: Row) -> str:
    return str(record["visitor_id"] or record["author_id"])


def _side(record: Row) -> Row:
    store = current.store()
    titles = {row["id"]: row["title"] for row in catalog.list_reform_items(store, retired=True)}
    return {
        "record": {**record, "text": mask(record["text"]), "quote": mask(record["quote"])},
        "photos": queries.list_photos(store, record["id"]),
        "tags": [titles[one] for one in queries.list_tags(store, record["id"])],
    }
