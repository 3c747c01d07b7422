"""Whatever is begun on a phone stays with the visit that it belongs to, in whatever order it was begun."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from survey_app.store import SQLiteStore
from tests.browser import database
from tests.browser.handset import Handset, picture, report, wait_until_offline_ready, write
from tests.browser.test_field_day import FIELD, arrive, wait_for
from tests.halls import HALL

pytestmark = pytest.mark.browser

AWAY = "白杨派出所"


@pytest.fixture
def page(ready: Handset) -> Page:
    """A phone that has what a visit needs."""
    page = ready.turn_on()
    page.goto("/capture")
    wait_until_offline_ready(page)
    page.goto("/visit")
    page.wait_for_function(FIELD)
    page.wait_for_load_state("networkidle")
    return page


def leave(page: Page) -> None:
    page.goto("/visit")
    page.get_by_role("button", name="走了").click()
    expect(page.get_by_role("button", name="开始体验")).to_be_visible()


def places(store: SQLiteStore) -> list[tuple[bool, str | None]]:
    """Of each record in turn: whether it is of a visit, and its hall."""
    rows = store.query("select visit_id, hall_id from observations order by n")
    return [(row["visit_id"] is not None, row["hall_id"]) for row in rows]


def test_a_draft_from_before_the_visit_and_what_follows_it_are_of_the_visit(
    page: Page, store: SQLiteStore
) -> None:
    page.goto("/capture")
    write(page, "门口没有人引导")
    database.wait_for(page, "drafts", lambda draft: draft["values"]["text"] == "门口没有人引导")
    arrive(page)
    page.goto("/capture")
    expect(page.get_by_label("看到了什么")).to_have_value("门口没有人引导")
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.get_by_label("看到了什么")).to_have_value("")
    report(page, "叫号屏不亮")
    wait_for(page, store, "observations", 2)
    assert places(store) == [(True, HALL)] * 2


def test_an_edit_of_an_earlier_record_is_not_drawn_into_the_visit(page: Page, store: SQLiteStore) -> None:
    page.goto("/capture")
    report(page, "昨天在别处看到的")
    wait_for(page, store, "observations", 1)
    arrive(page)
    page.goto("/records")
    page.get_by_role("button", name="改一改").click()
    expect(page.get_by_label("看到了什么")).to_have_value("昨天在别处看到的")
    write(page, "昨天在别处看到的，补一句")
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.get_by_label("看到了什么")).to_have_value("")
    report(page, "这次看到的")
    wait_for(page, store, "observations", 2)
    wait_for(page, store, "ops", 4)
    assert places(store) == [(False, None), (True, HALL)]


def test_a_label_that_the_phone_does_not_know_is_said_during_a_visit_too(page: Page) -> None:
    arrive(page)
    page.goto("/c/NOPE")
    expect(page.locator("[data-message]:visible")).to_contain_text("还不认识这个窗口的二维码")


def test_a_good_photo_takes_the_word_about_a_bad_one_away(page: Page, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"not a picture")
    page.goto("/capture")
    picker = page.locator("[data-view=capture] input[type=file]")
    picker.set_input_files(bad)
    expect(page.locator("[data-message]:visible")).to_contain_text("打不开")
    write(page, "有照片", picture(3))
    expect(page.locator("[data-message]:visible")).to_have_count(0)
