"""The whole story as its people live it: a phone without a signal, a desk, a briefing on paper."""

import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from survey_app.store import SQLiteStore
from tests.browser.handset import Handset, picture, report, sign_in_on, wait_until_offline_ready

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("same_time")]

WORDS = (
    "取号机停用，没有人告诉去哪里取号",
    "同一份复印件在两个窗口各交了一次",
    "服务电话打了三遍没有人接，手机13800138000留了言",
)


def test_three_records_made_in_airplane_mode_become_a_printed_briefing(
    handset: Handset, desk: Page, store: SQLiteStore, tmp_path: Path
) -> None:
    record_in_airplane_mode(handset)
    deliver_after_the_browser_was_killed(handset, store)
    sign_in_on(desk, "office")
    for words in WORDS:
        tag(desk, words)
    assert store.value("select count(*) from observations where state = 'triaged'") == len(WORDS)
    printed = issue_a_briefing(desk, tmp_path / "briefing.pdf")
    for words in WORDS[:2]:
        assert words in printed
    assert "13800138000" not in printed
    for expected in ("第1期", "共记录3条", "报：市改革办", "发：各分局", "（改革办供稿）"):
        assert expected in printed
    assert "排版稿" not in printed


def record_in_airplane_mode(handset: Handset) -> None:
    page = handset.turn_on()
    sign_in_on(page, "leader")
    page.goto("/capture")
    wait_until_offline_ready(page)
    handset.turn_off()  # days pass; a browser writes its cookies down when it closes, or after half a minute
    page = handset.turn_on(airplane=True)
    page.goto("/c/H1-03")
    for n, words in enumerate(WORDS):
        report(page, words, picture(n))
    expect(page.locator(".status")).to_contain_text("3 条已存本机，等信号")
    handset.kill()


def deliver_after_the_browser_was_killed(handset: Handset, store: SQLiteStore) -> None:
    page = handset.turn_on(airplane=True)
    page.goto("/records")
    expect(page.locator("[data-local=waiting]")).to_have_count(len(WORDS))
    handset.airplane(False)
    expect(page.locator(".status")).to_have_text("全部已送达", timeout=20_000)
    assert [row["text"] for row in store.query("select text from observations order by n")] == list(WORDS)
    assert store.value("select count(*) from observation_photos join photos on photos.id = sha256") == 3


def tag(desk: Page, words: str) -> None:
    """Open one record of the inbox and tie it to a reform item."""
    desk.goto("/inbox")
    desk.get_by_role("link", name=words[:8]).click()
    form = desk.get_by_role("form", name="研判")
    form.get_by_label("用好一个服务电话").check()
    form.get_by_role("button", name="存好", exact=True).click()
    expect(desk.get_by_text("已存好。")).to_be_visible()


def issue_a_briefing(desk: Page, path: Path) -> str:
    """Make a briefing of the last week's records, issue it, and return what is printed on it."""
    desk.goto("/digests/new")
    desk.get_by_role("link", name="最近 7 天").click()
    expect(desk.get_by_text("共 3 条记录")).to_be_visible()
    desk.get_by_role("button", name="就用这段时间，去选记录").click()
    desk.get_by_role("button", name="这一页全选").click()
    desk.get_by_role("button", name="写初稿").click()
    body = desk.get_by_label("正文", exact=True)
    body.fill(body.input_value().replace("〔待补写〕", "请有关单位逐项整改，办公室跟踪回访。"))
    desk.get_by_label("供稿").fill("改革办")
    desk.locator("[name=report_to]").fill("市改革办")
    desk.locator("[name=send_to]").fill("各分局")
    desk.get_by_role("button", name="存好").click()
    desk.get_by_role("link", name="去送审").click()
    for step in ("送审", "看过了，签发", "印发这一期"):
        button = desk.get_by_role("button", name=step, exact=True)
        expect(button).to_be_visible()  # the page of this step, not of the one before
        if (accepted := desk.get_by_label("我看过了，就这样往下走")).count():
            accepted.check()
        button.click()
    with desk.expect_download() as started:
        desk.get_by_role("link", name="下载 PDF").click()
    started.value.save_as(path)
    pages = PdfReader(io.BytesIO(path.read_bytes())).pages
    return "".join("".join(page.extract_text().split()) for page in pages)
