"""Every page, in both languages and lights: axe finds nothing, nothing scrolls sideways or is small."""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize

from survey_app.demo import SETTING
from survey_app.permissions import PUBLIC
from survey_app.security import permission_of
from survey_app.store import SQLiteStore
from tests.browser.chromium import DESK, PHONE
from tests.browser.conftest import LiveServer
from tests.browser.handset import sign_in_on
from tests.conftest import PASSWORD

pytestmark = pytest.mark.browser

SMALLEST_TEXT = 17  # pixels
TWICE = f"{2 * SMALLEST_TEXT}px"
NARROWEST: ViewportSize = {"width": 320, "height": 700}
FILES = re.compile(r"\.(csv|docx|ics|jpg|pdf|xlsx)$|/export|/template|/api/")
FEWEST_PAGES = {"leader": 10, "office": 20}
SMALL_TEXT = """smallest => {
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    const shown = element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (shown && own && size < smallest - 0.01) found.push(`${element.tagName} ${element.className} ${size}`);
  }
  return found;
}"""


def find_problems(page: Page, path: str) -> list[str]:
    """Return what axe finds on the open page, its small texts, and whether it scrolls sideways."""
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    problems = [
        f"{path}: {violation['id']} {[node['target'] for node in violation['nodes']][:3]}"
        for violation in results.response["violations"]
    ]
    problems += [f"{path}: small text {found}" for found in page.evaluate(SMALL_TEXT, SMALLEST_TEXT)[:3]]
    for text in ("", TWICE):
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", text)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            problems.append(f"{path}: scrolls sideways {text}")
    page.evaluate("document.documentElement.style.fontSize = ''")
    return problems


def page_paths(app: Flask) -> list[str]:
    """Return the address of every page of the app that takes no id and is not a file or an API."""
    with app.app_context():
        return sorted(
            rule.rule
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ())
            and not rule.arguments
            and not rule.rule.startswith(("/api/", "/sw.js", "/background/", "/manifest"))
            and not rule.rule.endswith((".csv", ".xlsx", ".pdf", ".ics", "/export", "/template"))
            and permission_of(rule.endpoint) is not None
        )


@pytest.fixture
def open_as(browser: Browser, live_server: LiveServer) -> Callable[[str, str, str], Page]:
    """Return a tab of somebody with all the office's and administrator's pages, in a language and a light."""

    def opened(login: str, language: str, theme: str) -> Page:
        context = browser.new_context(base_url=live_server.url, viewport=NARROWEST, locale="zh-CN")
        host = live_server.url.split("//")[1].split(":")[0]
        page = context.new_page()
        if login:
            sign_in_on(page, login)
        context.add_cookies(
            [
                {"name": name, "value": value, "domain": host, "path": "/"}
                for name, value in (("language", language), ("theme", theme))
            ]
        )
        return page

    return opened


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("zh", "dark"), ("en", "light")])
@pytest.mark.parametrize("login", ["leader", "office", "admin", ""])
def test_every_page_can_be_used_by_everyone(
    app: Flask, open_as: Callable[[str, str, str], Page], login: str, language: str, theme: str
) -> None:
    page = open_as(login, language, theme)
    problems: list[str] = []
    for path in page_paths(app):
        answer = page.goto(path)
        assert answer is not None
        if answer.status == 403 or (not login and answer.url.split("?")[0].endswith("/sign-in")):
            continue
        assert answer.status == 200, path
        problems += find_problems(page, path)
    assert problems == []


def fill_with_the_demo(app: Flask, store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.writing() as tx:  # the tests' own people count as the demo's
        tx.insert("settings", {"id": SETTING, "value": "1"})
    monkeypatch.setenv("SURVEY_DEMO_PASSWORD", PASSWORD)
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 0, result.output


def crawl(page: Page, app: Flask) -> Iterator[str]:
    """Open one page of every route that links lead to, from the first page on; yield its address."""
    routes = app.url_map.bind("")
    waiting, seen = ["/menu", "/"], set()
    while waiting:
        path = waiting.pop(0)
        endpoint = routes.match(path.split("?")[0])[0]
        if endpoint in seen or FILES.search(path.split("?")[0]):
            continue
        seen.add(endpoint)
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        if "text/html" in answer.headers["content-type"]:
            yield path
            links = page.eval_on_selector_all("a[href^='/']", "all => all.map(a => a.getAttribute('href'))")
            waiting += [link.split("#")[0] for link in links if "/assets/" not in link]


@pytest.mark.parametrize(
    ("login", "viewport"), [("leader", NARROWEST), ("office", NARROWEST), ("office", DESK)]
)
def test_every_page_that_links_lead_to_can_be_used_when_it_is_full(
    app: Flask,
    store: SQLiteStore,
    live_server: LiveServer,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    login: str,
    viewport: ViewportSize,
) -> None:
    fill_with_the_demo(app, store, monkeypatch)
    page = browser.new_context(base_url=live_server.url, viewport=viewport, locale="zh-CN").new_page()
    sign_in_on(page, login)
    paths = list(crawl(page, app))
    problems: list[str] = []
    for path in paths:
        page.goto(path)
        problems += find_problems(page, path)
    page.context.close()
    assert len(paths) > FEWEST_PAGES[login], paths
    assert problems == []


@pytest.mark.parametrize("viewport", [NARROWEST, DESK])
def test_what_is_proposed_can_be_changed_by_everyone(
    app: Flask,
    store: SQLiteStore,
    live_server: LiveServer,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    viewport: ViewportSize,
) -> None:
    fill_with_the_demo(app, store, monkeypatch)
    page = browser.new_context(base_url=live_server.url, viewport=viewport, locale="zh-CN").new_page()
    sign_in_on(page, "office")
    page.goto(f"/campaigns/{store.value('select id from campaigns')}")
    page.get_by_label("每人去几个大厅").fill("7")
    page.get_by_role("button", name="排一排").click()
    problems = find_problems(page, "proposed")
    hall, day = (page.locator(f"[name=visits-1-{name}]").bounding_box() for name in ("hall_id", "due_on"))
    assert hall
    assert day
    apart = (
        day["y"] - hall["y"] - hall["height"]
        if viewport == NARROWEST
        else day["x"] - hall["x"] - hall["width"]
    )
    assert apart >= 8, "two boxes are two"
    page.locator("[name=visits-1-due_on]").fill("2017-01-01")
    page.get_by_role("button", name="定下这些").click()
    assert "活动那天还没有开始" in page.locator("main").inner_text()
    problems += find_problems(page, "refused")
    page.context.close()
    assert problems == []


def test_the_actions_of_a_page_stand_side_by_side_on_a_phone(
    live_server: LiveServer, browser: Browser
) -> None:
    page = browser.new_context(base_url=live_server.url, viewport=PHONE, locale="zh-CN").new_page()
    sign_in_on(page, "office")
    page.goto("/campaigns")
    title, *actions = [one.bounding_box() for one in page.locator(".page-head > :is(h1, .button)").all()]
    assert title
    assert len({box["y"] for box in actions if box}) == 1
    assert all(box and box["y"] >= title["y"] + title["height"] for box in actions)
    page.context.close()


def test_public_pages_open_without_signing_in(app: Flask, page: Page) -> None:
    with app.app_context():
        public = [
            rule.rule
            for rule in app.url_map.iter_rules()
            if permission_of(rule.endpoint) == PUBLIC and not rule.arguments and "GET" in (rule.methods or ())
        ]
    for path in public:
        answer = page.request.get(path)
        assert answer.status == 200, path
