"""Make the pictures of ``docs/screenshots``: ``python -m tests.browser.screenshots``.

The real app with the demo data, in a folder of its own, in front of a real Chromium.
"""

import io
import os
import subprocess
import tempfile
import threading
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from werkzeug.serving import make_server

from survey_app import create_app
from survey_app.config import Config
from tests.browser.chromium import CHROMIUM, DESK, FLAGS, PHONE

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
PASSWORD = "only for pictures 1"
OFFICE = {"/inbox": "inbox", "/reform": "reform", "/ledger": "ledger", "/insights": "insights"}
COLOURS = 128  # a palette keeps a picture of a screen small


def keep(page: Page, name: str) -> None:
    """Take one picture and keep it with a palette."""
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)


def open_as(browser: Browser, url: str, login: str, viewport: ViewportSize, theme: str = "light") -> Page:
    """Return a tab in which a demo account is signed in."""
    context = browser.new_context(base_url=url, viewport=viewport, color_scheme=theme, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)
    return page


def take_all(browser: Browser, url: str) -> None:
    """Take every picture that the documents show."""
    phone = open_as(browser, url, "leader", PHONE)
    phone.goto("/c/CGS-DH")
    phone.get_by_label("看到了什么").fill("上班时间拨服务电话，响了二十多声没有人接。")
    phone.get_by_label("群众原话").fill("电话是摆设吗？")
    phone.evaluate("document.activeElement.blur(), scrollTo(0, 0)")  # as it opens
    keep(phone, "capture")
    phone.goto("/records")
    keep(phone, "records")
    phone.goto("/visit")
    keep(phone, "visit")
    unit = open_as(browser, url, "unit", PHONE)
    unit.goto("/tasks")
    keep(unit, "tasks")
    night = open_as(browser, url, "leader", PHONE, "dark")
    night.goto("/capture")
    keep(night, "capture-dark")
    desk = open_as(browser, url, "office", DESK)
    for path, name in OFFICE.items():
        desk.goto(path)
        keep(desk, name)
    desk.goto("/findings")
    desk.locator("main a[href^='/findings/']").first.click()
    keep(desk, "finding")
    desk.goto("/campaigns")
    desk.locator("main a[href^='/campaigns/']").first.click()
    keep(desk, "campaign")
    desk.goto("/inbox")
    desk.locator("main a[href^='/inbox/']").first.click()
    keep(desk, "record")
    make_briefing(desk)


def make_briefing(desk: Page) -> None:
    """Draft a briefing on the demo's records of June 2017; take its figures, its text, and its first page."""
    desk.goto("/digests/new?first=2017-06-01&last=2017-06-12")
    keep(desk, "figures")
    desk.get_by_role("button", name="就用这段时间，去选记录").click()
    desk.get_by_role("button", name="这一页全选").click()
    desk.get_by_role("button", name="写初稿").click()
    keep(desk, "briefing")
    printed = desk.request.get(desk.url.split("/edit")[0] + "/briefing.pdf").body()
    page = subprocess.run(
        ["pdftoppm", "-png", "-r", "80", "-l", "1", "-singlefile", "-"],
        input=printed,
        capture_output=True,
        check=True,
    )
    Image.open(io.BytesIO(page.stdout)).quantize(COLOURS).save(FOLDER / "paper.png", optimize=True)


def main() -> None:
    """Serve the demo, take the pictures, stop."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.environ["SURVEY_DEMO_PASSWORD"] = PASSWORD
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        settings = {"SURVEY_DATA_DIR": folder, "SURVEY_EXPORTS_DIR": f"{folder}/exports"}
        app = create_app(Config.from_env(settings))
        runner = app.test_cli_runner()
        for command in ("migrate", "demo"):
            result = runner.invoke(args=[command])
            assert result.exit_code == 0, result.output
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        words: dict[str, str | float | bool] = {
            **os.environ,
            "LANGUAGE": "zh_CN",
            "LANG": "zh_CN.UTF-8",
        }  # the browser's own: dates, files
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, env=words)
        take_all(browser, f"http://127.0.0.1:{server.server_port}")
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
