"""A list that comes back: upload, look at what would change, confirm."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from survey_app import current
from survey_app.catalog import spreadsheet, uploads
from survey_app.catalog.problems import SpreadsheetError
from survey_app.catalog.spreadsheet import Sheet
from survey_app.errors import NotFoundError
from survey_app.i18n import _
from survey_app.rectification import findings, ledger_return, ledger_rows, recording
from survey_app.rectification.finding_page import actor, local_now
from survey_app.rectification.ledger import LISTS
from survey_app.rectification.ledger_desk import as_of, own
from survey_app.rectification.ledger_forms import ConfirmForm, ReturnForm
from survey_app.rectification.ledger_return import Desk, Plan
from survey_app.security import requires
from survey_app.store import Reader, Row

bp = Blueprint("files", __name__)

LONGEST_NAME = 100
SHOWN_CHANGES = 200


@dataclass(frozen=True, slots=True)
class Destination:
    """What an upload is for, beside the tables of the catalogue."""

    name: str


TO_THE_LEDGER = Destination("ledger")


@bp.get("/ledger/import")
@requires("ledger.read")
def upload() -> str:
    """Show how a list comes back."""
    return _upload_page(ReturnForm())


@bp.post("/ledger/import")
@requires("ledger.read")
def check_upload() -> Response | tuple[str, int]:
    """Keep an uploaded file that can be read, then show what it would change."""
    form = ReturnForm()
    if form.validate():
        content = form.file.data.read(spreadsheet.MAX_BYTES + 1)
        name = str(form.file.data.filename)[-LONGEST_NAME:]
        try:
            _plan(current.store(), spreadsheet.read(content), name)
        except SpreadsheetError as error:
            form.file.errors = [_(error.text, **error.params)]
        else:
            with current.store().writing() as tx:
                upload_id = uploads.add_upload(
                    tx,
                    TO_THE_LEDGER,
                    person_id=current.user().id,
                    file_name=name,
                    content=content,
                    at=current.now(),
                )
            return redirect(url_for("ledger.files.preview", upload_id=upload_id))
    return _upload_page(form), 422


@bp.get("/ledger/import/<upload_id>")
@requires("ledger.read")
def preview(upload_id: str) -> str:
    """Show every cell that has to be put right, or else what would change."""
    file = _get_upload(current.store(), upload_id)
    return _preview_page(file, _plan(current.store(), spreadsheet.read(file["content"]), file["file_name"]))


@bp.post("/ledger/import/<upload_id>")
@requires("ledger.read")
def confirm(upload_id: str) -> Response | tuple[str, int]:
    """Do all of it if it is still just what was shown; otherwise show it again."""
    file = _get_upload(current.store(), upload_id)
    sheet = spreadsheet.read(file["content"])  # while others write
    with current.store().writing() as tx:
        file = _get_upload(tx, upload_id)
        plan = _plan(tx, sheet, file["file_name"])
        good = bool(plan.doings) and not plan.problems and plan.fingerprint == ConfirmForm().plan.data
        if good:
            for one in plan.doings:
                recording.record_action(tx, one.finding_id, one.action, actor(), one.facts, now=local_now())
            uploads.delete_upload(tx, upload_id)
    if not good:
        return _preview_page(file, plan, changed=True), 409
    return redirect(url_for("ledger.index", name=plan.listing.name, done=len(plan.changes)))


def _get_upload(reader: Reader, upload_id: str) -> Row:
    row = uploads.find_upload(reader, TO_THE_LEDGER, upload_id, current.user().id)
    if row is None:
        raise NotFoundError(_("这个文件已经导入过或放得太久了。请再上传一次。"))
    return row


def _plan(reader: Reader, sheet: Sheet, file_name: str) -> Plan:
    """Return what a file would do to the problems as they are now."""
    ids = ledger_rows.list_ids_by_number(reader, ledger_return.numbers(sheet), own())
    stored = {row["number"]: row for row in ledger_rows.list_rows(reader, list(ids.values()))}
    desk = Desk(actor(), local_now(), as_of(), file_name, lambda one: findings.load(reader, one))
    return ledger_return.make(sheet, stored, desk)


def _upload_page(form: ReturnForm) -> str:
    returning = {one: [column for column in one.columns if column.takes] for one in LISTS.values()}
    return render_template("rectification/ledger_upload.html", form=form, returning=returning)


def _preview_page(file: Row, plan: Plan, changed: bool = False) -> str:
    form = ConfirmForm(formdata=None, plan=plan.fingerprint)
    return render_template(
        "rectification/ledger_preview.html",
        file=file,
        plan=plan,
        form=form,
        changed=changed,
        limit=SHOWN_CHANGES,
    )
