"""What the first visit to the capture page costs: each request with its bytes as they travel."""

import json
import re
from collections.abc import Iterator

from flask.testing import FlaskClient

# The icon for a home screen is fetched when it is put there, not on a visit.
LINKS = re.compile(r'<(?:link|script|img)\b(?![^>]*apple-touch-icon)[^>]*\b(?:href|src)="(/[^"]+)"')
SHELL = re.compile(r"__SHELL = (\{.*?\});")
WHILE_IDLE = ("/api/v1/catalog",)


def weigh_capture(client: FlaskClient) -> dict[str, int]:
    """Return bytes as served (gzipped) by address: the page, what it loads, what is kept for offline."""
    weights: dict[str, int] = {}
    for path in _paths(client):
        if path not in weights:
            weights[path] = len(_fetch(client, path))
    return weights


def _paths(client: FlaskClient) -> Iterator[str]:
    yield "/capture"
    yield from LINKS.findall(client.get("/capture").text)
    yield "/sw.js"
    found = SHELL.search(client.get("/sw.js").text)
    shell = json.loads(found.group(1)) if found else {}
    yield from [*shell.get("files", []), *shell.get("pages", []), *WHILE_IDLE]


def _fetch(client: FlaskClient, path: str) -> bytes:
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    if answer.status_code != 200:
        raise LookupError(f"{path} answers {answer.status_code}")
    return bytes(answer.data)
