"""The benchmark measures the real thing, on a database of its own."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from survey_app.bench.filling import fill
from survey_app.bench.page import weigh_capture
from survey_app.bench.stage import staged
from survey_app.config import Config
from survey_app.visits import counts
from tests.bench.chromium import CHROMIUM, compare

NOW = datetime(2017, 6, 12, 4, 0, tzinfo=UTC)


def contents(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_the_benchmark_prints_each_figure_and_leaves_the_real_database_alone(
    app: Flask, config: Config
) -> None:
    before = contents(config.data_dir)
    result = app.test_cli_runner().invoke(
        args=["bench", "--ops", "60", "--fill", "40", "--fill", "90", "--repeats", "2"]
    )
    assert result.exit_code == 0, result.output
    for figure in (
        r"记录页.*： ?\d+\.\d KB（gzip），\d+ 次请求",
        r"写入 60 条：每秒 \d+ 条；裸 sqlite3 每秒 \d+ 条；比值 \d\.\d+",
        r"简报 PDF：\d+ 页 \d+\.\d+ 秒，每页 \d+\.\d+ 秒",
        r"打开一页（毫秒） +40 条 p50 +p95 +处理器 +90 条 p50 +p95 +处理器",
        *(rf"{name} +(\d+\.\d +){{6}}\d+\.\d\d" for name in ("收件箱第一页", "搜四个字", "看一眼")),
    ):
        assert re.search(figure, result.output), figure
    assert contents(config.data_dir) == before


def test_a_filled_database_is_as_if_phones_had_sent_it() -> None:
    with staged() as stage:
        fill(stage.store, 120, stage.people["leader"], NOW)
        page = stage.client("office").get("/inbox?q=" + "排队").text
        assert "排队" in page
        assert stage.store.value("select count(*) from observations") == 120
        for table in ("visits", "journeys", "dial_tests", "observation_reform_items"):
            assert stage.store.value(f"select count(*) from {table}") > 0, table
        assert not stage.store.query("pragma foreign_key_check")
        assert counts.count_wrong(stage.store) == 0


def test_a_database_that_was_kept_is_measured_again(app: Flask, tmp_path: Path) -> None:
    asked = [
        "bench",
        "--ops",
        "50",
        "--fill",
        "20",
        "--fill",
        "30",
        "--repeats",
        "1",
        "--keep",
        str(tmp_path),
    ]
    first, second = (app.test_cli_runner().invoke(args=asked).output for _ in range(2))
    assert "放入 30 条记录" in first
    assert "放入" not in second
    assert "一条记录" in second


def test_the_weight_of_the_capture_page_counts_what_is_kept_for_offline() -> None:
    with staged() as stage:
        weights = weigh_capture(stage.client("leader"))
    names = {path.rsplit("/", 1)[-1] for path in weights}
    assert {"capture", "app.css", "app.js", "sync.js", "sw.js", "catalog"} <= names
    assert sum(weights.values()) <= 40 * 1024
    assert len(weights) <= 12


@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not here")
def test_a_short_briefing_is_printed_and_so_it_is_by_chromium_from_the_same_html(app: Flask) -> None:
    pages, ours, theirs = compare(app, 12)
    assert pages >= 2
    print(f"{pages} pages: {ours:.1f} s, Chromium {theirs:.1f} s, ratio {ours / theirs:.2f}")
    assert ours < 5 * theirs
