"""Printing a long briefing: how far it is, starting it, and the finished pages."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app import current
from survey_app.digests import job_queries as queries
from survey_app.digests import jobs, press
from survey_app.digests import queries as digests
from survey_app.digests.length import estimate_pages
from survey_app.digests.views import get_digest
from survey_app.printing.render import Sheet
from survey_app.security import requires
from survey_app.store import Row

bp = Blueprint("printing", __name__)


@bp.get("/digests/<digest_id>/printing")
@requires("digest.edit")
def show(digest_id: str) -> str:
    """Say how far the printing of a briefing as it stands now has come."""
    digest = get_digest(digest_id)
    jobs.settle_stopped()
    sheet, pages = _sheet(digest)
    return render_template(
        "digests/printing.html",
        digest=digest,
        job=queries.find_job(current.store(), sheet.identifier),
        ready=jobs.find_result(sheet) is not None,
        pages=pages,
    )


@bp.post("/digests/<digest_id>/printing")
@requires("digest.edit")
def start(digest_id: str) -> AnyResponse:
    """Begin to print a briefing as it stands now."""
    digest = get_digest(digest_id)
    sheet, pages = _sheet(digest)
    jobs.start(digest_id, sheet, pages)
    return redirect(url_for("printing.show", digest_id=digest_id))


def _sheet(digest: Row) -> tuple[Sheet, int]:
    page = press.page_of(digest, digests.picked_photos(current.store(), digest["id"]))
    return press.sheet_for(digest), estimate_pages(page)
