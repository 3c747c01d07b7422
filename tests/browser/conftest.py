"""The real app behind a real server, and a real Chromium in front of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from werkzeug.serving import make_server

from survey_app.store import SQLiteStore
from tests.browser.cable import Cable
from tests.browser.chromium import CHROMIUM, DESK, FLAGS, PHONE
from tests.browser.handset import Handset, sign_in_on, wait_until_offline_ready
from tests.clock import Clock
from tests.halls import add_halls


@dataclass
class LiveServer:
    """The app under test at an address on this machine, with every request it got."""

    app: Flask
    url: str
    requests: list[tuple[str, str]]


@pytest.fixture
def same_time(clock: Clock) -> None:
    """The server's clock goes as the phone's does."""
    clock.now = datetime.now(UTC)


@pytest.fixture
def live_server(app: Flask) -> Iterator[LiveServer]:
    """Serve the app under test in threads."""
    requests: list[tuple[str, str]] = []

    @app.before_request
    def remember() -> None:
        from flask import request

        requests.append((request.method, request.path))

    with serving(app) as port:
        yield LiveServer(app, f"http://127.0.0.1:{port}", requests)


@contextmanager
def serving(app: Flask) -> Iterator[int]:
    """Serve an app in threads and say on which port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, once a session."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, once a session."""
    started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield started
    started.close()


@pytest.fixture
def context(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A fresh phone."""
    made = browser.new_context(base_url=live_server.url, viewport=PHONE, locale="zh-CN", has_touch=True)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """One tab of the fresh phone."""
    return context.new_page()


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A wide screen."""
    made = browser.new_context(base_url=live_server.url, viewport=DESK, locale="zh-CN")
    yield made.new_page()
    made.close()


@pytest.fixture
def cable(live_server: LiveServer) -> Iterator[Cable]:
    """The line between the handset and the server."""
    made = Cable(int(live_server.url.rsplit(":", 1)[1]))
    yield made
    made.close()


@pytest.fixture
def handset(playwright: Playwright, tmp_path: Path, cable: Cable, store: SQLiteStore) -> Iterator[Handset]:
    """A phone that was never here; the server has a catalogue."""
    add_halls(store)
    made = Handset(playwright, tmp_path / "profile", cable)
    yield made
    made.turn_off()


@pytest.fixture
def ready(handset: Handset) -> Handset:
    """The phone after its first visit with a signal, signed in as the leader, and turned off."""
    page = handset.turn_on()
    sign_in_on(page, "leader")
    page.goto("/capture")
    wait_until_offline_ready(page)
    handset.turn_off()
    return handset
