"""The line between phone and server at its worst: portals, a token gone stale, half of everything lost."""

import io
import os
import random
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, Response, request
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from survey_app.store import SQLiteStore
from tests.browser import database
from tests.browser.cable import portal_page
from tests.browser.conftest import LiveServer
from tests.browser.handset import Handset, picture, report, wait_until_delivered

pytestmark = pytest.mark.browser

STATUS = ".status"
SPEED = float(os.environ.get("LINE_SPEED", "20"))  # 1: in real time, which takes minutes
PORTALS = {
    "a page": portal_page("<h1>欢迎使用免费无线网络，请先登录</h1>"),
    "JSON": portal_page('{"status": "ok"}', "application/json"),
    "JSON that looks like ours": portal_page(
        '{"proto": 1, "user": {"id": "portal"}, "csrf": "x", "receipts": [{"status": "stored", "need": []}]}',
        "application/json",
    ),
    "a redirect": portal_page("", status="302 Found"),
}


@pytest.fixture
def phone(ready: Handset) -> Page:
    """The handset on the capture screen."""
    page = ready.turn_on()
    page.goto("/capture")
    expect(page.locator("form.is-live")).to_be_visible()
    return page


@pytest.mark.parametrize("kind", PORTALS)
def test_a_captive_portal_releases_nothing_whatever_it_answers(
    phone: Page, ready: Handset, store: SQLiteStore, kind: str
) -> None:
    ready.cable.portal = PORTALS[kind]
    with phone.expect_response("**/api/v1/session"):
        report(phone, "在宾馆里写的", picture(1, (400, 300)))
    expect(phone.locator(STATUS)).to_contain_text("1 条已存本机")
    assert [op["status"] for op in database.rows(phone, "ops")] == ["waiting"]
    phone.reload()
    expect(phone.locator(STATUS)).to_contain_text("1 条已存本机")
    assert store.value("select count(*) from ops") == 0
    ready.cable.portal = b""
    phone.get_by_role("link", name="我的记录").click()
    wait_until_delivered(phone, store, 1)


@pytest.fixture
def restarted(live_server: LiveServer) -> Iterator[list[str]]:
    """The server gets another key between session and first batch; returns the calls it refused."""
    refused: list[str] = []
    inner = live_server.app.wsgi_app
    app: Flask = live_server.app

    def restart(environ, start_response):  # type: ignore[no-untyped-def]
        if environ["PATH_INFO"] == "/api/v1/ops" and not refused:
            app.config["WTF_CSRF_SECRET_KEY"] = "another key"

        def remember(status, headers, info=None):  # type: ignore[no-untyped-def]
            if status.startswith("400"):
                refused.append(environ["PATH_INFO"])
            return start_response(status, headers)

        return inner(environ, remember)

    app.wsgi_app = restart  # type: ignore[method-assign]
    yield refused
    app.wsgi_app = inner  # type: ignore[method-assign]


def test_a_token_that_has_gone_stale_is_fetched_again_and_the_record_goes_at_once(
    restarted: list[str], phone: Page, store: SQLiteStore
) -> None:
    report(phone, "令牌过期时写的")
    wait_until_delivered(phone, store, 1)
    assert restarted == ["/api/v1/ops"]


def heavy_photo() -> FilePayload:
    """Return a photo that is still above 512 KiB when the phone has shrunk it."""
    noise = random.Random(5)  # noqa: S311
    image = Image.frombytes("L", (580, 435), noise.randbytes(580 * 435)).resize((1600, 1200))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95)
    return {"name": "heavy.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_a_line_that_loses_half_of_everything_delivers_a_heavy_photo_and_doubles_nothing(
    phone: Page, ready: Handset, store: SQLiteStore
) -> None:
    """50 % loss, 2 s there and back, 50 kbit/s: all of it ``SPEED`` times as fast."""
    cable = ready.cable
    cable.loss, cable.delay, cable.rate = 0.5, 1 / SPEED, 50_000 / 8 * SPEED
    report(phone, "信号很差的地方写的", heavy_photo())
    photo = database.rows(phone, "ops")[0]["photos"][0]
    assert photo["len"] > 512 * 1024
    for _ in range(100):
        if store.value("select count(*) from photos") and phone.locator(STATUS).inner_text() == "全部已送达":
            break
        phone.evaluate("dispatchEvent(new Event('online'))")  # a signal that comes and goes
        phone.wait_for_timeout(500)
    expect(phone.locator(STATUS)).to_have_text("全部已送达")
    assert cable.broken, "the line was bad"
    assert store.query("select count(*) as n, max(sha256) as sha256 from ops") == [
        {"n": 1, "sha256": database.rows(phone, "ops")[0]["sha256"]}
    ]
    assert store.value("select count(*) from observations") == 1
    assert store.query("select id, bytes from photos") == [{"id": photo["sha256"], "bytes": photo["len"]}]


@pytest.fixture
def old_server(live_server: LiveServer) -> Iterator[set[str]]:
    """A server that knows no call which came after the first release; the calls that it did not know."""
    unknown: set[str] = set()
    inner = live_server.app.wsgi_app

    def first_release(environ, start_response):  # type: ignore[no-untyped-def]
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if method == "PATCH" or path in {"/api/v1/have", "/api/v1/custody", "/api/v1/changes"}:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            unknown.add(f"{method} {path.split('/')[3]}")
            status = 405 if method == "PATCH" else 404
            body = '{"code": "not_found", "message": "", "details": {}}'
            return Response(body, status, mimetype="application/json")(environ, start_response)
        return inner(environ, start_response)

    def without_head(response: Response) -> Response:
        if request.path == "/api/v1/session" and response.status_code == 200:
            body = response.get_json()
            body.pop("head", None)
            response.set_data(live_server.app.json.dumps(body))
        response.headers.pop("Upload-Offset", None)
        return response

    live_server.app.after_request(without_head)
    live_server.app.wsgi_app = first_release  # type: ignore[method-assign]
    yield unknown
    live_server.app.wsgi_app = inner  # type: ignore[method-assign]


def test_a_server_of_the_first_release_gets_everything_from_a_phone_of_today(
    old_server: set[str], phone: Page, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    report(phone, "发给旧系统的一条", heavy_photo())
    wait_until_delivered(phone, store, 1)
    report(phone, "再发一条", picture(2, (400, 300)))
    wait_until_delivered(phone, store, 2)
    phone.reload()
    wait_until_delivered(phone, store, 2)
    assert store.value("select count(*) from observation_photos join photos on photos.id = sha256") == 2
    assert "PATCH photos" in old_server
