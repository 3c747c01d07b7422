"""Two tabs of one phone: both save, one sends, and neither touches what the other is writing."""

import io
import json
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from survey_app.store import SQLiteStore
from tests.browser import database
from tests.browser.conftest import LiveServer
from tests.browser.handset import report, sign_in_on, wait_until_delivered, wait_until_offline_ready, write
from tests.halls import add_halls

pytestmark = pytest.mark.browser

STATUS = ".status"


class Gate:
    """Holds what is sent while it is shut; counts how often each op got through."""

    def __init__(self, live: LiveServer) -> None:
        self.open = threading.Event()
        self.open.set()
        self.waiting = threading.Event()
        self.sent: Counter[str] = Counter()
        inner = live.app.wsgi_app

        def pass_through(environ, start_response):  # type: ignore[no-untyped-def]
            if environ["PATH_INFO"] == "/api/v1/ops":
                body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
                environ["wsgi.input"] = io.BytesIO(body)
                self.waiting.set()
                self.open.wait(20)
                self.sent.update(op["sha256"] for op in json.loads(body)["ops"])
            return inner(environ, start_response)

        live.app.wsgi_app = pass_through  # type: ignore[method-assign]


@pytest.fixture
def gate(live_server: LiveServer) -> Iterator[Gate]:
    made = Gate(live_server)
    yield made
    made.open.set()


@pytest.fixture
def tabs(context: BrowserContext, gate: Gate, store: SQLiteStore) -> tuple[Page, Page]:
    """Two tabs on the capture screen, signed in as the leader."""
    add_halls(store)
    first = context.new_page()
    sign_in_on(first, "leader")
    first.goto("/capture")
    wait_until_offline_ready(first)
    second = context.new_page()
    second.goto("/capture")
    expect(second.locator("form.is-live")).to_be_visible()
    return first, second


def texts(store: SQLiteStore) -> Counter[str]:
    return Counter(str(row["text"]) for row in store.query("select text from observations"))


def test_two_tabs_that_save_at_once_take_numbers_without_a_gap_and_one_sends(
    tabs: tuple[Page, Page], gate: Gate, store: SQLiteStore
) -> None:
    for n in range(4):
        for name, tab in zip("甲乙", tabs, strict=True):
            tab.get_by_label("看到了什么").fill(f"{name}页第 {n} 条")
        for tab in tabs:  # neither waits for the other
            tab.evaluate("() => document.querySelector('button[value=submit]').click()")
        for tab in tabs:
            expect(tab.get_by_label("看到了什么")).to_have_value("")
    for tab in tabs:
        wait_until_delivered(tab, store, 8)
    assert texts(store) == Counter(f"{name}页第 {n} 条" for name in "甲乙" for n in range(4))
    assert [row["seq"] for row in store.query("select seq from ops order by seq")] == list(range(1, 9))
    assert sum(gate.sent.values()) == 8, "what one tab sends is not sent by the other"


def test_what_one_tab_saves_while_the_other_sends_goes_out_after_it(
    tabs: tuple[Page, Page], gate: Gate, store: SQLiteStore
) -> None:
    first, second = tabs
    gate.open.clear()
    gate.waiting.clear()
    report(first, "正在上报的一条")
    assert gate.waiting.wait(10)
    report(second, "上报时另一页存下的一条")
    expect(second.locator(STATUS)).to_contain_text("2 条")
    assert not gate.sent
    gate.open.set()
    for tab in tabs:
        wait_until_delivered(tab, store, 2)
    assert texts(store) == Counter(["正在上报的一条", "上报时另一页存下的一条"])
    assert set(gate.sent.values()) == {1}, "each went once"


def test_a_tab_that_is_closed_while_it_sends_leaves_the_rest_to_the_other(
    tabs: tuple[Page, Page], gate: Gate, store: SQLiteStore
) -> None:
    first, second = tabs
    gate.open.clear()
    gate.waiting.clear()
    report(first, "关掉这一页时正在上报")
    assert gate.waiting.wait(10)
    first.close()
    gate.open.set()
    report(second, "另一页再存一条")
    wait_until_delivered(second, store, 2)
    assert texts(store) == Counter(["关掉这一页时正在上报", "另一页再存一条"])


def test_a_second_tab_does_not_write_on_in_the_draft_of_the_first(
    tabs: tuple[Page, Page], context: BrowserContext, store: SQLiteStore
) -> None:
    first, _ = tabs
    write(first, "甲页正在写")
    database.wait_for(first, "drafts", lambda draft: draft["values"]["text"] == "甲页正在写")
    third = context.new_page()
    third.goto("/capture")
    expect(third.locator("form.is-live")).to_be_visible()
    expect(third.get_by_label("看到了什么")).to_have_value("")
    write(third, "丙页另写的")
    report(first, "甲页写完了")
    expect(third.get_by_label("看到了什么")).to_have_value("丙页另写的")
    third.get_by_role("button", name="上报", exact=True).click()
    wait_until_delivered(third, store, 2)
    assert texts(store) == Counter(["甲页写完了", "丙页另写的"])


def test_a_draft_that_another_tab_is_writing_is_not_opened_twice(
    tabs: tuple[Page, Page], context: BrowserContext
) -> None:
    first, second = tabs
    write(first, "甲页正在写")
    database.wait_for(first, "drafts", lambda draft: draft["values"]["text"] == "甲页正在写")
    second.goto("/records")
    second.locator("[data-local=draft]").get_by_role("link", name="接着写").click()
    expect(second.locator("[data-message]")).to_have_text("这一条在另一个页面里正写着，请回到那一页接着写。")
    expect(second.get_by_label("看到了什么")).to_have_value("")
    first.close()
    second.goto("/capture")
    expect(second.get_by_label("看到了什么")).to_have_value("甲页正在写")
