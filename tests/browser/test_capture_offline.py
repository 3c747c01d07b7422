"""The leader's half of the story, in a real browser: no signal, a killed browser, and nothing lost."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import expect

from survey_app.store import SQLiteStore
from tests.browser import database
from tests.browser.conftest import LiveServer
from tests.browser.handset import Handset, picture, report, wait_until_delivered, write
from tests.halls import COUNTER, HALL, ITEMS

pytestmark = pytest.mark.browser

WORDS = ("取号机停用，没有人告诉去哪里取号", "同一份复印件交了两次", "电话打了三遍没有人接")
STATUS = ".status"


def test_three_records_survive_airplane_mode_and_a_killed_browser(
    ready: Handset, live_server: LiveServer, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    page = ready.turn_on(airplane=True)
    asked = len(live_server.requests)
    page.goto("/capture")
    for n, words in enumerate(WORDS):
        report(page, words, picture(n))
    expect(page.locator(STATUS)).to_contain_text("3 条已存本机，等信号")
    ready.kill()

    page = ready.turn_on(airplane=True)
    page.goto("/records")
    rows = page.locator("[data-local=waiting]")
    expect(rows).to_have_count(3)
    for words in WORDS:
        expect(rows.filter(has_text=words)).to_contain_text("已存本机")
    assert len(live_server.requests) == asked, "in airplane mode nothing reached the server"

    ready.airplane(False)
    expect(page.locator(STATUS)).to_have_text("全部已送达", timeout=20_000)
    expect(page.locator("[data-local=released]")).to_have_count(3)
    saved = store.query("select text, author_id from observations order by n")
    assert [row["text"] for row in saved] == list(WORDS)
    assert {row["author_id"] for row in saved} == {person_id("leader")}
    assert store.value("select count(*) from observation_photos join photos on photos.id = sha256") == 3
    assert [row["seq"] for row in store.query("select seq from ops order by server_seq")] == [1, 2, 3]


def test_a_photo_arrives_small_upright_and_without_exif(
    ready: Handset, live_server: LiveServer, store: SQLiteStore
) -> None:
    page = ready.turn_on()
    page.goto("/capture")
    report(page, WORDS[0], picture(7))
    expect(page.locator("[data-message]")).to_have_text("已送达。", timeout=20_000)
    photo = store.find("select * from photos")
    assert photo is not None
    kept = live_server.app.extensions["config"].photos_dir / "received" / photo["id"]
    with Image.open(io.BytesIO(kept.read_bytes())) as image:
        assert (image.width, image.height) == (1200, 1600), "EXIF said that it lay on its side"
        assert not image.getexif()
    assert photo["bytes"] <= 600 * 1024


def test_a_label_opens_capture_at_its_counter_from_a_cold_start_without_a_signal(ready: Handset) -> None:
    page = ready.turn_on(airplane=True)
    page.goto("/c/H1-03")
    expect(page.get_by_label("大厅", exact=True)).to_have_value(HALL)
    expect(page.get_by_label("窗口", exact=True)).to_have_value(COUNTER)
    page.get_by_text("补充（可不填）").click()
    page.get_by_label("用好一个服务电话").check()
    report(page, WORDS[0] + "，请回13812345678")
    page.goto("/c/NOWHERE")
    expect(page.locator("[data-message]")).to_contain_text("还不认识这个窗口的二维码")
    page.goto("/records")
    expect(page.locator("[data-local=waiting]")).to_contain_text(WORDS[0] + "，请回138******78")
    page.goto("/menu")
    expect(page.get_by_role("heading", name="现在没有信号")).to_be_visible()


def test_what_was_chosen_on_the_phone_is_what_the_server_has(ready: Handset, store: SQLiteStore) -> None:
    page = ready.turn_on(airplane=True)
    page.goto("/c/H1-03")
    page.get_by_label("跟踪问").check()
    page.get_by_label("难点").check()
    page.get_by_label("群众原话").fill("跑了三趟😀 \ud83d")
    page.get_by_text("补充（可不填）").click()
    for choice in ("当场已解决", "较重", "时间排队", "用好一个服务电话"):
        page.get_by_label(choice).check()
    page.get_by_label("环节").select_option("取号")
    report(page, WORDS[0])
    ready.airplane(False)
    wait_until_delivered(page, store, 1)
    row = store.find("select * from observations")
    assert row is not None
    expected = {
        "method": "ask", "kind": "difficulty", "text": WORDS[0], "quote": "跑了三趟😀 \ufffd",
        "hall_id": HALL, "counter_id": COUNTER, "category": "D", "stage": "take_number",
        "severity": "serious", "resolved_on_spot": 1,
    }  # fmt: skip
    assert {key: row[key] for key in expected} == expected
    assert store.query("select reform_item_id as id from observation_reform_items") == [{"id": ITEMS[0]}]


def test_what_was_being_typed_is_there_after_the_browser_was_killed(ready: Handset) -> None:
    page = ready.turn_on(airplane=True)
    page.goto("/capture")
    write(page, "写到一半", picture(1))
    database.wait_for(page, "drafts", lambda draft: draft["values"]["text"] == "写到一半")
    ready.kill()
    page = ready.turn_on(airplane=True)
    page.goto("/capture")
    expect(page.get_by_label("看到了什么")).to_have_value("写到一半")
    expect(page.locator("[data-photos] img")).to_have_count(1)
    expect(page.locator("[data-message]")).to_have_text("上次没写完的还在，接着写吧。")
    page.get_by_role("button", name="先存着").click()
    expect(page.locator("[data-message]")).to_contain_text("先存着了")
    page.goto("/records")
    draft = page.locator("[data-local=draft]")
    expect(draft).to_contain_text("草稿")
    draft.get_by_role("link", name="接着写").click()
    expect(page.get_by_label("看到了什么")).to_have_value("写到一半")
    report(page, "写完了")
    page.goto("/records")
    expect(page.locator("[data-local=draft]")).to_have_count(0)
    expect(page.locator("[data-local=waiting]")).to_have_count(1)


def test_a_page_that_is_loaded_again_without_a_signal_still_has_the_draft(ready: Handset) -> None:
    page = ready.turn_on(airplane=True)
    page.goto("/capture")
    write(page, "写着写着刷新了", picture(1, (400, 300)))
    database.wait_for(page, "drafts", lambda draft: draft["values"]["text"] == "写着写着刷新了")
    page.reload()
    expect(page.get_by_label("看到了什么")).to_have_value("写着写着刷新了")
    expect(page.locator("[data-photos] img")).to_have_count(1)
    page.goto("/records")
    page.reload()
    expect(page.locator("[data-local=draft]")).to_contain_text("写着写着刷新了")


def test_a_phone_that_nobody_signed_in_on_says_what_to_do(handset: Handset) -> None:
    page = handset.turn_on()
    page.goto("/sign-in")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    handset.airplane(True)
    page.goto("/capture")
    expect(page.locator("[data-message]")).to_contain_text("请在有信号时登录一次")
    write(page, "不会丢在这里")
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.get_by_label("看到了什么")).to_have_value("不会丢在这里")
