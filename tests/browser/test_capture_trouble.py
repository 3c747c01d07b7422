"""What goes wrong around a phone: portals, an expired sign-in, another person, a page without JavaScript."""

from collections.abc import Callable, Iterator

import pytest
from flask import Response
from playwright.sync_api import Browser, Page, Route, expect

from survey_app.store import SQLiteStore
from tests.browser.chromium import PHONE
from tests.browser.conftest import LiveServer
from tests.browser.handset import picture, report, sign_in_on, wait_until_delivered, wait_until_offline_ready
from tests.halls import COUNTER, HALL, add_halls

pytestmark = pytest.mark.browser

STATUS = ".status"


@pytest.fixture
def phone(page: Page, store: SQLiteStore) -> Page:
    """A phone on the capture screen, signed in as the leader."""
    add_halls(store)
    sign_in_on(page, "leader")
    page.goto("/capture")
    wait_until_offline_ready(page)
    return page


def count(store: SQLiteStore) -> int:
    return int(store.value("select count(*) from observations"))


@pytest.fixture
def portal(live_server: LiveServer) -> Iterator[list[bool]]:
    """A hotel's network: while on, it answers everything with its own page and 200."""
    on = [False]
    inner = live_server.app.wsgi_app

    def capture_everything(environ, start_response):  # type: ignore[no-untyped-def]
        if on[0]:
            return Response("<h1>欢迎使用免费无线网络，请先登录</h1>")(environ, start_response)
        return inner(environ, start_response)

    live_server.app.wsgi_app = capture_everything  # type: ignore[method-assign]
    yield on
    live_server.app.wsgi_app = inner  # type: ignore[method-assign]


def test_a_captive_portals_200_releases_nothing(phone: Page, store: SQLiteStore, portal: list[bool]) -> None:
    portal[0] = True
    report(phone, "柜台没有人", picture(1))
    expect(phone.locator(STATUS)).to_contain_text("1 条已存本机")
    assert count(store) == 0
    phone.reload()
    expect(phone.locator(STATUS)).to_contain_text("1 条已存本机")
    portal[0] = False
    expect(phone.locator(STATUS)).to_have_text("全部已送达", timeout=20_000)
    assert count(store) == 1


def test_an_expired_sign_in_keeps_capturing_and_sends_by_itself_after_signing_in(
    phone: Page, store: SQLiteStore
) -> None:
    with store.writing() as tx:
        tx.execute("delete from sessions")
    report(phone, "登录过期时写的")
    phone.goto("/c/H1-03")
    report(phone, "又写了一条")
    expect(phone.locator(STATUS)).to_contain_text("2 条已存本机，登录后自动上报")
    assert count(store) == 0
    phone.get_by_role("link", name="去登录").click()
    sign_in_on(phone, "leader")
    expect(phone.locator(STATUS)).to_have_text("全部已送达", timeout=20_000)
    assert store.query("select text from observations order by n") == [
        {"text": "登录过期时写的"},
        {"text": "又写了一条"},
    ]


def test_another_person_on_the_phone_sees_only_how_many_wait_and_sends_none_of_them(
    phone: Page, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    phone.context.set_offline(True)
    for words in ("甲写的第一条", "甲写的第二条"):
        report(phone, words)
    phone.context.set_offline(False)
    with store.writing() as tx:
        tx.execute("delete from sessions")
    sign_in_on(phone, "aide")
    expect(phone.locator(STATUS)).to_contain_text("全部已送达 · 测试岗位 leader 有 2 条未报")
    assert "甲写的" not in phone.locator("main").inner_text()
    phone.goto("/capture")
    report(phone, "乙写的")
    expect(phone.locator("[data-message]")).to_have_text("已送达。", timeout=20_000)
    expect(phone.locator(STATUS)).to_contain_text("全部已送达 · 测试岗位 leader 有 2 条未报")
    assert store.query("select text, author_id from observations") == [
        {"text": "乙写的", "author_id": person_id("aide")}
    ]
    with store.writing() as tx:
        tx.execute("delete from sessions")
    sign_in_on(phone, "leader")
    expect(phone.locator(STATUS)).to_have_text("全部已送达", timeout=20_000)
    authors = store.query("select author_id from observations where text like '甲%'")
    assert authors == [{"author_id": person_id("leader")}] * 2


def test_without_javascript_the_plain_form_reports_and_keeps_drafts(
    browser: Browser, live_server: LiveServer, store: SQLiteStore
) -> None:
    add_halls(store)
    context = browser.new_context(
        base_url=live_server.url, viewport=PHONE, locale="zh-CN", java_script_enabled=False
    )
    page = context.new_page()
    sign_in_on(page, "leader")
    page.goto("/c/H1-03")
    page.get_by_label("看到了什么").fill("没有 JavaScript 也能记")
    page.locator("input[type=file]").set_input_files([picture(3)])
    page.get_by_role("button", name="先存着").click()
    page.get_by_role("link", name="接着写").click()
    expect(page.get_by_label("看到了什么")).to_have_value("没有 JavaScript 也能记")
    expect(page.get_by_label("照片 1")).to_be_checked()
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text(["已送达。"])
    row = store.find("select text, hall_id, counter_id from observations")
    assert row == {"text": "没有 JavaScript 也能记", "hall_id": HALL, "counter_id": COUNTER}
    assert store.value("select count(*) from observation_photos join photos on photos.id = sha256") == 1
    context.close()


def test_what_was_written_and_chosen_before_the_script_arrived_is_kept(
    browser: Browser, live_server: LiveServer, store: SQLiteStore
) -> None:
    add_halls(store)
    context = browser.new_context(base_url=live_server.url, viewport=PHONE, service_workers="block")
    page = context.new_page()
    sign_in_on(page, "leader")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/photos.js", hold)
    page.goto("/capture", wait_until="commit")
    page.get_by_label("看到了什么").fill("脚本还在路上就写下的")
    page.locator("input[type=file]").set_input_files([picture(1)])
    for route in held:
        route.continue_()
    page.unroute("**/js/photos.js")
    expect(page.locator("[data-photos] img")).to_have_count(1)
    page.reload()
    expect(page.get_by_label("看到了什么")).to_have_value("脚本还在路上就写下的")
    expect(page.locator("[data-photos] img")).to_have_count(1)
    page.get_by_role("button", name="上报", exact=True).click()
    wait_until_delivered(page, store, 1)
    assert store.value("select count(*) from observation_photos") == 1
    context.close()
