"""Where a person decides: what is held, what others brought, which version counts, a phone's file."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app import current
from survey_app.accounts import queries as accounts
from survey_app.errors import ConflictError, ForbiddenError, NotFoundError
from survey_app.i18n import _, _l
from survey_app.paging import place
from survey_app.security import requires
from survey_app.store import Reader, Row
from survey_app.store.ids import is_uuid, uuid7
from survey_app.store.instants import to_text
from survey_app.sync import held, installs, intake, kinds, photo_views, queries, rescuing, settling
from survey_app.sync.forms import NoteForm, RescueForm
from survey_app.sync.history import assemble
from survey_app.sync.intake import FormOp
from survey_app.sync.kinds import CHOOSE
from survey_app.sync.protocol import bp

BIGGEST_RESCUE = 200 * 1024 * 1024  # bytes
MOST_GAPS = 50
DONE = {
    "again": _l("再判过了。"),
    "fits": _l("能用的部分已收下，显示在记录里；原文照样留着。"),
    "aside": _l("已另存。填写人会看到您写的话。"),
    "back": _l("已放回待确认。"),
    "confirm": _l("已确认，显示在记录里。"),
    "refuse": _l("已记下不是本人写的，不会显示。"),
}
FAULTS = {
    "unreadable_line": _l("这一行残缺，读不出来"),
    "unreadable": _l("这一条残缺，读不出是谁的哪一条"),
    "bad_digest": _l("内容和校验码对不上，可能被改动过"),
    "too_large": _l("这一条太长"),
    "id_conflict": _l("这个编号已经有另一份内容"),
    "author_unknown": _l("服务器上没有这个填写人"),
    "not_a_photo": _l("这张照片打不开"),
    "too_many_unclaimed": _l("这张照片没有对应的记录"),
}


@bp.get("/held")
@requires("triage")
def held_ops() -> str:
    """List what was kept but could not be shown, each with the reason and the ways out."""
    return _held_page(NoteForm(), "")


def _held_page(form: NoteForm, of: str) -> str:
    store, aside = current.store(), "aside" in request.args
    gaps = [] if aside else _gaps(store)
    rows = queries.list_held(store, set_aside=aside, before=request.args.get("before", type=place))
    older = rows[-1]["server_seq"] if len(rows) == queries.PAGE else None
    return render_template(
        "sync/held.html",
        cases=[_case(store, row) for row in rows],
        aside=aside,
        older=url_for("sync.held_ops", before=older, aside=1 if aside else None) if older else "",
        total=queries.count_held(store, set_aside=aside),
        others=queries.count_held(store, set_aside=not aside),
        gaps=gaps[:MOST_GAPS],
        more_gaps=len(gaps) > MOST_GAPS,
        done=DONE.get(request.args.get("done", "")),
        form=form,
        form_of=of,
    )


def _case(store: Reader, row: Row) -> held.Case:
    registry = kinds.registered(current_app)
    fits = settling.preview(store, registry, row["id"])
    return held.read(row, registry, store, queries.list_reasons(store, registry, row), fits)


def _gaps(store: Reader) -> list[dict[str, Any]]:
    """Return what phones made and never sent, once it has been missing for a day: one more than is shown."""
    latest = to_text(current.now() - installs.QUIET)
    return [
        {"gap": gap, "post": (accounts.find_person(store, gap.author_id) or {}).get("post", "")}
        for gap in installs.list_gaps(store, by=latest, limit=MOST_GAPS + 1)
    ]


@bp.post("/held/<op_id>/<any(again,fits,aside,back):decision>")
@requires("triage")
def settle(op_id: str, decision: str) -> Response | tuple[str, int]:
    """Decide about one held op."""
    form = NoteForm()
    if decision == "aside" and not form.validate():
        return _held_page(form, op_id), 422
    registry, me, now = kinds.registered(current_app), current.user().id, current.now()
    try:
        with current.store().writing() as tx:
            if decision == "again":
                settling.judge_again(tx, registry, op_id, now=now)
            elif decision == "fits":
                settling.take_what_fits(tx, registry, op_id, actor_id=me, now=now)
            elif decision == "aside":
                settling.set_aside(tx, op_id, form.note.data or "", actor_id=me, now=now)
            else:
                settling.take_back(tx, registry, op_id, actor_id=me, now=now)
    except settling.NotHeldError as error:
        raise ConflictError(_("这一条已经有人处理过了。请返回看看现在的样子。")) from error
    return redirect(url_for("sync.held_ops", done=decision, aside=1 if decision == "back" else None))


@bp.get("/custody")
@requires("custody")
def in_custody() -> str:
    """List what somebody else brought in one's name (an administrator: in anybody's), to stand by or not."""
    store, user = current.store(), current.user()
    whose, before = None if user.can("people.manage") else user.id, request.args.get("before", type=place)
    rows = queries.list_in_custody(store, whose, before=before)
    older = rows[-1]["server_seq"] if len(rows) == queries.PAGE else None
    return render_template(
        "sync/custody.html",
        cases=[_case(store, row) for row in rows],
        older=url_for("sync.in_custody", before=older) if older else "",
        done=DONE.get(request.args.get("done", "")),
    )


@bp.post("/custody/<op_id>/<any(confirm,refuse):decision>")
@requires("custody")
def answer_custody(op_id: str, decision: str) -> Response:
    """Say whether an op that somebody else brought is its author's."""
    user, now = current.user(), current.now()
    with current.store().writing() as tx:
        author_id = tx.value("select author_id from ops where id = :id and code = 'custody'", {"id": op_id})
        if author_id is None:
            raise ConflictError(_("这一条已经有人处理过了。请返回看看现在的样子。"))
        if author_id != user.id and not user.can("people.manage"):
            raise ForbiddenError(_("只有填写人本人或管理员能确认。"))
        if decision == "confirm":
            settling.confirm(tx, kinds.registered(current_app), op_id, actor_id=user.id, now=now)
        else:
            settling.refuse(tx, op_id, _("不是本人写的"), actor_id=user.id, now=now)
    return redirect(url_for("sync.in_custody", done=decision))


