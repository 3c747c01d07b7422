"""立为问题并交办: a record that was triaged becomes a problem, or joins one that is there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app import current
from survey_app.catalog import queries as catalog
from survey_app.catalog.tables import REFORM_ITEMS
from survey_app.errors import ConflictError, NotFoundError
from survey_app.i18n import _
from survey_app.privacy import mask
from survey_app.rectification import findings, onward, queries, recording, workflow
from survey_app.rectification.finding_forms import ActionForm, DispatchForm, IntoForm, SettleForm
from survey_app.rectification.finding_page import actor, labelled, local_now, show_limits
from survey_app.security import requires
from survey_app.store import Reader, Row, Writer

bp = Blueprint("dispatch", __name__)
Answer = Response | tuple[str, int]


@bp.get("/inbox/<record_id>/finding")
@requires("findings.manage")
def new(record_id: str) -> str:
    """Ask who puts a record right and until when, with what is known filled in."""
    return _page(_get_record(current.store(), record_id))


@bp.post("/inbox/<record_id>/finding")
@requires("findings.manage")
def add(record_id: str) -> Answer:
    """Make a problem of a record and hand it over."""
    record, form = _get_record(current.store(), record_id), _dispatch_form()
    if not form.validate():
        return _page(record, dispatch=form), 422
    facts = form.facts()
    judged = {name: facts[name] for name in ("text", "severity")}
    try:
        with current.store().writing() as tx:
            made = _open(tx, record, judged)
            recording.record_action(tx, made, "assign", actor(), facts, now=local_now())
            if other := _also(tx):
                recording.attach(tx, made, other, actor=actor(), now=local_now())
    except workflow.MissingFactError as refusal:
        form.take_refusal(refusal)
        return _page(record, dispatch=form), 422
    return redirect(_after(record, made))


@bp.post("/inbox/<record_id>/settle")
@requires("findings.manage")
def settle(record_id: str) -> Answer:
    """Keep a record as a problem that was settled on the spot."""
    record, form = _get_record(current.store(), record_id), SettleForm(prefix="settle")
    if not form.validate():
        return _page(record, settle=form), 422
    try:
        with current.store().writing() as tx:
            made = _open(tx, record, {"severity": record["severity"] or "normal"})
            recording.record_action(tx, made, "settle", actor(), form.facts(), now=local_now())
    except workflow.NotNowError as refusal:
        raise ConflictError(_("发现人没有说当场解决了。请交办给责任单位。")) from refusal
    return redirect(_after(record, made))


@bp.post("/inbox/<record_id>/attach")
@requires("findings.manage")
def attach(record_id: str) -> Answer:
    """Add a record to a problem that is there."""
    record = _get_record(current.store(), record_id)
    form = _into_form(record)
    if not form.validate():
        return _page(record, into=form), 422
    chosen = str(form.into_id.data)
    try:
        with current.store().writing() as tx:
            recording.attach(tx, chosen, _get_record(tx, record_id), actor=actor(), now=local_now())
    except workflow.NotNowError as refusal:
        form.take_refusal(refusal)
        return _page(record, into=form), 409
    return redirect(_after(record, chosen))


def _open(tx: Writer, record: Row, judged: dict[str, Any]) -> str:
    """Make the problem inside the transaction; what another was faster with is not made twice."""
    fresh = _get_record(tx, record["id"])
    return recording.open_finding(tx, fresh, judged, actor=actor(), now=local_now()).id


def _also(reader: Reader) -> Row | None:
    """Return the record that becomes one problem with this one, where the address names such."""
    other = queries.find_record(reader, request.values.get("with", ""))
    return other if other and other["state"] == "triaged" and not other["finding_id"] else None


def _get_record(reader: Reader, record_id: str) -> Row:
    """Return a record that can be put into a problem; raise NotFoundError or ConflictError."""
    record = queries.find_record(reader, record_id)
    if record is None:
        raise NotFoundError(_("没有这条记录。请从收件箱重新进入。"))
    if record["finding_id"]:
        raise ConflictError(_("这条记录已经立为问题了。请回到记录，从那里进入。"))
    if record["state"] != "triaged":
        raise ConflictError(_("先研判这条记录，再立为问题。请回到记录，研判后存好。"))
    return record


def _dispatch_form(**begin: Any) -> DispatchForm:
    form = DispatchForm(formdata=None, data=begin) if begin else DispatchForm()
    form.offer(catalog.list_units(current.store()))
    show_limits(form)
    return form


def _into_form(record: Row, *, sent: bool = True) -> IntoForm:
    form = IntoForm(prefix="into") if sent else IntoForm(prefix="into", formdata=None)
    rows = findings.list_into(current.store(), "", record["unit_id"])
    form.offer([labelled(row) for row in rows])
    return form


def _first(record: Row) -> DispatchForm:
    """Return the form with what is known: the hall's unit, the reform item's leader, the usual limit."""
    store, severity = current.store(), record["severity"] or "normal"
    items = [catalog.find_row(store, REFORM_ITEMS, one) for one in queries.list_tags(store, record["id"])]
    lead = next((item["lead_post"] for item in items if item and item["lead_post"]), "")
    form = _dispatch_form(text=record["text"] or record["quote"], unit_id=record["unit_id"], lead_post=lead,
                          severity=severity)  # fmt: skip
    form.deadline_on.data = show_limits(form)[severity].isoformat()
    return form


def _page(
    record: Row,
    *,
    dispatch: DispatchForm | None = None,
    settle: SettleForm | None = None,
    into: ActionForm | None = None,
) -> str:
    form = dispatch or _first(record)
    return render_template(
        "rectification/dispatch.html",
        record=_masked(record),
        form=form,
        limits=show_limits(form),
        settle=settle or SettleForm(prefix="settle", formdata=None),
        into=into or _into_form(record, sent=False),
        also=_masked(also) if (also := _also(current.store())) else None,
        address=onward.wanted().address(),
    )


def _masked(record: Row) -> Row:
    return {**record, "text": mask(record["text"]), "quote": mask(record["quote"])}


def _after(record: Row, finding_id: str) -> str:
    if request.form.get("then") == "next":
        return onward.after(record, "next")
    return url_for("findings.show", finding_id=finding_id, done="assign")
