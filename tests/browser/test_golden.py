"""What a released phone kept, under the app of today: everything is shown, and delivered once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from survey_app.store import SQLiteStore
from tests.browser import database
from tests.browser.golden import release as golden
from tests.browser.handset import sign_in_on
from tests.halls import add_halls

pytestmark = pytest.mark.browser


@pytest.fixture(params=golden.FILES, ids=lambda path: path.stem)
def release(
    request: pytest.FixtureRequest, page: Page, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> golden.Release:
    """An old phone's database in a fresh browser, and on the server what that phone had delivered."""
    path = request.param
    assert isinstance(path, Path)
    found = golden.read(path)
    add_halls(store)
    golden.add_people(store, found)
    golden.say_again(sign_in("golden-leader"), found)
    page.goto("/manifest.webmanifest")
    database.load(page, found.database)
    return found


def test_what_waited_on_a_released_phone_arrives_once_and_whole(
    page: Page, release: golden.Release, store: SQLiteStore
) -> None:
    sign_in_on(page, "golden-leader")
    page.goto("/records")
    expect(page.locator(".status")).to_contain_text("全部已送达 · 测试岗位 aide 有 1 条未报", timeout=20_000)
    own = release.ops("leader")
    assert [row["id"] for row in store.query("select id from ops order by seq")] == [
        op["op_id"] for op in own
    ]
    assert store.value("select count(*) from observations") == len(own)
    named = {photo["sha256"] for op in own for photo in op["photos"]}
    assert {row["id"] for row in store.query("select id from photos")} == named
    sent = {op["op_id"]: op["raw"] for op in own}
    assert {row["id"]: row["raw"].decode() for row in store.query("select id, raw from ops")} == sent


def test_what_another_person_left_on_a_released_phone_arrives_as_theirs(
    page: Page, release: golden.Release, store: SQLiteStore
) -> None:
    sign_in_on(page, "golden-aide")
    expect(page.locator(".status")).to_contain_text("全部已送达 · 测试岗位 leader", timeout=20_000)
    saved = store.query("select text from observations where author_id = :id", {"id": release.people["aide"]})
    assert saved == [{"text": "另一个人没报的一条"}]


def test_the_drafts_of_a_released_phone_are_there_with_their_photo(
    page: Page, release: golden.Release
) -> None:
    sign_in_on(page, "golden-leader")
    page.goto("/records")
    drafts = page.locator("[data-local=draft]")
    expect(drafts).to_have_count(2)
    drafts.filter(has_text="先存着的草稿").get_by_role("link", name="接着写").click()
    expect(page.get_by_label("看到了什么")).to_have_value("先存着的草稿")
    expect(page.locator("[data-photos] img")).to_have_count(1)
    page.goto("/capture")
    expect(page.get_by_label("看到了什么")).not_to_have_value("")
