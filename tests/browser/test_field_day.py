"""A leader's day in the field, as the seed tells it: look, handle, ask; wholly without a signal."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from survey_app.store import SQLiteStore
from tests.browser.chromium import DESK
from tests.browser.conftest import LiveServer
from tests.browser.handset import Handset, report, sign_in_on, wait_until_offline_ready
from tests.halls import HALL, ITEMS, TICKS, add_halls

pytestmark = pytest.mark.browser

FIELD = """async () => {
  const kept = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const found = await Promise.all(kept.map((cache) => cache.match('/shell/field')));
  return found.some(Boolean);
}"""
SAVED = "已存本机，有信号就自动上报。"


def wait_for(page: Page, store: SQLiteStore, table: str, n: int) -> None:
    for _ in range(300):
        if store.value(f"select count(*) from {table}") == n:
            return
        page.wait_for_timeout(50)
    raise TimeoutError(f"{table}: {store.query('select kind, status, code from ops')}")


def arrive(page: Page) -> None:
    """Begin a visit at the first hall."""
    page.goto("/visit")
    page.get_by_label("去哪个大厅？").select_option(label="车管所办事大厅")
    page.get_by_role("radio", name="亲身办").check(force=True)
    page.get_by_role("button", name="开始体验").click()
    expect(page.get_by_role("heading", name="车管所办事大厅")).to_be_visible()


@pytest.mark.usefixtures("same_time")
def test_a_visit_is_lived_wholly_without_a_signal(ready: Handset, store: SQLiteStore) -> None:
    page = ready.turn_on()
    page.goto("/capture")
    wait_until_offline_ready(page)
    page.goto("/visit")  # the lists of phones and checks come once
    page.wait_for_function(FIELD)
    expect(page.get_by_label("去哪个大厅？")).to_contain_text("车管所办事大厅")
    ready.airplane(True)
    arrive(page)

    page.get_by_role("link", name="现场看").click()
    page.get_by_role("group", name="咨询台有人").get_by_role("radio", name="是").check(force=True)
    page.get_by_role("group", name="一次性告知单").get_by_role("radio", name="否").check(force=True)
    page.get_by_role("button", name="看完了").click()
    expect(page.locator("[data-message]:visible")).to_contain_text(SAVED)
    page.get_by_role("link", name="记成一条：没有一次性告知单。").click()
    expect(page.get_by_label("看到了什么")).to_have_value("没有一次性告知单。")
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.locator("[data-message]:visible")).to_have_text(SAVED)

    page.goto("/journey")
    page.get_by_label("办什么事？").select_option(label="驾驶证补办")
    page.get_by_role("button", name="取号").click()
    expect(page.locator("[data-stamp=took_number_at]")).to_have_class(re.compile("is-done"))
    ready.kill()
    page = ready.turn_on(airplane=True)
    page.goto("/journey")
    expect(page.get_by_label("取号")).to_have_value(re.compile(r"\d{4}-"))
    for stamp in ("叫号", "受理", "办结"):
        page.get_by_role("button", name=stamp).click()
    page.get_by_label("跑了几次？").fill("2")
    page.get_by_role("radio", name="办成了").check(force=True)
    page.get_by_role("button", name="办完了").click()
    expect(page.locator("[data-message]:visible")).to_contain_text(SAVED)

    page.goto("/dial")
    page.get_by_label("拨的是哪个电话？").select_option(label="车管所办事大厅 0571-0000 0001")
    expect(page.locator("[data-dial]")).to_have_attribute("href", "tel:057100000001")
    page.get_by_role("radio", name="接通").check(force=True)
    page.get_by_role("button", name="记下").click()
    expect(page.locator("[data-message]:visible")).to_contain_text(SAVED)

    page.goto("/capture")
    report(page, "群众说要跑两次")
    page.goto("/visit")
    expect(page.locator("main")).to_contain_text("记了 2 条")
    page.get_by_role("button", name="走了").click()
    expect(page.get_by_role("button", name="开始体验")).to_be_visible()
    assert store.value("select count(*) from ops") == 0

    ready.airplane(False)
    page.goto("/records")
    wait_for(page, store, "ops", 7)
    [visit] = store.query("select * from visits")
    assert (visit["hall_id"], visit["capacity"], visit["announced"]) == (HALL, "handle", 0)
    assert visit["ended_at"] is not None
    assert store.query("select item_id, answer from look_answers order by item_id") == [
        {"item_id": TICKS[0], "answer": "yes"},
        {"item_id": TICKS[1], "answer": "no"},
    ]
    found = store.query("select text, visit_id, hall_id, item_id from observations order by n")
    assert [row["text"] for row in found] == ["没有一次性告知单。", "群众说要跑两次"]
    assert {(row["visit_id"], row["hall_id"]) for row in found} == {(visit["id"], HALL)}
    assert [row["item_id"] for row in found] == [TICKS[1], None]
    assert store.value("select reform_item_id from observation_reform_items") == ITEMS[1]
    [journey] = store.query("select * from journeys")
    assert (journey["trips"], journey["outcome"], journey["visit_id"]) == (2, "done", visit["id"])
    assert journey["took_number_at"] <= journey["done_at"]
    [dial] = store.query("select result, visit_id from dial_tests")
    assert dial == {"result": "answered", "visit_id": visit["id"]}
    assert {row["status"] for row in store.query("select status from ops")} == {"stored"}


def assign_with_its_own_list(store: SQLiteStore) -> None:
    """Let the leader be sent to the first hall by a week that has a checklist of its own."""
    with store.writing() as tx:
        tx.insert("checklists", {"id": "l2", "code": "L2", "name": "体验周清单"})
        tx.insert("checklist_items", {"id": "l2-1", "code": "L2-1", "checklist_id": "l2", "position": 1,
                  "name": "事项落实了"})  # fmt: skip
        leader = tx.value("select id from people where login = 'leader'")
        tx.insert("campaigns", {"id": "week", "name": "体验周", "tier": "bureau", "checklist_id": "l2",
                  "begins_on": "2017-06-12", "ends_on": "2017-06-18", "created_by": leader,
                  "created_at": "2017-06-12T00:00:00.000Z"})  # fmt: skip
        tx.insert("assignments", {"id": "a1", "campaign_id": "week", "person_id": leader, "hall_id": HALL,
                  "due_on": "2017-06-14"})  # fmt: skip


def test_a_visit_that_was_assigned_looks_at_its_campaigns_own_list_without_a_signal(
    ready: Handset, store: SQLiteStore
) -> None:
    assign_with_its_own_list(store)
    page = ready.turn_on()
    page.goto("/capture")
    wait_until_offline_ready(page)
    page.goto("/visit")
    page.wait_for_function(FIELD)
    expect(page.get_by_text("安排您去的")).to_be_visible()
    page.wait_for_load_state("networkidle")  # the list itself comes by another request
    ready.airplane(True)
    page.goto("/visit")
    assigned = page.locator("[data-agenda]", has_text="安排您去的")
    expect(assigned).to_contain_text("体验周 · 6月14日周三")
    assigned.get_by_role("link", name="车管所办事大厅").click()
    page.get_by_role("button", name="开始体验").click()
    expect(page.get_by_role("heading", name="车管所办事大厅")).to_be_visible()
    page.get_by_role("link", name="现场看").click()
    page.get_by_role("group", name="事项落实了").get_by_role("radio", name="是", exact=True).check(force=True)
    expect(page.get_by_role("group", name="咨询台有人")).to_have_count(0)
    page.get_by_role("button", name="看完了").click()
    expect(page.locator("[data-message]:visible")).to_contain_text(SAVED)
    page.goto("/visit")
    page.get_by_role("button", name="走了").click()
    expect(page.get_by_role("button", name="开始体验")).to_be_visible()
    arrive(page)
    page.get_by_role("link", name="现场看").click()
    expect(page.get_by_role("group", name="咨询台有人")).to_be_visible()  # begun by oneself: the first list
    ready.airplane(False)
    page.goto("/records")
    wait_for(page, store, "looks", 1)
    assert store.query("select checklist_id, item_id from looks join look_answers on look_id = looks.id") == [
        {"checklist_id": "l2", "item_id": "l2-1"}
    ]
    wait_for(page, store, "visits", 2)
    assert store.value("select count(*) from visits where assignment_id = 'a1'") == 1


def test_a_campaigns_list_that_has_not_arrived_is_not_passed_over_in_silence(
    ready: Handset, store: SQLiteStore
) -> None:
    assign_with_its_own_list(store)
    page = ready.turn_on()
    page.route("**/api/v1/catalog", lambda route: route.abort())
    page.goto("/capture")
    wait_until_offline_ready(page)
    page.goto("/visit")
    page.wait_for_function(FIELD)
    page.locator("[data-agenda]").get_by_role("link", name="车管所办事大厅").click()
    page.get_by_role("button", name="开始体验").click()
    page.get_by_role("link", name="现场看").click()
    message = page.locator("[data-message]:visible")
    expect(message).to_contain_text("清单还没有传到这台手机，先按常用的看")
    expect(page.get_by_role("group", name="咨询台有人")).to_be_visible()
    page.unroute("**/api/v1/catalog")
    page.goto("/look")
    expect(page.get_by_role("group", name="事项落实了")).to_be_visible()
    expect(page.get_by_role("group", name="咨询台有人")).to_have_count(0)
    expect(message).to_have_count(0)


def test_a_department_head_is_told_at_once_and_offline_not_to_visit_the_own_unit(
    ready: Handset, store: SQLiteStore
) -> None:
    with store.writing() as tx:
        tx.insert("units", {"id": "cgs", "code": "CGS", "name": "车管所", "tier": "department"})
        tx.update("halls", HALL, {"unit_id": "cgs"})
        tx.execute("update people set unit_id = 'cgs' where login = 'leader'")
    page = ready.turn_on()
    page.goto("/capture")
    wait_until_offline_ready(page)
    with page.expect_response("**/api/v1/agenda"):
        page.goto("/visit")
    page.wait_for_function(FIELD)
    ready.airplane(True)
    page.goto("/visit")
    page.get_by_label("去哪个大厅？").select_option(label="车管所办事大厅")
    page.get_by_role("button", name="开始体验").click()
    expect(page.locator("[data-message]:visible")).to_contain_text("不能去本单位的大厅")
    page.get_by_label("去哪个大厅？").select_option(label="白杨派出所")
    page.get_by_role("button", name="开始体验").click()
    expect(page.get_by_role("heading", name="白杨派出所")).to_be_visible()


def test_stamps_out_of_order_are_refused_and_stay(ready: Handset, store: SQLiteStore) -> None:
    page = ready.turn_on()
    page.goto("/capture")
    wait_until_offline_ready(page)
    page.wait_for_function(FIELD)
    page.goto("/journey")
    page.get_by_role("button", name="叫号").click()
    page.get_by_role("button", name="取号").click()
    page.get_by_label("取号").fill("2099-01-01T09:00")
    page.locator("[data-view]:visible").get_by_label("还有什么").fill("写了半天")
    page.get_by_role("button", name="办完了").click()
    expect(page.locator("[data-message]:visible")).to_contain_text("“叫号”的时间早于前一步")
    expect(page.locator("[data-view]:visible").get_by_label("还有什么")).to_have_value("写了半天")
    assert store.value("select count(*) from ops") == 0


TYPE_AT_ONCE = """new MutationObserver((_seen, watch) => {
  const box = document.querySelector('[data-here]:not([hidden]) [name=note]');
  if (!box) return;
  watch.disconnect();
  box.value = '一打开就写的话';
  box.dispatchEvent(new Event('input', {bubbles: true}));
}).observe(document, {attributes: true, childList: true, subtree: true})"""


def test_what_is_typed_before_the_scripts_have_looked_round_is_not_written_over(
    ready: Handset, store: SQLiteStore
) -> None:
    page = ready.turn_on()
    page.goto("/capture")
    wait_until_offline_ready(page)
    page.goto("/visit")
    page.wait_for_function(FIELD)
    arrive(page)
    page.add_init_script(TYPE_AT_ONCE)
    page.goto("/visit")
    note = page.locator("[data-view]:visible").get_by_label("总的印象")
    expect(note).to_have_value("一打开就写的话")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    expect(note).to_have_value("一打开就写的话")
    page.get_by_role("button", name="走了").click()
    wait_for(page, store, "ops", 2)
    assert store.value("select note from visits") == "一打开就写的话"


@pytest.mark.usefixtures("same_time")
def test_an_extension_is_taken_and_dialled_after_a_pause(ready: Handset, store: SQLiteStore) -> None:
    page = ready.turn_on()
    page.goto("/dial")
    page.get_by_label("或者写号码").fill("0571-00000001转8001")
    expect(page.locator("[data-dial]")).to_have_attribute("href", "tel:057100000001,8001")
    page.get_by_role("radio", name="接通").check(force=True)
    page.get_by_role("button", name="记下").click()
    wait_for(page, store, "dial_tests", 1)
    assert store.value("select number from dial_tests") == "0571-00000001转8001"


# What is wider than one can read, of the page's own parts; what takes a place and shows nothing.
WIDE = """() => [...document.querySelectorAll('main .input, main .choice, main .button, main .card')]
  .filter((el) => el.offsetWidth > 46 * 17).map((el) => `${el.className} ${el.offsetWidth}`)"""
HOLLOW = """() => [...document.querySelectorAll('main form:not([hidden]) > *')]
  .filter((el) => el.getClientRects().length && !el.offsetHeight).map((el) => el.outerHTML)"""
STRIP = """() => [...document.querySelectorAll('.actions--inline')].filter((el) => el.offsetHeight)
  .map((el) => getComputedStyle(el).backgroundColor).filter((colour) => colour !== 'rgba(0, 0, 0, 0)')"""
PLACES = ("/visit", "/look", "/journey", "/dial", "/records", "/storage")


def test_on_a_desk_the_screens_of_a_visit_stay_as_wide_as_one_reads(
    desk: Page, browser: Browser, live_server: LiveServer, store: SQLiteStore
) -> None:
    add_halls(store)
    served = browser.new_context(base_url=live_server.url, viewport=DESK, service_workers="block").new_page()
    for page in (served, desk):  # the server's own pages, and what is kept for want of a signal
        sign_in_on(page, "leader")
    desk.goto("/capture")
    wait_until_offline_ready(desk)
    desk.goto("/visit")
    desk.wait_for_function(FIELD)
    for page in (served, desk):
        for place in PLACES:
            page.goto(place)
            expect(page.locator("main :is(.input, .button, .card):visible").first).to_be_visible()
            assert page.evaluate(WIDE) == [], place
            assert page.evaluate(STRIP) == [], place
    served.context.close()


def test_a_call_without_a_list_leaves_no_gaps(page: Page, store: SQLiteStore) -> None:
    add_halls(store)
    sign_in_on(page, "leader")
    page.goto("/capture")
    wait_until_offline_ready(page)
    page.goto("/visit")
    page.wait_for_function(FIELD)
    page.goto("/dial")
    expect(page.get_by_label("或者写号码")).to_be_visible()
    assert page.evaluate(HOLLOW) == []


def test_where_there_are_no_halls_a_visit_says_who_enters_them(page: Page) -> None:
    sign_in_on(page, "leader")
    page.goto("/visit")  # the server's own page
    expect(page.get_by_text("请改革办先录入")).to_be_visible()
    page.goto("/capture")
    wait_until_offline_ready(page)
    page.goto("/visit")
    page.wait_for_function(FIELD)
    page.goto("/visit")
    expect(page.get_by_text("请改革办先录入")).to_be_visible()


@pytest.mark.usefixtures("same_time")
def test_a_wrong_tap_about_a_call_is_put_right_where_it_is_listed(ready: Handset, store: SQLiteStore) -> None:
    page = ready.turn_on()
    page.goto("/dial")
    page.get_by_label("拨的是哪个电话？").select_option(label="白杨派出所 0571-0000 0002")  # day and night
    page.get_by_role("radio", name="无人接").check(force=True)
    page.get_by_role("button", name="记下").click()
    wait_for(page, store, "observations where accountability = 'pending'", 1)
    page.goto("/records")
    item = page.locator("[data-record]", has_text="在服务时间内无人接")
    expect(item.get_by_role("button", name="收回这一条")).to_be_visible()  # its script drew what can be done
    item.get_by_role("link", name="改一改").click()
    page.get_by_role("radio", name="接通").check(force=True)
    page.get_by_role("button", name="存好").click()
    expect(page.locator("main")).to_contain_text("改好了")
    assert store.query("select result from dial_tests") == [{"result": "answered"}]
    assert store.value("select state from observations") == "withdrawn"
