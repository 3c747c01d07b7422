"""A phone with very much waiting: ``WAITING=10000`` records; ``-s`` prints what came of it."""

import json
import os
import time
from collections import Counter

import pytest
from playwright.sync_api import Page

from survey_app.store import SQLiteStore
from tests.browser.handset import Handset, report, wait_until_delivered

pytestmark = pytest.mark.browser

WAITING = int(os.environ.get("WAITING", "300"))
PAGE = os.environ.get("PAGE", "/capture")
# As many more like the one that was saved, each with its own id, number and words.
MULTIPLY = """async (n) => {
  const ask = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const db = await ask(indexedDB.open('survey'));
  const [first] = await ask(db.transaction('ops').objectStore('ops').getAll());
  const copies = await Promise.all(Array.from({length: n - 1}, async (_, i) => {
    const id = `${first.op_id.slice(0, -8)}${String(i).padStart(8, '0')}`;
    const seq = i + 2;
    const named = first.raw.replaceAll(first.op_id, id);
    const raw = named.replace('"seq":1,', `"seq":${seq},`).replace('第 1 条', `第 ${seq} 条`);
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(raw)));
    const sha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return {...first, op_id: id, rec_id: id, seq, raw, sha256};
  }));
  const tx = db.transaction(['ops', 'meta'], 'readwrite');
  for (const copy of copies) tx.objectStore('ops').put(copy);
  tx.objectStore('meta').put(n, `seq:${first.user}`);
  await new Promise((resolve) => { tx.oncomplete = resolve; });
  db.close();
}"""
WATCH = """() => {
  const rests = [];
  window.rests = rests;
  let last = performance.now();
  const beat = () => {
    const now = performance.now();
    rests.push(now - last);
    last = now;
    setTimeout(beat, 0);
  };
  beat();
}"""


def test_everything_that_waits_is_delivered_once_and_the_page_stays_alive(
    ready: Handset, store: SQLiteStore
) -> None:
    page = ready.turn_on(airplane=True)
    page.goto("/capture")
    report(page, f"第 1 条 {'窗口没有人。' * 20}")
    page.evaluate(MULTIPLY, WAITING)
    page.add_init_script(f"({WATCH})()")
    ready.airplane(False)
    began = time.monotonic()
    page.goto(PAGE)
    wait_until_delivered(page, store, WAITING)
    seconds = time.monotonic() - began
    arrived = Counter(str(row["text"]) for row in store.query("select text from observations"))
    lost, doubled = WAITING - len(arrived), sum(arrived.values()) - len(arrived)
    figures = {"waiting": WAITING, "lost": lost, "doubled": doubled, "seconds": round(seconds, 1)}
    print(json.dumps({**figures, **gaps(page)}))
    assert (lost, doubled) == (0, 0)


def gaps(page: Page) -> dict[str, int]:
    """Return how long the page was deaf: the longest time (ms), and how often it was over 100 ms."""
    found = page.evaluate("() => [Math.max(...rests), rests.filter((ms) => ms > 100).length]")
    return {"longest_ms": round(found[0]), "over_100_ms": found[1]}
