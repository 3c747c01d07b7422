"""The figures of a briefing: which ones its text states, what is behind each, which no longer agree."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app import current
from survey_app.digests import queries
from survey_app.digests.counting import Named, Ref, count_named, ref
from survey_app.digests.drafting import bp as bp
from survey_app.digests.drafting import changed, get_draft, source_of
from survey_app.digests.forms import StepForm
from survey_app.digests.named import AS_OF, renewed, stated
from survey_app.digests.views import get_digest
from survey_app.errors import NotFoundError
from survey_app.form_fields import read_version
from survey_app.i18n import _
from survey_app.security import requires
from survey_app.store import Row


@dataclass(frozen=True, slots=True)
class Told:
    """A figure that the text states, and what it is now: the same, another, or nothing that is known."""

    name: str
    value: str
    is_now: str
    agrees: bool


def list_figures(digest: Row) -> list[Told]:
    """Return the figures that a briefing's text states, each with what it is now."""
    now = count_named(source_of(digest)) if stated(digest["body"]) else {}
    return [_told(one.name, one.value, now) for one in stated(digest["body"])]


def _told(name: str, value: str, now: Mapping[str, Named]) -> Told:
    is_now = now[name].value if name in now else ""
    return Told(name, value, is_now, agrees=name == AS_OF or value == is_now)


def freeze(digest: Row) -> str:
    """Return what the figures of a text were counted from, as it is kept with the issue.

    A figure that was left as it was although it moved is not among them: nothing there comes to it.
    """
    now = count_named(source_of(digest))
    named = [one.name for one in list_figures(digest) if one.value == one.is_now]
    kept = {name: [asdict(ref(thing)) for thing in now[name].counted] for name in named}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


@bp.get("/digests/<digest_id>/behind")
@requires("digest.edit")
def behind(digest_id: str) -> str:
    """Show what a figure was counted from: as it is now, or as it was when the briefing was issued."""
    digest, name = get_digest(digest_id), request.args.get("figure", "")
    if digest["state"] == "issued":
        frozen = json.loads(digest["counted"])
        found, rest = [Ref(**one) for one in frozen.get(name, [])], []
    else:
        figure = count_named(source_of(digest)).get(name)
        found = [ref(thing) for thing in figure.counted] if figure else []
        rest = [ref(thing) for thing in figure.of or () if thing not in figure.counted] if figure else []
    if not found and not rest:
        raise NotFoundError(
            _("没有叫“%(name)s”的数，或者它后面没有记录。请从改文字那一页点进来。", name=name)
        )
    return render_template("digests/behind.html", digest=digest, name=name, found=found, rest=rest)


@bp.post("/digests/<digest_id>/renew")
@requires("digest.edit")
def renew(digest_id: str) -> AnyResponse:
    """Put the figures of a draft as they are now into its text; what a person typed by hand stays."""
    digest, form = get_draft(digest_id), StepForm()
    now = {name: one.value for name, one in count_named(source_of(digest)).items()}
    body, version = renewed(digest["body"], now), read_version(form.version.data)
    with current.store().writing() as tx:
        user, at = current.user().id, current.now()
        if not queries.set_text(tx, digest_id, version, {"body": body}, actor_id=user, at=at):
            raise changed()
    return redirect(url_for("digests.edit", digest_id=digest_id, done="renew"))
