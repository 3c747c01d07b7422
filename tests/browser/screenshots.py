"""Make the pictures of ``docs/screenshots``: ``python -m tests.browser.screenshots``.

The real app with the demo data, in a folder of its own, in front of a real Chromium.
"""

import io
import os
import tempfile
import threading
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from werkzeug.serving import make_server

from survey_app import create_app
from survey_app.config import Config
from tests.browser.conftest import CHROMIUM, DESK, FLAGS, PHONE

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
PASSWORD = "only for pictures 1"
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
    phone.goto("/capture")
    keep(phone, "capture")
    phone.goto("/records")
    keep(phone, "records")
    night = open_as(browser, url, "leader", PHONE, "dark")
    night.goto("/capture")
    keep(night, "capture-dark")
    desk = open_as(browser, url, "office", DESK)
    for path, name in (("/inbox", "inbox"), ("/reform", "reform"), ("/digests", "digests")):
        desk.goto(path)
        keep(desk, name)
    desk.goto("/inbox")
    desk.locator("main a[href^='/inbox/']").first.click()
    keep(desk, "record")


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
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        take_all(browser, f"http://127.0.0.1:{server.server_port}")
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
