"""Small phones and large text: what is long wraps, and nothing pushes a page sideways."""

from collections.abc import Callable
from itertools import product

import pytest
from flask import Flask
from playwright.sync_api import Browser

from survey_app.store import SQLiteStore
from tests.browser.conftest import LiveServer
from tests.browser.handset import sign_in_on
from tests.halls import add_halls
from tests.problems import UNIT, Work

pytestmark = pytest.mark.browser

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SIZES = {"normal": "", "larger": "", "twice": "34px"}
SET_SIZE = """([name, px]) => {
  document.documentElement.dataset.textSize = name;
  document.documentElement.style.fontSize = px;
}"""
# Icons and words of the bar at the top that reach over an edge of the screen.
CUT_OFF = """() => [...document.querySelectorAll('.bar__tools svg, .bar__tools span')]
  .map((el) => el.getBoundingClientRect())
  .filter((box) => box.width > 1 && (box.left < 0 || box.right > innerWidth))"""
# How many lines each tab's words take.
TAB_LINES = """() => [...document.querySelectorAll('.nav span')].filter((el) => el.offsetHeight)
  .map((el) => Math.round(el.offsetHeight / parseFloat(getComputedStyle(el).lineHeight)))"""
LONGEST = "责任单位退了件，改革办在定由谁来改"


@pytest.mark.parametrize(
    ("login", "path", "badge"),
    [
        ("leader", "/records", LONGEST),
        ("office", "/findings", "退件，待定"),
        ("office", "/ledger", "退件，待定"),
        ("unit", "/tasks", "待签收"),
        ("office", "/inbox", "较重"),
    ],
)
def test_a_long_badge_wraps_and_pushes_nothing_sideways(
    app: Flask, store: SQLiteStore, person_id: Callable[[str], str], browser: Browser,
    live_server: LiveServer, login: str, path: str, badge: str,
) -> None:  # fmt: skip
    work = Work(app, store, person_id)
    work.assigned("取号机停用，要排两次队")
    work.do(work.assigned("电话没有人接"), "return", "unit", reason="不归我们管")
    work.triaged("窗口没有人")
    context = browser.new_context(base_url=live_server.url, locale="zh-CN")
    page = context.new_page()
    sign_in_on(page, login)
    page.goto(path)
    assert page.locator(".badge", has_text=badge).count(), page.locator(".badge").all_inner_texts()
    for width, (name, px) in product((320, 390, 1440), SIZES.items()):
        page.set_viewport_size({"width": width, "height": 700})
        page.evaluate(SET_SIZE, [name, px])
        assert page.evaluate(SIDEWAYS) <= 0, (width, name)
    context.close()


def test_a_problem_of_the_ledger_stays_inside_its_card(
    app: Flask, store: SQLiteStore, person_id: Callable[[str], str], browser: Browser, live_server: LiveServer
) -> None:
    work = Work(app, store, person_id)
    with store.writing() as tx:
        tx.update("units", UNIT, {"name": "杭州市公安局交警支队车辆管理所"})
    work.assigned("上班时间拨服务电话，响了二十多声没有人接")
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 320, "height": 640}, locale="zh-CN"
    )
    page = context.new_page()
    sign_in_on(page, "office")
    page.goto("/ledger")
    assert page.locator(".ledger-box").evaluate("box => box.scrollWidth - box.clientWidth") <= 0
    context.close()


@pytest.mark.parametrize("size", SIZES)
def test_the_capture_screen_is_of_use_on_the_smallest_phone_whatever_the_text_size(
    browser: Browser, live_server: LiveServer, store: SQLiteStore, size: str
) -> None:
    add_halls(store)
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 320, "height": 640}, locale="zh-CN"
    )
    page = context.new_page()
    sign_in_on(page, "leader")
    page.goto("/capture")
    page.evaluate(SET_SIZE, [size, SIZES[size]])
    bar, head = page.locator(".actions").bounding_box(), page.locator(".masthead").bounding_box()
    assert bar
    assert head
    assert bar["height"] <= 640 / 5
    assert bar["y"] - head["height"] >= 640 / 3, "room to write in"
    tools = [tool.bounding_box() for tool in page.locator(".bar__tool").all()]
    for box in tools:
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        assert min(box["width"], box["height"]) >= 48
    assert page.evaluate(CUT_OFF) == []
    context.close()


@pytest.mark.parametrize(
    ("login", "path"), [("leader", "/records"), ("office", "/inbox"), ("unit", "/tasks")]
)
def test_the_tabs_stay_words_and_leave_room_for_the_page(
    browser: Browser, live_server: LiveServer, login: str, path: str
) -> None:
    context = browser.new_context(base_url=live_server.url, locale="zh-CN")
    page = context.new_page()
    sign_in_on(page, login)
    page.goto(path)
    for width, (name, px) in product((320, 390), SIZES.items()):
        page.set_viewport_size({"width": width, "height": 640})
        page.evaluate(SET_SIZE, [name, px])
        assert max(page.evaluate(TAB_LINES)) <= 2, (width, name)
        tabs = page.locator(".nav").bounding_box()
        assert tabs
        assert tabs["height"] <= 640 / 5, (width, name)
    context.close()


def test_the_decision_of_the_office_covers_no_field_on_a_phone(
    app: Flask, store: SQLiteStore, person_id: Callable[[str], str], browser: Browser, live_server: LiveServer
) -> None:
    record = Work(app, store, person_id).report("取号机停用，要排两次队")
    context = browser.new_context(base_url=live_server.url, locale="zh-CN")
    page = context.new_page()
    sign_in_on(page, "office")
    page.goto(f"/inbox/{record['id']}")
    for width, (name, px) in product((320, 390), SIZES.items()):
        page.set_viewport_size({"width": width, "height": 640})
        page.evaluate(SET_SIZE, [name, px])
        page.evaluate("document.querySelector('form:has(.triage__save)').scrollIntoView()")
        note, bar = (
            page.locator(".triage [name=note]").bounding_box(),
            page.locator(".triage__save").bounding_box(),
        )
        assert note
        assert bar
        assert bar["y"] >= note["y"] + note["height"], (width, name)
    context.close()
