"""What befalls the phone's own database: full, closed, gone, newer than the app, or held by another page."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from survey_app.store import SQLiteStore
from tests.browser import database
from tests.browser.conftest import LiveServer
from tests.browser.handset import (
    Handset,
    picture,
    report,
    sign_in_on,
    wait_until_delivered,
    wait_until_offline_ready,
)
from tests.halls import add_halls

pytestmark = pytest.mark.browser

STATUS = ".status"
MESSAGE = "[data-message]"
WATCHED = """(() => {
  const {open} = IDBFactory.prototype;
  window.databases = [];
  IDBFactory.prototype.open = function (...words) {
    const request = open.apply(this, words);
    request.addEventListener('success', () => window.databases.push(request.result));
    return request;
  };
})()"""


@pytest.fixture
def phone(context: BrowserContext, store: SQLiteStore) -> Page:
    """A phone on the capture screen, signed in as the leader; the page's databases are at hand."""
    add_halls(store)
    context.add_init_script(WATCHED)
    page = context.new_page()
    sign_in_on(page, "leader")
    page.goto("/capture")
    wait_until_offline_ready(page)
    return page


QUOTA = 24 * 1024 * 1024


@pytest.fixture
def small(handset: Handset, live_server: LiveServer) -> Page:
    """A phone whose browser gives the app 24 MB, on the capture screen, with its ballast."""
    page = handset.turn_on()
    quota = {"origin": handset.cable.url, "quotaSize": QUOTA}
    page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", quota)
    sign_in_on(page, "leader")
    page.goto("/capture")
    wait_until_offline_ready(page)
    database.wait_for(page, "ballast", lambda row: row["random"] > 0)
    return page


def test_on_a_full_phone_photos_are_refused_first_and_words_still_fit(
    small: Page, handset: Handset, store: SQLiteStore
) -> None:
    handset.airplane(True)
    database.fill(small, 1_000_000, 50_000)
    small.get_by_label("看到了什么").fill("手机满了也要记下的话")
    small.locator("input[type=file]").set_input_files([picture(1)])
    expect(small.locator(MESSAGE)).to_have_text("手机空间不够，这张照片没有存下；文字都在。")
    database.fill(small, 1000, 1)
    report(small, "手机满了也要记下的话")
    report(small, "再记一条")
    assert not database.rows(small, "ballast"), "the ballast made room"
    small.reload()
    expect(small.locator(STATUS)).to_contain_text("2 条已存本机")
    handset.airplane(False)
    wait_until_delivered(small, store, 2)


def test_where_not_even_words_fit_they_stay_on_the_screen_with_what_to_do(
    small: Page, store: SQLiteStore
) -> None:
    database.clear(small, "ballast")
    database.fill(small, 1_000_000, 50_000, 1000, 1)
    small.get_by_label("看到了什么").fill("一个字也存不下")
    small.get_by_role("button", name="上报", exact=True).click()
    expect(small.locator(MESSAGE)).to_have_text(
        "手机空间满了，这一条还没有存下。请先删掉一些照片或应用，再按一次。"
    )
    expect(small.get_by_label("看到了什么")).to_have_value("一个字也存不下")
    database.make_room(small)
    small.get_by_role("button", name="上报", exact=True).click()
    wait_until_delivered(small, store, 1)


@pytest.mark.parametrize("told", [True, False], ids=["with an event", "without a word"])
def test_a_database_that_is_closed_under_the_page_is_opened_again(
    phone: Page, store: SQLiteStore, told: bool
) -> None:
    phone.get_by_label("看到了什么").fill("关掉以前写的")
    phone.evaluate(
        """(told) => databases.forEach((db) => {
          db.close();
          if (told) db.dispatchEvent(new Event('close'));
        })""",
        told,
    )
    report(phone, "数据库被系统关掉以后写的")
    wait_until_delivered(phone, store, 1)


def test_a_database_that_is_deleted_under_the_page_costs_nothing_that_is_on_the_screen(
    phone: Page, store: SQLiteStore, live_server: LiveServer
) -> None:
    phone.get_by_label("看到了什么").fill("浏览器清掉数据时正在写的")
    database.wait_for(phone, "drafts", lambda draft: bool(draft["values"]["text"]))
    cdp = phone.context.new_cdp_session(phone)
    cdp.send("Storage.clearDataForOrigin", {"origin": live_server.url, "storageTypes": "indexeddb"})
    expect(phone.get_by_label("看到了什么")).to_have_value("浏览器清掉数据时正在写的")
    phone.get_by_role("button", name="上报", exact=True).click()
    database.wait_for(phone, "ops", lambda op: "浏览器清掉数据时正在写的" in op["raw"])
    phone.goto("/records")
    wait_until_delivered(phone, store, 1)


def test_a_database_of_a_version_to_come_serves_this_one_and_keeps_what_it_has(
    phone: Page, store: SQLiteStore
) -> None:
    phone.context.set_offline(True)
    report(phone, "新版本来过以前写的")
    database.grow(phone, 99, "future")
    report(phone, "新版本来过以后写的")
    phone.reload()
    report(phone, "重新打开以后写的")
    phone.context.set_offline(False)
    wait_until_delivered(phone, store, 3)
    assert database.rows(phone, "future") == ["kept"]
    assert database.dump(phone)["version"] == 99


def test_an_upgrade_that_another_page_blocks_says_so_and_goes_on_when_that_page_is_closed(
    context: BrowserContext, store: SQLiteStore
) -> None:
    add_halls(store)
    stubborn = context.new_page()
    stubborn.goto("/manifest.webmanifest")
    stubborn.evaluate("""() => new Promise((resolve) => {
      indexedDB.open('survey', 1).onsuccess = (event) => resolve((window.held = event.target.result).name);
    })""")
    page = context.new_page()
    sign_in_on(page, "leader")
    page.goto("/capture")
    expect(page.locator(STATUS)).to_contain_text("请关掉本应用的其他页面")
    page.get_by_label("看到了什么").fill("升级等着的时候写的")
    stubborn.close()
    expect(page.locator("form.is-live")).to_be_visible()
    expect(page.locator(STATUS)).to_have_text("全部已送达")
    expect(page.get_by_label("看到了什么")).to_have_value("升级等着的时候写的")
    page.get_by_role("button", name="上报", exact=True).click()
    wait_until_delivered(page, store, 1)


def test_a_record_whose_photo_is_gone_from_the_phone_waits_for_a_person_and_is_never_called_delivered(
    phone: Page, store: SQLiteStore, live_server: LiveServer
) -> None:
    phone.context.set_offline(True)
    report(phone, "照片丢了的一条", picture(1))
    report(phone, "没有照片的一条")
    database.clear(phone, "photos")
    phone.context.set_offline(False)
    expect(phone.locator(STATUS)).to_contain_text("1 条需处理", timeout=20_000)
    phone.goto("/records")
    row = phone.locator("[data-local=attention]")
    expect(row).to_contain_text("照片丢了的一条")
    expect(row).to_contain_text("照片在本机找不到了，这一条不会缺着照片上报。")
    phone.reload()
    expect(phone.locator(STATUS)).to_contain_text("1 条需处理")
    # It is offered once more when the page opens, so for a moment it is on its way again.
    marked = database.wait_for(phone, "ops", lambda op: op["status"] == "attention")
    assert "照片丢了的一条" in marked["raw"]
    assert [op["raw"] for op in database.rows(phone, "ops") if op["status"] == "released"] == [
        database.wait_for(phone, "ops", lambda op: "没有照片的一条" in op["raw"])["raw"]
    ]
    assert not [path for method, path in live_server.requests if method in {"PUT", "PATCH"}]
