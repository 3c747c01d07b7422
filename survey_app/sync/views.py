"""The protocol's endpoints."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import cast

from flask import Flask, Response, current_app, make_response, request
from flask_wtf.csrf import generate_csrf

from survey_app import current
from survey_app.catalog.queries import capture_catalog
from survey_app.errors import SurveyError, TooLargeError
from survey_app.i18n import _
from survey_app.security import requires
from survey_app.store.instants import to_text
from survey_app.sync import changes, envelope, intake, kinds, photo_views, photos, queries, settle_views
from survey_app.sync.limits import Allowance
from survey_app.sync.protocol import (
    ALLOWANCE,
    LIMITS,
    MAX_DIGESTS,
    DigestConverter,
    answer,
    bp,
    read_body,
    read_number,
)

__all__ = ["bp", "init_app", "photo_views", "settle_views"]


@bp.get("/api/v1/session")
@requires("sync")
def session() -> Response:
    """Say who is signed in, with the token that every change needs."""
    user = current.user()
    return answer({
        "user": {"id": user.id, "name": user.name, "roles": sorted(user.roles)},
        "csrf": generate_csrf(),
        "epoch": queries.get_epoch(current.store()),
        "head": queries.get_head(current.store()),
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
    return _take_ops(custody=False)


@bp.post("/api/v1/custody")
@requires("sync")
def custody() -> Response:
    """Take ops that other people wrote on this phone; each waits until its author stands by it."""
    return _take_ops(custody=True)


def _take_ops(*, custody: bool) -> Response:
    body = read_body()
    try:
        items = envelope.read_list(body, "ops")
    except envelope.UnreadableError as error:
        raise SurveyError(_("没有看懂这次上报的内容。"), code="malformed") from error
    if len(items) > envelope.MAX_BATCH_OPS:
        raise TooLargeError(_("一次上报的内容太多，请分几次上报。"), details={"limits": LIMITS})
    user = current.user()
    registry = kinds.registered(current_app)
    receipts = intake.accept_ops(
        current.store(), registry, items, carrier_id=user.id, now=current.now(), custody=custody
    )
    return answer({"user": user.id, "receipts": [asdict(receipt) for receipt in receipts]})


@bp.post("/api/v1/have")
@requires("sync")
def have() -> Response:
    """Say which ops and photos a phone had delivered and this server lacks: asked when the epoch changed."""
    digests = _read_digests(read_body())
    user, store, files = current.user(), current.store(), photo_views.photo_store()
    missing = set(queries.list_lacking(store, digests, user.id))
    known = [digest for digest in digests if digest not in missing]
    lost = {digest for digest in photos.list_known(store, known) if not files.original(digest).exists()}
    lacks = [digest for digest in digests if digest in missing or digest in lost]
    return answer({
        "user": user.id, "epoch": queries.get_epoch(store), "head": queries.get_head(store), "lacks": lacks,
    })  # fmt: skip


def _read_digests(body: bytes) -> list[str]:
    try:
        digests = envelope.read_list(body, "digests")
    except envelope.UnreadableError as error:
        raise SurveyError(_("没有看懂这次核对的内容。"), code="malformed") from error
    if len(digests) > MAX_DIGESTS:
        raise TooLargeError(_("一次核对的内容太多，请分几次核对。"), details={"limits": LIMITS})
    if not all(map(envelope.is_sha256, digests)):
        raise SurveyError(_("没有看懂这次核对的内容。"), code="malformed")
    return [str(digest) for digest in digests]


@bp.get("/api/v1/changes")
@requires("sync")
def list_changes() -> Response:
    """Say what happened to the caller's own records after change ``since``."""
    since = read_number(request.args.get("since", "0"), _("没有看懂从哪里接着看。"))
    user, store = current.user(), current.store()
    rows = changes.list_changes(store, user.id, since=since)
    return answer({
        "user": user.id, "epoch": queries.get_epoch(store), "changes": rows,
        "next": rows[-1]["n"] if rows else since, "more": len(rows) == changes.PAGE,
    })  # fmt: skip


def init_app(app: Flask) -> None:
    """Serve the protocol."""
    app.extensions[ALLOWANCE] = Allowance()
    app.url_map.converters["sha256"] = DigestConverter
    app.register_blueprint(bp)
