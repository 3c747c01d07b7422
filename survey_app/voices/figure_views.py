"""Figures that may be quoted: each meaning with its newest value, and those that it follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app import current
from survey_app.catalog import cells
from survey_app.catalog import queries as catalog
from survey_app.i18n import _
from survey_app.security import requires
from survey_app.spreadsheets import editing
from survey_app.spreadsheets.editing import OK
from survey_app.spreadsheets.forms import EntryForm
from survey_app.store import Row
from survey_app.voices import figure, queries
from survey_app.voices.tables import ASKED_OF_FIGURES, FIGURES

bp = Blueprint("figures", __name__)

CODE_PREFIX = "S"
KEPT = (
    "meaning",
    "unit_id",
    "source",
    "reform_item_id",
)  # what a later value has in common with the one before


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"cited": cited, "spaced": lambda row: figure.parse(row["value"]).spaced(), "table": FIGURES}


def cited(row: Row) -> str:
    """Return a figure's row as it may be quoted."""
    return figure.cite(row["value"], row["as_of"], row["unit_name"] or row["source"])


@bp.get("/figures")
@requires("voices.read")
def index() -> str:
    """List every figure with its day and source, and what it was before."""
    store = current.store()
    return render_template(
        "figures/index.html",
        series=queries.list_series(store),
        withdrawn=queries.list_withdrawn_figures(store),
    )


@bp.get("/figures/new")
@requires("voices.edit")
def new() -> str:
    """Show the form of a figure; ``after`` names one that a later value follows."""
    before = catalog.find_row(current.store(), FIGURES, request.args.get("after", ""))
    entry = catalog.entry_of(FIGURES, before) if before else {}
    known = {key: str(entry[key] or "") for key in KEPT if key in entry}
    form = editing.new_form(ASKED_OF_FIGURES, {"as_of": current.today().isoformat(), **known})
    return _form_page(form, before=before)


@bp.post("/figures/new")
@requires("voices.edit")
def add() -> Response | tuple[str, int]:
    """Write a figure down; what it was before stays."""
    form = editing.new_form(ASKED_OF_FIGURES)
    if editing.add(FIGURES, form, prefix=CODE_PREFIX) is None:
        return _form_page(form), 422
    return redirect(url_for("voices.figures.index"))


@bp.get("/figures/<figure_id>/edit")
@requires("voices.edit")
def edit(figure_id: str) -> str:
    """Show the form of a figure that was written down wrongly."""
    row = editing.get_row(current.store(), FIGURES, figure_id)
    return _form_page(editing.edit_form(current.store(), ASKED_OF_FIGURES, row), row)


@bp.post("/figures/<figure_id>/edit")
@requires("voices.edit")
def save(figure_id: str) -> Response | tuple[str, int]:
    """Correct a figure, unless somebody else did since: then show both."""
    tried = editing.save(FIGURES, figure_id, ASKED_OF_FIGURES)
    if tried.status != OK:
        now = catalog.entry_of(FIGURES, tried.row)
        columns = [FIGURES.column(key) for key in tried.theirs]
        theirs = {_(one.shown): str(cells.show(FIGURES, one, now[one.key])) or "—" for one in columns}
        return _form_page(tried.form, tried.row, theirs), tried.status
    return redirect(url_for("voices.figures.index"))


def _form_page(
    form: EntryForm,
    row: Row | None = None,
    theirs: Mapping[str, str] | None = None,
    before: Row | None = None,
) -> str:
    return render_template("figures/edit.html", form=form, row=row, theirs=theirs, before=before)


@bp.post("/figures/<figure_id>/withdraw")
@requires("voices.edit")
def withdraw(figure_id: str) -> Response:
    """Take a figure out of use; nothing of it is lost."""
    editing.set_retired(FIGURES, figure_id, current.today())
    return redirect(url_for("voices.figures.index"))


@bp.post("/figures/<figure_id>/restore")
@requires("voices.edit")
def restore(figure_id: str) -> Response:
    """Take a figure into use again."""
    editing.set_retired(FIGURES, figure_id, None)
    return redirect(url_for("voices.figures.index"))
