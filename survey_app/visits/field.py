"""A visit, step by step: arrive, look, handle a matter, dial, leave; later ask again, or confirm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app import current
from survey_app.catalog.queries import find_counter_by_code, list_checklists
from survey_app.errors import NotFoundError
from survey_app.i18n import _, _l
from survey_app.privacy import mask
from survey_app.security import public, requires
from survey_app.store import Row
from survey_app.store.ids import is_uuid, uuid7
from survey_app.sync.intake import FormOp
from survey_app.visits import agenda, fact_forms, facts, record_page, summary_page
from survey_app.visits import summary as told
from survey_app.visits.door import bring
from survey_app.visits.fact_forms import FactForm
from survey_app.visits.fact_page import WORDS, fact_form, items_of

bp = Blueprint("field", __name__)

Answer = Response | tuple[str, int]
DONE = {
    "left": _l("这次体验记完了。"),
    "look": _l("看到的记下了。"),
    "journey": _l("办的过程记下了。"),
    "dial": _l("这通电话记下了。"),
    "edit": _l("改好了。"),
    "withdraw": _l("收回了。"),
}


@bp.get("/visit")
@requires("capture")
def visit() -> str:
    """Show the visit under way, or what there is to begin and to do."""
    return _visit_page(fact_form(facts.VISIT, _open_values() or _assigned()))


@bp.post("/visit")
@requires("capture")
def arrive() -> Answer:
    """Begin a visit, or end the one under way; of two at once neither would be true."""
    form, here, leaving = fact_form(facts.VISIT), _here(), request.form.get("action") == "leave"
    if leaving and here is None:  # it was ended already: pressed twice, or on another page
        return redirect(url_for("field.visit"))
    if here and facts.is_another(here, form.data, leaving=leaving):
        return _visit_page(form, under_way=here), 409
    if not form.validate():
        return _visit_page(form), 422
    said, now = form.payload(facts.VISIT), current.now().isoformat()
    said["started_at"] = said["started_at"] or (here["started_at"] if here else now)
    if leaving:
        said["ended_at"] = said["ended_at"] or now
    said["assignment_id"] = here["assignment_id"] if here else _assignment(said)
    if _take(facts.VISIT, form, said, here):
        return redirect(url_for("visits.records", done="held"))
    if leaving and here:
        return redirect(url_for("field.summary", visit_id=here["id"], done="left"))
    return redirect(url_for("field.visit"))


def _assignment(said: dict[str, Any]) -> str | None:
    """Return the assignment that a visit fulfils, whether its link was tapped or the hall was chosen."""
    visitor_id, wanted = said["for_person_id"] or current.user().id, said["assignment_id"]
    store, today = current.store(), current.today()
    return agenda.choose_assignment(store, visitor_id, said["hall_id"], today, wanted)


@bp.get("/visit/<visit_id>")
@requires("capture")
def summary(visit_id: str) -> str:
    """Show what a visit came to, and what was promised beside what it took."""
    found = told.find_visit(current.store(), visit_id, current.user().id)
    if found is None:
        raise NotFoundError(_("没有找到这次体验，或者它不是您的。"))
    done = DONE.get(request.args.get("done", ""))
    page = summary_page.show(current.store(), found, current.user().id, current.config().time_zone)
    return render_template("field/summary.html", done=done, **page)


@bp.get("/look")
@requires("capture")
def look() -> str:
    """Show the checklist: that of the campaign which sent one here, otherwise the first."""
    lists, here = list_checklists(current.store()), _here()
    wanted = agenda.find_checklist(current.store(), here["id"]) if here else None
    first = lists[0] if lists else {"id": "", "items": []}
    shown = next((one for one in lists if one["id"] == wanted), first)
    form = fact_form(facts.LOOK, {**_place(), "checklist_id": shown["id"]})
    return _page("look", form, items=shown["items"])


@bp.post("/look")
@requires("capture")
def keep_look() -> Answer:
    """Keep what was seen, and offer a record for what was not there."""
    return _keep(facts.LOOK, "look", items=items_of(request.form.get("checklist_id")))


@bp.get("/journey")
@requires("capture")
def journey() -> str:
    """Show what is written down while a matter is handled."""
    return _page("journey", fact_form(facts.JOURNEY, _place()))


@bp.post("/journey")
@requires("capture")
def keep_journey() -> Answer:
    """Keep how a matter went."""
    return _keep(facts.JOURNEY, "journey")


@bp.get("/dial")
@requires("capture")
def dial() -> str:
    """Show the register of service phones, to dial and to say what happened."""
    return _page("dial", fact_form(facts.DIAL, {**_place(), "phone_id": request.args.get("phone", "")}))


@bp.post("/dial")
@requires("capture")
def keep_dial() -> Answer:
    """Keep what a call came to."""
    return _keep(facts.DIAL, "dial")


@bp.get("/follow-up/<record_id>")
@requires("capture")
def follow_up(record_id: str) -> Answer:
    """Show a record of one's own and what was asked about it, and ask for more as long as it stands."""
    about, form = _about(record_id), fact_form(facts.FOLLOW_UP, {"observation_id": record_id})
    return _page("follow_up", form, **about), 409 if about["gone"] else 200


