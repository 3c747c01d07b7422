"""Comments answered one after another without a mouse, and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from survey_app.store import SQLiteStore
from tests.browser.chromium import PHONE
from tests.browser.conftest import LiveServer
from tests.browser.handset import sign_in_on
from tests.voices.data import EXCERPTS, SHEET, add_units, put

pytestmark = pytest.mark.browser


@pytest.fixture
def voices(store: SQLiteStore) -> SQLiteStore:
    add_units(store)
    put(store, SHEET)
    put(store, EXCERPTS)
    return store


def test_one_answers_all_who_wait_from_the_keyboard(voices: SQLiteStore, desk: Page) -> None:
    sign_in_on(desk, "office")
    desk.goto("/voices")
    desk.keyboard.press("j")
    for title in ("电话打不通", "自助机黑屏", "约不上号"):
        expect(desk.get_by_role("heading", name=title)).to_be_visible()
        desk.keyboard.press("r")
        desk.keyboard.type(f"已办：{title}")
        desk.keyboard.press("Control+Enter")
    expect(desk.get_by_text("网友留言都答复了。")).to_be_visible()
    expect(desk.get_by_text("4/4")).to_be_visible()
    waiting = "select count(*) from voices where kind = 'netizen' and replied_on is null"
    assert voices.value(waiting) == 0


def test_an_answer_needs_no_script(voices: SQLiteStore, live_server: LiveServer, browser: Browser) -> None:
    context = browser.new_context(base_url=live_server.url, viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    sign_in_on(page, "office")
    page.goto("/voices/next")
    page.get_by_label("怎么答复的").fill("电话有专人守了。")
    page.get_by_role("button", name="答复好，看下一条").click()
    expect(page.get_by_role("heading", name="自助机黑屏")).to_be_visible()
    page.goto("/voices")
    page.get_by_role("group").get_by_text("更多条件").click()
    page.get_by_label("现在怎样").select_option("answered")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("link", name="电话打不通")).to_be_visible()
    context.close()
