"""The office's half of the story at its desk: from a period to a briefing on paper."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pypdf import PdfReader

from survey_app.store import SQLiteStore
from tests.browser.chromium import DESK, PHONE
from tests.browser.conftest import LiveServer
from tests.browser.handset import sign_in_on
from tests.browser.test_every_page import NARROWEST, find_problems
from tests.digests.data import add_catalog, add_observation, photo_bytes

pytestmark = pytest.mark.browser
PERIOD = "/digests/new?first=2017-06-01&last=2017-06-12"


@pytest.fixture(autouse=True)
def records(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> None:
    """A few records of the period, one with a photo and a citizen's words."""
    add_catalog(store)
    leader = person_id("leader")
    add_observation(
        app,
        leader,
        hall_id="H1",
        category="A1",
        quote="打了三次都没人接",
        photos=(photo_bytes(),),
    )
    add_observation(app, leader, hall_id="H2", category="D", kind="difficulty", text="排队四十分钟")
    add_observation(app, leader, hall_id="H2", kind="good_practice", text="有人主动来问")


def write_draft(page: Page) -> str:
    """Go from the period to a written draft, and return the briefing's address."""
    page.goto(PERIOD)
    page.get_by_role("button", name="就用这段时间，去选记录").click()
    page.get_by_role("button", name="这一页全选").click()
    page.get_by_role("button", name="写初稿").click()
    expect(page.get_by_text("初稿写好了")).to_be_visible()
    return "/digests/" + page.url.split("/digests/")[1].split("/")[0]


def test_the_office_makes_a_briefing_from_a_period_to_a_downloaded_file(desk: Page, tmp_path: Path) -> None:
    sign_in_on(desk, "office")
    desk.goto("/digests")
    desk.get_by_role("link", name="编一期简报").first.click()
    desk.get_by_role("link", name="最近 30 天").click()
    expect(desk.get_by_text("共 3 条记录")).to_be_visible()
    write_draft(desk)
    body = desk.get_by_label("正文", exact=True)
    text = body.input_value()
    assert "『打了三次都没人接』——办事群众" in text
    body.fill(text.replace("〔待补写〕", "请有关单位逐项整改，办公室跟踪回访。"))
    desk.get_by_label("标题第二行").fill("六月上旬")
    desk.get_by_label("编印单位").fill("市公安局改革办")
    desk.get_by_label("共印份数").fill("60")
    desk.get_by_role("button", name="存好").click()
    sheet = desk.frame_locator("iframe")
    expect(sheet.get_by_text("请有关单位逐项整改")).to_be_visible()
    expect(sheet.get_by_text("排版稿")).to_be_visible()
    desk.get_by_role("link", name="去送审").click()
    for step in ("送审", "看过了，签发", "印发这一期"):
        if (accepted := desk.get_by_label("我看过了，就这样往下走")).count():
            accepted.check()
        desk.get_by_role("button", name=step, exact=True).click()
    expect(desk.get_by_text("已印发。这一期不会再变")).to_be_visible()
    with desk.expect_download() as started:
        desk.get_by_role("link", name="下载 PDF").click()
    assert started.value.suggested_filename == "2017-办事体验简报第1期-6月1日至12日办事体验情况六月上旬.pdf"
    started.value.save_as(tmp_path / "briefing.pdf")
    printed = "".join(
        "".join(page.extract_text().split())
        for page in PdfReader(io.BytesIO((tmp_path / "briefing.pdf").read_bytes())).pages
    )
    for expected in ("第1期", "市公安局改革办", "共记录3条", "打了三次都没人接", "有人主动来问", "共印60份"):
        assert expected in printed
    assert "排版稿" not in printed


def test_the_second_of_two_editors_sees_both_texts_and_loses_none(desk: Page, browser: Browser) -> None:
    sign_in_on(desk, "office")
    path = write_draft(desk)
    other = browser.new_context(base_url=desk.url.split("/digests")[0], locale="zh-CN").new_page()
    sign_in_on(other, "office")
    other.goto(f"{path}/edit")
    for page, text in ((desk, "先存的话"), (other, "后存的话")):
        page.get_by_label("正文", exact=True).fill(text)
        page.get_by_role("button", name="存好").click()
    expect(other.get_by_text("别人先存了一份")).to_be_visible()
    expect(other.get_by_label("别人存的正文")).to_have_value("先存的话\n")
    expect(other.get_by_label("正文", exact=True)).to_have_value("后存的话")
    other.context.close()


@pytest.mark.parametrize(
    ("language", "viewport", "theme"),
    [("zh", NARROWEST, "dark"), ("en", PHONE, "light"), ("zh", DESK, "light")],
)
def test_every_page_of_a_briefing_can_be_used_on_phone_and_desk(
    browser: Browser, live_server: LiveServer, language: str, viewport: ViewportSize, theme: str
) -> None:
    context = browser.new_context(base_url=live_server.url, viewport=viewport, locale="zh-CN")
    page = context.new_page()
    sign_in_on(page, "office")
    path = write_draft(page)
    host = live_server.url.split("//")[1].split(":")[0]
    chosen = {"language": language, "theme": theme}.items()
    context.add_cookies(
        [{"name": name, "value": value, "domain": host, "path": "/"} for name, value in chosen]
    )
    problems = []
    parts = ("", "/pick", "/edit", "/behind?figure=记录", "/printing")
    for address in ("/digests", PERIOD, *(f"{path}{part}" for part in parts)):
        page.goto(address)
        problems += find_problems(page, address)
    for step in ("submit", "sign", "issue", "correct"):
        page.goto(path if step == "correct" else f"{path}/issue")
        problems += find_problems(page, step)
        form = page.locator(f"form[action$='/{step}']")
        if form.locator("[name=accepted]").count():
            form.locator("[name=accepted]").check()
        form.get_by_role("button").click()
    assert problems == []
    page.wait_for_load_state("networkidle")  # a page that is closed while it loads may never have closed
    context.close()


def test_what_is_typed_is_kept_by_itself_and_two_who_type_at_once_lose_nothing(
    desk: Page, browser: Browser
) -> None:
    sign_in_on(desk, "office")
    path = write_draft(desk)
    body = desk.get_by_label("正文", exact=True)
    body.fill("第一段。\n第二段。\n第三段。")
    expect(desk.get_by_text("自动存好了")).to_be_visible(timeout=15000)
    expect(desk.frame_locator("iframe").get_by_text("第三段")).to_be_visible()
    other = browser.new_context(base_url=desk.url.split("/digests")[0], locale="zh-CN").new_page()
    sign_in_on(other, "office")
    other.goto(f"{path}/edit")
    theirs = other.get_by_label("正文", exact=True)
    theirs.fill("第一段。\n第二段。\n别人的第三段。")
    expect(other.get_by_text("自动存好了")).to_be_visible(timeout=15000)
    body.fill("我的第一段。\n第二段。\n第三段。")
    expect(desk.get_by_text("两边改的都留下了")).to_be_visible(timeout=15000)
    expect(body).to_have_value("我的第一段。\n第二段。\n别人的第三段。\n")
    desk.reload()
    expect(body).to_have_value("我的第一段。\n第二段。\n别人的第三段。\n")
    other.context.close()
