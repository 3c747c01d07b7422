"""Typing a briefing: its text beside its sheet, kept without losing what another editor typed."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app import current
from survey_app.digests import queries
from survey_app.digests.behind import bp as bp
from survey_app.digests.behind import list_figures
from survey_app.digests.drafting import get_draft
from survey_app.digests.forms import TextForm
from survey_app.digests.marks import TO_WRITE
from survey_app.form_fields import read_version
from survey_app.security import requires
from survey_app.store import Row


@bp.get("/digests/<digest_id>/edit")
@requires("digest.edit")
def edit(digest_id: str) -> str:
    """Edit everything that is typed, beside the sheet."""
    digest = get_draft(digest_id)
    typed = {name: digest[name] for name in (*queries.TEXT_FIELDS, "version")}
    typed["copies"] = str(digest["copies"] or "")
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
def save(digest_id: str) -> AnyResponse | tuple[str, int]:
    """Keep the text; where somebody else saved first, show both and lose neither."""
    digest, form, store = get_draft(digest_id), TextForm(), current.store()
    if not form.validate():
        return _show_text(digest, form), 422
    changes = form.changes()
    with store.writing() as tx:
        version, user = read_version(form.version.data), current.user().id
        kept = queries.set_text(tx, digest_id, version, changes, actor_id=user, at=current.now())
    if not kept:
        theirs = get_draft(digest_id)
        form.version.data = str(theirs["version"])
        return _show_text(theirs, form, theirs), 409
    return redirect(url_for("digests.edit", digest_id=digest_id, done="save"))
