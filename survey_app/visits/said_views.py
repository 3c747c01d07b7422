"""What was seen, handled and dialled, from any browser: changed or taken back by who said it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice, SelectField

from survey_app import current
from survey_app.catalog import queries as catalog
from survey_app.errors import ConflictError, NotFoundError
from survey_app.i18n import _
from survey_app.security import requires
from survey_app.store.ids import is_uuid, uuid7
from survey_app.sync.history import assemble
from survey_app.sync.intake import FormOp
from survey_app.sync.kinds import WITHDRAW, History
from survey_app.sync.queries import list_ops
from survey_app.visits import agenda, fact_kinds, facts, queries, summary
from survey_app.visits.door import bring
from survey_app.visits.fact_forms import FactForm
from survey_app.visits.fact_page import WORDS, fact_form
from survey_app.visits.form_parts import InstantField
from survey_app.visits.record_views import LONGEST_REASON

bp = Blueprint("said", __name__)

SAID = "/said/<record_id>"
CHANGED = (facts.LOOK, facts.JOURNEY, facts.DIAL)


@bp.get(SAID + "/edit")
@requires("capture")
def edit(record_id: str) -> str:
    """Show what was said, to be changed."""
    history = _history(record_id)
    form = fact_form(history.first.kind, dict(history.head.payload))
    _show_times(form)
    return _page(form, history, history.head.id)


@bp.post(SAID + "/edit")
@requires("capture")
def save_edit(record_id: str) -> Response | tuple[str, int]:
    """Keep the change as an edit of what was shown; what cannot be taken is shown again, whole."""
    history, base = _history(record_id), request.form.get("base", "")
    kind, form = history.first.kind, fact_form(history.first.kind)
    form["visit_id"].data = history.head.payload.get("visit_id")
    if not form.validate():
        return _page(form, history, base), 422
    op_id = form.op_id.data if is_uuid(form.op_id.data) else uuid7()
    said = FormOp(op_id, record_id, kind, form.payload(kind), base=base if is_uuid(base) else history.head.id)
    return _done(history, bring(said), "edit")


@bp.get(SAID + "/withdraw")
@requires("capture")
def ask_withdraw(record_id: str) -> str:
    """Ask whether it is to be taken back, and why."""
    history = _history(record_id)
    return render_template(
        "visits/withdraw.html",
        text=fact_kinds.TITLES[history.first.kind],
        op_id=uuid7(),
        action=url_for("said.withdraw", record_id=record_id),
        back=_back(history),
    )


@bp.post(SAID + "/withdraw")
@requires("capture")
def withdraw(record_id: str) -> Response:
    """Take it back; the office still sees that it was."""
    history, sent = _history(record_id), request.form.get("op_id", "")
    reason = request.form.get("reason", "")[:LONGEST_REASON]
    op_id = sent if is_uuid(sent) else uuid7()
    held = bring(FormOp(op_id, record_id, WITHDRAW, {"reason": reason}, base=history.head.id))
    return _done(history, held, "withdraw")


def _history(record_id: str) -> History:
    """Return what was said under an id, as long as its author may still change it."""
    store = current.store()
    ops = list_ops(store, record_id)
    if not ops or ops[0].author_id != current.user().id or ops[0].kind not in CHANGED:
        raise NotFoundError(_("没有找到这一条，或者它不是您的记录。"))
    history = assemble(record_id, ops)
    if history.withdrawn:
        raise ConflictError(_("这一条已经收回了。"))
    found = agenda.find_own_observation(store, record_id, current.user().id)  # what an unheard call makes
    if found and found["state"] == "triaged":
        raise ConflictError(_("改革办已研判，不能再改。要补充，请另记一条。"))
    return history


def _page(form: FactForm, history: History, base: str) -> str:
    _offer_what_was_chosen(form)
    return render_template(
        "field/said.html",
        form=form,
        kind=history.first.kind,
        items=summary.list_items(current.store(), history.record_id),
        title=fact_kinds.TITLES[history.first.kind],
        record_id=history.record_id,
        base=base,
        back=_back(history),
        **WORDS,
    )


def _show_times(form: FactForm) -> None:
    """Show each instant in the time of the place, whatever zone a phone wrote it in."""
    for field in form:
        if isinstance(field, InstantField) and (at := field.at(form.zone)):
            field.data = at.astimezone(form.zone).replace(tzinfo=None).isoformat()


def _offer_what_was_chosen(form: FactForm) -> None:
    """What has left the catalogue since stays chosen."""
    for field in form:
        if type(field) is not SelectField or not field.data:
            continue
        row = catalog.find_row(current.store(), queries.TABLES[field.name], field.data)
        if row and row["id"] not in [choice.value for choice in field.choices]:
            field.choices = [*field.choices, SelectChoice(row["id"], row.get("name") or row["number"])]


def _back(history: History) -> str:
    """Return the page on which it is told: that of its visit, or of one's own records."""
    visit_id = history.head.payload.get("visit_id") or ""
    if summary.find_visit(current.store(), visit_id, current.user().id):
        return url_for("field.summary", visit_id=visit_id)
    return url_for("visits.records")


def _done(history: History, held: str, done: str) -> Response:
    if held:
        return redirect(url_for("visits.records", done="held"))
    back = _back(history)
    return redirect(f"{back}?done={done}")
