"""Problems: the office's list, the page of one for all who have to do with it, and what they do there."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app import current
from survey_app.catalog import queries as catalog
from survey_app.catalog.vocabulary import FINDING_ACTIONS, FINDING_STATES
from survey_app.errors import ForbiddenError, NotFoundError
from survey_app.i18n import _
from survey_app.paging import place
from survey_app.privacy import mask
from survey_app.rectification import evidence, findings, recording, telling, workflow
from survey_app.rectification.finding_forms import FORMS, ActionForm, EvidenceForm
from survey_app.rectification.finding_page import actor, get_finding, local_now, new_form, page, say_last
from survey_app.security import requires
from survey_app.store import Row
from survey_app.sync.photos import Size

bp = Blueprint("findings", __name__)
ACTION = f"<any({', '.join(repr(one) for one in FORMS)}):action>"
DIGEST = "<string(length=64):sha256>"
ASKING = "asking"
SHOWN = ("judged", "returned", "assigned", "signed", "fixing", "fed_back", "explained", "verified",
         "followed_up", "shelved", "closed", "settled", "merged")  # fmt: skip


@bp.app_context_processor
def _words() -> dict[str, object]:
    return {"finding_states": FINDING_STATES}


@bp.get("/findings")
@requires("findings.manage")
def index() -> str:
    """List the problems in a state, those due first first."""
    store, state = current.store(), request.args.get("state", "")
    state = state if state in (*SHOWN, ASKING) else ""
    after = request.args.get("after", type=place, default=0)
    asking = state == ASKING
    rows = findings.list_asking(store) if asking else findings.list_findings(store, state, after=after)
    more = len(rows) == findings.PAGE and not asking
    return render_template(
        "rectification/findings.html",
        rows=shown(rows),
        state=state,
        states=SHOWN,
        counts=findings.count_by_state(store),
        older=url_for("findings.index", state=state or None, after=after + findings.PAGE) if more else "",
    )


def shown(rows: list[Row]) -> list[Row]:
    """Return problems as a list shows them: masked, each with how its limit stands (``due``)."""
    today, calendar = current.today(), catalog.get_calendar(current.store())
    return [{**row, "text": mask(row["text"]), "due": telling.due(row, today, calendar)} for row in rows]


@bp.get("/findings/<finding_id>")
@requires("findings.read")
def show(finding_id: str) -> str:
    """Show a problem with what this person may do now."""
    return page(*get_finding(finding_id))


@bp.post(f"/findings/<finding_id>/{ACTION}")
@requires("findings.read")
def act(finding_id: str, action: str) -> AnyResponse | tuple[str, int]:
    """Do something to a problem; what is refused is shown again with all that was typed."""
    row, found = get_finding(finding_id)
    if not workflow.is_allowed(found, action, actor()):
        raise ForbiddenError(
            _("这一步不归您办。%(action)s请交给该办的人。", action=_(FINDING_ACTIONS[action]))
        )
    form = new_form(action, row, found, sent=True)
    good = form.validate()
    photos = evidence.take(form) if isinstance(form, EvidenceForm) else []
    if not good or form.errors:
        return page(row, found, (action, form)), 422
    try:
        _record(finding_id, action, form, photos)
    except workflow.WorkflowError as refusal:
        return _refuse(finding_id, action, form, photos, refusal)
    return redirect(url_for("findings.show", finding_id=finding_id, done=action))


def _refuse(
    finding_id: str, action: str, form: ActionForm, photos: list[str], refusal: workflow.WorkflowError
) -> tuple[str, int]:
    """Show why something was not taken; what is done already is offered again only with words to be kept."""
    row, found = get_finding(finding_id)
    form.take_refusal(refusal)
    if isinstance(refusal, workflow.MissingFactError):
        return page(row, found, (action, form)), 422
    if isinstance(refusal, workflow.TooLateError):
        return page(row, found, (action, form)), 409
    kept = (action, form) if form.facts() or photos else None
    return page(row, found, kept, say_last(row)), 409


def _record(finding_id: str, action: str, form: ActionForm, photos: list[str]) -> None:
    facts = {**form.facts(), "photos": photos}
    with current.store().writing() as tx:
        recording.record_action(tx, finding_id, action, actor(), facts, now=local_now())


@bp.get(f"/findings/<finding_id>/photos/{DIGEST}.jpg")
@requires("findings.read")
def photo(finding_id: str, sha256: str) -> Response:
    """Show a clean copy of a photo that belongs to a problem (``?size=thumb`` for a small one)."""
    get_finding(finding_id)
    size: Size = "thumb" if request.args.get("size") == "thumb" else "full"
    try:
        known = sha256 in findings.list_photos(current.store(), finding_id)
        copy = evidence.photo_store().read_copy(sha256, size) if known else None
    except FileNotFoundError:
        copy = None
    if copy is None:
        raise NotFoundError(_("没有这张照片，或它还没有传到。"))
    response = make_response(copy)
    response.mimetype = "image/jpeg"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.set_etag(f"{sha256}-{size}")
    return cast(Response, response.make_conditional(request))
