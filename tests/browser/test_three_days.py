"""A bureau leader's, a department head's and a branch head's day, as the seed tells; the last offline."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Locator, Page, Route, expect

from survey_app.store import SQLiteStore
from tests.browser.handset import Handset, report, wait_until_known, wait_until_offline_ready
from tests.browser.test_field_day import FIELD, SAVED, wait_for
from tests.clock import Clock
from tests.halls import HALL, MATTER, OTHER_HALL, PHONE

pytestmark = pytest.mark.browser

Plan = Callable[..., None]
# The browser would ask which program is to dial, and its question lies over every page that follows.
NO_CALL = (
    "addEventListener('click', (event) => event.target.closest('[href^=\"tel:\"]') && event.preventDefault())"
)
DIMENSIONS = ("办事流程", "服务质量", "办事效率", "已公布事项落实情况")


@pytest.fixture
def plan(ready: Handset, store: SQLiteStore, sign_in: Callable[[str], FlaskClient],
         csrf: Callable[[FlaskClient], str], clock: Clock) -> Plan:  # fmt: skip
    """Make the leader the head of a unit of a tier, and let the office plan a week in which they visit."""

    def make(tier: str, hall: str, *, own_hall: bool, contact: bool = False) -> None:
        with store.writing() as tx:
            tx.insert_all("units", [
                {"id": "own", "code": "OWN", "name": "本单位", "tier": tier},
                {"id": "host", "code": "HOST", "name": "别的单位", "tier": "department"},
            ])  # fmt: skip
            tx.execute("update people set unit_id = 'own' where login = 'leader'")
            tx.update("halls", HALL, {"unit_id": "own" if own_hall else "host"})
            tx.update("halls", OTHER_HALL, {"unit_id": "host"})
            if contact:
                head = tx.value("select id from people where login = 'leader'")
                tx.insert("contact_points", {"person_id": head, "hall_id": HALL})
        office = sign_in("office")

        def press(path: str, **fields: str | list[str]) -> str:
            return office.post(path, data={"csrf_token": csrf(office), **fields}, follow_redirects=True).text

        first = clock().date()
        week = {"begins_on": str(first), "ends_on": str(first + timedelta(days=6)), "tier": tier}
        press("/campaigns", name="“最多跑一次”体验周", **week)
        address = f"/campaigns/{store.value('select id from campaigns')}"
        leader = str(store.value("select id from people where login = 'leader'"))
        press(f"{address}/assign", person_id=leader, hall_id=hall, due_on=str(first + timedelta(days=1)))
        assert store.value("select count(*) from assignments") == 1

    return make


def arrive(page: Page, hall: str, how: str) -> None:
    """Begin the visit that was assigned."""
    page.goto("/visit")
    page.get_by_role("link", name=hall).click()
    expect(page.get_by_label("去哪个大厅？")).to_contain_text(hall)
    page.get_by_role("radio", name=how).check(force=True)
    page.get_by_role("button", name="开始体验").click()
    expect(page.get_by_role("heading", name=hall)).to_be_visible()


def shown(page: Page) -> Locator:
    """Return the part of the phone's own page that is shown."""
    return page.locator("[data-view]:visible")


def keep(page: Page, button: str) -> None:
    """Keep what was filled in, and wait until it is on the phone."""
    shown(page).get_by_role("button", name=button).click()
    expect(page.locator("[data-message]:visible")).to_contain_text(SAVED)


def leave(page: Page, what: str) -> None:
    """Leave, and read what the visit came to."""
    page.get_by_role("button", name="走了").click()
    expect(shown(page)).to_contain_text(f"这次体验记完了：{what}。")


def open_phone(ready: Handset) -> Page:
    """Turn the phone on and let it learn what it needs for a visit."""
    page = ready.turn_on()
    page.goto("/capture")
    wait_until_offline_ready(page)
    page.goto("/visit")
    page.wait_for_function(FIELD)
    wait_until_known(page, "agenda:")
    return page


def test_a_bureau_leader_watches_a_counter_at_the_own_contact_point_and_hears_people(
    plan: Plan, ready: Handset, store: SQLiteStore, clock: Clock
) -> None:
    plan("bureau", HALL, own_hall=False, contact=True)
    page = open_phone(ready)
    arrive(page, "车管所办事大厅", "调研")
    page.goto("/look")
    for group, answer in (("咨询台有人", "是"), ("一次性告知单", "没看到")):
        page.get_by_role("group", name=group).get_by_role("radio", name=answer).check(force=True)
    keep(page, "看完了")
    page.goto("/capture")
    page.locator(".choice", has_text="跟踪问").click()
    page.locator("details summary").click()
    page.get_by_label("问了谁").fill("等着换证的群众")
    page.get_by_role("radio", name="不满意", exact=True).check(force=True)
    page.get_by_role("radio", name="一周后").check(force=True)
    page.get_by_label("群众原话").fill("来了三趟，每趟说的都不一样。")
    report(page, "窗口说得不一样")
    page.goto("/visit")
    leave(page, "记了 1 条")
    wait_for(page, store, "observations", 1)
    assert store.query("select method, asked, rating, follow_up_on, hall_id from observations") == [
        {"method": "ask", "asked": "等着换证的群众", "rating": "2", "follow_up_on": store.value(
            "select date(made_on, '+7 days') from observations"), "hall_id": HALL}
    ]  # fmt: skip
    clock.now += timedelta(days=8)
    page.goto("/records")
    page.get_by_role("link", name="窗口说得不一样").click()
    expect(page.locator("[data-about]:visible")).to_contain_text("窗口说得不一样")
    page.get_by_role("radio", name="改了一些").check(force=True)
    shown(page).get_by_label("问了谁").fill("窗口负责岗")
    shown(page).get_by_role("button", name="记下").click()
    wait_for(page, store, "follow_ups", 1)
    [visit] = store.query("select capacity, hall_id, ended_at from visits")
    assert (visit["capacity"], visit["hall_id"]) == ("research", HALL)
    assert visit["ended_at"] is not None


