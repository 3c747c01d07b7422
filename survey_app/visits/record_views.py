"""One's own record, from any browser: changed or taken back until the office has decided about it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app import current
from survey_app.errors import ConflictError, NotFoundError
from survey_app.i18n import _
from survey_app.privacy import mask
from survey_app.security import requires
from survey_app.store.ids import is_uuid, uuid7
from survey_app.sync.history import assemble
from survey_app.sync.intake import FormOp
from survey_app.sync.kinds import WITHDRAW, Op
from survey_app.sync.queries import list_ops
from survey_app.visits import agenda
from survey_app.visits.capture_page import capture_form, show_photos, take
from survey_app.visits.door import bring
from survey_app.visits.forms import CaptureForm
from survey_app.visits.observation import OP_KIND

bp = Blueprint("own_records", __name__)

RECORD = "/records/<record_id>"
LONGEST_REASON = 500


@bp.get(RECORD + "/edit")
@requires("capture")
def edit(record_id: str) -> str:
    """Show a record of one's own, to be changed."""
    head, whom = _head(record_id)
    form = _form(whom, dict(head.payload))
    show_photos(form, head.photos)
    return render_template("visits/edit.html", form=form, record_id=record_id, base=head.id)


@bp.post(RECORD + "/edit")
@requires("capture")
def save_edit(record_id: str) -> Response | tuple[str, int]:
    """Keep the change as an edit of what was shown; one made elsewhere meanwhile stays beside it."""
    head, whom = _head(record_id)
    form = _form(whom)
    base = request.form.get("base", "")
    named = take(form, there=head.photos)
    if named is None:
        return render_template("visits/edit.html", form=form, record_id=record_id, base=base), 422
    op_id = form.op_id.data if is_uuid(form.op_id.data) else uuid7()
    payload = form.observation().payload() | ({"for_person_id": whom} if whom else {})
    held = bring(FormOp(op_id, record_id, OP_KIND, payload, named, base=base if is_uuid(base) else head.id))
    row = agenda.find_own_observation(current.store(), record_id, current.user().id) or {}
    done = "held" if held else "forked" if row.get("forked") else "edit"
    return redirect(url_for("visits.records", done=done))


@bp.get(RECORD + "/withdraw")
@requires("capture")
def ask_withdraw(record_id: str) -> str:
    """Ask whether a record is to be taken back, and why."""
    text = str(_head(record_id)[0].payload.get("text", ""))
    return render_template(
        "visits/withdraw.html",
        text=mask(text),
        op_id=uuid7(),
        action=url_for("own_records.withdraw", record_id=record_id),
        back=url_for("visits.records"),
    )


@bp.post(RECORD + "/withdraw")
@requires("capture")
def withdraw(record_id: str) -> Response:
    """Take a record back; the office still sees that it was."""
    head, sent = _head(record_id)[0], request.form.get("op_id", "")
    op_id = sent if is_uuid(sent) else uuid7()
    reason = request.form.get("reason", "")[:LONGEST_REASON]
    held = bring(FormOp(op_id, record_id, WITHDRAW, {"reason": reason}, base=head.id))
    return redirect(url_for("visits.records", done="held" if held else "withdraw"))


def _form(whom: str | None, filled: dict[str, Any] | None = None) -> CaptureForm:
    """Return the form; whom a record was entered for is no longer asked."""
    form = capture_form(filled)
    if whom:
        del form.for_person_id
    return form


def _head(record_id: str) -> tuple[Op, str | None]:
    """Return the op whose words count of a record that its author may still change, and whom it is for."""
    me, store = current.user().id, current.store()
    row = agenda.find_own_observation(store, record_id, me)
    if row is None or row["author_id"] != me:
        raise NotFoundError(_("没有找到这一条，或者它不是您的记录。"))
    if row["state"] == "triaged":
        raise ConflictError(_("改革办已研判，不能再改。要补充，请另记一条。"))
    head = assemble(record_id, list_ops(store, record_id)).head
    if row["state"] != "reported" or head.kind != OP_KIND:
        raise ConflictError(_("这一条不能再改了。要补充，请另记一条。"))
    return head, row["visitor_id"] if row["visitor_id"] != me else None
