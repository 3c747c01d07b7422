"""The one table of what went wrong: exception → status, a page for people, JSON for programs."""

import json
import logging
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from survey_app.i18n import _
from survey_app.store import trouble

log = logging.getLogger(__name__)


class SurveyError(Exception):
    """A fact that stops a request, told so that the person knows what to do next."""

    status = 400
    code = "bad_request"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        details: dict[str, Any] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.status = status or self.status
        self.details = details or {}
        self.retry_after = retry_after  # seconds


class UnauthorizedError(SurveyError):
    """Nobody is signed in."""

    status, code = 401, "signed_out"


class ForbiddenError(SurveyError):
    """The person who is signed in may not do this."""

    status, code = 403, "forbidden"


class NotFoundError(SurveyError):
    """There is no such thing."""

    status, code = 404, "not_found"


class ConflictError(SurveyError):
    """Somebody else changed it in the meantime, or it cannot be in two states."""

    status, code = 409, "conflict"


class TooLargeError(SurveyError):
    """More than the product takes in one piece."""

    status, code = 413, "too_large"


class InvalidError(SurveyError):
    """It was understood and cannot be accepted as it is."""

    status, code = 422, "invalid"


class TooManyError(SurveyError):
    """Too often; ``retry_after`` says when to come back."""

    status, code = 429, "too_many"


CODES = {
    400: "bad_request",
    401: "signed_out",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported",
    422: "invalid",
    429: "too_many",
    500: "server_error",
    503: "busy",
    507: "disk_full",
}
WITHOUT_DATABASE = (503, 507)  # the page must not ask what cannot answer


def _message(status: int) -> str:
    messages = {
        400: _("没有看懂这次请求。请返回上一页再试一次。"),
        404: _("没有找到这一页。它可能已经移走，请从首页重新进入。"),
        405: _("这个地址不能这样打开。请从首页重新进入。"),
        413: _("内容太大，没有收下。请减少内容或把照片缩小后再试。"),
        429: _("操作太频繁。请稍等一会儿再试。"),
        500: _("系统出了问题，已记下来。您填的内容还在本机，请稍后再试。"),
        503: _("系统正忙，这次没有完成。您填的内容没有丢，请过几秒再试一次。"),
        507: _(
            "服务器的磁盘写不进去（多半是满了），这次没有存上。您填的内容没有丢；请通知管理员清理磁盘，稍后再试。"
        ),
    }
    return messages.get(status, messages[400])


def wants_json() -> bool:
    """Tell whether a program is asking, which gets JSON and never a page."""
    return request.path.startswith("/api/")


def answer(error: SurveyError) -> Response:
    """Turn an error into its answer: ``{code, message, details}`` or a page."""
    if wants_json():
        body = {"code": error.code, "message": error.message, "details": error.details}
        response = make_response(json.dumps(body, ensure_ascii=False), error.status)
        response.mimetype = "application/json"
        response.headers["Cache-Control"] = "no-store"
    else:
        neutral = error.status in WITHOUT_DATABASE
        response = make_response(
            render_template("errors/error.html", error=error, neutral=neutral), error.status
        )
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def http_error(error: HTTPException) -> Response:
    """Turn what HTTP itself refuses into its answer in our words."""
    status = error.code or 500
    if error.response is not None or 300 <= status < 400:
        return make_response(error.get_response())
    answered = answer(SurveyError(_message(status), code=CODES.get(status, "bad_request"), status=status))
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            answered.headers[name] = value
    return answered


def _csrf_error(_error: CSRFError) -> Response:
    message = _("页面放得太久，安全凭证过期了。请返回上一页，刷新后再提交一次。")
    return answer(SurveyError(message, code="csrf_stale", status=400))


def _unexpected(error: Exception) -> Response:
    """Answer what nobody foresaw: the one broad except, logged whole."""
    if trouble.is_full(error):
        log.error("no room to write at %s %s: %s", request.method, request.path, error)
        return answer(SurveyError(_message(507), code="disk_full", status=507, retry_after=60))
    if trouble.is_busy(error):
        log.warning("the database is held at %s %s: %s", request.method, request.path, error)
        return answer(SurveyError(_message(503), code="busy", status=503, retry_after=2))
    log.error("unexpected error at %s %s", request.method, request.path, exc_info=error)
    return answer(SurveyError(_message(500), code="server_error", status=500))


def init_app(app: Flask) -> None:
    """Make every error of the app answer by this table."""
    app.register_error_handler(SurveyError, answer)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, _unexpected)
