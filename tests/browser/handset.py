"""A phone whose browser can be killed: a Chromium of its own, with a profile that outlives it."""

import contextlib
import io
import os
import random
import re
import signal
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Page, Playwright, expect

from survey_app.store import SQLiteStore
from tests.browser.cable import Cable
from tests.browser.chromium import CHROMIUM, FLAGS, PHONE
from tests.conftest import PASSWORD

SAVED = "已存本机，有信号就自动上报。"
SAVED_OR_DELIVERED = re.compile(f"^({SAVED}|已送达。)$")


class Handset:
    """``turn_on`` starts the browser, ``kill`` ends it as a dead battery would."""

    def __init__(self, playwright: Playwright, profile: Path, cable: Cable) -> None:
        self.playwright, self.profile, self.cable = playwright, profile, cable
        self.context: BrowserContext | None = None

    def turn_on(self, *, airplane: bool = False) -> Page:
        """Start the browser on its profile and return a tab."""
        self.context = self.playwright.chromium.launch_persistent_context(
            self.profile, executable_path=CHROMIUM, args=FLAGS, base_url=self.cable.url, viewport=PHONE,
            locale="zh-CN", has_touch=True, offline=airplane,
        )  # fmt: skip
        self.cable.cut = airplane
        return self.context.pages[0]

    def airplane(self, on: bool) -> None:
        """Switch airplane mode."""
        assert self.context
        self.cable.cut = on  # a service worker may not notice that its page is offline
        self.context.set_offline(on)

    def turn_off(self) -> None:
        """End the browser in good order."""
        if self.context:
            self.context.close()
        self.context = None

    def kill(self) -> None:
        """End every process of this browser at once, with nothing flushed."""
        mark = f"--user-data-dir={self.profile}".encode()
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (process / "cmdline").read_bytes().split(b"\0"):
                    os.kill(int(process.name), signal.SIGKILL)
        self.context = None


def sign_in_on(page: Page, login: str) -> None:
    """Sign in as a person would."""
    page.goto("/sign-in")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def picture(seed: int, size: tuple[int, int] = (2400, 1800)) -> FilePayload:
    """Return a photo as a phone takes it: large, turned by EXIF, and telling where it was taken."""
    noise = random.Random(seed)  # noqa: S311
    small = Image.new("RGB", (40, 30))
    small.putdata([tuple(noise.randbytes(3)) for _ in range(1200)])
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010F], exif[0x0112] = "PhoneMaker", 6
    exif.get_ifd(0x8825)[1] = "N"
    small.resize(size).save(out, "JPEG", quality=95, exif=exif)
    return {"name": f"{seed}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def write(page: Page, text: str, *photos: FilePayload) -> None:
    """Fill in the capture screen."""
    page.get_by_label("看到了什么").fill(text)
    if photos:
        page.locator("input[type=file]").set_input_files(list(photos))
        expect(page.locator("[data-photos] img")).to_have_count(len(photos))


def report(page: Page, text: str, *photos: FilePayload) -> None:
    """Report one record and wait until the screen says that it is on the phone, or even delivered."""
    write(page, text, *photos)
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.locator("[data-message]")).to_have_text(SAVED_OR_DELIVERED)
    expect(page.get_by_label("看到了什么")).to_have_value("")


def wait_until_delivered(page: Page, store: SQLiteStore, n: int) -> None:
    """Wait until the server has ``n`` records, and the phone knows that it has delivered all."""
    for _ in range(600):
        if store.value("select count(*) from observations") == n:
            break
        page.wait_for_timeout(50)
    expect(page.locator(".status")).to_contain_text("全部已送达", timeout=20_000)
    assert store.value("select count(*) from observations") == n


KNOWN = """() => new Promise((resolve) => {
  const request = indexedDB.open('survey');
  request.onsuccess = () => {
    const keys = request.result.transaction('meta').objectStore('meta').getAllKeys();
    keys.onsuccess = () => (request.result.close(), resolve(keys.result));
  };
})"""


def wait_until_known(page: Page, beginning: str) -> None:
    """Wait until the phone keeps something under a name that begins so."""
    for _ in range(300):
        if any(name.startswith(beginning) for name in page.evaluate(KNOWN)):
            return
        page.wait_for_timeout(50)
    raise TimeoutError(f"the phone does not know {beginning}")


def wait_until_offline_ready(page: Page) -> None:
    """Wait for the service worker, the lists and the name that the phone keeps."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    for _ in range(100):
        if {"catalog", "user"} <= set(page.evaluate(KNOWN)):
            return
        page.wait_for_timeout(100)
    raise TimeoutError("the phone did not keep what it needs")
