"""The capture screen, with and without JavaScript, and the list of one's own records."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app import current
from survey_app.catalog.queries import find_counter_by_code
from survey_app.catalog.vocabulary import FINDING_PROGRESS, KINDS, METHODS
from survey_app.i18n import _, _l
from survey_app.paging import place
from survey_app.privacy import mask
from survey_app.security import public, requires
from survey_app.store import Row
from survey_app.store.ids import is_uuid, uuid7
from survey_app.sync import kinds
from survey_app.sync.intake import FormOp
from survey_app.sync.kinds import CHOOSE, WITHDRAW, NamedPhoto
from survey_app.sync.queries import count_in_custody
from survey_app.visits import agenda, queries, record_page, summary, summary_page
from survey_app.visits.capture_page import capture_form, take
from survey_app.visits.door import bring
from survey_app.visits.forms import CaptureForm
from survey_app.visits.observation import OP_KIND

bp = Blueprint("visits", __name__)

ENGINE_TITLES = {WITHDRAW: _l("收回"), CHOOSE: _l("选定版本")}


@bp.get("/capture")
@requires("capture")
def capture() -> str:
    """Show the capture screen, empty or with a draft."""
    draft = queries.find_draft(current.store(), request.args.get("draft", ""), current.user().id)
    filled = {**draft["payload"], "draft_id": draft["id"]} if draft else _of_visit()
    return _page(capture_form(filled))


def _of_visit() -> dict[str, Any]:
    """Return what a record begins with on the visit under way."""
    here = agenda.find_open_visit(current.store(), current.user().id, current.today())
    return {"visit_id": here["id"], "hall_id": here["hall_id"]} if here else {}


@bp.get("/c/<path:code>")
@requires("capture")
def counter(code: str) -> tuple[str, int]:
    """Show the capture screen at the counter whose QR label was scanned."""
    found = find_counter_by_code(current.store(), code)
    if found is None:
        unknown = _("没有找到这个窗口：二维码可能已经停用。可以自己选大厅，照常记录。")
        return _page(capture_form({}), notice=unknown), 404
    here = _of_visit()
    there = here if here.get("hall_id") == found["hall_id"] else {"hall_id": found["hall_id"]}
    return _page(capture_form({**there, "counter_id": found["id"]}), begin="" if here else code), 200


@bp.post("/capture")
@requires("capture")
def save() -> Response | tuple[str, int]:
    """Keep the form as a draft (先存着) or report it (上报); what cannot be taken is shown again, whole."""
    form, aside = capture_form(), request.form.get("action") == "save"
    named = take(form, unfinished=aside)
    if named is None:
        return _page(form), 422
    return _put_aside(form, named) if aside else _report(form, named)


@bp.get("/records")
@requires("capture")
def records() -> str:
    """List one's own records and drafts, each with where it is."""
    store, me = current.store(), current.user().id
    before = request.args.get("before", type=place)
    rows = queries.list_own_records(store, me, before=before)
    return render_template(
        "visits/records.html",
        rows=[_shown(row) for row in rows],
        drafts=[] if before else queries.list_drafts(store, me),
        entered=[] if before else [_masked(row) for row in agenda.list_to_confirm(store, me)],
        ask_again=[]
        if before
        else [_masked(row) for row in agenda.list_to_ask_again(store, me, current.today())],
        held="" if before else _being_checked(queries.count_own_held(store, me)),
        custody=0 if before else count_in_custody(store, me),
        older=url_for("visits.records", before=rows[-1]["n"]) if len(rows) == queries.PAGE else "",
        alone=None if before else summary_page.show_alone(store, me, current.config().time_zone),
    )


def _being_checked(held: dict[str, int]) -> str:
    """Return in words how much of each kind of op waits for the office."""
    known, named = kinds.registered(current_app), Counter[str]()
    for kind, n in held.items():
        title = ENGINE_TITLES.get(kind) or (known[kind].title if kind in known else _("还不认识的内容"))
        named[str(title)] += n
    return "、".join(_("%(what)s %(n)s 条", what=title, n=n) for title, n in named.items())


def _shown(row: Row) -> Row:
    method, kind = METHODS[row["method"]], KINDS[row["kind"]]
    mine = row["visitor_id"] == current.user().id != row["author_id"]
    progress = FINDING_PROGRESS.get(row["progress"])
    said = {"method_word": _(method), "kind_word": _(kind), "progress_words": _(progress) if progress else ""}
    refused = record_page.said_of(current.store(), row) if row["standing"] == "refused" else []
    reason = record_page.reason_of(current.store(), row)
    beside = {"answer": mask(row["answer"]), "mine": mine, "reason": reason, "refused": refused}
    return {**_masked(row), **beside, **said}


def _masked(row: Row) -> Row:
    return {**row, "text": mask(row["text"]), "quote": mask(row["quote"])}


@bp.get("/storage")
@requires("home")
def storage() -> str:
    """Show what is on this phone: its script reads that there."""
    return render_template("visits/storage.html")


@bp.get("/shell/capture")
@public
def capture_shell() -> str:
    """Serve the page that a phone keeps: the same for everyone, without a name, a token or a list."""
    form = CaptureForm(formdata=None, known=lambda *_names: False, meta={"csrf": False})
    return render_template("visits/shell.html", form=form, neutral=True)


def _page(form: CaptureForm, notice: str = "", begin: str = "") -> str:
    return render_template("visits/capture.html", form=form, notice=notice, begin=begin)


def _put_aside(form: CaptureForm, named: tuple[NamedPhoto, ...]) -> Response:
    draft_id = form.draft_id.data if is_uuid(form.draft_id.data) else uuid7()
    kept = {"kept": [photo.sha256 for photo in named], "op_id": form.op_id.data}
    me, at = current.user().id, current.now()
    with current.store().writing() as tx:
        payload = {**form.observation().payload(), **kept}
        queries.set_draft(tx, draft_id, payload, author_id=me, at=at)
    return redirect(url_for("visits.records", done="draft"))


def _report(form: CaptureForm, named: tuple[NamedPhoto, ...]) -> Response:
    op_id = form.op_id.data if is_uuid(form.op_id.data) else uuid7()
    said = form.observation()
    visit = summary.find_visit(current.store(), said.visit_id or "", current.user().id)
    if visit is None or said.hall_id != visit["hall_id"]:
        said = replace(said, visit_id=None)  # somebody else's visit, or one of another hall
    op = FormOp(op_id, op_id, OP_KIND, said.payload(), named)
    held = bring(op)
    if form.draft_id.data:
        with current.store().writing() as tx:
            queries.delete_draft(tx, form.draft_id.data, author_id=current.user().id, at=current.now())
    return redirect(url_for("visits.records", done="held" if held else "report"))
