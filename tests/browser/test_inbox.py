"""The office's desk on a wide screen: narrow down, search, open, tag, save, next; by hand and by keyboard."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from survey_app.rectification import queries
from survey_app.store import SQLiteStore
from tests.browser.conftest import LiveServer
from tests.browser.handset import sign_in_on
from tests.halls import HALL, ITEMS, OTHER_HALL, add_halls
from tests.records import Sender

pytestmark = pytest.mark.browser


@pytest.fixture
def records(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> dict[str, str]:
    """Five records of two halls, by their texts."""
    add_halls(store)
    leader = Sender(app, store, person_id("leader"))
    return {
        text: leader.report(text, hall_id=hall, reform_item_ids=[ITEMS[0]])
        for text, hall in (
            ("排队的人没有座位", HALL),
            ("排队四十分钟", HALL),
            ("取号机停用", HALL),
            ("排队区没有叫号屏", OTHER_HALL),
            ("窗口排队没有隔开", HALL),
        )
    }


def assert_accessible(page: Page) -> None:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []


def test_the_office_works_through_what_it_searched_for(
    live_server: LiveServer, desk: Page, records: dict[str, str], store: SQLiteStore
) -> None:
    sign_in_on(desk, "office")
    desk.goto("/inbox")
    assert_accessible(desk)
    desk.get_by_label("大厅").select_option("车管所办事大厅")
    desk.get_by_label("找文字").fill("排队")
    desk.get_by_label("找文字").press("Enter")
    expect(desk.get_by_text("共 3 条")).to_be_visible()
    expect(desk.locator(".inbox tbody tr")).to_have_count(3)
    assert_accessible(desk)

    desk.get_by_role("link", name="窗口排队没有隔开").click()
    expect(desk.get_by_text("这里还有 3 条待研判")).to_be_visible()
    assert_accessible(desk)
    desk.get_by_label("写两个字就能找到").fill("讲清")
    expect(desk.get_by_text("用好一个服务电话").locator("visible=true")).to_have_count(2)  # chosen ones stay
    desk.get_by_label("写两个字就能找到").press("Enter")
    desk.keyboard.press("Space")
    desk.get_by_label("堵点分类").select_option("D 时间排队")
    desk.get_by_role("radio", name="较重").check()
    desk.get_by_role("button", name="存好，看下一条").click()

    expect(desk.get_by_text("上一条已存好。这是下一条。")).to_be_visible()
    expect(desk.get_by_text("排队四十分钟").first).to_be_visible()
    expect(desk.get_by_text("这里还有 2 条待研判")).to_be_visible()
    row = queries.find_record(store, records["窗口排队没有隔开"])
    assert row
    assert (row["state"], row["category"], row["severity"]) == ("triaged", "D", "serious")
    assert queries.list_tags(store, row["id"]) == sorted(ITEMS)


def test_the_keyboard_alone_goes_through_the_inbox(
    live_server: LiveServer, desk: Page, records: dict[str, str], store: SQLiteStore
) -> None:
    sign_in_on(desk, "office")
    newest, second = records["窗口排队没有隔开"], records["排队区没有叫号屏"]
    desk.goto("/inbox")
    desk.keyboard.press("/")
    expect(desk.get_by_label("找文字")).to_be_focused()
    desk.goto(f"/inbox/{newest}")
    desk.keyboard.press("j")
    desk.wait_for_url(f"**/inbox/{second}")
    desk.keyboard.press("k")
    desk.wait_for_url(f"**/inbox/{newest}")
    desk.keyboard.press("t")
    desk.keyboard.type("jk")  # in a field a letter is a letter
    expect(desk.get_by_label("写两个字就能找到")).to_have_value("jk")
    expect(desk.get_by_text("没有这样的改革事项")).to_be_visible()
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url(re.compile(rf"/inbox/{second}\?"))
    decided = queries.find_classification(store, newest)
    assert decided


def test_the_keyboard_alone_takes_suggestions_compares_and_goes_on(
    live_server: LiveServer, desk: Page, records: dict[str, str], store: SQLiteStore
) -> None:
    with store.writing() as tx:
        tx.update("categories", "c-d", {"words": "排队"})
        tx.update("categories", "c-a1", {"words": "座位"})
    sign_in_on(desk, "office")
    record_id = records["排队的人没有座位"]
    desk.goto(f"/inbox/{record_id}")
    category = desk.get_by_label("堵点分类")
    for key, code in (("2", "D"), ("1", "A1"), ("0", ""), ("2", "D")):
        desk.keyboard.press(key)
        expect(category).to_have_value(code)
    category.select_option("A")
    expect(desk.get_by_role("radio", name="都不用，看下面选的")).to_be_checked()
    category.select_option("D")
    expect(desk.get_by_role("radio", name="D 时间排队")).to_be_checked()
    desk.get_by_label("研判说明").press("1")  # in a field a number is a number
    expect(category).to_have_value("D")
    expect(desk.get_by_label("研判说明")).to_have_value("1")
    desk.keyboard.press("Escape")
    desk.keyboard.press("?")
    expect(desk.get_by_text("和最像的一条比一比")).to_be_visible()
    assert_accessible(desk)
    desk.keyboard.press("Control+Enter")  # wherever the focus is
    desk.wait_for_url("**done=next")
    decided = queries.find_classification(store, record_id)
    assert decided
    assert (decided["category"], decided["note"]) == ("D", "1")


def test_d_looks_at_the_likest_record_and_comes_back(
    live_server: LiveServer, desk: Page, records: dict[str, str], app: Flask, store: SQLiteStore,
    person_id: Callable[[str], str],
) -> None:  # fmt: skip
    again = Sender(app, store, person_id("leader")).report("取号机还是停用", hall_id=HALL)
    sign_in_on(desk, "office")
    desk.goto(f"/inbox/{again}?q=取号")
    desk.keyboard.press("d")
    desk.wait_for_url(f"**/inbox/{again}/beside/{records['取号机停用']}?q=*")
    assert_accessible(desk)
    desk.keyboard.press("D")
    desk.wait_for_url(f"**/inbox/{again}?q=*")
    desk.keyboard.press("ArrowRight")
    desk.wait_for_url(f"**/inbox/{records['取号机停用']}?q=*")
    desk.keyboard.press("ArrowLeft")
    desk.wait_for_url(f"**/inbox/{again}?q=*")


def test_a_suggested_item_is_taken_and_left_by_its_letter(
    live_server: LiveServer, desk: Page, records: dict[str, str], app: Flask, store: SQLiteStore,
    person_id: Callable[[str], str],
) -> None:  # fmt: skip
    record_id = Sender(app, store, person_id("leader")).report("拨了三次服务电话")
    sign_in_on(desk, "office")
    desk.goto(f"/inbox/{record_id}")
    item = desk.get_by_role("checkbox", name="用好一个服务电话")
    for checked in (True, False, True):
        desk.keyboard.press("a")
        expect(item).to_be_checked(checked=checked)
    desk.keyboard.press("Enter")  # on a choice it saves and goes on
    desk.wait_for_url("**done=next")
    assert queries.list_tags(store, record_id) == [ITEMS[0]]


def test_without_javascript_everything_still_works(
    live_server: LiveServer, records: dict[str, str], store: SQLiteStore, desk: Page
) -> None:
    with store.writing() as tx:
        tx.update("categories", "c-d", {"words": "停用"})
    context = desk.context.browser.new_context(  # type: ignore[union-attr]
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    sign_in_on(page, "office")
    page.goto("/inbox")
    page.get_by_label("找文字").fill("取号")
    page.get_by_role("button", name="查看").click()
    page.get_by_role("link", name="取号机停用").click()
    page.get_by_role("radio", name="D 时间排队").check(force=True)
    page.get_by_label("研判说明").fill("先换一台")
    page.get_by_role("button", name="存好", exact=True).click()
    expect(page.get_by_text("已存好。")).to_be_visible()
    decided = queries.find_classification(store, records["取号机停用"])
    assert decided
    assert (decided["note"], decided["category"]) == ("先换一台", "D")
    context.close()


@pytest.mark.parametrize(
    "path", ["/inbox", "/inbox?q=没有", "/reform", f"/reform/{ITEMS[0]}", "record", "beside"]
)
def test_nothing_scrolls_sideways_and_axe_finds_nothing_on_a_phone(
    live_server: LiveServer, page: Page, records: dict[str, str], path: str
) -> None:
    sign_in_on(page, "office")
    one, other = records["取号机停用"], records["排队四十分钟"]
    page.goto({"record": f"/inbox/{one}", "beside": f"/inbox/{one}/beside/{other}"}.get(path, path))
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert_accessible(page)
