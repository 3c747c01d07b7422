"""Reading briefings: the list, one briefing, its sheet, its photos and its PDF."""

from __future__ import annotations

import io
import json

from flask import Blueprint, Response, make_response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app import audit, current
from survey_app.digests import history, jobs, press, queries, word
from survey_app.digests.length import AT_ONCE_PAGES
from survey_app.digests.named import AS_OF, Stated, stated
from survey_app.digests.stages import STATES
from survey_app.errors import NotFoundError
from survey_app.i18n import _
from survey_app.paging import place
from survey_app.printing.render import print_sheet
from survey_app.security import requires
from survey_app.shell import asset
from survey_app.store import Row
from survey_app.sync.photos import PhotoStore, Size

bp = Blueprint("digests", __name__)


@bp.app_context_processor
def _words() -> dict[str, object]:
    return {"digest_states": STATES}


def get_digest(digest_id: str) -> Row:
    """Return a briefing that this person may see; raise NotFoundError for any other."""
    found = queries.find_digest(current.store(), digest_id)
    if found is None or (found["state"] != "issued" and not current.user().can("digest.edit")):
        raise NotFoundError(_("没有这份简报。请从简报列表重新进入。"))
    return found


@bp.get("/digests")
@requires("digest.read")
def index() -> str:
    """List briefings: drafts for who edits them, issued ones for everyone."""
    page = request.args.get("page", 0, type=place)
    rows = queries.list_digests(current.store(), with_drafts=current.user().can("digest.edit"), page=page)
    return render_template(
        "digests/index.html", digests=rows[: queries.PAGE], page=page, has_older=len(rows) > queries.PAGE
    )


@bp.get("/digests/<digest_id>")
@requires("digest.read")
def show(digest_id: str) -> str:
    """Show a briefing beside its sheet."""
    digest, store = get_digest(digest_id), current.store()
    edits = current.user().can("digest.edit")
    corrections = queries.list_corrections(store, digest_id)
    return render_template(
        "digests/show.html",
        digest=digest,
        figures=json.loads(digest["figures"]),
        attachments=press.evidence_of(digest),
        corrections=[one for one in corrections if edits or one["state"] == "issued"],
        counted=_counted(digest) if edits else [],
        told=history.tell(audit.history(store, "digest", digest_id)) if edits else [],
    )


def _counted(digest: Row) -> list[Stated]:
    """Return the figures of an issued text of which it was kept what they were counted from."""
    kept = json.loads(digest["counted"])
    return [one for one in stated(digest["body"]) if one.name in kept and one.name != AS_OF]


@bp.get("/digests/<digest_id>/sheet")
@requires("digest.read")
def sheet(digest_id: str) -> str:
    """Show the sheet by itself, as a frame on a page does."""
    digest = get_digest(digest_id)
    photos = queries.picked_photos(current.store(), digest_id)

    def photo_url(name: str) -> str:
        return url_for("digests.photo", digest_id=digest_id, sha256=name)

    return press.write_html(press.page_of(digest, photos), photo_url, asset("css/paper.css"))


@bp.get("/digests/<digest_id>/photos/<string(length=64):sha256>.jpg")
@requires("digest.read")
def photo(digest_id: str, sha256: str) -> Response:
    """Show a photo to everyone who may read the briefing that it is printed in."""
    digest = get_digest(digest_id)
    picked = queries.picked_photos(current.store(), digest_id)
    printed = press.page_of(digest, picked).photo_names
    seen = picked.values() if current.user().can("digest.edit") else printed
    if sha256 not in seen:
        raise NotFoundError(_("没有这张照片，或它还没有传到。"))
    size: Size = "thumb" if request.args.get("size") == "thumb" else "full"
    response = make_response(PhotoStore(current.config().photos_dir).read_copy(sha256, size))
    response.mimetype = "image/jpeg"
    return response


@bp.get("/digests/<digest_id>/attachments/<name>")
@requires("digest.read")
def attachment(digest_id: str, name: str) -> AnyResponse:
    """Download one of the tables that are attached to the PDF."""
    found = next((one for one in press.evidence_of(get_digest(digest_id)) if one.name == name), None)
    if found is None:
        raise NotFoundError(_("这一期没有这个附件。请从简报页面重新下载。"))
    return send_file(io.BytesIO(found.data), mimetype="text/csv", as_attachment=True, download_name=name)


@bp.get("/digests/<digest_id>/briefing.pdf")
@requires("digest.read")
def pdf(digest_id: str) -> AnyResponse:
    """Open the PDF: a draft as it stands now, an issue as it was issued."""
    return _send_pdf(get_digest(digest_id), download=False)


@bp.get("/digests/<digest_id>/download.pdf")
@requires("digest.read")
def download(digest_id: str) -> AnyResponse:
    """Download the PDF under its own name."""
    return _send_pdf(get_digest(digest_id), download=True)


@bp.get("/digests/<digest_id>/briefing.docx")
@requires("digest.read")
def docx(digest_id: str) -> AnyResponse:
    """Download the briefing as a Word document, to be edited further."""
    digest = get_digest(digest_id)
    page = press.page_of(digest, queries.picked_photos(current.store(), digest_id))
    data = word.write(page, press.read_photos(page.photo_names))
    return send_file(
        io.BytesIO(data), mimetype=word.MEDIA_TYPE, as_attachment=True, download_name=_name(digest, ".docx")
    )


def _name(digest: Row, suffix: str) -> str:
    """Return what a file of this briefing is called when it is downloaded."""
    if digest["state"] == "issued":
        return str(digest["pdf_name"]).removesuffix(".pdf") + suffix
    return press.safe_name(f"{digest['title_1']}（{_('排版稿')}）", suffix)


def _send_pdf(digest: Row, *, download: bool) -> AnyResponse:
    if digest["state"] == "issued":
        data = press.issued_pdf(digest)
    elif (printed := _printed(digest)) is not None:
        data = printed
    else:
        return redirect(url_for("printing.show", digest_id=digest["id"]))
    response = send_file(
        io.BytesIO(data),
        mimetype="application/pdf",
        as_attachment=download,
        download_name=_name(digest, ".pdf"),
    )
    # Chromium draws a PDF as an embedded object with styles of its own: object-src 'none' leaves it blank.
    response.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
    return response


def _printed(digest: Row) -> bytes | None:
    """Return a draft's pages: those that were printed, or printed now where they are few; else None."""
    sheet = press.sheet_for(digest)
    if (found := jobs.find_result(sheet)) is not None:
        return found
    return print_sheet(sheet).pdf if press.count_pages(digest) <= AT_ONCE_PAGES else None
