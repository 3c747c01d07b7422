"""What people, leaders and the media said: listed, written down, answered one after another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app import audit, current
from survey_app.catalog import cells
from survey_app.catalog import queries as catalog
from survey_app.catalog.tables import Table
from survey_app.catalog.vocabulary import SEVERITIES
from survey_app.errors import ConflictError, NotFoundError
from survey_app.i18n import _
from survey_app.paging import place
from survey_app.privacy import mask
from survey_app.rectification import recording
from survey_app.rectification.workflow import Actor
from survey_app.security import requires
from survey_app.spreadsheets import editing
from survey_app.spreadsheets.editing import OK, STALE, Attempt
from survey_app.spreadsheets.files import Files
from survey_app.spreadsheets.forms import EntryForm
from survey_app.store import Row
from survey_app.voices import figure_views, queries, voice
from survey_app.voices.forms import FilterForm
from survey_app.voices.queries import PAGE, Filter
from survey_app.voices.tables import ANSWERING, ASKED, ASKED_OF_ANSWERS, TABLES, VOICES

bp = Blueprint("voices", __name__)

LISTS = {"voices": "voices.index", "figures": "voices.figures.index"}
RULE = "/voices/tables/<any('voices', 'figures'):slug>"
QUICK_DAYS = (7, 10, 30)
CODE_PREFIX = "V"
SEES_ALL = frozenset({"office", "leader"})


def _listed(table: Table, **args: str) -> str:
    return url_for(LISTS[table.slug], **args)  # type: ignore[arg-type]


FILES = Files(TABLES, rule=RULE, listed=_listed, read="voices.edit", edit="voices.edit")
bp.register_blueprint(FILES.bp)
bp.register_blueprint(figure_views.bp)


@bp.context_processor
def _words() -> dict[str, Any]:
    today = current.today()
    return {
        "done": FILES.what_was_done(),
        "actions": {"add": _("记下了"), "edit": _("改了"), "retire": _("撤下了"), "restore": _("放回来了")},
        "kinds": voice.KINDS,
        "levels": voice.LEVELS,
        "severities": SEVERITIES,
        "is_waiting": voice.is_waiting,
        "waited": lambda row: voice.waited(row, today),
        "urgency": lambda row: voice.urgency(row, today),
    }


def _scope() -> str | None:
    """Return the unit to which the reader is confined; None for those who see every voice."""
    user = current.user()
    return (user.unit_id or "") if SEES_ALL.isdisjoint(user.roles) else None


def _get_voice(voice_id: str) -> Row:
    row = queries.find_voice(current.store(), voice_id, _scope())
    if row is None:
        raise NotFoundError(_("没有找到这一条。请从群众声音重新进入。"))
    return row


def _masked(row: Row) -> Row:
    words = ("title", "text", "source", "author_post", "reply", "excerpt")
    return {**row, **{name: mask(row[name]) for name in words}}


@bp.get("/voices")
@requires("voices.read")
def index() -> str:
    """List what was said, leaders' comments and who waits for an answer first."""
    store, today, page = current.store(), current.today(), max(request.args.get("page", 1, type=place), 1)
    form = FilterForm(request.args)
    form.offer(catalog.list_units(store))
    wanted = form.wanted(_scope())
    counts = queries.count_voices(store, replace(wanted, kind=""))
    netizens = replace(wanted, kind="netizen", state="")
    total = counts[wanted.kind] if wanted.kind else sum(counts.values())
    rows = queries.list_voices(store, wanted, offset=PAGE * (page - 1))
    return render_template(
        "voices/index.html",
        form=form,
        wanted=wanted,
        without=lambda name: _without(wanted, name),
        table=VOICES,
        rows=[_masked(row) for row in rows],
        counts=counts,
        total=total,
        asked=queries.count_voices(store, netizens)["netizen"],
        answered=queries.count_voices(store, replace(netizens, state="answered"))["netizen"],
        waiting=queries.count_voices(store, Filter(state="waiting", scope=_scope()))["netizen"],
        quick=[(days, today - timedelta(days=days - 1), today) for days in QUICK_DAYS],
        earlier=url_for("voices.index", **wanted.address(), page=page - 1) if page > 1 else "",
        later=url_for("voices.index", **wanted.address(), page=page + 1) if total > PAGE * page else "",
    )


def _without(wanted: Filter, name: str) -> dict[str, Any]:
    """Return the conditions of an address without one; the two ends of a period go together."""
    gone = {"since", "until"} if name == "since" else {name}
    return {key: value for key, value in wanted.address().items() if key not in gone}


@bp.get("/voices/next")
@requires("voices.answer")
def next_waiting() -> Response:
    """Go to who has waited longest for an answer."""
    return _to_next(None)


def _to_next(after: Row | None) -> Response:
    found = queries.find_next_waiting(current.store(), _scope(), after)
    if found is None:
        return redirect(url_for("voices.index", answered="all"))
    return redirect(url_for("voices.show", voice_id=found))


@bp.get("/voices/<voice_id>")
@requires("voices.read")
def show(voice_id: str) -> str:
    """Show one voice, its answer, and what happened to it."""
    row = _get_voice(voice_id)
    form = editing.edit_form(current.store(), ASKED_OF_ANSWERS, row)
    form["replied_on"].data = form["replied_on"].data or current.today().isoformat()
    return _voice_page(row, form)


