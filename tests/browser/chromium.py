"""Which Chromium the tests drive, how it is started, and how large its windows are."""

import os

from playwright.sync_api import ViewportSize

CHROMIUM = os.environ.get("SURVEY_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
