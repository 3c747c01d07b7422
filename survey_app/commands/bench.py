"""``flask --app wsgi bench``: what the product costs on this machine."""

import time
from pathlib import Path

import click
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

from survey_app import current
from survey_app.bench.filling import fill
from survey_app.bench.lists import Times, screens, time_screens
from survey_app.bench.ops import BATCH, measure_door
from survey_app.bench.page import weigh_capture
from survey_app.bench.pdf import measure_pdf
from survey_app.bench.records import batches, items
from survey_app.bench.stage import Stage, staged
from survey_app.commands.columns import padded
from survey_app.store.sqlite import BUSY_TIMEOUT_MS

KB = 1024
RECORDS_IN_A_BRIEFING = 60
BASE, LARGE = 10_000, 100_000  # records


@click.command()
@click.option("--ops", default=3000, show_default=True, help="写入多少条")
@click.option("--fill", "sizes", multiple=True, type=int, help="放入多少条再量各个页面，和 10000 条的比")
@click.option("--repeats", default=20, show_default=True, help="每个页面量几次")
@click.option(
    "--keep", type=click.Path(path_type=Path, file_okay=False), help="库留在这个空文件夹里，下次接着量"
)
def bench(ops: int, sizes: tuple[int, ...], repeats: int, keep: Path | None) -> None:
    """Print page weight, ops a second, time of screens, and PDF seconds a page; on databases of its own."""
    with staged() as stage:
        _print_page(stage)
        _print_ops(stage, ops)
        _print_pdf(stage)
    _print_screens(tuple(sorted(sizes if len(sizes) > 1 else {BASE, *(sizes or (LARGE,))})), repeats, keep)


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


def _print_screens(sizes: tuple[int, ...], repeats: int, kept: Path | None) -> None:
    """Print the table of screens, the smallest size first, with how much longer the largest takes."""
    columns = [_time_size(size, repeats, kept) for size in sizes]
    heads = "".join(f"{f'{size} 条 p50':>18}{'p95':>8}{'处理器':>5}" for size in sizes)
    click.echo(f"打开一页（毫秒）{heads}{'处理器比值':>7}")
    for name in columns[0]:
        times = [column[name] for column in columns]
        spelt = "".join(f"{one.p50:19.1f}{one.p95:8.1f}{one.work:8.1f}" for one in times)
        click.echo(f"  {padded(name, 24)}{spelt}{times[-1].work / times[0].work:10.2f}")


def _time_size(size: int, repeats: int, kept: Path | None) -> dict[str, Times]:
    now = current.system_clock()
    with staged(kept / str(size) if kept else None) as stage:
        started = time.perf_counter()
        if stage.store.value("select count(*) from observations") == 0:
            fill(stage.store, size, stage.people["leader"], now)
            click.echo(f"放入 {size} 条记录：{time.perf_counter() - started:.0f} 秒")
        return time_screens(stage.client("office"), screens(stage.store, now.date()), repeats)
