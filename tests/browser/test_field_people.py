"""A leader and an aide: reminded, entered for, confirmed, begun from a label; without a signal."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from survey_app.store import SQLiteStore
from tests.browser.handset import Handset, report, sign_in_on, wait_until_offline_ready
from tests.browser.test_field_day import FIELD, SAVED, wait_for
from tests.clock import Clock
from tests.halls import COUNTER, HALL
from tests.test_field import press

__all__ = ["press"]
pytestmark = pytest.mark.browser


def go_out(ready: Handset, *, login: str = "leader") -> Page:
    """Let the phone learn what it needs for whom it is, and cut the line."""
    page = ready.context.pages[0] if ready.context else ready.turn_on()
    if login != "leader":
        sign_in_again(page, login)
    page.goto("/capture")
    wait_until_offline_ready(page)
    with page.expect_response("**/api/v1/agenda"):
        page.goto("/visit")
    page.wait_for_function(FIELD)
    page.wait_for_load_state("networkidle")
    ready.airplane(True)
    return page


def sign_in_again(page: Page, login: str) -> None:
    page.context.clear_cookies()
    sign_in_on(page, login)


@pytest.fixture
def asked(
    handset: Handset,
    store: SQLiteStore,
    sign_in: Callable[[str], FlaskClient],
    csrf: Callable[[FlaskClient], str],
    clock: Clock,
) -> str:
    """A record whose day to ask again has come; its id."""
    leader = sign_in("leader")
    fields = {
        "method": "ask",
        "kind": "blockage",
        "text": "说好一周内送到",
        "follow_up_days": "7",
        "action": "submit",
    }
    leader.post("/capture", data={"csrf_token": csrf(leader), **fields})
    clock.now += timedelta(days=8)
    return str(store.value("select id from observations"))


def test_the_reminder_is_on_every_screen_until_there_is_an_answer(
    asked: str, ready: Handset, store: SQLiteStore
) -> None:
    page = go_out(ready)
    page.goto("/capture")
    expect(page.locator(".status")).to_contain_text("有 1 件事等您")
    box = page.get_by_role("link", name="有 1 件事等您").bounding_box()
    assert box
    assert box["height"] >= 44
    page.get_by_role("link", name="有 1 件事等您").click()
    page.get_by_role("link", name="说好一周内送到").click()
    expect(page.locator("[data-about]:visible")).to_contain_text("说好一周内送到")
    page.get_by_role("radio", name="已改好").check(force=True)
    page.locator("[data-view]:visible").get_by_role("button", name="记下").click()
    page.wait_for_url("**/records#said")
    expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
    expect(page.locator("[data-agenda]")).to_have_count(0)
    expect(page.locator("[data-local=waiting]")).to_contain_text("回头问")
    expect(page.locator(".status")).not_to_contain_text("件事等您")
    ready.airplane(False)
    page.goto("/records")
    wait_for(page, store, "follow_ups", 1)
    assert store.query("select observation_id, result from follow_ups") == [
        {"observation_id": asked, "result": "better"}
    ]


def test_an_aide_enters_for_a_leader_who_confirms_both_without_a_signal(
    ready: Handset, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    page = go_out(ready, login="aide")
    page.goto("/capture")
    page.get_by_label("替谁记").select_option(label="测试岗位 leader")
    report(page, "替局长记的一条")
    expect(page.get_by_label("替谁记")).to_have_value(person_id("leader"))  # the next is often for the same
    ready.airplane(False)
    page.goto("/records")
    wait_for(page, store, "observations", 1)
    assert store.value("select visitor_id from observations") == person_id("leader")
    assert store.value("select standing from observations") == "entered"
    sign_in_again(page, "leader")
    page = go_out(ready)
    page.goto("/records")
    page.locator("[data-agenda]").get_by_role("link", name="替局长记的一条").click()
    expect(page.locator("[data-about]:visible")).to_contain_text("测试岗位 aide")
    page.get_by_role("radio", name="改成这样").check(force=True)
    confirm = page.locator("[data-view]:visible").get_by_role("button", name="确认")
    confirm.click()
    expect(page.locator("[data-message]:visible")).to_contain_text("请写下应该改成什么")
    page.locator("[data-view]:visible").get_by_role("textbox", name="改成").fill("我看到的是两条长队")
    confirm.click()
    page.wait_for_url("**/records#said")
    expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
    expect(page.locator("[data-agenda]")).to_have_count(0)
    ready.airplane(False)
    page.goto("/records")
    wait_for(page, store, "confirmations", 1)
    assert store.query("select standing, text from observations") == [
        {"standing": "confirmed", "text": "我看到的是两条长队"}
    ]


def test_a_visit_begins_from_a_scanned_label_without_a_signal(ready: Handset, store: SQLiteStore) -> None:
    page = go_out(ready)
    page.goto("/c/H1-03")
    page.get_by_role("link", name="在这里开始体验").click()
    expect(page.get_by_label("去哪个大厅？")).to_have_value(HALL)
    page.get_by_role("button", name="开始体验").click()
    expect(page.get_by_role("heading", name="车管所办事大厅")).to_be_visible()
    page.goto("/c/H1-03")
    expect(page.get_by_label("窗口", exact=True)).to_have_value(COUNTER)
    expect(page.locator("[data-begin]")).to_have_count(0)
    report(page, "窗口没有人")
    page.goto("/c/H2-01")
    expect(page.get_by_label("大厅", exact=True)).not_to_have_value(HALL)
    report(page, "路过另一个厅看到的")
    expect(page.locator("[data-message]")).to_contain_text(SAVED)
    ready.airplane(False)
    page.goto("/records")
    wait_for(page, store, "observations", 2)
    visit = store.value("select id from visits")
    assert store.query("select text, visit_id from observations order by n") == [
        {"text": "窗口没有人", "visit_id": visit},
        {"text": "路过另一个厅看到的", "visit_id": None},
    ]


def test_what_waits_of_a_visit_is_called_by_its_name(ready: Handset, store: SQLiteStore) -> None:
    page = go_out(ready)
    page.goto("/dial")
    page.locator("[data-view]:visible").get_by_label("或者写号码").fill("0571-00000003")
    page.get_by_role("radio", name="占线").check(force=True)
    page.locator("[data-view]:visible").get_by_label("还有什么").fill("打了三次")
    page.locator("[data-view]:visible").get_by_role("button", name="记下").click()
    expect(page.locator("[data-message]:visible")).to_contain_text(SAVED)
    page.goto("/records")
    waiting = page.locator("[data-local=waiting]")
    expect(waiting).to_contain_text("拨电话：打了三次")
    expect(waiting.get_by_role("button", name="改一改")).to_have_count(0)
    expect(waiting.get_by_role("button", name="收回这一条")).to_be_visible()
