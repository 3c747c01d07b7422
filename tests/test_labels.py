"""The QR labels of counters: a real PDF, read back by eye, by text and by a scanner."""

import io
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageDraw
from pypdf import PdfReader

from survey_app.catalog import label_views, labels
from survey_app.printing.fonts import style_sheet
from survey_app.printing.render import Printed, Sheet, print_sheet
from survey_app.store import SQLiteStore
from tests.halls import COUNTER, HALL, KIOSK, add_halls

ORIGIN = "https://survey.example.gov.cn"
LONG = "机动车驾驶证期满换证遗失补证损毁换证提交身体条件证明转入换证受理兼咨询第十二号窗口"
MM = 72 / 25.4
QUARTER = (105.0, 148.5)  # mm

SignIn = Callable[[str], FlaskClient]


@dataclass(frozen=True)
class Word:
    """A word on the paper and where it stands in its quarter of the page, in mm."""

    text: str
    quarter: tuple[int, int, int]
    left: float
    top: float
    right: float
    bottom: float


@pytest.fixture
def office(app: Flask, store: SQLiteStore, sign_in: SignIn) -> FlaskClient:
    """Somebody of the office of a product with an address; there are two halls."""
    add_halls(store)
    app.extensions["config"] = replace(app.extensions["config"], origin=ORIGIN)
    return sign_in("office")


def put_up(store: SQLiteStore, names: list[str], hall_name: str = "新大厅", code: str = "X-{}") -> str:
    """Add a hall with these counters and return its id."""
    hall_id = "01900000-0000-7000-8000-0000000000aa"
    with store.writing() as tx:
        tx.insert("halls", {"id": hall_id, "code": "X", "unit_id": "unit-1", "name": hall_name})
        tx.insert_all("counters", [
            {"id": f"01900000-0000-7000-8000-{n:012}", "code": code.format(f"{n:02}"), "hall_id": hall_id,
             "name": name, "channel": "counter"}
            for n, name in enumerate(names, 1000)
        ])  # fmt: skip
    return hall_id


