"""Typing a briefing: its text beside its sheet, kept without losing what another editor typed."""

from __future__ import annotations

import json

from flask import jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app import current
from survey_app.digests import queries
from survey_app.digests.annex import with_annex, without_annex
from survey_app.digests.behind import bp as bp
from survey_app.digests.behind import list_figures
from survey_app.digests.chase import to_chase
from survey_app.digests.drafting import changed, get_draft
from survey_app.digests.forms import TextForm, read_base
from survey_app.digests.marks import TO_WRITE
from survey_app.digests.merging import merge
from survey_app.digests.sources import get_source
from survey_app.form_fields import read_version
from survey_app.i18n import _
from survey_app.rectification.ledger import AsOf
from survey_app.rectification.ledger_rows import list_rows
from survey_app.security import requires
from survey_app.store import Row


@bp.get("/digests/<digest_id>/edit")
@requires("digest.edit")
def edit(digest_id: str) -> str:
    """Edit everything that is typed, beside the sheet."""
    digest = get_draft(digest_id)
    typed = {name: digest[name] for name in (*queries.TEXT_FIELDS, "version")}
    typed |= {"copies": str(digest["copies"] or ""), "base": _base_of(digest)}
    return _show_text(digest, TextForm(data=typed))


def _show_text(digest: Row, form: TextForm, theirs: Row | None = None) -> str:
    return render_template(
        "digests/edit.html",
        digest=digest,
        form=form,
        theirs=theirs,
        differences=_differences(form, theirs) if theirs else [],
        picks=queries.picked_photos(current.store(), digest["id"]),
        to_write=TO_WRITE,
        told=list_figures(digest),
    )


def _differences(form: TextForm, theirs: Row) -> list[tuple[str, str]]:
    """Return the label and their value of each field, but the text, in which the two editors differ."""
    return [
        (form[name].label.text, str(theirs[name] or "—"))
        for name in queries.TEXT_FIELDS
        if name != "body" and str(theirs[name] or "") != (form[name].data or "").strip()
    ]


@bp.post("/digests/<digest_id>/edit")
@requires("digest.edit")
def save(digest_id: str) -> AnyResponse | tuple[str | dict[str, str], int]:
    """Keep the text; where somebody else saved first, keep both, or show both where they touch the same."""
    digest, form = get_draft(digest_id), TextForm()
    by_itself = request.accept_mimetypes.best == "application/json"  # while somebody types
    if not form.validate():
        return ({"message": _("有一处填得不对，还没存。")} if by_itself else _show_text(digest, form)), 422
    outcome = _keep(digest_id, form, "digest.type" if by_itself else "digest.edit")
    theirs = get_draft(digest_id)
    if outcome == "clash":
        form.version.data, form.base.data = str(theirs["version"]), _base_of(theirs)
        return (
            {"message": _("别人和您改了同一处。")} if by_itself else _show_text(theirs, form, theirs)
        ), 409
    if by_itself:
        return jsonify(
            version=str(theirs["version"]),
            base=_base_of(theirs),
            fields=_texts(theirs),
            merged=outcome == "merge",
        )
    return redirect(url_for("digests.edit", digest_id=digest_id, done=outcome))


@bp.post("/digests/<digest_id>/annex")
@requires("digest.edit")
def put_annex(digest_id: str) -> AnyResponse:
    """Put the ledger of the problems that a draft speaks of behind it, as it stands now."""
    digest, store = get_draft(digest_id), current.store()
    source = get_source(store, digest, current.today())
    problems = to_chase(source) if digest["template"] == "chase" else source.work.problems
    rows = list_rows(store, [one.id for one in problems])
    asof = AsOf(source.as_of, source.calendar, current.config().time_zone)
    body = with_annex(digest["body"], rows, asof) if rows else without_annex(digest["body"])
    with store.writing() as tx:
        user, at = current.user().id, current.now()
        kept = queries.set_text(tx, digest_id, digest["version"], {"body": body}, actor_id=user, at=at,
                                action="digest.edit")  # fmt: skip
    if not kept:
        raise changed()
    return redirect(url_for("digests.edit", digest_id=digest_id, done="annex" if rows else "no_annex"))


def _keep(digest_id: str, form: TextForm, action: str) -> str:
    """Keep what was typed, and tell how it went: ``save``, ``merge`` with another's words, or ``clash``."""
    changes, version = form.changes(), read_version(form.version.data)
    user, at = current.user().id, current.now()
    with current.store().writing() as tx:
        if queries.set_text(tx, digest_id, version, changes, actor_id=user, at=at, action=action):
            return "save"
        theirs = queries.find_digest(tx, digest_id)
        merged = merge(read_base(form.base.data), _texts(changes), _texts(theirs)) if theirs else None
        if not theirs or merged is None:
            return "clash"
        both = {**merged, "copies": int(merged["copies"]) if merged["copies"] else None}
        kept = queries.set_text(tx, digest_id, theirs["version"], both, actor_id=user, at=at, action=action)
        return "merge" if kept else "clash"


def _texts(row: Row) -> dict[str, str]:
    """Return what is typed of a briefing as the texts that a form holds."""
    return {name: "" if row[name] is None else str(row[name]) for name in queries.TEXT_FIELDS}


def _base_of(row: Row) -> str:
    return json.dumps(_texts(row), ensure_ascii=False)
