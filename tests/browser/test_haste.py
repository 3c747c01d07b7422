"""People are quicker than scripts, and tap twice."""

import pytest
from playwright.sync_api import Page, Route, expect

from survey_app.store import SQLiteStore
from tests.browser import database
from tests.browser.handset import SAVED_OR_DELIVERED, Handset, sign_in_on, wait_until_delivered, write

pytestmark = pytest.mark.browser

# The page is there, the module of the form is not yet.
AT_ONCE = """addEventListener('DOMContentLoaded', () => {
  if (location.pathname !== '/capture') return;
  document.querySelector('[data-view=capture] textarea[name=text]').value = '还没准备好就按了';
  document.querySelector('[data-view=capture] button[value=%s]').click();
})"""
TWICE = "button => (button.click(), setTimeout(() => button.click(), 300))"


def test_a_report_pressed_before_the_script_listens_is_reported(ready: Handset, store: SQLiteStore) -> None:
    page = ready.turn_on()
    page.add_init_script(AT_ONCE % "submit")
    page.goto("/capture")
    expect(page.locator("[data-message]:visible")).to_have_text(SAVED_OR_DELIVERED)
    wait_until_delivered(page, store, 1)
    assert store.value("select text from observations") == "还没准备好就按了"


def test_words_typed_while_the_lists_arrive_stay(ready: Handset) -> None:
    page = ready.turn_on()
    page.goto("/capture")
    write(page, "上次写到一半")
    database.wait_for(page, "drafts", lambda draft: draft["values"]["text"] == "上次写到一半")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/v1/catalog", hold)
    with page.expect_request("**/api/v1/catalog"):
        page.goto("/capture")
    expect(page.get_by_label("看到了什么")).to_have_value("上次写到一半")
    page.get_by_label("看到了什么").fill("上次写到一半，这次接着写")
    page.get_by_label("大厅").select_option(label="白杨派出所")
    with page.expect_response("**/api/v1/catalog"):
        held.pop().continue_()
    page.wait_for_timeout(300)
    expect(page.get_by_label("看到了什么")).to_have_value("上次写到一半，这次接着写")
    expect(page.get_by_label("大厅").locator(":checked")).to_have_text("白杨派出所")


def test_a_draft_put_aside_before_the_script_listens_is_put_aside(ready: Handset, store: SQLiteStore) -> None:
    page = ready.turn_on()
    page.add_init_script(AT_ONCE % "save")
    page.goto("/capture")
    expect(page.locator("[data-message]:visible")).to_contain_text("先存着了")
    assert store.value("select count(*) from observations") == 0


BEFORE = """addEventListener('DOMContentLoaded', () => {
  if (location.pathname !== '/journey') return;
  const form = document.querySelector('form[action="/journey"]');
  form.querySelector('textarea[name=note]').value = '先写了一句';
  form.querySelector('input[name=outcome][value=done]').checked = true;
})"""


def test_what_was_said_before_the_script_listens_is_there_when_one_comes_back(ready: Handset) -> None:
    page = ready.turn_on()
    page.add_init_script(BEFORE)
    page.goto("/journey")
    database.wait_for(page, "meta", lambda kept: isinstance(kept, dict) and kept.get("note") == "先写了一句")
    ready.kill()
    page = ready.turn_on()
    page.goto("/journey")
    expect(page.locator("textarea[name=note]:visible")).to_have_value("先写了一句")
    expect(page.get_by_role("radio", name="办成了")).to_be_checked()


def test_a_form_that_is_pressed_twice_is_sent_once(page: Page, store: SQLiteStore) -> None:
    sign_in_on(page, "office")
    page.goto("/campaigns")
    page.get_by_label("叫什么").fill("交叉体验")
    page.get_by_label("从哪天").fill("2017-06-19")
    page.get_by_label("到哪天").fill("2017-06-23")
    sent: list[Route] = []

    def hold(route: Route) -> None:
        sent.append(route) if route.request.method == "POST" else route.continue_()

    page.route("**/campaigns", hold)  # a slow line
    page.locator("form[action$='/campaigns'] button").evaluate(TWICE)
    page.wait_for_timeout(800)
    for route in sent:
        route.continue_()
    page.wait_for_url("**/campaigns/*")
    assert len(sent) == 1
    assert store.value("select count(*) from campaigns") == 1
