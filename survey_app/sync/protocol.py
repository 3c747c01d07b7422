"""What every answer of the protocol has in common."""

from __future__ import annotations

import json
import math
import time
from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.routing import BaseConverter

from survey_app.errors import SurveyError, TooLargeError, TooManyError
from survey_app.errors import answer as answer_error
from survey_app.i18n import _
from survey_app.sync import envelope, images, parts
from survey_app.sync.limits import Allowance

bp = Blueprint("sync", __name__)

PROTO = 1
ALLOWANCE = "sync_allowance"
DIGEST = "<sha256:sha256>"
MAX_DIGESTS = 1000
MOST_DIGITS = 15
LIMITS = {
    "ops": envelope.MAX_BATCH_OPS,
    "batch_bytes": envelope.MAX_BATCH_BYTES,
    "op_bytes": envelope.MAX_OP_BYTES,
    "op_photos": envelope.MAX_OP_PHOTOS,
    "photo_bytes": envelope.MAX_PHOTO_BYTES,
    "photo_pixels": images.MAX_PIXELS,
    "part_bytes": parts.MAX_PART_BYTES,
    "digests": MAX_DIGESTS,
}
MOST_BYTES = {
    "sync.ops": envelope.MAX_BATCH_BYTES,
    "sync.custody": envelope.MAX_BATCH_BYTES,
    "sync.have": envelope.MAX_BATCH_BYTES,
    "sync.put_photo": envelope.MAX_PHOTO_BYTES,
    "sync.patch_photo": parts.MAX_PART_BYTES,
}


class DigestConverter(BaseConverter):
    """Part of an address that is a SHA-256; nothing else gets as far as a view, a file name or a query."""

    regex = envelope.SHA256.pattern


@bp.url_value_preprocessor
def limit_body(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let nothing be read that would be refused for its size: forty phones at once fill no memory."""
    if endpoint in MOST_BYTES:  # one more, because Werkzeug cuts a body without a length at the limit
        request.max_content_length = MOST_BYTES[endpoint] + 1


def read_body() -> bytes:
    """Return the request's body, whole; raise the 413 where it is too large, the 400 where it broke off."""
    body = request.get_data(cache=False)
    if len(body) > MOST_BYTES[request.endpoint or ""]:
        raise RequestEntityTooLarge
    if request.content_length is not None and len(body) < request.content_length:
        raise ClientDisconnected
    return body


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    """Say how much would have been taken."""
    message = _("内容太大，没有收下。请减少内容或把照片缩小后再试。")
    return answer_error(TooLargeError(message, details={"limits": LIMITS}))


@bp.before_request
def pace() -> None:
    """Slow down a client that calls without end."""
    if request.path.startswith("/api/") and g.user is not None:
        allowance: Allowance = current_app.extensions[ALLOWANCE]
        wait = allowance.take(g.user.id, time.monotonic())
        if wait:
            raise TooManyError(_("操作太频繁。请稍等一会儿再试。"), retry_after=math.ceil(wait))


def answer(body: dict[str, Any], status: int = 200) -> Response:
    """Return an answer of this protocol: it says so, and for whom it is."""
    fields = {"proto": PROTO, **body}
    response = make_response(json.dumps(fields, ensure_ascii=False), status)
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = "no-store"
    return response


def read_number(text: str, message: str) -> int:
    """Return a whole number that a request gave; raise the 400 that says ``message``."""
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise SurveyError(message, code="malformed")
    return int(text)
