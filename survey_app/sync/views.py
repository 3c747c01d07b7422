"""The protocol's endpoints, the photos that screens show, and the office's list of what was held."""

from __future__ import annotations

import hashlib
import json
import math
import time
from dataclasses import asdict
from typing import Any, cast

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    make_response,
    render_template,
    request,
)
from flask_wtf.csrf import generate_csrf

from survey_app import current
from survey_app.catalog.queries import capture_catalog
from survey_app.errors import NotFoundError, SurveyError, TooLargeError, TooManyError
from survey_app.i18n import _
from survey_app.paging import place
from survey_app.security import requires
from survey_app.store.instants import to_text
from survey_app.sync import envelope, held, images, intake, kinds, photos, queries
from survey_app.sync.limits import Allowance
from survey_app.sync.photos import PhotoStore, Size

bp = Blueprint("sync", __name__)

PROTO = 1
ALLOWANCE = "sync_allowance"
DIGEST = "<string(length=64):sha256>"
SEE_ANY_PHOTO = ("triage", "people.manage")
LIMITS = {
    "ops": envelope.MAX_BATCH_OPS,
    "batch_bytes": envelope.MAX_BATCH_BYTES,
    "op_bytes": envelope.MAX_OP_BYTES,
    "op_photos": envelope.MAX_OP_PHOTOS,
    "photo_bytes": envelope.MAX_PHOTO_BYTES,
    "photo_pixels": images.MAX_PIXELS,
}


@bp.before_request
def pace() -> None:
    """Slow down a client that calls without end."""
    if request.path.startswith("/api/") and g.user is not None:
        allowance: Allowance = current_app.extensions[ALLOWANCE]
        wait = allowance.take(g.user.id, time.monotonic())
        if wait:
            raise TooManyError(_("操作太频繁。请稍等一会儿再试。"), retry_after=math.ceil(wait))


def _answer(body: dict[str, Any], status: int = 200) -> Response:
    """Return an answer of this protocol: it says so, and for whom it is."""
    fields = {"proto": PROTO, **body}
    response = make_response(json.dumps(fields, ensure_ascii=False), status)
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/api/v1/session")
@requires("sync")
def session() -> Response:
    """Say who is signed in, with the token that every change needs."""
    user = current.user()
    return _answer({
        "user": {"id": user.id, "name": user.name, "roles": sorted(user.roles)},
        "csrf": generate_csrf(),
        "epoch": queries.get_epoch(current.store()),
        "server_now": to_text(current.now()),
        "limits": LIMITS,
    })  # fmt: skip


@bp.get("/api/v1/catalog")
@requires("sync")
def catalog() -> Response:
    """Send what capture needs without a network; nothing where the phone has it already."""
    body = json.dumps(capture_catalog(current.store()), ensure_ascii=False, sort_keys=True)
    response = make_response(body)
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    return cast(Response, response.make_conditional(request))


@bp.post("/api/v1/ops")
@requires("sync")
def ops() -> Response:
    """Take a batch of ops and answer each with its receipt."""
    body = request.get_data(cache=False)
    if len(body) > envelope.MAX_BATCH_BYTES:
        raise TooLargeError(_("一次上报的内容太多，请分几次上报。"), details={"limits": LIMITS})
    try:
        items = envelope.read_batch(body)
    except envelope.UnreadableError as error:
        raise SurveyError(_("没有看懂这次上报的内容。"), code="malformed") from error
    if len(items) > envelope.MAX_BATCH_OPS:
        raise TooLargeError(_("一次上报的内容太多，请分几次上报。"), details={"limits": LIMITS})
    user = current.user()
    registry = kinds.registered(current_app)
    receipts = intake.accept_ops(current.store(), registry, items, carrier_id=user.id, now=current.now())
    return _answer({"user": user.id, "receipts": [asdict(receipt) for receipt in receipts]})


def photo_store() -> PhotoStore:
    """Return where this app keeps photos."""
    return PhotoStore(current.config().photos_dir)


@bp.route(f"/api/v1/photos/{DIGEST}", methods=["HEAD"])
@requires("sync")
def head_photo(sha256: str) -> Response:
    """Say by the status whether a photo is here: 200 or 404."""
    here = photos.has_photo(current.store(), sha256)
    return _answer({}, 200 if here else 404)


@bp.put(f"/api/v1/photos/{DIGEST}")
@requires("sync")
def put_photo(sha256: str) -> Response:
    """Take a photo; it is durable before the answer."""
    data = request.get_data(cache=False)
    if len(data) > envelope.MAX_PHOTO_BYTES:
        raise TooLargeError(_("照片太大，最多 4 MB。"), details={"limits": LIMITS})
    user = current.user()
    try:
        _photo, fresh = photos.receive(
            current.store(), photo_store(), data, sender_id=user.id, now=current.now(), sha256=sha256
        )
    except ValueError as error:
        raise refused_photo(error) from error
    return _answer({"user": user.id, "sha256": sha256, "bytes": len(data)}, 201 if fresh else 200)


def refused_photo(error: ValueError) -> SurveyError:
    """Say in a person's words why a photo was not taken; raise what is no such reason."""
    if isinstance(error, photos.WrongDigestError):
        return SurveyError(_("照片在路上损坏了，请再传一次。"), code="bad_digest")
    if isinstance(error, images.TooManyPixelsError):
        return TooLargeError(_("照片尺寸太大，最多 2400 万像素。"), code="too_many_pixels")
    if isinstance(error, images.NotAPhotoError):
        message = _("这个文件不是能用的照片。请用 JPEG、PNG 或 WebP。")
        return SurveyError(message, code="not_a_photo", status=415)
    if isinstance(error, photos.TooManyUnclaimedError):
        message = _("还没有对应记录的照片太多了。请先上报记录，再传照片。")
        return TooManyError(message, code="too_many_unclaimed", retry_after=3600)
    raise error


@bp.get(f"/photos/{DIGEST}.jpg")
@requires("photo")
def photo(sha256: str) -> Response:
    """Show a clean copy (``?size=thumb`` for a small one) to its author and to the office."""
    size: Size = "thumb" if request.args.get("size") == "thumb" else "full"
    user, store = current.user(), current.store()
    allowed = any(map(user.can, SEE_ANY_PHOTO)) or photos.is_author_of_photo(store, sha256, user.id)
    if not (allowed and photos.has_photo(store, sha256)):
        raise NotFoundError(_("没有这张照片，或它还没有传到。"))
    try:
        copy = photo_store().read_copy(sha256, size)
    except FileNotFoundError as error:
        raise NotFoundError(_("没有这张照片，或它还没有传到。")) from error
    response = make_response(copy)
    response.mimetype = "image/jpeg"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.set_etag(f"{sha256}-{size}")
    return cast(Response, response.make_conditional(request))


@bp.get("/held")
@requires("triage")
def held_ops() -> str:
    """List what was kept but could not be shown, each with the reason."""
    store, registry = current.store(), kinds.registered(current_app)
    before = request.args.get("before", type=place)
    rows = queries.list_held(store, before=before)
    cases = [held.read(row, registry, queries.list_reasons(store, registry, row)) for row in rows]
    older = rows[-1]["server_seq"] if len(rows) == queries.PAGE else None
    return render_template("sync/held.html", cases=cases, older=older, total=queries.count_held(store))


def init_app(app: Flask) -> None:
    """Serve the protocol."""
    app.extensions[ALLOWANCE] = Allowance()
    app.register_blueprint(bp)
