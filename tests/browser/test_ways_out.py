"""What a leader can do about a record on the phone: retry, change, take back, hand in, save, throw away."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, Response, jsonify, request
from flask.testing import FlaskClient
from playwright.sync_api import Locator, Page, expect

from survey_app.store import SQLiteStore
from tests.browser import database
from tests.browser.conftest import LiveServer
from tests.browser.handset import picture, report, sign_in_on, wait_until_delivered, wait_until_offline_ready
from tests.halls import add_halls

pytestmark = pytest.mark.browser

STATUS = ".status"
KEPT = """async () => {
  for (const name of await caches.keys()) {
    const kept = await (await caches.open(name)).keys();
    if (kept.some(({url}) => url.endsWith('/storage.js'))) return true;
  }
  return false;
}"""


@pytest.fixture
def phone(page: Page, store: SQLiteStore) -> Page:
    """A phone of the leader, past its first visit."""
    add_halls(store)
    sign_in_on(page, "leader")
    page.goto("/capture")
    wait_until_offline_ready(page)
    return page


def texts(store: SQLiteStore) -> list[tuple[str, str]]:
    return [
        (row["text"], row["state"]) for row in store.query("select text, state from observations order by n")
    ]


def wait_until_ops(phone: Page, store: SQLiteStore, n: int) -> None:
    for _ in range(200):
        if store.value("select count(*) from ops") == n:
            return
        phone.wait_for_timeout(100)
    raise TimeoutError(f"not {n} ops")


class Door:
    """What the server does with ops: take them (``open``), refuse each (``refuse``), or fail (``shut``)."""

    def __init__(self, app: Flask) -> None:
        self.answers = self.open
        app.before_request_funcs.setdefault(None, []).insert(0, self._answer)

    def _answer(self) -> Response | None:
        return self.answers() if request.path == "/api/v1/ops" else None

    def open(self) -> Response | None:
        return None

    def shut(self) -> Response | None:
        return Response("no", 503)

    def refuse(self) -> Response | None:
        ops = request.get_json()["ops"]
        receipts = [
            {
                "op_id": json.loads(op["raw"])["op_id"],
                "sha256": op["sha256"],
                "status": "too_large",
                "need": [],
            }
            for op in ops
        ]
        return jsonify(proto=1, user=json.loads(ops[0]["raw"])["author"], receipts=receipts)


@pytest.fixture
def door(live_server: LiveServer) -> Door:
    """The server's door for ops; what a service worker sends goes through it too."""
    return Door(live_server.app)


def in_trouble(phone: Page, door: Door, words: str) -> Locator:
    """A record that waits for a person, in the list."""
    door.answers = door.refuse
    report(phone, words, picture(1))
    expect(phone.locator(STATUS)).to_contain_text("1 条需处理")
    phone.locator(STATUS).get_by_role("link", name="去看看").click()
    item = phone.locator("[data-local=attention]")
    expect(item).to_contain_text(words)
    return item


def test_what_was_refused_is_tried_again(phone: Page, door: Door, store: SQLiteStore) -> None:
    item = in_trouble(phone, door, "再试一次就好")
    door.answers = door.open
    item.get_by_role("button", name="再试一次").click()
    expect(phone.locator(STATUS)).to_have_text("全部已送达", timeout=20_000)
    assert texts(store) == [("再试一次就好", "reported")]


def test_what_was_refused_is_changed_and_takes_its_own_place(
    phone: Page, door: Door, store: SQLiteStore
) -> None:
    item = in_trouble(phone, door, "太长的一段")
    door.answers = door.open
    item.get_by_role("button", name="改一改再报").click()
    expect(phone.get_by_label("看到了什么")).to_have_value("太长的一段")
    expect(phone.locator("[data-photos] img")).to_have_count(1)
    phone.get_by_label("看到了什么").fill("短一些")
    phone.get_by_role("button", name="上报", exact=True).click()
    expect(phone.locator(STATUS)).to_have_text("全部已送达", timeout=20_000)
    assert texts(store) == [("短一些", "reported")]
    assert store.value("select count(*) from void_numbers") == 1
    statuses = sorted(row["status"] for row in database.rows(phone, "ops"))
    assert statuses == ["released", "replaced"], "the first is kept"


