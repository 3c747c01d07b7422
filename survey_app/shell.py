"""What the browser needs before any page: fingerprinted assets, the manifest, and the service worker."""

import gzip
import hashlib
import json
import logging
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request, url_for

from survey_app import current
from survey_app.comments import without_comments
from survey_app.errors import NotFoundError, answer
from survey_app.i18n import _
from survey_app.releases import ReleaseFolder
from survey_app.security import public

bp = Blueprint("shell", __name__)
log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
# One stylesheet for every screen: one request instead of three on a bad line.
BUNDLES = {"css/app.css": ("css/tokens.css", "css/base.css", "css/components.css")}
WORTH_COMPRESSING = 500  # bytes
IMMUTABLE = "public, max-age=31536000, immutable"
SCRIPTS = ("app", "capture", "photos", "outbox", "flush", "sync")
# What the other screens need: fetched when the first visit is over, so that a first record waits for nothing.
LATER = (
    "records", "record_words", "words", "dialog", "rescue", "changes", "ways", "leave", "storage",
    "fact", "fact_values", "field_words", "found", "mask", "stamps", "dial", "visit", "agenda", "aide",
    "label", "notice", "seen", "telephone",
)  # fmt: skip
# The page that opens without a network, for every address: the same for everyone, no name and no token in it.
SHELL_PAGES = ("visits.capture_shell",)
LATER_PAGES = ("field.field_shell",)  # what opens without a network once a first visit is over


@dataclass(frozen=True)
class Asset:
    """One file as it is served."""

    body: bytes
    packed: bytes
    mimetype: str
    fingerprint: str


@cache
def load(path: str) -> Asset | None:
    """Return a file of ``static/`` (or a bundle of them), or None where there is none."""
    sources = [STATIC / part for part in BUNDLES.get(path, (path,))]
    if not all(source.is_file() and source.is_relative_to(STATIC) for source in sources):
        return None
    return _asset(path, b"".join(map(_read, sources)))


def _asset(path: str, body: bytes) -> Asset:
    mimetype = mimetypes.guess_type(path)[0] or "application/octet-stream"
    mimetype = "text/javascript" if path.endswith(".js") else mimetype
    return Asset(body, gzip.compress(body, 9, mtime=0), mimetype, hashlib.sha256(body).hexdigest()[:12])


def _read(source: Path) -> bytes:
    """Return a file as it is served: scripts without their comments (docs/decisions/0007)."""
    body = source.read_bytes()
    return without_comments(body.decode()).encode() if source.suffix == ".js" else body


@cache
def scripts_fingerprint() -> str:
    """Return one fingerprint over all scripts, for they import each other by plain names."""
    bodies = [_read(path) for path in sorted((STATIC / "js").glob("*.js"))]
    return hashlib.sha256(b"".join(bodies)).hexdigest()[:12]


def asset(path: str) -> str:
    """Return the address of an asset; it changes when the content does."""
    found = load(path)
    if found is None:
        raise LookupError(f"no such asset: {path}")
    return url_for("shell.serve", fingerprint=_fingerprint(path, found), path=path)


def _fingerprint(path: str, found: Asset) -> str:
    return scripts_fingerprint() if path.startswith("js/") else found.fingerprint


@bp.get("/assets/<fingerprint>/<path:path>")
@public
def serve(fingerprint: str, path: str) -> Response:
    """Serve what an address has always meant, of this release or of the last two; it may be kept for ever."""
    found = load(path) if ".." not in path else None
    if found is None or fingerprint != _fingerprint(path, found):
        body = release_folder().find(f"{fingerprint}/{path}")
        found = None if body is None else _asset(path, body)
    if found is None:
        response = answer(NotFoundError(_("没有这个文件。请刷新页面。")))
        response.headers["Cache-Control"] = "no-store"
        return response
    response = _packed(found)
    response.headers["Cache-Control"] = IMMUTABLE
    return response