@pytest.mark.usefixtures("same_time")
def test_a_department_head_crosses_over_handles_a_matter_and_dials_before_the_door(
    plan: Plan, ready: Handset, store: SQLiteStore
) -> None:
    plan("department", OTHER_HALL, own_hall=True)
    with store.writing() as tx:
        tx.update("service_phones", PHONE, {"hall_id": OTHER_HALL, "around_the_clock": 1})
        tx.update("matters", MATTER, {"promised_trips": 1})
    page = open_phone(ready)
    page.add_init_script(NO_CALL)
    page.goto("/dial")
    call = shown(page).get_by_role("link", name="拨打 0571-0000 0001")
    expect(call).to_have_attribute("href", "tel:057100000001")
    call.click()
    page.get_by_role("radio", name="无人接").check(force=True)
    expect(page.locator("[data-message]:visible")).to_contain_text(SAVED)  # two taps, and it is kept
    page.goto("/visit")
    shown(page).get_by_label("去哪个大厅？").select_option(label="车管所办事大厅")
    page.get_by_role("button", name="开始体验").click()
    expect(page.locator("[data-message]:visible")).to_contain_text("不能去本单位的大厅")
    arrive(page, "白杨派出所", "亲身办")
    page.goto("/journey")
    page.get_by_label("办什么事？").select_option(label="驾驶证补办")
    expect(page.locator("[data-promise]")).to_have_text("承诺：1 次")
    for stamp in ("取号", "叫号", "受理", "办结"):
        page.get_by_role("button", name=stamp).click()
    page.get_by_label("窗口要了哪些材料？").fill("身份证、两张照片")
    page.get_by_role("group", name="材料和指南一样吗？").get_by_role("radio", name="否").check(force=True)
    page.get_by_role("group", name="一次讲清了吗？").get_by_role("radio", name="否").check(force=True)
    page.get_by_label("跑了几次？").fill("2")
    page.get_by_role("radio", name="办成了", exact=True).check(force=True)
    keep(page, "办完了")
    expect(page.locator("[data-message]:visible")).to_contain_text("2 次，超过承诺的 1 次")
    page.goto("/visit")
    leave(page, "办的时候 3 处不顺")  # the call was before the door
    wait_for(page, store, "ops", 4)  # the call, arriving, the matter, leaving
    assert store.query("select accountability, category, hall_id from observations") == [
        {"accountability": "pending", "category": "A1", "hall_id": OTHER_HALL}
    ]
    assert store.query("select complete, told_once, trips, outcome from journeys") == [
        {"complete": "no", "told_once": "no", "trips": 2, "outcome": "done"}
    ]
    page.goto("/visit")
    page.get_by_role("link", name="白杨派出所").first.click()
    expect(page.get_by_role("row", name="跑几次")).to_contain_text("超过承诺")
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '34px'")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_call_button_stays_under_the_finger_when_the_list_comes_again(ready: Handset) -> None:
    page = open_phone(ready)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/v1/catalog", hold)
    with page.expect_request("**/api/v1/catalog"):
        page.goto("/dial")
    call = shown(page).get_by_role("link", name="拨打 0571-0000 0001")
    call.evaluate("link => { link.dataset.pressed = 'down'; }")
    with page.expect_response("**/api/v1/catalog"):
        held.pop().continue_()
    page.wait_for_timeout(500)
    expect(call).to_have_attribute("data-pressed", "down")


def test_a_branch_head_lives_an_experience_week_on_four_dimensions_wholly_offline(
    plan: Plan, ready: Handset, store: SQLiteStore
) -> None:
    plan("branch", HALL, own_hall=True)
    page = open_phone(ready)
    page.goto("/visit")
    expect(page.get_by_role("link", name="车管所办事大厅")).to_be_visible()
    ready.kill()
    before = store.value("select count(*) from ops")
    page = ready.turn_on(airplane=True)
    arrive(page, "车管所办事大厅", "坐窗口")
    for dimension in DIMENSIONS:
        page.goto("/c/H1-03")
        report(page, f"{dimension}：记下看到的")
    ready.kill()
    page = ready.turn_on(airplane=True)
    page.goto("/visit")
    expect(page.locator("main")).to_contain_text("记了 4 条")
    shown(page).get_by_label("总的印象").fill("窗口分工清楚，电话要有人接。")
    leave(page, "记了 4 条")
    assert store.value("select count(*) from ops") == before
    ready.airplane(False)
    page.goto("/records")
    wait_for(page, store, "observations", len(DIMENSIONS))
    wait_for(page, store, "ops", before + len(DIMENSIONS) + 2)
    [visit] = store.query("select id, capacity, note, ended_at, assignment_id from visits")
    assert (visit["capacity"], visit["note"]) == ("sit", "窗口分工清楚，电话要有人接。")
    assert visit["assignment_id"] == store.value("select id from assignments")
    found = store.query("select text, visit_id from observations order by n")
    assert [row["text"].split("：")[0] for row in found] == list(DIMENSIONS)
    assert {row["visit_id"] for row in found} == {visit["id"]}
