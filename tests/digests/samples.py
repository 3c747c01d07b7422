"""Make the briefing of ``docs/samples``, as a file and as pictures: ``python -m tests.digests.samples``.

The demo's records of twelve days, drafted as the office would have it drafted, with a table and a chart of
its figures put in and the rest of the text left as it was counted.
"""

import subprocess
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask
from PIL import Image

from survey_app import create_app
from survey_app.config import Config
from survey_app.digests import press, queries
from survey_app.digests.compile import Pick
from survey_app.digests.figures import Period, count
from survey_app.digests.marks import TO_WRITE
from survey_app.digests.sources import about, get_source
from survey_app.digests.weekly import draft
from survey_app.digests.work import Source
from survey_app.printing.render import Printed, print_sheet
from survey_app.store import SQLiteStore

FOLDER = Path(__file__).parents[2] / "docs" / "samples"
NOW = datetime(2017, 6, 12, 8, 0, tzinfo=UTC)
PERIOD = Period(date(2017, 6, 1), date(2017, 6, 12))
COLOURS, DPI = 32, 64
NOTE = "〔按语〕这是一份样张：记录是演示数据，数是从记录里数出来的。各单位可以对照看一看自己的窗口。"


def body(source: Source, picks: list[Pick]) -> str:
    """Return the draft with an editor's word, and its figures once more as a table and as a chart."""
    figures = count(source.records, source.coverage, source.visited)
    rows = "\n".join(f"| {share.label} | {share.count} | {share} |" for share in figures.categories)
    bars = "、".join(f"{share.label} {share.count}" for share in figures.categories)
    shown = f"〔表〕问题按分类\n| 分类 | 个数 | 占问题数 |\n{rows}\n〔图〕问题按分类（个）：{bars}\n"
    text = draft(source, picks).replace(TO_WRITE, "上述问题逐项交办，办完一项、核验一项。")
    return f"{NOTE}\n〔总第 128 期〕\n" + text.replace("\n二、", f"\n{shown}二、", 1)


def make(app: Flask, store: SQLiteStore) -> Printed:
    """Print the briefing as if it were issued."""
    source = get_source(store, about(PERIOD), PERIOD.last)
    records = source.records
    picks = [Pick(record) for record in records]
    row = {
        **queries.carried_over(store),
        "state": "issued",
        "number": 12,
        "issued_on": PERIOD.last.isoformat(),
        "title_1": "走进办事大厅",
        "title_2": "看一看、办一办、问一问",
        "issuer": "市公安局改革办",
        "contributor": "市公安局改革办",
        "report_to": "市委改革办、市政府办公厅",
        "send_to": "各分局、县（市）局，市局有关部门",
        "copies": 60,
        "body": body(source, picks),
    }
    photos = {
        (record.n, place): name for record in records for place, name in enumerate(record.photos, 1) if name
    }
    with app.app_context():
        return print_sheet(press.sheet_of(press.page_of(row, photos)))


def main() -> None:
    """Fill a database of its own with the demo and print from it."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config.from_env({"SURVEY_DATA_DIR": folder}))
        app.extensions["clock"] = lambda: NOW
        made = app.test_cli_runner().invoke(args=["demo"])
        assert made.exit_code == 0, made.output
        printed = make(app, app.extensions["store"])
        app.extensions["store"].close()
    (FOLDER / "briefing.pdf").write_bytes(printed.pdf)
    subprocess.run(
        ["pdftoppm", "-r", str(DPI), "-png", FOLDER / "briefing.pdf", FOLDER / "briefing"], check=True
    )
    for picture in FOLDER.glob("briefing-*.png"):
        Image.open(picture).convert("RGB").quantize(COLOURS).save(picture, optimize=True)


if __name__ == "__main__":
    main()