@bp.post("/follow-up/<record_id>")
@requires("capture")
def keep_follow_up(record_id: str) -> Answer:
    """Keep what was asked about the record of the address."""
    about = _about(record_id)
    if about["gone"]:
        return follow_up(record_id)
    return _keep(facts.FOLLOW_UP, "follow_up", {"observation_id": record_id}, **about)


@bp.get("/confirm/<record_id>")
@requires("capture")
def confirm(record_id: str) -> str:
    """Show what was entered for this person, and ask whether it is right."""
    about = _entered(record_id)
    shown = {"record_id": record_id, "version": about["row"]["head_op_id"]}
    return _page("confirm", fact_form(facts.CONFIRMATION, shown), **about)


@bp.post("/confirm/<record_id>")
@requires("capture")
def keep_confirmation(record_id: str) -> Answer:
    """Keep what a leader says of the entry of the address."""
    return _keep(facts.CONFIRMATION, "confirm", {"record_id": record_id}, **_entered(record_id))


def _about(record_id: str) -> dict[str, Any]:
    row = agenda.find_own_observation(current.store(), record_id, current.user().id)
    if row is None:
        raise NotFoundError(_("没有找到这一条，或者它不是您的记录。"))
    gone = row["state"] == "withdrawn"
    return {"row": _masked(row), "told": record_page.show(current.store(), row), "gone": gone}


def _entered(record_id: str) -> dict[str, Any]:
    me, store = current.user().id, current.store()
    row = agenda.find_own_observation(store, record_id, me)
    if row is None or row["visitor_id"] != me or row["author_id"] == me:
        row = agenda.find_entered_visit(store, record_id, me)
    if row is None:
        raise NotFoundError(_("没有找到这一条，或者它不是替您记的。"))
    shown = {**row, "text": mask(row.get("text") or row["note"]), "quote": mask(row.get("quote") or "")}
    return {"row": shown, "told": {"said": record_page.said_of(store, row)}}


def _here() -> Row | None:
    return agenda.find_open_visit(current.store(), current.user().id, current.today())


def _place() -> dict[str, Any]:
    """Return what a fact of the visit under way begins with."""
    here = _here()
    return {"visit_id": here["id"], "hall_id": here["hall_id"]} if here else {}


def _open_values() -> dict[str, Any]:
    here = _here()
    return facts.payload_of(here) if here else {}


def _assigned() -> dict[str, Any]:
    """Return what a visit begins with: the address names an assignment, or the counter of a QR label."""
    counter = find_counter_by_code(current.store(), request.args.get("counter", ""))
    if counter:
        return {"hall_id": counter["hall_id"]}
    rows = agenda.list_assignments(current.store(), current.user().id, current.today())
    found = next((row for row in rows if row["id"] == request.args.get("assignment")), None)
    return {"assignment_id": found["id"], "hall_id": found["hall_id"]} if found else {}


def _keep(kind: str, view: str, address: Mapping[str, str] | None = None, **about: Any) -> Answer:
    """Keep what a form says; what the ``address`` says counts before what the form does."""
    form = fact_form(kind)
    for name, value in (address or {}).items():
        form[name].data = value
    if not form.validate():
        return _page(view, form, **about), 422
    if _take(kind, form, form.payload(kind), None):
        return redirect(url_for("visits.records", done="held"))
    if kind in (facts.FOLLOW_UP, facts.CONFIRMATION):
        return redirect(url_for("visits.records", done=view))
    return redirect(url_for("field.visit", done=view))


def _take(kind: str, form: FactForm, payload: dict[str, Any], base: Row | None) -> str:
    """Bring what a form says; return why it is held, or nothing."""
    op_id = form.op_id.data if is_uuid(form.op_id.data) else uuid7()
    record_id, base_id = (base["id"], base["head_op_id"]) if base else (op_id, None)
    return bring(FormOp(op_id, record_id, kind, payload, (), base=base_id))


def _visit_page(form: FactForm, under_way: Row | None = None) -> str:
    """Return the page of the visit under way, or with one beside ``under_way`` what was typed to begin it."""
    store, me, today = current.store(), current.user().id, current.today()
    return _page(
        "visit",
        form,
        assignments=agenda.list_assignments(store, me, today),
        done=DONE.get(request.args.get("done", "")),
        here=None if under_way else _here(),
        under_way=under_way,
        past=agenda.list_past_visits(store, me, today),
        ask_again=[_masked(row) for row in agenda.list_to_ask_again(store, me, today)],
        entered=[_masked(row) for row in agenda.list_to_confirm(store, me)],
    )


def _masked(row: Row) -> Row:
    return {**row, "text": mask(row["text"]), "quote": mask(row["quote"])}


def _page(view: str, form: FactForm, **about: Any) -> str:
    return render_template(f"field/{view}.html", form=form, **WORDS, **about)


@bp.get("/shell/field")
@public
def field_shell() -> str:
    """Serve the page that a phone keeps for a visit: the same for everyone."""
    made = {
        kind: form(formdata=None, known=lambda *_names: False, zone=current.config().time_zone,
                   now=current.now(), meta={"csrf": False})
        for kind, form in fact_forms.FORMS.items()
    }  # fmt: skip
    for kind, form in made.items():  # all of them stand in one page
        for field in form:
            field.id = field.label.field_id = f"{kind}-{field.id}"
    return render_template("field/shell.html", forms=made, neutral=True, **WORDS)