def release_folder() -> ReleaseFolder:
    """Return where the assets of the last releases are kept."""
    return ReleaseFolder(current.config().data_dir / "assets")


def keep_release(app: Flask) -> None:
    """Keep the assets of this release for pages that stay open beyond it: done as a worker begins."""
    paths = [str(path.relative_to(STATIC)) for path in STATIC.rglob("*") if path.is_file()]
    found = {path: load(path) for path in (*paths, *BUNDLES)}
    files = {f"{_fingerprint(path, one)}/{path}": one.body for path, one in found.items() if one}
    try:
        with app.app_context():
            release_folder().keep(files)
    except OSError as error:  # serving goes on: only pages that are open at the next upgrade miss something
        log.warning("the assets of this release could not be kept: %s", error)


def _packed(found: Asset) -> Response:
    text = found.mimetype.startswith("text/") or found.mimetype.endswith(("json", "xml"))
    smaller = text and len(found.body) > WORTH_COMPRESSING
    response = Response(found.body, mimetype=found.mimetype)
    if smaller and request.accept_encodings["gzip"]:
        response.set_data(found.packed)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    return response


@bp.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """Describe the app to a phone that puts it on its home screen."""
    icons = [
        {"src": asset("icons/icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": asset("icons/icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {
            "src": asset("icons/icon-maskable-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
    ]
    body = {
        "id": "/",
        "name": _("办事体验"),
        "short_name": _("办事体验"),
        "description": _("走进窗口，看一看、办一办、问一问。"),
        "lang": "zh-CN",
        "start_url": "/capture",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f3f5f9",
        "theme_color": "#0b57a4",
        "icons": icons,
    }
    response = Response(json.dumps(body, ensure_ascii=False), mimetype="application/manifest+json")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@bp.get("/sw.js")
@public
def service_worker() -> Response:
    """Serve the service worker with the list of what it keeps; a change of any of them is a new version."""
    files = [asset("css/app.css"), *(asset(f"js/{name}.js") for name in SCRIPTS)]
    pages = [url_for(endpoint) for endpoint in SHELL_PAGES]
    templates = b"".join(path.read_bytes() for path in sorted(TEMPLATES.rglob("*.html")))
    version = hashlib.sha256(json.dumps(files).encode() + templates).hexdigest()[:12]
    later = [*(asset(f"js/{name}.js") for name in LATER), *(url_for(endpoint) for endpoint in LATER_PAGES)]
    shell = {"version": version, "files": files, "later": later, "pages": pages}
    return _worker(f"self.__SHELL = {json.dumps(shell)};\n".encode() + _read(STATIC / "sw.js"))


@bp.get("/background/worker.js")
@public
def background_worker() -> Response:
    """Serve the worker that delivers when no page is open: beside the other one, in a scope without pages.

    So it never changes hands under a page that is being opened, and a first visit does without it.
    """
    folder = asset("js/background.js").removesuffix("background.js")
    body = _read(STATIC / "js" / "background.js").decode().replace("from './", f"from '{folder}")
    return _worker(body.encode())


def _worker(body: bytes) -> Response:
    response = Response(body, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


TEMPLATES = Path(__file__).parent / "templates"


@bp.after_app_request
def compress(response: Response) -> Response:
    """Send text in a tenth of its size: the signal in a hall is bad."""
    kind = response.mimetype or ""
    text = kind.startswith("text/") or kind in {"application/json", "application/manifest+json"}
    if (
        not text
        or response.direct_passthrough
        or response.is_streamed
        or "Content-Encoding" in response.headers
        or response.content_length is None
        or response.content_length < WORTH_COMPRESSING
    ):
        return response
    response.headers.add("Vary", "Accept-Encoding")
    if request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        if etag := response.get_etag()[0]:
            response.set_etag(etag, weak=True)
    return response


def init_app(app: Flask) -> None:
    """Let templates name assets, and serve them."""
    app.jinja_env.globals["asset"] = asset
    app.register_blueprint(bp)
