"""The catalogue's screens: tables that are read, edited and retired alike."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app import audit, current
from survey_app.catalog import cells, import_views, label_views, queries, slots
from survey_app.catalog.forms import EntryForm, entry_form
from survey_app.catalog.import_views import BY_SLUG, DEFAULTS, SLUG, plan_now
from survey_app.catalog.labels import has_label, label_of
from survey_app.catalog.plan import fingerprint
from survey_app.catalog.spreadsheet import Line, Sheet
from survey_app.catalog.tables import COUNTERS, REFORM_ITEMS, TABLES, Table
from survey_app.catalog.vocabulary import FAMILIES, FAMILY_NICKNAMES
from survey_app.errors import ConflictError, NotFoundError
from survey_app.i18n import _
from survey_app.paging import place
from survey_app.security import requires
from survey_app.store import Reader, Row

bp = Blueprint("catalog", __name__)
bp.register_blueprint(import_views.bp)
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
        "written": cells.write,
        "said": lambda problem: _(problem.text, **problem.params),
        "done": _read_done(),
        "defaults": DEFAULTS,
        "actions": {"add": _("新增"), "edit": _("修改"), "retire": _("停用"), "restore": _("重新启用")},
    }


def _progress(family: slots.Family) -> str:
    if family.target is None:
        return _("已录入 %(n)s 项", n=len(family.entered))
    return _("已录入 %(n)s/%(target)s", n=len(family.entered), target=family.target)


def _read_done() -> dict[str, str] | None:
    match = re.fullmatch(r"(\d{1,5})-(\d{1,5})-(\d{1,5})", request.args.get("done", ""))
    return dict(zip(("added", "updated", "unchanged"), match.groups(), strict=True)) if match else None


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
    row = _get_row(store, found, row_id)
    return render_template(
        "catalog/show.html",
        table=found,
        row=row,
        referring=queries.list_referring(store, found, row),
        history=audit.history(store, found.entity, row_id),
        label=label_of(row, label_views.origin()) if found is COUNTERS and has_label(row) else None,
    )


def _get_row(reader: Reader, table: Table, row_id: str) -> Row:
    row = queries.find_row(reader, table, row_id)
    if row is None:
        raise NotFoundError(_("没有找到这一条。请从目录重新进入。"))
    return row


@bp.get(SLUG + "/new")
@requires("catalog.edit")
def new(slug: str) -> str:
    """Show the form of a new entry; the address may fill in what is known."""
    found = BY_SLUG[slug]
    known = {column.key: request.args.get(column.key, "")[:64] for column in found.columns}
    options = queries.list_options(current.store(), found, None)
    return _form_page(found, entry_form(found, options, None, **known), None)


def _form_page(table: Table, form: EntryForm, row: Row | None, theirs: Sequence[str] = ()) -> str:
    return render_template("catalog/edit.html", table=table, form=form, row=row, theirs=theirs)


@bp.post(SLUG + "/new")
@requires("catalog.edit")
def add(slug: str) -> AnyResponse | tuple[str, int]:
    """Add an entry."""
    found = BY_SLUG[slug]
    form = entry_form(found, queries.list_options(current.store(), found, None), None)
    with current.store().writing() as tx:
        made = plan_now(tx, found, form.sheet(None))
        good = form.take_problems(made)
        if made.changes and made.changes[0].before is not None:
            form["code"].errors = [_("这个代码已经有了。请换一个，或去修改那一条。")]
            good = False
        if good:
            queries.apply(tx, made, actor_id=current.user().id, at=current.now())
            row = queries.find_row_by_code(tx, found, str(made.changes[0].after["code"]))
    if not good or row is None:
        return _form_page(found, form, None), 422
    return redirect(url_for("catalog.show", slug=slug, row_id=row["id"]))


@bp.get(ENTRY + "/edit")
@requires("catalog.edit")
def edit(slug: str, row_id: str) -> str:
    """Show the form of one entry."""
    found = BY_SLUG[slug]
    row = _get_row(current.store(), found, row_id)
    entry = queries.entry_of(found, row)
    form = entry_form(found, queries.list_options(current.store(), found, entry), entry)
    form.version.data = fingerprint(entry)
    return _form_page(found, form, row)


@bp.post(ENTRY + "/edit")
@requires("catalog.edit")
def save(slug: str, row_id: str) -> AnyResponse | tuple[str, int]:
    """Save one entry, unless somebody else changed it since the form was opened: then show both."""
    found = BY_SLUG[slug]
    with current.store().writing() as tx:
        row = _get_row(tx, found, row_id)
        entry = queries.entry_of(found, row)
        form = entry_form(found, queries.list_options(tx, found, entry), entry)
        made = plan_now(tx, found, form.sheet(row["code"]))
        stale = form.version.data != fingerprint(entry)
        good = form.take_problems(made) and not stale
        if good:
            queries.apply(tx, made, actor_id=current.user().id, at=current.now())
    if stale:
        form.version.data = fingerprint(entry)
        return _form_page(found, form, row, [key for change in made.changes for key in change.keys]), 409
    if not good:
        return _form_page(found, form, row), 422
    return redirect(url_for("catalog.show", slug=slug, row_id=row_id))


@bp.post(ENTRY + "/retire")
@requires("catalog.edit")
def retire(slug: str, row_id: str) -> AnyResponse:
    """Take an entry out of use from today; nothing that refers to it is lost."""
    return _set_retired(slug, row_id, current.today())


@bp.post(ENTRY + "/restore")
@requires("catalog.edit")
def restore(slug: str, row_id: str) -> AnyResponse:
    """Take an entry into use again."""
    return _set_retired(slug, row_id, None)


def _set_retired(slug: str, row_id: str, day: date | None) -> AnyResponse:
    found = BY_SLUG[slug]
    headings = tuple(found.column(key).heading for key in ("code", found.retired))
    with current.store().writing() as tx:
        row = _get_row(tx, found, row_id)
        if (row[found.retired] is None) != (day is None):
            made = plan_now(tx, found, Sheet(headings, (Line(1, (row["code"], day or "")),)))
            if made.problems:
                problem = made.problems[0]
                raise ConflictError(_(problem.text, **problem.params))
            queries.apply(tx, made, actor_id=current.user().id, at=current.now())
    return redirect(url_for("catalog.show", slug=slug, row_id=row_id))
