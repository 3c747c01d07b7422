"""One hand, sun, haste: the capture screen under a thumb, in large text, and how many taps a record takes."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from survey_app.store import SQLiteStore
from tests.browser.conftest import LiveServer
from tests.browser.handset import Handset, sign_in_on, wait_until_offline_ready
from tests.halls import COUNTER, add_halls

pytestmark = pytest.mark.browser

SMALLEST = 17  # px
CONTRAST = 7.0
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Every text on the page with its size and its contrast to what lies behind it; fields by their own.
TEXTS = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const part = (v) => ((v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const behind = (el) => {
    for (let at = el; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const shown = (el) => el.checkVisibility({visibilityProperty: true}) && el.getClientRects().length
    && !el.closest('.visually-hidden, .skip');
  const own = (el) => [...el.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const texts = [...document.querySelectorAll('body *')].filter((el) => shown(el)
    && (own(el) || el.matches('input, textarea, select'))
    && !el.matches('[type=radio], [type=checkbox], [type=file], [type=hidden], :disabled, option'));
  return texts.map((el) => {
    const style = getComputedStyle(el);
    const [a, b] = [light(parse(style.color)), light(behind(el))].sort((x, y) => y - x);
    const text = (el.textContent || el.name || '').trim().slice(0, 20);
    return {text, px: parseFloat(style.fontSize), contrast: (a + 0.05) / (b + 0.05)};
  });
}"""


class Thumb:
    """Counts taps."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, target: Locator) -> None:
        """Tap once."""
        self.taps += 1
        target.tap()


def test_a_record_at_a_counter_takes_at_most_five_taps(ready: Handset, store: SQLiteStore) -> None:
    page, thumb = ready.turn_on(), Thumb()
    page.goto("/capture")
    wait_until_offline_ready(page)
    page.goto("/c/H1-03")  # the phone's own camera opened it
    thumb.tap(page.locator(".choice", has_text="跟踪问"))
    thumb.tap(page.get_by_label("看到了什么"))
    page.keyboard.type("电话没有人接。群众跑了两趟。")
    thumb.tap(page.get_by_role("button", name="上报", exact=True))
    expect(page.locator("[data-message]")).to_contain_text("已")
    print(f"{thumb.taps} taps")
    assert thumb.taps <= 5
    for _ in range(200):
        if store.value("select count(*) from observations"):
            break
        page.wait_for_timeout(50)
    assert store.query("select method, counter_id, text from observations") == [
        {"method": "ask", "counter_id": COUNTER, "text": "电话没有人接。群众跑了两趟。"}
    ]


@pytest.fixture
def capture(
    browser: Browser, live_server: LiveServer, store: SQLiteStore, request: pytest.FixtureRequest
) -> Page:
    """The capture screen of a leader on a phone, in the light or the dark."""
    add_halls(store)
    width, theme = request.param
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": 700}, color_scheme=theme, locale="zh-CN"
    )
    page = context.new_page()
    sign_in_on(page, "leader")
    page.goto("/capture")
    return page


PHONES = [(390, "light"), (390, "dark")]


@pytest.mark.parametrize("capture", PHONES, indirect=True)
def test_no_text_is_small_or_pale(capture: Page) -> None:
    capture.locator("details summary").click()
    texts = capture.evaluate(TEXTS)
    assert len(texts) > 30
    assert [one for one in texts if one["px"] < SMALLEST] == []
    assert [one for one in texts if one["contrast"] < CONTRAST] == []


@pytest.mark.parametrize("capture", [(390, "light")], indirect=True)
def test_the_two_actions_lie_under_the_thumb_wherever_one_has_scrolled(capture: Page) -> None:
    for position in ("0", "document.body.scrollHeight"):
        capture.evaluate(f"scrollTo(0, {position})")
        for name in ("先存着", "上报"):
            box = capture.get_by_role("button", name=name, exact=True).bounding_box()
            assert box is not None
            assert box["y"] > 700 * 2 / 3
            assert box["y"] + box["height"] <= 700
            assert box["height"] >= 48


@pytest.mark.parametrize("capture", PHONES, indirect=True)
@pytest.mark.parametrize(("width", "height"), [(390, 844), (360, 740), (320, 640)])
def test_all_that_a_record_takes_lies_under_the_thumb_as_the_page_opens(
    capture: Page, width: int, height: int
) -> None:
    capture.set_viewport_size({"width": width, "height": height})
    capture.goto("/capture")
    actions = [capture.get_by_role("button", name=name, exact=True) for name in ("先存着", "上报")]
    bar = actions[0].bounding_box()
    assert bar
    ways = capture.locator(".choice:has([name=method])").all()
    assert len(ways) == 3
    for target in (*ways, capture.locator(".photos__add"), *actions):
        box = target.bounding_box()
        assert box
        assert box["y"] >= height * 0.4, target
        assert box["height"] >= 48
        assert target in actions or box["y"] + box["height"] < bar["y"], "not behind the two actions"
    text = capture.get_by_label("看到了什么").bounding_box()
    assert text
    assert text["height"] >= 130, "and there is room to write in"
    assert text["y"] + text["height"] < height


@pytest.mark.parametrize("capture", [(390, "light")], indirect=True)
def test_nothing_moves_when_the_line_about_the_records_comes(capture: Page) -> None:
    capture.goto("/capture")
    expect(capture.locator(".status")).not_to_be_empty()
    words = capture.get_by_label("看到了什么")
    with_line = words.bounding_box()
    capture.locator(".status").evaluate("line => line.replaceChildren()")
    assert words.bounding_box() == with_line


@pytest.mark.parametrize("capture", [(320, "light")], indirect=True)
def test_the_menu_is_not_covered_by_the_action_of_a_visit(capture: Page) -> None:
    capture.goto("/visit")
    expect(capture.get_by_role("button", name="开始体验", exact=True)).to_be_visible()
    for height in range(560, 760, 20):
        capture.set_viewport_size({"width": 320, "height": height})
        box = capture.locator(".nav").bounding_box()
        assert box
        middle = [160, box["y"] + box["height"] / 2]
        assert capture.evaluate("(at) => Boolean(document.elementFromPoint(...at).closest('.nav'))", middle)


@pytest.mark.parametrize("capture", [(320, "light")], indirect=True)
def test_nothing_scrolls_sideways_on_the_smallest_phone_whatever_the_text_size(capture: Page) -> None:
    for size in ("normal", "large", "larger"):
        capture.evaluate("(size) => { document.documentElement.dataset.textSize = size; }", size)
        assert capture.evaluate(SIDEWAYS) <= 0, size


@pytest.mark.parametrize("capture", [(390, "light")], indirect=True)
def test_nothing_scrolls_sideways_at_twice_the_text(capture: Page) -> None:
    before = capture.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    capture.evaluate("(px) => { document.documentElement.style.fontSize = `${px}px`; }", 2 * before)
    assert capture.evaluate(SIDEWAYS) <= 0
