"""The catalogue as a person meets it: with and without JavaScript, on a phone and on a desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from survey_app.catalog import queries
from survey_app.catalog.tables import TABLES, UNITS
from survey_app.demo import catalogue
from survey_app.store import SQLiteStore
from tests.browser.chromium import DESK, PHONE
from tests.browser.conftest import LiveServer
from tests.browser.handset import sign_in_on
from tests.clock import NOON

pytestmark = pytest.mark.browser

UNITS_CSV = "代码,名称,层级,上级单位代码\nB1,一号分局,分（县、市）局,U1\nB2,二号分局,分（县、市）局,U1\n"


@pytest.fixture
def plain(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A wide screen with JavaScript off."""
    context = browser.new_context(
        base_url=live_server.url, viewport=DESK, locale="zh-CN", java_script_enabled=False
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def filled(store: SQLiteStore) -> SQLiteStore:
    """The demo's catalogue."""
    with store.writing() as tx:
        catalogue.add_catalogue(tx, today=NOON.date(), at=NOON)
    return store


def test_the_office_imports_units_without_javascript(plain: Page, store: SQLiteStore, tmp_path: Path) -> None:
    sign_in_on(plain, "office")
    path = tmp_path / "单位.csv"
    path.write_text(UNITS_CSV + "B3,,派出所,NOBODY\n", encoding="gb18030")
    plain.goto("/catalog/units")
    plain.get_by_role("link", name="导入表格").click()
    plain.get_by_label("表格文件").set_input_files(path)
    plain.get_by_role("button", name="看看会改什么").click()
    assert plain.get_by_role("alert").inner_text().startswith("有 2 处要改，一行也没有导入")
    assert "第 4 行「上级单位代码」" in plain.get_by_role("main").inner_text()
    path.write_text(UNITS_CSV, encoding="utf-8")
    plain.get_by_role("link", name="改好了，再上传").click()
    plain.get_by_label("表格文件").set_input_files(path)
    plain.get_by_role("button", name="看看会改什么").click()
    assert "新增 2，更新 0，未变 0" in plain.get_by_role("main").inner_text()
    assert store.value("select count(*) from units") == 1
    plain.get_by_role("button", name="确认导入").click()
    assert "导入好了：新增 2" in plain.get_by_role("status").first.inner_text()
    assert {row["code"] for row in queries.list_units(store)} == {"U1", "B1", "B2"}


def test_the_office_downloads_a_table_and_imports_it_again(
    desk: Page, filled: SQLiteStore, tmp_path: Path
) -> None:
    sign_in_on(desk, "office")
    for slug in ("reform-items", "counters"):
        desk.goto(f"/catalog/{slug}")
        with desk.expect_download() as caught:
            desk.get_by_role("link", name="导出 Excel").click()
        path = tmp_path / caught.value.suggested_filename
        assert path.stem == TABLES[slug.replace("-", "_")].title
        caught.value.save_as(path)
        desk.goto(f"/catalog/{slug}/import")
        desk.get_by_label("表格文件").set_input_files(path)
        desk.get_by_role("button", name="看看会改什么").click()
        assert "新增 0，更新 0" in desk.get_by_role("main").inner_text()


def test_a_hall_and_its_counter_are_added_on_a_phone(page: Page, store: SQLiteStore) -> None:
    sign_in_on(page, "office")
    page.goto("/catalog/halls")
    page.get_by_role("link", name="新增").click()
    page.get_by_label("代码").fill("H1")
    page.get_by_label("名称").fill("车管大厅")
    page.get_by_role("button", name="保存").click()
    assert page.get_by_text("没有填写。请补上。").is_visible()
    page.get_by_label("单位").select_option(label="市公安局（U1）")
    page.get_by_role("button", name="保存").click()
    assert page.get_by_role("heading", level=1).inner_text() == "车管大厅"
    assert queries.list_halls(store)[0]["unit_code"] == "U1"


def test_an_empty_place_of_the_plan_is_filled_from_the_plan(page: Page, filled: SQLiteStore) -> None:
    sign_in_on(page, "office")
    page.goto("/catalog/reform-items")
    section = page.get_by_role("region", name="攻坚项目")
    section.get_by_text("待录入 10 项").click()
    section.get_by_role("link", name="第 3 项", exact=True).click()
    page.get_by_label("标题").fill("一个攻坚项目")
    page.get_by_role("button", name="保存").click()
    page.goto("/catalog/reform-items")
    assert "已录入 1/10" in page.get_by_role("region", name="攻坚项目").inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_pages_full_of_data(
    app: Flask, browser: Browser, live_server: LiveServer, filled: SQLiteStore, theme: str
) -> None:
    context = browser.new_context(
        base_url=live_server.url,
        viewport=PHONE,
        locale="zh-CN",
        color_scheme=theme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    sign_in_on(page, "office")
    first = {table.slug: queries.list_rows(filled, table)[0]["id"] for table in TABLES.values()}
    branch = queries.list_rows(filled, UNITS, "units.tier = 'branch'")[0]["id"]
    paths = [f"/catalog/{slug}" for slug in first]
    paths += [f"/catalog/{slug}/{row_id}" for slug, row_id in first.items()]
    paths += [f"/catalog/{slug}/{row_id}/edit" for slug, row_id in first.items()]
    paths += [
        f"/catalog/units/{branch}",
        f"/catalog/halls/{first['halls']}/labels",
        "/catalog/matters/import",
    ]
    problems = []
    for path in paths:
        page.goto(path)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        problems += [f"{path}: {item['id']} {item['nodes'][0]['target']}" for item in found]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            problems.append(f"{path}: scrolls sideways")
    context.close()
    assert problems == []
