"""``flask --app wsgi bench``: what the product costs on this machine."""

import time
from pathlib import Path

import click
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

from survey_app.bench.lists import time_screens
from survey_app.bench.ops import BATCH, measure_door
from survey_app.bench.page import weigh_capture
from survey_app.bench.pdf import measure_pdf
from survey_app.bench.records import batches, fill, items
from survey_app.bench.stage import Stage, staged
from survey_app.store.sqlite import BUSY_TIMEOUT_MS

KB = 1024
RECORDS_IN_A_BRIEFING = 60


@click.command()
@click.option("--ops", default=3000, show_default=True, help="写入多少条")
@click.option("--fill", "sizes", multiple=True, type=int, default=(10_000, 100_000), show_default=True)
def bench(ops: int, sizes: tuple[int, ...]) -> None:
    """Print page weight, ops a second, time to list, and PDF seconds a page; all on a temporary database."""
    with staged() as stage:
        _print_page(stage)
        _print_ops(stage, ops)
        _print_pdf(stage)
    with staged() as stage:
        _print_lists(stage, sizes)


def _print_page(stage: Stage) -> None:
    weights = weigh_capture(stage.client("leader"))
    total = sum(weights.values()) / KB
    click.echo(f"第一次打开记录页，连同离线用的全部文件：{total:.1f} KB（gzip），{len(weights)} 次请求")
    for path, weight in weights.items():
        click.echo(f"  {weight / KB:6.1f} KB  {path}")


def _print_ops(stage: Stage, count: int) -> None:
    ceiling = _measure_ceiling(stage.store.path.parent, count)
    door = measure_door(stage, count)
    click.echo(
        f"写入 {count} 条：每秒 {door:.0f} 条；裸 sqlite3 每秒 {ceiling:.0f} 条；比值 {door / ceiling:.2f}"
    )


def _print_pdf(stage: Stage) -> None:
    seconds, pages = measure_pdf(stage.app, RECORDS_IN_A_BRIEFING)
    click.echo(f"简报 PDF：{pages} 页 {seconds:.2f} 秒，每页 {seconds / pages:.2f} 秒")


def _measure_ceiling(folder: Path, count: int) -> float:
    """Return rows per second when sqlite3 alone writes the same texts, in the same batches and pragmas."""
    connection = sqlite3.connect(folder / "ceiling.db", isolation_level=None)
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=wal", "synchronous=full"):
        connection.execute(f"pragma {pragma}").fetchall()
    connection.execute("create table ops (id integer primary key, raw blob, sha256 text) strict")
    listed = list(batches(items(count, "somebody"), BATCH))
    started = time.perf_counter()
    for batch in listed:
        connection.execute("begin immediate")
        connection.executemany(
            "insert into ops (raw, sha256) values (?, ?)",
            [(item["raw"].encode(), item["sha256"]) for item in batch],
        )
        connection.execute("commit")
    seconds = time.perf_counter() - started
    connection.close()
    return count / seconds


def _print_lists(stage: Stage, sizes: tuple[int, ...]) -> None:
    columns: list[dict[str, float]] = []
    for size in sorted(sizes):
        fill(stage.store, size, stage.people["leader"])
        newest = stage.store.value("select id from observations order by n desc limit 1")
        columns.append(time_screens(stage.client("office"), newest))
    click.echo(f"打开收件箱（毫秒，中位数）：{' / '.join(f'{size} 条' for size in sorted(sizes))} / 比值")
    for name in columns[0]:
        times = [column[name] for column in columns]
        spelt = " / ".join(f"{one:.1f}" for one in times)
        click.echo(f"  {name}：{spelt} / {times[-1] / times[0]:.2f}")