def _voice_page(row: Row, form: EntryForm, theirs: bool = False) -> str:
    store = current.store()
    form["reply"].render_kw = {"aria-keyshortcuts": "r"}
    return render_template(
        "voices/show.html",
        voice=_masked(row),
        finding=queries.find_finding(store, row["id"]),
        form=form,
        theirs=theirs,
        history=audit.history(store, VOICES.entity, row["id"]),
        table=VOICES,
        next_id=queries.find_next_waiting(store, _scope(), row),
        left=queries.count_voices(store, Filter(state="waiting", scope=_scope()))["netizen"],
    )


@bp.post("/voices/<voice_id>/answer")
@requires("voices.answer")
def answer(voice_id: str) -> Response | tuple[str, int]:
    """Answer a netizen, in the name of one's own unit, and go on to the next who waits."""
    row = _get_voice(voice_id)
    if row["kind"] != "netizen" or row["withdrawn_on"]:
        raise ConflictError(_("这一条不用答复。"))
    tried = editing.save(ANSWERING, voice_id, ASKED_OF_ANSWERS, {"reply_unit_id": _answering_unit(row)})
    if tried.status != OK:
        return _voice_page(_get_voice(voice_id), tried.form, tried.status == STALE), tried.status
    if request.form.get("then") == "stay":
        return redirect(url_for("voices.show", voice_id=voice_id))
    return _to_next(row)


def _answering_unit(row: Row) -> str:
    """Return the code of the unit that answers: one's own; the office answers for the unit concerned."""
    user = current.user()
    if user.can("voices.edit") and row["unit_code"]:
        return str(row["unit_code"])
    units = catalog.list_units(current.store(), retired=True)
    return next((unit["code"] for unit in units if unit["id"] == user.unit_id), "")


@bp.get("/voices/new/<any('comment', 'netizen', 'letter', 'media'):kind>")
@requires("voices.edit")
def new(kind: str) -> str:
    """Show the form of a voice of one kind."""
    form = editing.new_form(ASKED[kind], {"received_on": current.today().isoformat()})
    return _form_page(kind, form)


@bp.post("/voices/new/<any('comment', 'netizen', 'letter', 'media'):kind>")
@requires("voices.edit")
def add(kind: str) -> Response | tuple[str, int]:
    """Write a voice down."""
    form = editing.new_form(ASKED[kind])
    row = editing.add(VOICES, form, {"kind": kind}, prefix=CODE_PREFIX)
    if row is None:
        return _form_page(kind, form), 422
    return redirect(url_for("voices.show", voice_id=row["id"]))


@bp.get("/voices/<voice_id>/edit")
@requires("voices.edit")
def edit(voice_id: str) -> str:
    """Show the form of one voice."""
    row = _get_voice(voice_id)
    return _form_page(row["kind"], editing.edit_form(current.store(), ASKED[row["kind"]], row), row)


@bp.post("/voices/<voice_id>/edit")
@requires("voices.edit")
def save(voice_id: str) -> Response | tuple[str, int]:
    """Keep what was changed, unless somebody else changed it since: then show both."""
    kind = _get_voice(voice_id)["kind"]
    tried = editing.save(VOICES, voice_id, ASKED[kind])
    if tried.status != OK:
        return _form_page(kind, tried.form, tried.row, _theirs(tried)), tried.status
    return redirect(url_for("voices.show", voice_id=voice_id))


def _theirs(tried: Attempt) -> dict[str, str]:
    """Return what stands there now, by the words of its field, where it is not what was typed."""
    now = catalog.entry_of(VOICES, tried.row)
    columns = [VOICES.column(key) for key in tried.theirs]
    return {_(column.shown): str(cells.show(VOICES, column, now[column.key])) or "—" for column in columns}


def _form_page(
    kind: str, form: EntryForm, row: Row | None = None, theirs: dict[str, str] | None = None
) -> str:
    return render_template("voices/edit.html", kind=kind, form=form, row=row, theirs=theirs)


@bp.post("/voices/<voice_id>/problem")
@requires("findings.manage")
def to_problem(voice_id: str) -> Response:
    """Make a problem of a voice, to be handed over on its page; one that is one already is shown."""
    row, now = _get_voice(voice_id), current.now().astimezone(current.config().time_zone)
    if row["withdrawn_on"]:
        raise ConflictError(_("这一条撤下了。要立为问题，请先放回来。"))
    user = current.user()
    office = Actor(user.id, user.roles, user.unit_id)
    with current.store().writing() as tx:
        known = queries.find_finding(tx, voice_id)
        if known is None:
            said = voice.as_problem(row)
            judged = {"severity": said["severity"] or "normal"}
            made = recording.open_from_voice(tx, said, judged, actor=office, now=now)
            queries.set_finding(tx, voice_id, made.id)
    finding_id = known["id"] if known else made.id
    return redirect(url_for("findings.show", finding_id=finding_id))


@bp.post("/voices/<voice_id>/withdraw")
@requires("voices.edit")
def withdraw(voice_id: str) -> Response:
    """Take a voice out of every list; nothing of it is lost."""
    editing.set_retired(VOICES, voice_id, current.today())
    return redirect(url_for("voices.show", voice_id=voice_id))


@bp.post("/voices/<voice_id>/restore")
@requires("voices.edit")
def restore(voice_id: str) -> Response:
    """Take a voice into the lists again."""
    editing.set_retired(VOICES, voice_id, None)
    return redirect(url_for("voices.show", voice_id=voice_id))