def test_nothing_is_thrown_away_by_a_slip(phone: Page, door: Door, store: SQLiteStore) -> None:
    item = in_trouble(phone, door, "不要了")
    item.get_by_role("button", name="丢掉").click()
    dialog = phone.get_by_role("dialog")
    number = re.findall(r"\d{4}", dialog.inner_text())[0]
    dialog.get_by_role("textbox").fill("0")
    dialog.get_by_role("button", name="丢掉").click()
    expect(item).to_contain_text("输入的不对，没有丢掉")
    drawn = item.element_handle()
    phone.evaluate("new BroadcastChannel('outbox').postMessage({})")
    phone.wait_for_function("item => !item.isConnected", arg=drawn)
    expect(item).to_contain_text("输入的不对，没有丢掉")  # the list was drawn again
    item.get_by_role("button", name="丢掉").click()
    phone.keyboard.press("Escape")
    expect(item).to_be_visible()
    item.get_by_role("button", name="丢掉").click()
    dialog.get_by_role("textbox").fill(number)
    dialog.get_by_role("button", name="丢掉").click()
    expect(phone.locator(STATUS)).to_have_text("全部已送达")
    door.answers = door.open
    phone.goto("/capture")
    report(phone, "下一条")
    wait_until_delivered(phone, store, 1)
    assert store.value("select count(*) from void_numbers") == 1, "its number is no gap"


def test_a_delivered_record_is_changed_and_taken_back_without_a_signal(
    phone: Page, store: SQLiteStore
) -> None:
    report(phone, "写错了一个字")
    wait_until_delivered(phone, store, 1)
    phone.goto("/records")
    expect(phone.get_by_role("button", name="改一改")).to_be_visible()
    phone.context.set_offline(True)
    phone.get_by_role("button", name="改一改").click()
    expect(phone.get_by_label("看到了什么")).to_have_value("写错了一个字")
    phone.get_by_label("看到了什么").fill("改对了")
    phone.get_by_role("button", name="上报", exact=True).click()
    expect(phone.locator(STATUS)).to_contain_text("1 条已存本机")
    phone.context.set_offline(False)
    expect(phone.locator(STATUS)).to_have_text("全部已送达", timeout=20_000)
    assert texts(store) == [("改对了", "reported")]
    phone.goto("/records")
    phone.get_by_role("button", name="收回这一条").click()
    dialog = phone.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("看错窗口了")
    dialog.get_by_role("button", name="收回").click()
    expect(phone.locator("main")).to_contain_text("已收回")
    wait_until_ops(phone, store, 3)
    assert texts(store) == [("改对了", "withdrawn")]


def test_what_the_office_has_classified_is_not_changed_and_says_why(
    phone: Page, store: SQLiteStore, sign_in: Callable[[str], FlaskClient], person_id: Callable[[str], str]
) -> None:
    report(phone, "已研判的一条")
    wait_until_delivered(phone, store, 1)
    from survey_app.sync import changes
    from tests.clock import NOON

    with store.writing() as tx:
        record_id = tx.value("select id from observations")
        changes.note(tx, person_id=person_id("leader"), record_id=record_id, event="triaged", at=NOON)
    phone.goto("/records")
    expect(phone.locator("[data-record]")).to_contain_text("改革办已研判，不能再改")
    expect(phone.get_by_role("button", name="改一改")).to_have_count(0)