@bp.get("/versions/<record_id>")
@requires("custody")
def versions(record_id: str) -> str:
    """Show the versions of a record beside each other, to its author and the office."""
    history = _history(record_id)
    registry = kinds.registered(current_app)
    return render_template(
        "sync/versions.html",
        record_id=record_id,
        versions=held.compare(history, registry, current.store()),
        forked=history.forked,
        done="done" in request.args,
    )


@bp.post("/versions/<record_id>/choose")
@requires("custody")
def choose(record_id: str) -> Response:
    """Make one version count; the others are kept."""
    history = _history(record_id)
    chosen = request.form.get("op_id", "")
    leaves = [leaf.id for leaf in history.leaves]
    if chosen not in leaves:
        raise ConflictError(_("版本刚刚又变了。请返回再看一遍。"))
    form = FormOp(uuid7(), record_id, CHOOSE, {}, base=chosen, merges=tuple(set(leaves) - {chosen}))
    receipt = intake.accept_from_form(
        current.store(), kinds.registered(current_app), form, author_id=current.user().id, now=current.now(),
        zone=current.config().time_zone, app_version="web",
    )  # fmt: skip
    if receipt.code:
        raise ConflictError(_("没有选成：%(reason)s", reason=held.REASONS[receipt.code]))
    return redirect(url_for("sync.versions", record_id=record_id, done=1))


def _history(record_id: str) -> kinds.History:
    ops = queries.list_ops(current.store(), record_id) if is_uuid(record_id) else []
    user = current.user()
    if not ops or not (user.can("triage") or user.id == ops[0].author_id):
        raise NotFoundError(_("没有这条记录。"))
    return assemble(record_id, ops)


@bp.url_value_preprocessor
def allow_a_large_file(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A rescue file may be larger than any form; it is kept on disk while it is read."""
    if endpoint == "sync.take_rescue":
        request.max_content_length = BIGGEST_RESCUE


@bp.get("/rescue")
@requires("custody")
def rescue() -> str:
    """Ask for the file that a phone saved."""
    return render_template("sync/rescue.html", form=RescueForm(), outcome=None, words=FAULTS)


@bp.post("/rescue")
@requires("custody")
def take_rescue() -> tuple[str, int]:
    """Take in what a phone saved, and say what came of every line."""
    form = RescueForm()
    if not form.validate():
        return render_template("sync/rescue.html", form=form, outcome=None, words=FAULTS), 422
    outcome = rescuing.take_in(
        current.store(), kinds.registered(current_app), photo_views.photo_store(), form.file.data.stream,
        carrier_id=current.user().id, now=current.now(),
    )  # fmt: skip
    status = 200 if outcome.is_rescue else 422
    return render_template("sync/rescue.html", form=form, outcome=outcome, words=FAULTS), status
