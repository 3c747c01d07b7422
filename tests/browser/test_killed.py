"""The browser is killed the moment it says 已存本机: ``KILLS=50`` times; ``-s`` prints what came of it."""

import json
import os
from collections import Counter

import pytest
from playwright.sync_api import Page

from survey_app.store import SQLiteStore
from tests.browser.handset import Handset, picture, wait_until_delivered, write

pytestmark = pytest.mark.browser

KILLS = int(os.environ.get("KILLS", "5"))
UNTIL_SAID = """() => new Promise((resolve) => {
  const message = document.querySelector('[data-message]');
  const look = () => (/^已/.test(message.textContent) ? resolve() : requestAnimationFrame(look));
  look();
})"""


def test_what_the_phone_said_was_saved_survives_a_kill_at_that_moment(
    ready: Handset, store: SQLiteStore
) -> None:
    texts = [f"第 {n} 条，说完已存本机就断电" for n in range(KILLS)]
    for n, text in enumerate(texts):
        page = ready.turn_on(airplane=n % 2 == 0)  # every other time the kill falls into the sending
        page.goto("/capture")
        save_and_die(ready, page, text, photos=n % 3)
    page = ready.turn_on()
    page.goto("/records")
    wait_until_delivered(page, store, KILLS)
    arrived = Counter(str(row["text"]) for row in store.query("select text from observations"))
    lost = len(set(texts) - set(arrived))
    doubled = sum(arrived.values()) - len(arrived)
    print(json.dumps({"kills": KILLS, "lost": lost, "doubled": doubled}))
    assert (lost, doubled) == (0, 0)
    photos = store.value("select count(*) from observation_photos join photos on photos.id = sha256")
    assert photos == sum(n % 3 for n in range(KILLS))
    numbers = [row["seq"] for row in store.query("select seq from ops order by seq")]
    assert numbers == list(range(1, KILLS + 1)), "a kill leaves no gap"


def save_and_die(handset: Handset, page: Page, text: str, *, photos: int) -> None:
    write(page, text, *(picture(10 * len(text) + i, (400, 300)) for i in range(photos)))
    page.get_by_role("button", name="上报", exact=True).click(no_wait_after=True)
    page.evaluate(UNTIL_SAID)
    handset.kill()
