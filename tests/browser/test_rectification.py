"""One problem from the inbox to its end, with three people at once; by hand, on a desk and on phones."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect

from survey_app.store import SQLiteStore
from tests.browser.chromium import DESK, PHONE
from tests.browser.conftest import LiveServer
from tests.browser.handset import picture, sign_in_on
from tests.problems import Work

pytestmark = pytest.mark.browser


@pytest.fixture
def work(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> Work:
    """Everything that problems need."""
    return Work(app, store, person_id)


@pytest.fixture
def open_as(browser: Browser, live_server: LiveServer, work: Work) -> Iterator[Callable[..., Page]]:
    """Return a tab of somebody, each with a browser of their own."""
    contexts = []

    def opened(login: str, viewport: ViewportSize = PHONE) -> Page:
        context = browser.new_context(base_url=live_server.url, viewport=viewport, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        sign_in_on(page, login)
        return page

    yield opened
    for context in contexts:
        context.close()


def check(page: Page) -> None:
    """Fail where axe finds something or the page scrolls sideways."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_three_people_bring_a_problem_from_the_inbox_to_its_end(
    work: Work, open_as: Callable[..., Page]
) -> None:
    record_id = str(work.report("取号机停用，没有人引导")["id"])
    office, unit, leader = open_as("office", DESK), open_as("unit"), open_as("leader")

    office.goto(f"/inbox/{record_id}")  # the office: classify and hand over, by the keyboard
    office.get_by_role("radio", name="较重").check()
    office.get_by_role("button", name="存好，立为问题").press("Enter")
    office.wait_for_url("**/finding")
    expect(office.get_by_label("谁来改")).to_have_value("unit-2")
    expect(office.get_by_label("什么时候改好？")).to_have_value("2017-06-19")
    office.get_by_role("radio", name="一般").check()
    expect(office.get_by_label("什么时候改好？")).to_have_value("2017-07-03")
    check(office)
    office.get_by_label("牵头领导").fill("分管副局长")
    office.get_by_role("button", name="交办", exact=True).press("Enter")
    expect(office.get_by_text("交办了，等责任单位签收。")).to_be_visible()
    address = office.url.split("?")[0]

    expect(unit.get_by_role("heading", name="我的任务")).to_be_visible()  # the unit: sign and plan
    unit.goto("/tasks")
    check(unit)
    unit.get_by_role("link", name="取号机停用").click()
    unit.get_by_role("button", name="签收").click()
    unit.get_by_label("打算怎么改？").fill("换一台取号机")
    unit.get_by_label("谁负责？").fill("大厅主任")
    unit.get_by_role("button", name="我来办").click()

    leader.goto("/records")
    expect(leader.get_by_text("正在改")).to_be_visible()

    unit.get_by_label("改了什么？").fill("换好了，有人引导")
    unit.get_by_label("照片").first.set_input_files(picture(7, (640, 480)))
    check(unit)
    unit.get_by_role("button", name="已改好").click()
    expect(unit.get_by_role("list", name="整改的照片").locator("img")).to_have_count(1)
    check(unit)

    office.goto(address)  # the office: verify; what another tab showed before is refused with its words kept
    stale = office.context.new_page()
    stale.goto(address)
    office.get_by_label("怎么核的？").fill("到现场看过")
    office.get_by_role("button", name="核过了").click()
    expect(office.get_by_text("核过了，等回头看。")).to_be_visible()
    stale.get_by_label("怎么核的？").fill("我也去看过")
    stale.get_by_role("button", name="核过了").click()
    expect(stale.get_by_text("现在不能这样做：测试岗位 office")).to_be_visible()
    expect(stale.get_by_label("怎么核的？")).to_have_value("我也去看过")
    check(office)

    leader.reload()  # the leader: look again
    expect(leader.get_by_text("责任单位说：换好了，有人引导")).to_be_visible()
    for link in leader.locator("[data-record] a").all():
        box = link.bounding_box()
        assert box
        assert box["height"] >= 44, link.inner_text()
    leader.get_by_role("link", name="看整改经过").click()
    check(leader)
    leader.get_by_role("radio", name="已改好").check()
    leader.get_by_role("button", name="回头看").click()
    expect(leader.get_by_text("回头看记下了，可以销号了。")).to_be_visible()

    office.reload()  # the office: close
    office.get_by_role("button", name="销号").click()
    expect(office.get_by_text("销号了。")).to_be_visible()
    leader.goto("/records")
    expect(leader.get_by_text("改好了，已销号")).to_be_visible()
    unit.goto("/tasks")
    expect(unit.get_by_role("heading", name="办完的")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, DESK])
def test_the_lists_of_problems_can_be_used_by_everyone(
    work: Work, open_as: Callable[..., Page], viewport: ViewportSize
) -> None:
    work.fixing("排队的人没有座位，站了四十分钟")
    work.assigned("取号机停用")
    for login, path in (("office", "/findings"), ("unit", "/tasks")):
        page = open_as(login, viewport)
        page.goto(path)
        expect(page.get_by_role("link", name="取号机停用")).to_be_visible()
        check(page)
