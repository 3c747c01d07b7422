"""The catalogue's screens: tables that are read, edited and retired alike."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app import audit, current
from survey_app.catalog import label_views, queries, slots
from survey_app.catalog.import_views import BY_SLUG, DEFAULTS, FILES, SLUG
from survey_app.catalog.labels import has_label, label_of
from survey_app.catalog.tables import COUNTERS, HALLS, REFORM_ITEMS, TABLES, Table
from survey_app.catalog.vocabulary import FAMILIES, FAMILY_NICKNAMES
from survey_app.i18n import _
from survey_app.paging import place
from survey_app.security import requires
from survey_app.spreadsheets import editing
from survey_app.spreadsheets.editing import OK
from survey_app.spreadsheets.forms import EntryForm
from survey_app.store import Row

bp = Blueprint("catalog", __name__)
bp.register_blueprint(FILES.bp)
bp.register_blueprint(label_views.bp)

PAGE = 50
ENTRY = SLUG + "/<row_id>"


@bp.context_processor
def _words() -> dict[str, Any]:
    return {
        "tables": TABLES,
        "reference_name": queries.reference_name,
        "family_names": FAMILIES,
        "nicknames": FAMILY_NICKNAMES,
        "progress": _progress,
        "done": FILES.what_was_done(),
        "defaults": DEFAULTS,
        "actions": {"add": _("新增"), "edit": _("修改"), "retire": _("停用"), "restore": _("重新启用")},
    }


def _progress(family: slots.Family) -> str:
    if family.target is None:
        return _("已录入 %(n)s 项", n=len(family.entered))
    return _("已录入 %(n)s/%(target)s", n=len(family.entered), target=family.target)


@bp.get("/catalog")
@requires("catalog.read")
def index() -> str:
    """Show the tables and how much is in them."""
    store = current.store()
    counts = {name: queries.count_entries(store, table) for name, table in TABLES.items()}
    return render_template("catalog/index.html", counts=counts, families=_families())


def _families() -> list[slots.Family]:
    return slots.families(queries.list_reform_items(current.store()))


@bp.get(SLUG)
@requires("catalog.read")
def table(slug: str) -> str:
    """List one table: by code, a page at a time, what is retired only when asked for."""
    found, text = BY_SLUG[slug], request.args.get("q", "").strip()[:60]
    retired, page = "retired" in request.args, max(request.args.get("page", 1, type=place), 1)
    if found is REFORM_ITEMS and not text and not retired:
        return render_template("catalog/reform_items.html", table=found, families=_families())
    rows, total = queries.search_rows(
        current.store(), found, text, retired=retired, limit=PAGE, offset=PAGE * (page - 1)
    )
    return render_template(
        "catalog/table.html",
        table=found,
        rows=rows,
        total=total,
        text=text,
        retired=retired,
        earlier=_page(slug, page - 1) if page > 1 else "",
        later=_page(slug, page + 1) if total > PAGE * page else "",
    )


def _page(slug: str, page: int) -> str:
    kept = {name: request.args[name] for name in ("q", "retired") if name in request.args}
    return url_for("catalog.table", slug=slug, page=page, **kept)  # type: ignore[arg-type]


@bp.get(ENTRY)
@requires("catalog.read")
def show(slug: str, row_id: str) -> str:
    """Show one entry, what refers to it, and what happened to it."""
    found, store = BY_SLUG[slug], current.store()
    row = editing.get_row(store, found, row_id)
    return render_template(
        "catalog/show.html",
        table=found,
        row=row,
        referring=queries.list_referring(store, found, row),
        history=audit.history(store, found.entity, row_id),
        label=label_of(row, label_views.origin()) if found is COUNTERS and has_label(row) else None,
        has_labels=found is HALLS and label_views.has_labels(row),
        why_none=label_views.say_why_none(row) if found is HALLS else "",
    )


@bp.get(SLUG + "/new")
@requires("catalog.edit")
def new(slug: str) -> str:
    """Show the form of a new entry; the address may fill in what is known."""
    found = BY_SLUG[slug]
    known = {column.key: request.args.get(column.key, "")[:64] for column in found.columns}
    return _form_page(found, editing.new_form(found, known), None)


def _form_page(table: Table, form: EntryForm, row: Row | None, theirs: Sequence[str] = ()) -> str:
    return render_template("catalog/edit.html", table=table, form=form, row=row, theirs=theirs)


@bp.post(SLUG + "/new")
@requires("catalog.edit")
def add(slug: str) -> AnyResponse | tuple[str, int]:
    """Add an entry."""
    found = BY_SLUG[slug]
    form = editing.new_form(found)
    row = editing.add(found, form)
    if row is None:
        return _form_page(found, form, None), 422
    return redirect(url_for("catalog.show", slug=slug, row_id=row["id"]))


@bp.get(ENTRY + "/edit")
@requires("catalog.edit")
def edit(slug: str, row_id: str) -> str:
    """Show the form of one entry."""
    found, store = BY_SLUG[slug], current.store()
    row = editing.get_row(store, found, row_id)
    return _form_page(found, editing.edit_form(store, found, row), row)


@bp.post(ENTRY + "/edit")
@requires("catalog.edit")
def save(slug: str, row_id: str) -> AnyResponse | tuple[str, int]:
    """Save one entry, unless somebody else changed it since the form was opened: then show both."""
    tried = editing.save(BY_SLUG[slug], row_id)
    if tried.status != OK:
        return _form_page(BY_SLUG[slug], tried.form, tried.row, tried.theirs), tried.status
    return redirect(url_for("catalog.show", slug=slug, row_id=row_id))


@bp.post(ENTRY + "/retire")
@requires("catalog.edit")
def retire(slug: str, row_id: str) -> AnyResponse:
    """Take an entry out of use from today; nothing that refers to it is lost."""
    editing.set_retired(BY_SLUG[slug], row_id, current.today())
    return redirect(url_for("catalog.show", slug=slug, row_id=row_id))


@bp.post(ENTRY + "/restore")
@requires("catalog.edit")
def restore(slug: str, row_id: str) -> AnyResponse:
    """Take an entry into use again."""
    editing.set_retired(BY_SLUG[slug], row_id, None)
    return redirect(url_for("catalog.show", slug=slug, row_id=row_id))
