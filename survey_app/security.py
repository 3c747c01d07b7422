"""Who is asking and what they may do: every route names its permission, and what names none is refused."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from survey_app import current
from survey_app.accounts import queries as accounts
from survey_app.errors import ForbiddenError, UnauthorizedError, wants_json
from survey_app.i18n import _
from survey_app.permissions import PERMISSIONS, PUBLIC, User

View = TypeVar("View", bound=Callable[..., Any])

csrf = CSRFProtect()
# A browser takes a backslash for a slash, and leaves out tabs and line ends: "/<tab>/evil" is another site.
OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x1f\x7f]*")


def requires(permission: str) -> Callable[[View], View]:
    """Mark a view as open only to those who have ``permission``."""
    if permission not in PERMISSIONS:
        raise ValueError(f"unknown permission: {permission}")

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Mark a view as open to everyone, signed in or not. Keep this list short."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def permission_of(endpoint: str) -> str | None:
    """Return the permission that an endpoint's view names, if it names one."""
    return getattr(current_app.view_functions[endpoint], "permission", None)


def _load_user() -> None:
    if request.blueprint == "shell":  # the same for everyone: an answer that varies by cookie is not kept
        g.user = None
        return
    token = session.get("token")
    row = accounts.find_session(current.store(), token, current.now()) if token else None
    g.user = (
        User(
            id=row["id"],
            login=row["login"],
            name=row["name"],
            post=row["post"],
            unit_id=row["unit_id"],
            roles=frozenset(row["roles"]),
        )
        if row
        else None
    )


def _permit() -> AnyResponse | None:
    if request.endpoint is None:
        return None  # no such route: the 404 answers
    permission = permission_of(request.endpoint)
    if permission == PUBLIC:
        return None
    if g.user is None:
        return _ask_to_sign_in()
    if permission is None or not g.user.can(permission):
        raise ForbiddenError(_("您的账号没有打开这一页的权限。需要的话，请联系管理员。"))
    return None


def _ask_to_sign_in() -> AnyResponse:
    if wants_json():
        raise UnauthorizedError(_("登录已过期，请重新登录。记下的内容还在本机。"))
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("accounts.sign_in", next=here))


def own_path(target: str, otherwise: str) -> str:
    """Return ``target`` where it is a path of ours, never another site; else ``otherwise``."""
    return target if OWN_PATH.fullmatch(target) else otherwise


HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        "img-src 'self' blob: data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "frame-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=(), usb=()",
}


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "private, no-cache")
    if current.config().https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def init_app(app: Flask) -> None:
    """Guard every route of the app; sign-in is checked before the CSRF token."""
    config = current.config
    with app.app_context():
        app.config.update(
            SECRET_KEY=config().secret_key,
            SESSION_COOKIE_NAME="survey",
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Lax",
            SESSION_COOKIE_SECURE=config().https,
            PERMANENT_SESSION_LIFETIME=accounts.SESSION_LIFETIME,
            SESSION_REFRESH_EACH_REQUEST=False,
            WTF_CSRF_TIME_LIMIT=None,
            WTF_CSRF_SSL_STRICT=True,
        )
    app.before_request(_load_user)
    app.before_request(_permit)
    csrf.init_app(app)
    app.after_request(_add_headers)
    app.context_processor(lambda: {"user": g.get("user")})
