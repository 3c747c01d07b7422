"""The address of a sent form, opened again: it leads to the page that the form stands on."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask, Response, current_app, g, make_response, redirect, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import MapAdapter, RequestRedirect

from survey_app.errors import http_error, wants_json
from survey_app.permissions import PUBLIC
from survey_app.security import permission_of


def _parents(path: str) -> Iterator[str]:
    parts = path.strip("/").split("/")
    if all(parts):  # "//elsewhere/x" would begin with the name of another site
        yield from ("/" + "/".join(parts[:n]) for n in range(len(parts) - 1, -1, -1))


def _opens(urls: MapAdapter, path: str) -> bool:
    """Tell whether an address answers GET for who is asking; who is not signed in will be asked to."""
    try:
        endpoint, _values = urls.match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    permission = permission_of(endpoint)
    return permission == PUBLIC or g.user is None or (permission is not None and g.user.can(permission))


def _reopen(error: MethodNotAllowed) -> Response:
    """Lead a browser that opens what only takes a form to the nearest address above that is a page."""
    is_visit = request.method == "GET" and "text/html" in request.accept_mimetypes.values()
    urls = current_app.create_url_adapter(request) if is_visit and not wants_json() else None
    page = next((path for path in _parents(request.path) if _opens(urls, path)), None) if urls else None
    if page is None:
        return http_error(error)
    query = request.query_string.decode("latin-1")  # a list keeps its filter there
    return make_response(redirect(f"{page}?{query}" if query else page))


def init_app(app: Flask) -> None:
    """Let no address of the app be a dead end for who opens it in a browser."""
    app.register_error_handler(MethodNotAllowed, _reopen)
