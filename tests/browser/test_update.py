"""A new version of the app arrives while a form is open and records wait."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from survey_app import shell
from survey_app.store import SQLiteStore
from tests.browser import database
from tests.browser.conftest import LiveServer
from tests.browser.handset import Handset, report, wait_until_delivered, write

pytestmark = pytest.mark.browser

STATUS = ".status"
WAITING = "navigator.serviceWorker.getRegistration().then((one) => Boolean(one.waiting))"
CACHES = "caches.keys()"


def forget_assets() -> None:
    shell.load.cache_clear()
    shell.scripts_fingerprint.cache_clear()


@pytest.fixture
def publish(
    live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], None]]:
    """Put the next version on the server: its scripts know that they are the next."""

    def next_version() -> None:
        folder = tmp_path / "static"
        shutil.copytree(shell.STATIC, folder)
        with (folder / "js" / "app.js").open("a") as script:
            script.write("\ndocument.documentElement.dataset.release = 'next';\n")
        monkeypatch.setattr(shell, "STATIC", folder)
        forget_assets()
        shell.keep_release(live_server.app)

    yield next_version
    monkeypatch.undo()
    forget_assets()


def release_of(page: Page) -> str:
    return str(page.evaluate("document.documentElement.dataset.release ?? 'first'"))


def test_a_new_version_waits_for_the_open_form_and_for_five_records(
    ready: Handset, live_server: LiveServer, store: SQLiteStore, publish: Callable[[], None]
) -> None:
    shell.keep_release(live_server.app)
    page = ready.turn_on(airplane=True)
    page.goto("/capture")
    first = page.evaluate(CACHES)
    for n in range(5):
        report(page, f"等着的第 {n} 条")
    write(page, "升级时正在写的")
    database.wait_for(page, "drafts", lambda draft: draft["values"]["text"] == "升级时正在写的")
    page.evaluate("window.untouched = true")

    publish()
    ready.airplane(False)
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    wait_until(page, WAITING)
    wait_until_delivered(page, store, 5)
    assert page.evaluate("window.untouched"), "nothing was loaded anew under the form"
    assert release_of(page) == "first"
    expect(page.get_by_label("看到了什么")).to_have_value("升级时正在写的")

    leave_the_form(page)
    page.goto("/capture")
    assert release_of(page) == "next"
    expect(page.get_by_label("看到了什么")).to_have_value("升级时正在写的")
    page.get_by_role("button", name="上报", exact=True).click()
    wait_until_delivered(page, store, 6)
    assert page.evaluate(CACHES) != first
    ready.airplane(True)
    page.reload()
    assert release_of(page) == "next"
    expect(page.get_by_label("看到了什么")).to_have_value("")


def test_a_new_version_takes_over_when_the_phone_is_put_away(
    ready: Handset, live_server: LiveServer, publish: Callable[[], None]
) -> None:
    shell.keep_release(live_server.app)
    page = ready.turn_on()
    page.clock.install()
    page.goto("/menu")
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))  # from here on no timer helps
    page.goto("/menu")
    publish()
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    wait_until(page, WAITING)
    page.wait_for_timeout(500)
    assert page.evaluate(WAITING), "a finger may be about to tap"
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    wait_until(page, f"{WAITING}.then((waits) => !waits)")
    page.goto("/menu")
    assert release_of(page) == "next"


def leave_the_form(page: Page) -> None:
    """Look at another page until the new version has taken over."""
    page.goto("/menu")
    wait_until(page, f"{WAITING}.then((waits) => !waits)")


def wait_until(page: Page, fact: str, times: int = 200) -> None:
    for _ in range(times):
        if page.evaluate(fact):
            return
        page.wait_for_timeout(50)
    raise TimeoutError(fact)
