"""The benchmark measures the real thing, on a database of its own."""

import re
from pathlib import Path

from flask import Flask

from survey_app.bench.page import weigh_capture
from survey_app.bench.records import fill
from survey_app.bench.stage import staged
from survey_app.config import Config


def contents(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_the_benchmark_prints_each_figure_and_leaves_the_real_database_alone(
    app: Flask, config: Config
) -> None:
    before = contents(config.data_dir)
    result = app.test_cli_runner().invoke(args=["bench", "--ops", "60", "--fill", "40", "--fill", "90"])
    assert result.exit_code == 0, result.output
    for figure in (
        r"记录页.*： ?\d+\.\d KB（gzip），\d+ 次请求",
        r"写入 60 条：每秒 \d+ 条；裸 sqlite3 每秒 \d+ 条；比值 \d\.\d+",
        r"简报 PDF：\d+ 页 \d+\.\d+ 秒，每页 \d+\.\d+ 秒",
        r"40 条 / 90 条 / 比值",
        r"第一页：\d+\.\d / \d+\.\d / \d+\.\d+",
        r"一条记录和它的提示：\d+\.\d / \d+\.\d / \d+\.\d+",
    ):
        assert re.search(figure, result.output), figure
    assert contents(config.data_dir) == before


def test_a_filled_database_is_as_if_phones_had_sent_it() -> None:
    with staged() as stage:
        fill(stage.store, 30, stage.people["leader"])
        fill(stage.store, 70, stage.people["leader"])
        page = stage.client("office").get("/inbox?q=" + "排队").text
        assert "排队" in page
        assert stage.store.value("select count(*) from observations") == 70
        assert not stage.store.query("pragma foreign_key_check")


def test_the_weight_of_the_capture_page_counts_what_is_kept_for_offline() -> None:
    with staged() as stage:
        weights = weigh_capture(stage.client("leader"))
    names = {path.rsplit("/", 1)[-1] for path in weights}
    assert {"capture", "app.css", "app.js", "sync.js", "sw.js", "catalog"} <= names
    assert sum(weights.values()) <= 40 * 1024
    assert len(weights) <= 12
