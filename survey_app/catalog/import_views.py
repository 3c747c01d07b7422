"""Tables of the catalogue as files: upload, look at what would change, confirm; export; empty templates."""

import io
from pathlib import Path

from flask import Blueprint, Response, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app import current
from survey_app.catalog import exports, queries, spreadsheet, uploads
from survey_app.catalog.forms import ConfirmForm, UploadForm
from survey_app.catalog.plan import Plan
from survey_app.catalog.problems import SpreadsheetError
from survey_app.catalog.spreadsheet import Sheet
from survey_app.catalog.tables import TABLES, Table
from survey_app.errors import NotFoundError
from survey_app.i18n import _
from survey_app.security import requires
from survey_app.store import Reader, Row

bp = Blueprint("files", __name__)

SHOWN_CHANGES = 200
SHIPPED = Path(__file__).parent / "data"
DEFAULTS = {"categories": ("categories",), "checklists": ("categories", "checklists", "checklist_items")}
BY_SLUG = {table.slug: table for table in TABLES.values()}
SLUG = "/catalog/<any(" + ", ".join(f"'{slug}'" for slug in BY_SLUG) + "):slug>"


def plan_now(reader: Reader, table: Table, sheet: Sheet) -> Plan:
    """Return what a sheet would change in the catalogue as it is now."""
    return queries.make_plan(reader, table, sheet, current.today())


def _done(made: Plan) -> str:
    return f"{made.added}-{made.updated}-{made.unchanged}"


@bp.get(SLUG + "/import")
@requires("catalog.edit")
def upload(slug: str) -> str:
    """Show how to import a spreadsheet."""
    return render_template("catalog/upload.html", table=BY_SLUG[slug], form=UploadForm())


@bp.post(SLUG + "/import")
@requires("catalog.edit")
def check_upload(slug: str) -> AnyResponse | tuple[str, int]:
    """Keep an uploaded file that can be read, then show what it would change."""
    found, form = BY_SLUG[slug], UploadForm()
    if form.validate():
        content = form.file.data.read(spreadsheet.MAX_BYTES + 1)
        try:
            plan_now(current.store(), found, spreadsheet.read(content))
        except SpreadsheetError as error:
            form.file.errors = [_(error.text, **error.params)]
        else:
            name = str(form.file.data.filename)[-100:]
            with current.store().writing() as tx:
                upload_id = uploads.add_upload(
                    tx,
                    found,
                    person_id=current.user().id,
                    file_name=name,
                    content=content,
                    at=current.now(),
                )
            return redirect(url_for("catalog.files.preview", slug=slug, upload_id=upload_id))
    return render_template("catalog/upload.html", table=found, form=form), 422


def _get_upload(reader: Reader, table: Table, upload_id: str) -> Row:
    row = uploads.find_upload(reader, table, upload_id, current.user().id)
    if row is None:
        raise NotFoundError(_("这个文件已经导入过或放得太久了。请再上传一次。"))
    return row


@bp.get(SLUG + "/import/<upload_id>")
@requires("catalog.edit")
def preview(slug: str, upload_id: str) -> str:
    """Show every problem of an uploaded file, or else what it would change."""
    found, store = BY_SLUG[slug], current.store()
    file = _get_upload(store, found, upload_id)
    made = plan_now(store, found, spreadsheet.read(file["content"]))
    return _preview_page(found, file, made)


def _preview_page(table: Table, file: Row, made: Plan, changed: bool = False) -> str:
    form = ConfirmForm(formdata=None, plan=made.fingerprint)
    return render_template(
        "catalog/preview.html",
        table=table,
        file=file,
        plan=made,
        form=form,
        changed=changed,
        limit=SHOWN_CHANGES,
    )


@bp.post(SLUG + "/import/<upload_id>")
@requires("catalog.edit")
def confirm(slug: str, upload_id: str) -> AnyResponse | tuple[str, int]:
    """Import the file if it still changes just what was shown; otherwise show it again."""
    found = BY_SLUG[slug]
    with current.store().writing() as tx:
        file = _get_upload(tx, found, upload_id)
        made = plan_now(tx, found, spreadsheet.read(file["content"]))
        good = not made.problems and made.fingerprint == ConfirmForm().plan.data
        if good:
            queries.apply(tx, made, actor_id=current.user().id, at=current.now())
            uploads.delete_upload(tx, upload_id)
    if not good:
        return _preview_page(found, file, made, changed=True), 409
    return redirect(url_for("catalog.table", slug=slug, done=_done(made)))


@bp.get(SLUG + "/export.<any(csv, xlsx):kind>")
@requires("catalog.read")
def export(slug: str, kind: str) -> Response:
    """Download a whole table, retired entries too."""
    found = BY_SLUG[slug]
    entries = queries.list_entries(current.store(), found)
    return _download(exports.write(found, entries.values(), kind), f"{_(found.title)}.{kind}")


@bp.get(SLUG + "/template.xlsx")
@requires("catalog.read")
def template(slug: str) -> Response:
    """Download an empty sheet to fill."""
    found = BY_SLUG[slug]
    return _download(exports.template(found), _("%(thing)s-模板", thing=_(found.title)) + ".xlsx")


def _download(content: bytes, name: str) -> Response:
    kind = exports.MEDIA_TYPES[name.rsplit(".", 1)[1]]
    return send_file(io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)


@bp.post(SLUG + "/default")
@requires("catalog.edit")
def adopt(slug: str) -> AnyResponse:
    """Add what the product ships with for a table and what it refers to; what is there stays as it is."""
    if slug not in DEFAULTS:
        raise NotFoundError(_("这张表没有默认内容。"))
    plans = {}
    with current.store().writing() as tx:
        for name in DEFAULTS[slug]:
            sheet = spreadsheet.read((SHIPPED / f"{name}.csv").read_bytes())
            plans[name] = plan_now(tx, TABLES[name], sheet).additions
            queries.apply(tx, plans[name], actor_id=current.user().id, at=current.now())
    return redirect(url_for("catalog.table", slug=slug, done=_done(plans[slug])))