def printed(client: FlaskClient, hall_id: str) -> bytes:
    answer = client.get(f"/catalog/halls/{hall_id}/labels.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.text
    return bytes(answer.data)


def pages(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


def words(pdf: bytes) -> list[Word]:
    """Return every word of the file with its place, label by label, line by line."""
    found = _words(pdf)
    return sorted(found, key=lambda word: (word.quarter, round(word.top, 1), word.left))


def _words(pdf: bytes) -> Iterator[Word]:
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    for number, page in enumerate(done.stdout.decode().split("<page ")[1:]):
        found = re.findall(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', page)
        for *box, text in found:
            left, top, right, bottom = (float(edge) / MM for edge in box)
            column, row = int(left // QUARTER[0]), int(top // QUARTER[1])
            dx, dy = column * QUARTER[0], row * QUARTER[1]
            yield Word(text, (number, row, column), left - dx, top - dy, right - dx, bottom - dy)


def texts(pdf: bytes) -> dict[tuple[int, int, int], str]:
    """Return the text of every label by its quarter, without spaces."""
    found: dict[tuple[int, int, int], str] = {}
    for word in words(pdf):
        found[word.quarter] = found.get(word.quarter, "") + word.text
    return found


def picture(pdf: bytes, page: int = 1, dpi: int = 100) -> Image.Image:
    """Return a page as grey pixels."""
    done = subprocess.run(
        ["pdftoppm", "-gray", "-r", str(dpi), "-f", str(page), "-l", str(page), "-singlefile", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    )
    return Image.open(io.BytesIO(done.stdout))


def scanned(image: Image.Image) -> list[str]:
    """Return what a scanner reads of a picture, in order."""
    return sorted(code.text for code in zxingcpp.read_barcodes(image))


def test_a_label_says_which_counter_of_which_hall_its_code_and_its_address(office: FlaskClient) -> None:
    pdf = printed(office, HALL)
    counter, kiosk = texts(pdf).values()
    assert counter == f"3号窗口车管所办事大厅扫一扫，记一条H1-03·{ORIGIN}/c/H1-03"
    assert kiosk == f"自助机1车管所办事大厅扫一扫，记一条H1-Z1·{ORIGIN}/c/H1-Z1"
    assert scanned(picture(pdf)) == [f"{ORIGIN}/c/H1-03", f"{ORIGIN}/c/H1-Z1"]


def test_the_file_opens_in_the_browser_under_a_chinese_name(office: FlaskClient) -> None:
    answer = office.get(f"/catalog/halls/{HALL}/labels.pdf")
    assert answer.headers["Content-Disposition"] == (
        f"inline; filename=catalog.pdf; filename*=UTF-8''{quote('窗口二维码-车管所办事大厅')}.pdf"
    )
    assert "object-src" not in answer.headers["Content-Security-Policy"], "Chromium would show nothing"


def figures(node: Any) -> Iterator[str]:
    """Walk the tags of a file and return what is said in place of each picture."""
    found = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(found, list):
        for child in found:
            yield from figures(child)
    elif isinstance(found, dict):
        if found.get("/S") == "/Figure":
            yield str(found["/Alt"])
        yield from figures(found.get("/K", []))


def test_who_cannot_see_the_code_is_told_its_address(office: FlaskClient) -> None:
    root = PdfReader(io.BytesIO(printed(office, HALL))).root_object
    assert list(figures(root["/StructTreeRoot"])) == [f"{ORIGIN}/c/H1-03", f"{ORIGIN}/c/H1-Z1"]


@pytest.mark.parametrize(("counters", "expected"), [(1, 1), (7, 2), (40, 10)])
def test_four_labels_are_on_a_page_and_none_is_lost_or_divided(
    office: FlaskClient, store: SQLiteStore, counters: int, expected: int
) -> None:
    pdf = printed(office, put_up(store, [f"{n} 号窗口" for n in range(counters)]))
    assert pages(pdf) == expected
    assert Counter(quarter[0] for quarter in texts(pdf)) == {
        page: min(4, counters - 4 * page) for page in range(expected)
    }
    links = [link for page in range(1, expected + 1) for link in scanned(picture(pdf, page))]
    assert links == [f"{ORIGIN}/c/X-{n}" for n in range(1000, 1000 + counters)]


def test_a_hall_without_a_counter_says_what_to_do_on_the_page_and_in_place_of_the_file(
    office: FlaskClient, store: SQLiteStore
) -> None:
    hall_id = put_up(store, [])
    page = office.get(f"/catalog/halls/{hall_id}/labels").text
    assert "先新增窗口，再来打印。" in page
    assert "/catalog/counters/new?hall_id=X" in page
    answer = office.get(f"/catalog/halls/{hall_id}/labels.pdf")
    assert answer.status_code == 404
    assert "请先在目录里新增窗口" in answer.text


@pytest.mark.parametrize(
    "name", ["3 号窗口", "出入境证件综合受理窗口", LONG[:40], "窗" * 200, "No. 12 " * 28]
)
def test_no_name_is_cut_or_stands_on_the_code_however_long_it_is(
    office: FlaskClient, store: SQLiteStore, name: str
) -> None:
    hall_name = f"{name}所在的大厅"[-200:]
    pdf = printed(office, put_up(store, [name] * 4, hall_name, "C" * 60 + "{}"))
    assert pages(pdf) == 1
    found = texts(pdf)
    assert len(found) == 4
    for text in found.values():
        assert text.startswith((name + hall_name).replace(" ", ""))
    for word in words(pdf):
        assert word.left >= 8.9, word
        assert word.right <= QUARTER[0] - 8.9, word
        assert word.top >= 5, word
        assert word.bottom <= QUARTER[1] - 4, word
        assert word.bottom <= 61.5 or word.top >= 121.5, f"on the code: {word}"
    assert len(scanned(picture(pdf))) == 4


def test_a_name_of_the_usual_length_is_at_least_28_points_high() -> None:
    for name in (
        "3 号窗口",
        "自助服务终端 12",
        "出入境证件综合受理窗口",
        "出入境证件综合受理和咨询引导服务第十二号窗口",
    ):
        assert labels.Label(name, "", "", "").name_size >= 28, name


def test_every_size_that_is_picked_is_in_the_style_sheet() -> None:
    css = style_sheet("labels")
    for part, sizes in (("name", labels.NAME_SIZES), ("hall", labels.HALL_SIZES)):
        styled = re.findall(rf"\.label__{part}--(\d+) {{ font-size: (\d+)pt; }}", css)
        assert styled == [(str(size), str(size)) for size in sizes]


def test_the_code_is_read_at_arms_length(office: FlaskClient) -> None:
    """A phone at 60 cm sees about 76 cm across (65°): in a preview of 1280 pixels that is 1.7 pixels a mm.

    The page is drawn at 100 dpi (3.9 pixels a mm) and made as small as that. A module is 62 mm / 41 = 1.5 mm
    then 2.5 pixels; grey edges and all, it has to be read.
    """
    page = picture(printed(office, HALL))
    apart = page.resize(
        (round(210 * 1280 / 760), round(297 * 1280 / 760)), resample=Image.Resampling.BILINEAR
    )
    assert scanned(apart) == [f"{ORIGIN}/c/H1-03", f"{ORIGIN}/c/H1-Z1"]


def test_the_code_is_wide_and_has_its_quiet_zone(office: FlaskClient) -> None:
    pixel = 25.4 / 100
    page = picture(printed(office, HALL))
    left, top, right, bottom = (round(edge / pixel) for edge in (21.5, 60.5, 83.5, 122.5))
    drawing = page.crop((left, top, right, bottom)).point(lambda grey: 255 * (grey < 128))
    box = drawing.getbbox()
    assert box is not None
    wide = (box[2] - box[0]) * pixel
    assert wide >= 45
    quiet = 4 * wide / 33 - 2 * pixel  # four of its 33 modules, as exact as pixels are
    assert min(box[0], box[1], drawing.width - box[2], drawing.height - box[3]) * pixel >= quiet


def test_a_label_that_is_scratched_is_still_read(office: FlaskClient) -> None:
    page = picture(printed(office, HALL))
    pencil = ImageDraw.Draw(page)
    pencil.line((160, 300, 300, 420), fill=0, width=26)  # 47 mm long, 6.6 wide: M would not be read
    assert scanned(page) == [f"{ORIGIN}/c/H1-03", f"{ORIGIN}/c/H1-Z1"]
    pencil.rectangle((120, 260, 300, 460), fill=0)
    assert scanned(page) == [f"{ORIGIN}/c/H1-Z1"], "what covers half of it is more than a scratch"


def test_one_label_is_printed_alone(office: FlaskClient) -> None:
    page = office.get(f"/catalog/counters/{KIOSK}").text
    assert f"/catalog/counters/{KIOSK}/label.pdf" in page
    answer = office.get(f"/catalog/counters/{KIOSK}/label.pdf")
    assert scanned(picture(answer.data)) == [f"{ORIGIN}/c/H1-Z1"]
    assert quote("窗口二维码-车管所办事大厅-自助机 1.pdf") in answer.headers["Content-Disposition"]


def test_only_counters_and_kiosks_in_use_have_a_label(office: FlaskClient, store: SQLiteStore) -> None:
    with store.writing() as tx:
        tx.update("counters", KIOSK, {"channel": "phone"})
        tx.update("counters", COUNTER, {"retired_on": "2017-06-01"})
    for counter_id in (KIOSK, COUNTER, "nobody"):
        assert office.get(f"/catalog/counters/{counter_id}/label.pdf").status_code == 404
    assert "label.pdf" not in office.get(f"/catalog/counters/{KIOSK}").text


def test_a_hall_that_is_only_called_says_why_it_has_no_label(office: FlaskClient, store: SQLiteStore) -> None:
    with store.writing() as tx:
        tx.update("counters", KIOSK, {"channel": "phone"})
        tx.update("counters", COUNTER, {"retired_on": "2017-06-01"})
    for path in (f"/catalog/halls/{HALL}", f"/catalog/halls/{HALL}/labels"):
        page = office.get(path).text
        assert "自助机 1（电话）" in page
        assert "二维码只贴在大厅里的窗口和自助机上" in page
        assert "还没有窗口" not in page
        assert f'href="/catalog/halls/{HALL}/labels' not in page
    with store.writing() as tx:
        tx.update("counters", KIOSK, {"retired_on": "2017-06-01"})
    assert "还没有窗口或自助机" in office.get(f"/catalog/halls/{HALL}/labels").text
    assert f'href="/catalog/halls/{HALL}/labels' not in office.get(f"/catalog/halls/{HALL}").text


@pytest.mark.parametrize(
    ("role", "said"), [("admin", "请把对外网址设为"), ("office", "请管理员把对外网址设为")]
)
def test_what_is_wrong_with_an_address_is_told_to_who_reads_it(
    sign_in: Callable[[str], FlaskClient], store: SQLiteStore, role: str, said: str
) -> None:
    add_halls(store)
    page = sign_in(role).get(f"/catalog/halls/{HALL}/labels").text
    assert f"没有用。{said}" in page


@pytest.mark.parametrize(
    ("host", "origin", "warned"),
    [
        ("127.0.0.1:8000", "", True),
        ("localhost:8000", "", True),
        ("survey.example.gov.cn", "", False),
        ("127.0.0.1:8000", ORIGIN, False),
    ],
)
def test_an_address_that_leads_to_no_other_phone_is_warned_of_before_printing(
    app: Flask, office: FlaskClient, host: str, origin: str, warned: bool
) -> None:
    app.extensions["config"] = replace(app.extensions["config"], origin=origin)
    address = f"http://{host}"
    with office.session_transaction() as here, office.session_transaction(base_url=address) as there:
        there["token"] = here["token"]
    for path in (f"/catalog/halls/{HALL}/labels", f"/catalog/counters/{COUNTER}"):
        page = office.get(path, base_url=address).text
        assert ("SURVEY_ORIGIN" in page) is warned, path
        assert (origin or address) + "/c/H1-03" in page


@pytest.mark.parametrize("host", ["127.9.9.9", "[::1]:8000", "LOCALHOST"])
def test_every_way_to_write_this_machine_is_known(host: str) -> None:
    assert labels.Label("", "", "", f"http://{host}/c/H1-03").opens_only_here


def test_the_same_labels_are_printed_once_and_others_one_sheet_at_a_time(
    office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    label_views.printed.cache_clear()
    sheets = []

    def counted(sheet: Sheet) -> Printed:
        sheets.append(sheet)
        assert (
            office.get(f"/catalog/counters/{KIOSK}/label.pdf").status_code == 503
        )  # while this one is printed
        return print_sheet(sheet)

    monkeypatch.setattr("survey_app.catalog.label_views.print_sheet", counted)
    first, again = (office.get(f"/catalog/counters/{COUNTER}/label.pdf") for _ in range(2))
    assert (first.status_code, first.data, len(sheets)) == (200, again.data, 1)
