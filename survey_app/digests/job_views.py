"""Printing a long briefing: how far it is, starting it, and the finished pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app import current
from survey_app.digests import job_queries as queries
from survey_app.digests import jobs, press
from survey_app.digests.issuing import as_issued
from survey_app.digests.views import get_digest
from survey_app.form_fields import read_day
from survey_app.security import requires
from survey_app.store import Row

bp = Blueprint("printing", __name__)


@bp.get("/digests/<digest_id>/printing")
@requires("digest.edit")
def show(digest_id: str) -> str:
    """Say how far the printing of a briefing as it stands now has come."""
    digest = _as_asked(get_digest(digest_id))
    jobs.settle_stopped()
    sheet, pages = press.sheet_for(digest), press.count_pages(digest)
    return render_template(
        "digests/printing.html",
        digest=digest,
        job=queries.find_job(current.store(), sheet.identifier),
        ready=jobs.find_result(sheet) is not None,
        pages=pages,
        asked=_asked(digest),
    )


@bp.post("/digests/<digest_id>/printing")
@requires("digest.edit")
def start(digest_id: str) -> AnyResponse:
    """Begin to print a briefing as it stands now."""
    digest = _as_asked(get_digest(digest_id))
    jobs.start(digest_id, press.sheet_for(digest), press.count_pages(digest))
    return redirect(url_for("printing.show", digest_id=digest_id, **_asked(digest)))


def _as_asked(digest: Row) -> Row:
    """Return a briefing as it stands, or as it will be issued where the address says as what and when."""
    number, day = request.args.get("number", type=int), read_day(request.args.get("day"))
    if digest["state"] != "signed" or not number or day is None:
        return digest
    return as_issued(digest, number, day)


def _asked(digest: Row) -> dict[str, Any]:
    """Return what the address says of a briefing that is about to be issued; nothing of any other."""
    about_to = digest["state"] == "issued" and not digest["frozen"]
    return {"number": digest["number"], "day": digest["issued_on"]} if about_to else {}