def test_another_persons_records_are_handed_in_and_wait_for_their_word(
    phone: Page, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    phone.context.set_offline(True)
    report(phone, "甲写的", picture(2))
    with store.writing() as tx:
        tx.execute("delete from sessions")  # or the phone delivers for the leader the moment it can
    phone.context.set_offline(False)
    sign_in_on(phone, "aide")
    expect(phone.locator(STATUS)).to_contain_text("测试岗位 leader 有 1 条未报")
    phone.locator(STATUS).get_by_role("link", name="本机存储").click()
    assert "甲写的" not in phone.locator("main").inner_text()
    phone.get_by_role("button", name="代为递交").click()
    phone.get_by_role("dialog").get_by_role("button", name="代为递交").click()
    expect(phone.locator(STATUS)).to_have_text("全部已送达", timeout=20_000)
    row = store.find("select author_id, carrier_id, status, code from ops")
    assert row is not None
    assert (row["author_id"], row["carrier_id"]) == (person_id("leader"), person_id("aide"))
    assert (row["status"], row["code"]) == ("held", "custody")
    assert store.value("select count(*) from photos") == 1


def save_file(phone: Page, press: Locator, folder: Path) -> list[dict[str, dict[str, str]]]:
    with phone.expect_download() as started:
        press.click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_what_cannot_be_sent_is_saved_to_a_file_that_the_office_takes_once(
    phone: Page, desk: Page, door: Door, store: SQLiteStore, tmp_path: Path
) -> None:
    door.answers = door.shut
    report(phone, "一直报不上去", picture(3))
    phone.goto("/storage")
    expect(phone.locator("main")).to_contain_text("1 条等着上报")
    lines = save_file(phone, phone.get_by_role("button", name="存成文件"), tmp_path)
    assert [next(iter(line)) for line in lines] == ["rescue", "op", "photo", "end"]
    sign_in_on(desk, "office")
    [path] = tmp_path.glob("*.jsonl")
    for expected in ("等本人确认 1 条", "早已收到 1 条"):
        desk.goto("/rescue")
        desk.get_by_label("手机存下的文件").set_input_files(path)
        desk.get_by_role("button", name="收下").click()
        expect(desk.locator("main")).to_contain_text(expected)
    door.answers = door.open
    phone.get_by_role("button", name="现在上报").first.click()
    expect(phone.locator(STATUS)).to_have_text("全部已送达", timeout=20_000)
    assert texts(store) == [("一直报不上去", "reported")], "the author's own delivery confirms it"
    assert store.value("select count(*) from ops") == 1


@pytest.fixture
def leaving(phone: Page, door: Door) -> Page:
    """A phone with one record waiting, on the page with the sign-out button."""
    door.answers = door.shut
    report(phone, "还没报上去")
    phone.goto("/menu")
    phone.get_by_role("button", name="退出登录").click()
    expect(phone.get_by_role("dialog")).to_contain_text("还有 1 条没报上去")
    return phone


def test_signing_out_can_be_thought_better_of(leaving: Page) -> None:
    leaving.get_by_role("dialog").get_by_role("button", name="取消").click()
    expect(leaving.get_by_role("dialog")).to_have_count(0)
    assert leaving.url.endswith("/menu")


def test_signing_out_keeps_what_waits_on_the_phone(leaving: Page, door: Door, store: SQLiteStore) -> None:
    leaving.get_by_role("button", name="留在本机，退出").click()
    leaving.wait_for_url("**/sign-in")
    assert texts(store) == []
    door.answers = door.open
    sign_in_on(leaving, "leader")
    expect(leaving.locator(STATUS)).to_have_text("全部已送达", timeout=20_000)
    assert texts(store) == [("还没报上去", "reported")]


def test_who_signed_out_leaves_nothing_to_read_without_a_signal(phone: Page, store: SQLiteStore) -> None:
    report(phone, "只给自己看的话")
    wait_until_delivered(phone, store, 1)
    phone.goto("/records")
    phone.wait_for_function(KEPT)
    phone.goto("/menu")
    phone.get_by_role("button", name="退出登录").click()
    phone.wait_for_url("**/sign-in")
    phone.context.set_offline(True)
    for address in ("/records", "/capture", "/visit", "/storage"):
        phone.goto(address)
        expect(phone.locator("h1")).to_be_visible()
        phone.wait_for_timeout(500)
        assert "只给自己看的话" not in phone.content()
    phone.context.set_offline(False)
    sign_in_on(phone, "leader")
    phone.goto("/records")
    expect(phone.get_by_text("只给自己看的话").first).to_be_visible()


def test_signing_out_sends_first_where_it_can(leaving: Page, door: Door, store: SQLiteStore) -> None:
    leaving.get_by_role("dialog").get_by_role("button", name="现在上报").click()
    expect(leaving.get_by_role("dialog")).to_contain_text("还有 1 条没报上去。")
    door.answers = door.open
    leaving.get_by_role("dialog").get_by_role("button", name="现在上报").click()
    leaving.wait_for_url("**/sign-in", timeout=20_000)
    assert texts(store) == [("还没报上去", "reported")]


def test_signing_out_deletes_only_what_is_in_a_file_and_was_typed(leaving: Page, tmp_path: Path) -> None:
    dialog = leaving.get_by_role("dialog")
    lines = save_file(leaving, dialog.get_by_role("button", name="存成文件，再从本机删掉"), tmp_path)
    assert "还没报上去" in lines[1]["op"]["raw"]
    dialog.get_by_role("textbox").fill("2")
    dialog.get_by_role("button", name="确定").click()
    expect(dialog).to_contain_text("没有丢掉")
    assert [row["status"] for row in database.rows(leaving, "ops")] == ["waiting"]
    save_file(leaving, dialog.get_by_role("button", name="存成文件，再从本机删掉"), tmp_path)
    dialog.get_by_role("textbox").fill("1")
    dialog.get_by_role("button", name="确定").click()
    leaving.wait_for_url("**/sign-in")
    assert database.rows(leaving, "ops") == []


def test_the_storage_page_opens_without_a_signal(phone: Page) -> None:
    phone.goto("/records")
    expect(phone.locator(STATUS)).to_have_text("全部已送达")
    phone.wait_for_function(KEPT)
    phone.context.set_offline(True)
    phone.goto("/storage")
    expect(phone.locator("main")).to_contain_text("都已送达")
    expect(phone.get_by_role("button", name="申请长期保存")).to_be_visible()
