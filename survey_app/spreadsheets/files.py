"""Tables as files: upload, look at what would change, confirm; export; empty templates."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import Any, Protocol

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app import current
from survey_app.catalog import cells, exports, queries, spreadsheet, uploads
from survey_app.catalog.plan import Plan
from survey_app.catalog.problems import Problem, SpreadsheetError
from survey_app.catalog.tables import Table
from survey_app.errors import NotFoundError
from survey_app.i18n import _
from survey_app.privacy import mask
from survey_app.security import requires
from survey_app.spreadsheets import editing
from survey_app.spreadsheets.forms import ConfirmForm, UploadForm
from survey_app.store import Reader, Row

SHOWN_CHANGES = 200


class Address(Protocol):
    """Where the list of a table is; ``args`` stand in the address."""

    def __call__(self, table: Table, **args: str) -> str:
        """Return the address."""


class Files:
    """The files of some tables: ``bp`` hangs into the blueprint of the room that has them.

    ``rule`` is their address with a ``slug`` in it; ``read`` and ``edit`` are permissions.
    """

    def __init__(self, tables: Iterable[Table], *, rule: str, listed: Address, read: str, edit: str) -> None:
        self.by_slug = {table.slug: table for table in tables}
        self.listed = listed
        self.bp = Blueprint("files", __name__)
        self._route("GET", rule + "/import", edit, self.upload)
        self._route("POST", rule + "/import", edit, self.check_upload)
        self._route("GET", rule + "/import/<upload_id>", edit, self.preview)
        self._route("POST", rule + "/import/<upload_id>", edit, self.confirm)
        self._route("GET", rule + "/export.<any(csv, xlsx):kind>", read, self.export)
        self._route("GET", rule + "/template.xlsx", read, self.template)

    def _route(self, method: str, rule: str, permission: str, view: Callable[..., Any]) -> None:
        @requires(permission)
        @wraps(view)
        def guarded(**args: str) -> Any:  # a method takes no mark of its own
            return view(**args)

        self.bp.add_url_rule(rule, view.__name__, guarded, methods=[method])

    def done(self, made: Plan) -> AnyResponse:
        """Go to the list, which says what was imported."""
        said = f"{made.added}-{made.updated}-{made.unchanged}"
        return redirect(self.listed(made.table, done=said))

    def what_was_done(self) -> dict[str, str] | None:
        """Return what the address of a list says was imported: added, updated, unchanged."""
        match = re.fullmatch(r"(\d{1,5})-(\d{1,5})-(\d{1,5})", request.args.get("done", ""))
        return dict(zip(("added", "updated", "unchanged"), match.groups(), strict=True)) if match else None

    def upload(self, slug: str) -> str:
        """Show how to import a spreadsheet."""
        return self._upload_page(self.by_slug[slug], UploadForm())

    def _upload_page(self, table: Table, form: UploadForm) -> str:
        return render_template("spreadsheets/upload.html", table=table, form=form, back=self.listed(table))

    def check_upload(self, slug: str) -> AnyResponse | tuple[str, int]:
        """Keep an uploaded file that can be read, then show what it would change."""
        table, form = self.by_slug[slug], UploadForm()
        if form.validate():
            content = form.file.data.read(spreadsheet.MAX_BYTES + 1)
            try:
                editing.plan_now(current.store(), table, spreadsheet.read(content))
            except SpreadsheetError as error:
                form.file.errors = [_(error.text, **error.params)]
            else:
                upload_id = _keep(table, str(form.file.data.filename)[-100:], content)
                return redirect(url_for(".preview", slug=slug, upload_id=upload_id))
        return self._upload_page(table, form), 422

    def preview(self, slug: str, upload_id: str) -> str:
        """Show every problem of an uploaded file, or else what it would change."""
        table, store = self.by_slug[slug], current.store()
        file = _get_upload(store, table, upload_id)
        return self._preview_page(file, editing.plan_now(store, table, spreadsheet.read(file["content"])))

    def _preview_page(self, file: Row, made: Plan, changed: bool = False) -> str:
        return render_template(
            "spreadsheets/preview.html",
            table=made.table,
            file=file,
            plan=made,
            form=ConfirmForm(formdata=None, plan=made.fingerprint),
            changed=changed,
            limit=SHOWN_CHANGES,
            written=partial(cells.show, made.table),
            said=partial(_said, made.table),
            back=self.listed(made.table),
        )

    def confirm(self, slug: str, upload_id: str) -> AnyResponse | tuple[str, int]:
        """Import the file if it still changes just what was shown; otherwise show it again."""
        table = self.by_slug[slug]
        file = _get_upload(current.store(), table, upload_id)
        sheet = spreadsheet.read(file["content"])  # while others write
        with current.store().writing() as tx:
            file = _get_upload(tx, table, upload_id)
            made = editing.plan_now(tx, table, sheet)
            good = not made.problems and made.fingerprint == ConfirmForm().plan.data
            if good:
                editing.apply(tx, made)
                uploads.delete_upload(tx, upload_id)
        if not good:
            return self._preview_page(file, made, changed=True), 409
        return self.done(made)

    def export(self, slug: str, kind: str) -> Response:
        """Download a whole table, retired entries too."""
        table = self.by_slug[slug]
        entries = queries.list_entries(current.store(), table)
        return _download(exports.write(table, entries.values(), kind), f"{_(table.title)}.{kind}")

    def template(self, slug: str) -> Response:
        """Download an empty sheet to fill."""
        table = self.by_slug[slug]
        name = _("%(thing)s-模板", thing=_(table.title)) + ".xlsx"
        return _download(exports.template(table), name)


def _said(table: Table, problem: Problem) -> str:
    text = _(problem.text, **problem.params)  # may repeat what a cell holds
    return mask(text) if table.private else text


def _keep(table: Table, name: str, content: bytes) -> str:
    person_id, at = current.user().id, current.now()
    with current.store().writing() as tx:
        return uploads.add_upload(tx, table, person_id=person_id, file_name=name, content=content, at=at)


def _get_upload(reader: Reader, table: Table, upload_id: str) -> Row:
    row = uploads.find_upload(reader, table, upload_id, current.user().id)
    if row is None:
        raise NotFoundError(_("这个文件已经导入过或放得太久了。请再上传一次。"))
    return row


def _download(content: bytes, name: str) -> Response:
    kind = exports.MEDIA_TYPES[name.rsplit(".", 1)[1]]
    return send_file(io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)
