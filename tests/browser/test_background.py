"""A signal that comes back when no page is open any more."""

import pytest
from playwright.sync_api import Page

from survey_app.store import SQLiteStore
from tests.browser.handset import Handset, picture, report

pytestmark = pytest.mark.browser

READY = "async () => Boolean((await navigator.serviceWorker.getRegistration('/background/'))?.active)"


def wait_for_one(page: Page, store: SQLiteStore) -> None:
    for _ in range(400):
        if store.value("select count(*) from ops") == store.value("select count(*) from photos") == 1:
            return
        page.wait_for_timeout(50)
    raise TimeoutError(f"not delivered: {store.query('select id, status from ops')}")


def test_what_waits_is_delivered_when_no_page_is_open(ready: Handset, store: SQLiteStore) -> None:
    page = ready.turn_on()
    page.goto("/capture")
    page.wait_for_function(READY)
    ready.airplane(True)
    report(page, "存下就关掉了页面", picture(1))
    page.goto("about:blank")
    ready.airplane(False)
    wait_for_one(page, store)
    assert store.value("select text from observations") == "存下就关掉了页面"
