"""Whatever is begun on a phone stays with the visit that it belongs to, in whatever order it was begun."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from survey_app.store import SQLiteStore
from tests.browser import database
from tests.browser.handset import Handset, picture, report, wait_until_offline_ready, write
from tests.browser.test_field_day import FIELD, SAVED, arrive, wait_for
from tests.halls import HALL, OTHER_HALL

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


def test_a_journey_begun_before_the_visit_goes_on_in_it(page: Page, store: SQLiteStore) -> None:
    page.goto("/journey")
    page.get_by_role("button", name="取号").click()
    expect(page.locator("[data-stamp=took_number_at]")).to_have_class(re.compile("is-done"))
    arrive(page)
    page.goto("/journey")
    expect(page.locator("[data-stamp=took_number_at]")).to_have_class(re.compile("is-done"))
    page.get_by_role("button", name="办完了").click()
    expect(page.locator("[data-message]:visible")).to_contain_text(SAVED)
    wait_for(page, store, "journeys", 1)
    [row] = store.query("select visit_id, hall_id, took_number_at from journeys")
    assert row["visit_id"] == store.value("select id from visits")
    assert (row["hall_id"], row["took_number_at"] is not None) == (HALL, True)


def tick(page: Page, answer: str) -> None:
    """Answer the first item, and wait until the phone keeps the answer."""
    box = page.get_by_role("group", name="咨询台有人").get_by_role("radio", name=answer, exact=True)
    box.check(force=True)
    word = box.input_value()
    database.wait_for(page, "meta", lambda kept: isinstance(kept, dict) and word in answers_of(kept))


def answers_of(kept: dict[str, Any]) -> list[str]:
    return list((kept.get("answers") or {}).values())


def test_a_look_begun_on_one_visit_is_not_taken_along_to_the_next(page: Page, store: SQLiteStore) -> None:
    arrive(page)
    page.goto("/look")
    tick(page, "否")
    page.goto("/visit")
    page.get_by_role("button", name="走了").click()
    expect(page.locator("[data-message]:visible")).to_contain_text("现场看还没记下")
    page.get_by_role("button", name="走了").click()
    expect(page.get_by_role("button", name="开始体验")).to_be_visible()
    page.get_by_label("去哪个大厅？").select_option(label=AWAY)
    page.get_by_role("button", name="开始体验").click()
    expect(page.get_by_role("heading", name=AWAY)).to_be_visible()
    page.goto("/look")
    group = page.get_by_role("group", name="咨询台有人")
    expect(group).to_be_visible()
    expect(group.get_by_role("radio", checked=True)).to_have_count(0)
    tick(page, "是")
    page.get_by_role("button", name="看完了").click()
    expect(page.locator("[data-message]:visible")).to_contain_text(SAVED)
    wait_for(page, store, "looks", 1)
    [look] = store.query("select visit_id, hall_id from looks")
    assert look["hall_id"] == OTHER_HALL
    assert look["visit_id"] == store.value(
        "select id from visits where hall_id = :hall", {"hall": OTHER_HALL}
    )


def test_what_was_found_is_listed_when_one_leaves_ticks_and_calls_too(page: Page) -> None:
    arrive(page)
    page.goto("/capture")
    report(page, "叫号屏不亮")
    page.goto("/look")
    tick(page, "否")
    page.get_by_role("button", name="看完了").click()
    expect(page.locator("[data-message]:visible")).to_contain_text(SAVED)
    page.goto("/visit")
    page.get_by_role("button", name="走了").click()
    said = page.locator("[data-view=visit] .notice[role=status]").first
    expect(said).to_contain_text("这次体验记完了：记了 1 条，看到 1 项为否。")
    expect(said.get_by_role("listitem")).to_have_text(["叫号屏不亮", "咨询台没有人。"])


def test_a_scanned_label_begins_the_visit_where_it_hangs(page: Page) -> None:
    page.goto("/visit")
    page.get_by_label("去哪个大厅？").select_option(label=AWAY)
    page.goto("/c/H1-03")
    page.get_by_role("link", name="在这里开始体验").click()
    expect(page.get_by_label("去哪个大厅？")).to_have_value(HALL)
    page.get_by_role("button", name="开始体验").click()
    expect(page.get_by_role("heading", name="车管所办事大厅")).to_be_visible()


def test_a_visit_that_nobody_ended_is_put_away_and_said_once(page: Page, store: SQLiteStore) -> None:
    arrive(page)
    page.clock.install()
    page.clock.fast_forward("20:00:00")
    page.goto("/capture")
    report(page, "第二天看到的")
    page.goto("/visit")
    expect(page.get_by_text("没有按“走了”")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="开始体验")).to_be_visible()
    expect(page.get_by_text("没有按“走了”")).to_have_count(0)
    wait_for(page, store, "observations", 1)
    assert places(store) == [(False, None)]


def test_two_taps_are_one_look_and_one_leaving(page: Page, store: SQLiteStore) -> None:
    arrive(page)
    page.goto("/look")
    tick(page, "是")
    page.get_by_role("button", name="看完了").dblclick()
    expect(page.locator("[data-message]:visible")).to_contain_text(SAVED)
    page.goto("/visit")
    page.get_by_role("button", name="走了").dblclick()
    expect(page.get_by_role("button", name="开始体验")).to_be_visible()
    wait_for(page, store, "ops", 3)
    page.wait_for_timeout(1500)
    assert store.value("select count(*) from ops") == 3
    assert store.value("select forked from visits") == 0


def test_what_was_kept_does_not_stand_in_the_form_again(page: Page) -> None:
    page.goto("/journey")
    page.get_by_role("button", name="取号").click()
    expect(page.locator("[data-stamp=took_number_at]")).to_have_class(re.compile("is-done"))
    page.goto("/journey")
    expect(page.get_by_label("取号")).to_have_value(re.compile(r"\d{4}-"))
    page.get_by_role("button", name="办完了").click()
    expect(page.locator("[data-message]:visible")).to_contain_text(SAVED)
    expect(page.get_by_label("取号")).to_have_value("")


@pytest.mark.usefixtures("same_time")
def test_a_visit_begun_on_another_phone_goes_on_here_and_is_not_begun_again_once_left(
    page: Page, store: SQLiteStore, sign_in: Callable[[str], FlaskClient], csrf: Callable[[FlaskClient], str]
) -> None:
    other = sign_in("leader")
    other.post("/visit", data={"csrf_token": csrf(other), "hall_id": HALL, "action": "arrive"})
    assert store.value("select count(*) from visits") == 1
    page.goto("/visit")
    expect(page.get_by_role("heading", name="车管所办事大厅")).to_be_visible()
    page.goto("/capture")
    report(page, "换了手机接着记")
    leave(page)
    wait_for(page, store, "ops", 3)
    assert store.value("select ended_at from visits") is not None
    assert places(store) == [(True, HALL)]
    page.goto("/visit")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("button", name="开始体验")).to_be_visible()


def test_the_day_to_ask_again_comes_without_a_signal_too(
    page: Page, ready: Handset, store: SQLiteStore
) -> None:
    page.goto("/capture")
    page.locator("details summary").click()
    page.get_by_role("radio", name="一周后").check(force=True)
    report(page, "说好一周内送到")
    wait_for(page, store, "observations", 1)
    store_day = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    with store.writing() as tx:
        tx.execute("update observations set follow_up_on = :day", {"day": store_day})
    with page.expect_response("**/api/v1/agenda"):
        page.goto("/visit")
    page.wait_for_load_state("networkidle")
    ready.airplane(True)
    expect(page.locator("[data-agenda]", has_text="该回头问一问的")).to_have_count(0)
    page.clock.install()
    page.clock.fast_forward(200 * 3_600_000)
    page.goto("/records")
    expect(page.locator("[data-agenda]", has_text="该回头问一问的")).to_contain_text("说好一周内送到")


@pytest.fixture
def written_elsewhere(sign_in: Callable[[str], FlaskClient], csrf: Callable[[FlaskClient], str]) -> str:
    """What the leader recorded on another device."""
    other = sign_in("leader")
    said = {
        "method": "see",
        "kind": "blockage",
        "text": "在电脑上记的一条",
        "hall_id": HALL,
        "action": "submit",
    }
    assert other.post("/capture", data={"csrf_token": csrf(other), **said}).status_code == 302
    return said["text"]


def test_what_was_recorded_elsewhere_is_read_without_a_signal_once_seen(
    page: Page, ready: Handset, store: SQLiteStore, written_elsewhere: str
) -> None:
    page.goto("/records")
    expect(page.locator("[data-record]")).to_contain_text(written_elsewhere)
    page.wait_for_load_state("networkidle")
    with store.writing() as tx:
        tx.execute("update observations set state = 'triaged'")
    page.goto("/records")
    expect(page.locator("[data-progress]")).to_have_text("改革办已研判")
    page.wait_for_load_state("networkidle")
    ready.airplane(True)
    page.goto("/records")
    row = page.locator("[data-local=released]")
    expect(row).to_contain_text(written_elsewhere)
    expect(row).to_contain_text("车管所办事大厅")
    expect(row).to_contain_text("改革办已研判")


def test_the_page_to_ask_about_a_record_says_which_one(
    page: Page, store: SQLiteStore, written_elsewhere: str
) -> None:
    page.goto("/records")
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="回头问一问").click()
    expect(page.locator("[data-about]:visible")).to_contain_text(written_elsewhere)
    expect(page.locator("[data-about]:visible")).to_contain_text("车管所办事大厅")
    told = page.locator("[data-about]:visible").text_content()
    assert told
    assert told.split("\n")[0] == written_elsewhere, "where and when stand below the words"


def test_a_draft_is_thrown_away_only_when_asked_twice(page: Page) -> None:
    page.goto("/capture")
    write(page, "写错的一条")
    page.get_by_role("button", name="先存着").click()
    page.goto("/records")
    draft = page.locator("[data-local=draft]")
    expect(draft).to_contain_text("写错的一条")
    draft.get_by_role("button", name="不要了").click()
    page.get_by_role("dialog").get_by_role("button", name="取消").click()
    expect(draft).to_have_count(1)
    draft.get_by_role("button", name="不要了").click()
    page.get_by_role("dialog").get_by_role("button", name="不要了").click()
    expect(draft).to_have_count(0)


def test_a_visit_begun_at_the_wrong_hall_is_taken_back(
    page: Page, ready: Handset, store: SQLiteStore
) -> None:
    ready.airplane(True)
    arrive(page)
    page.get_by_role("button", name="选错了，收回这次体验").click()
    page.get_by_role("dialog").get_by_role("button", name="收回", exact=True).click()
    expect(page.get_by_role("button", name="开始体验")).to_be_visible()
    ready.airplane(False)
    page.goto("/records")
    wait_for(page, store, "ops", 2)
    assert store.value("select withdrawn from visits") == 1
    page.goto("/visit")
    expect(page.get_by_role("button", name="开始体验")).to_be_visible()
    expect(page.locator("[data-agenda]", has_text="去过的")).to_have_count(0)


def test_where_one_was_is_told_with_the_day_as_one_says_it(page: Page, store: SQLiteStore) -> None:
    arrive(page)
    page.get_by_role("button", name="走了").click()
    expect(page.get_by_role("button", name="开始体验")).to_be_visible()
    wait_for(page, store, "visits where ended_at is not null", 1)
    page.goto("/visit")
    past = page.locator("[data-agenda]", has_text="去过的")
    expect(past).to_contain_text(re.compile(r"\d月\d+日 \d\d:\d\d · 没有发现问题"))
