"""``flask --app wsgi digest``: the first draft of a briefing on every record of a period, as a PDF file."""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from survey_app import current
from survey_app.digests import press, queries
from survey_app.digests.compile import Pick
from survey_app.digests.figures import Period
from survey_app.digests.sources import about, get_source
from survey_app.digests.weekly import draft
from survey_app.printing.render import RenderError, print_sheet, write_file

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "first", type=DAY, required=True, help="从哪天，如 2017-06-01")
@click.option("--to", "last", type=DAY, required=True, help="到哪天，如 2017-06-12")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="写到哪个文件")
@click.option("--title", default="", help="标题；不写就用时段")
@with_appcontext
def digest(first: datetime, last: datetime, out: Path, title: str) -> None:
    """Print the draft (排版稿) of a briefing on every record of a period."""
    period = Period(first.date(), last.date())
    if period.first > period.last:
        raise click.ClickException("结束的日子早于开始的日子，请换一下。")
    store = current.store()
    source = get_source(store, about(period), current.today())
    if not (records := source.records):
        raise click.ClickException(f"{period}没有记录，编不了简报。请换一段时间，或等记录上报后再来。")
    picks = [Pick(record) for record in records]
    row = {
        **queries.carried_over(store),
        "state": "draft",
        "number": None,
        "issued_on": current.today().isoformat(),
        "title_1": title or f"{period}办事体验情况",
        "title_2": "",
        "body": draft(source, picks),
    }
    photos = {
        (record.n, place): name
        for record in records
        for place, name in enumerate(record.photos, start=1)
        if name
    }
    try:
        printed = print_sheet(press.sheet_of(press.page_of(row, photos)))
    except RenderError as error:
        raise click.ClickException(error.message) from error
    try:
        write_file(out.absolute(), printed.pdf)
    except OSError as error:
        raise click.ClickException(f"写不进 {out}：{error.strerror}。请换一个能写的位置。") from error
    click.echo(f"{out}：{printed.pages} 页，{len(records)} 条记录。")
