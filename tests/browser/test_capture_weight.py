"""What the first visit to the capture page costs on a bad line: everything counted, as it left the server."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from survey_app.demo.catalogue import add_catalogue
from survey_app.store import SQLiteStore
from tests.browser.conftest import LiveServer
from tests.browser.handset import wait_until_offline_ready
from tests.clock import NOON

pytestmark = pytest.mark.browser

MOST_BYTES = 40 * 1024
MOST_REQUESTS = 12
# Only a browser with windows asks for these, to offer a place on the home screen; they count all the same.
FOR_THE_HOME_SCREEN = ("manifest.webmanifest", "icon-192.png")


@pytest.fixture
def sent(live_server: LiveServer) -> Iterator[dict[str, int]]:
    """Bytes of every answer's body, by path, as they go over the line."""
    counted: dict[str, int] = {}
    inner = live_server.app.wsgi_app

    def count(environ, start_response):  # type: ignore[no-untyped-def]
        path = environ["PATH_INFO"]
        for part in inner(environ, start_response):
            counted[path] = counted.get(path, 0) + len(part)
            yield part

    live_server.app.wsgi_app = count  # type: ignore[method-assign]
    yield counted
    live_server.app.wsgi_app = inner  # type: ignore[method-assign]


def test_the_first_visit_to_capture_is_light(
    browser: Browser,
    live_server: LiveServer,
    store: SQLiteStore,
    sent: dict[str, int],
    sign_in: Callable[[str], FlaskClient],
) -> None:
    with store.writing() as tx:
        add_catalogue(tx, today=NOON.date(), at=NOON)
    cookie = sign_in("leader").get_cookie("survey")
    assert cookie is not None
    fresh = browser.new_context(base_url=live_server.url, locale="zh-CN")
    fresh.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    first = fresh.new_page()
    first.goto("/capture")
    wait_until_offline_ready(first)
    first.wait_for_timeout(500)
    links = first.locator("link[rel=manifest], link[rel=apple-touch-icon]")
    for link in links.evaluate_all("links => links.map(({href}) => href)"):
        assert link.endswith(FOR_THE_HOME_SCREEN)
        if not any(path in link for path in sent):
            first.evaluate("async url => { await (await fetch(url)).arrayBuffer(); }", link)
    fresh.close()
    print(f"{len(live_server.requests)} requests, {sum(sent.values())} bytes: {sent}")
    assert len(live_server.requests) <= MOST_REQUESTS, live_server.requests
    assert sum(sent.values()) <= MOST_BYTES, sent
    assert sent["/capture"] > 4000, "the lists of the demo are on the page"
