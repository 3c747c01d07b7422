"""Photos: in, whole or in parts, and out as clean copies."""

from __future__ import annotations

import time
from functools import partial
from typing import cast

from flask import Response, after_this_request, current_app, make_response, request

from survey_app import current
from survey_app.errors import NotFoundError, SurveyError, TooLargeError, TooManyError
from survey_app.i18n import _
from survey_app.security import requires
from survey_app.sync import envelope, images, parts, photos
from survey_app.sync.parts import PartStore
from survey_app.sync.photos import PhotoStore, Size
from survey_app.sync.protocol import DIGEST, LIMITS, answer, bp, read_body, read_number

SEE_ANY_PHOTO = ("triage", "people.manage")
SWEPT, SWEEP_EVERY = "sync_swept", 3600  # seconds


def photo_store() -> PhotoStore:
    """Return where this app keeps photos."""
    return PhotoStore(current.config().photos_dir)


def part_store() -> PartStore:
    """Return where this app keeps photos that are not whole yet."""
    return PartStore(current.config().photos_dir / "parts")


@bp.route(f"/api/v1/photos/{DIGEST}", methods=["HEAD"])
@requires("sync")
def head_photo(sha256: str) -> Response:
    """Say by the status whether a photo is here, 200 or 404, and how much of it in ``Upload-Offset``."""
    size = photos.find_size(current.store(), photo_store(), sha256)
    offset = part_store().offset(current.user().id, sha256) if size is None else size
    return _say_offset(answer({}, 404 if size is None else 200), offset=offset)


def _say_offset(response: Response, *, offset: int) -> Response:
    response.headers["Upload-Offset"] = str(offset)
    return response


@bp.put(f"/api/v1/photos/{DIGEST}")
@requires("sync")
def put_photo(sha256: str) -> Response:
    """Take a photo; it is durable before the answer."""
    return _receive(sha256, read_body())


@bp.patch(f"/api/v1/photos/{DIGEST}")
@requires("sync")
def patch_photo(sha256: str) -> Response:
    """Take the next part of a photo; the last one makes it whole, and is answered like a PUT."""
    offset, total = (
        read_number(request.headers.get(name, ""), _("没有看懂这一段照片。"))
        for name in ("Upload-Offset", "Upload-Length")
    )
    data = read_body()
    if total > envelope.MAX_PHOTO_BYTES:
        raise TooLargeError(_("照片太大，最多 4 MB。"), details={"limits": LIMITS})
    if not data or offset + len(data) > total:
        raise SurveyError(_("没有看懂这一段照片。"), code="malformed")
    user = current.user()
    size = photos.find_size(current.store(), photo_store(), sha256)
    if size is not None:
        return answer({"user": user.id, "sha256": sha256, "bytes": size})
    try:
        whole = part_store().append(user.id, sha256, offset, data, total)
    except parts.WrongOffsetError as error:
        raise _elsewhere(error.offset) from error
    except parts.TooManyUnfinishedError as error:
        raise TooManyError(
            _("没传完的照片太多了。请先传完前面的。"), code="too_many_unfinished", retry_after=600
        ) from error
    if whole is None:
        return answer({"user": user.id, "sha256": sha256, "offset": offset + len(data)})
    return _receive(sha256, whole)


def _receive(sha256: str, data: bytes) -> Response:
    user = current.user()
    try:
        _photo, fresh = photos.receive(
            current.store(), photo_store(), data, sender_id=user.id, now=current.now(), sha256=sha256
        )
    except ValueError as error:
        part_store().drop(user.id, sha256)
        raise _refused(error) from error
    part_store().drop(user.id, sha256)
    _sweep_sometimes()
    return answer({"user": user.id, "sha256": sha256, "bytes": len(data)}, 201 if fresh else 200)


def _elsewhere(offset: int) -> SurveyError:
    after_this_request(partial(_say_offset, offset=offset))
    message = _("这一段照片接不上，会从断开的地方接着传。")
    return SurveyError(message, code="offset_conflict", status=409, details={"offset": offset})


def _sweep_sometimes() -> None:
    """Once an hour and process, remove what was begun and given up."""
    at = time.monotonic()
    if at - current_app.extensions.get(SWEPT, -SWEEP_EVERY) >= SWEEP_EVERY:
        current_app.extensions[SWEPT] = at
        parts.sweep(current.config().photos_dir)


def _refused(error: ValueError) -> SurveyError:
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
    if not (allowed and photos.list_known(store, [sha256])):
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
