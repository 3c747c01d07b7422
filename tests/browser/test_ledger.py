"""The ledger on a wide screen and on a phone."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from survey_app.store import SQLiteStore
from tests.browser.handset import sign_in_on
from tests.problems import Work

pytestmark = pytest.mark.browser


@pytest.fixture
def work(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> Work:
    """More problems than a screen holds."""
    made = Work(app, store, person_id)
    for n in range(20):
        made.fixing(f"第{n}个问题：取号机停用，没有人引导")
    return made


def box(page: Page, selector: str) -> tuple[int, int]:
    """Return where an element stands."""
    found = page.locator(selector).first.bounding_box()
    assert found
    return round(found["x"]), round(found["y"])


def test_headings_and_numbers_stay_in_sight_while_the_table_scrolls_in_its_box(
    desk: Page, work: Work
) -> None:
    sign_in_on(desk, "office")
    desk.goto("/ledger")
    heading, number = box(desk, ".ledger th"), box(desk, ".ledger__number")
    second = box(desk, ".ledger th:nth-child(2)")
    desk.locator(".ledger-box").evaluate("box => box.scrollTo(600, 300)")
    assert box(desk, ".ledger th") == heading
    assert box(desk, ".ledger__number")[0] == number[0]
    assert box(desk, ".ledger__number")[1] < number[1] - 200
    assert box(desk, ".ledger th:nth-child(2)") == (second[0] - 600, second[1])
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_phone_each_problem_is_a_card_that_begins_with_its_words(page: Page, work: Work) -> None:
    sign_in_on(page, "office")
    page.goto("/ledger/repairs")
    words, number = box(page, ".ledger__text"), box(page, ".ledger__number")
    assert words[1] < number[1]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="第0个问题").first.click()
    expect(page.get_by_text("换一台取号机").first).to_be_visible()


def test_a_colour_is_one_tap_away_and_a_condition_is_taken_off_again(page: Page, work: Work) -> None:
    sign_in_on(page, "office")
    page.goto("/ledger")
    page.get_by_role("link", name="红", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="共 0 条")).to_be_visible()
    page.get_by_role("link", name="颜色：红").click()
    expect(page.get_by_role("status").filter(has_text="共 20 条")).to_be_visible()
