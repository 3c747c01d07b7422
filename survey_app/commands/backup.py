"""``flask --app wsgi backup`` and ``restore``: a copy of everything, and the way back."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from survey_app import backup as backups
from survey_app import current
from survey_app.backup import BackupError
from survey_app.store import SQLiteStore

MOST_NAMED = 10


def _store() -> SQLiteStore:
    store = current.store()
    assert isinstance(store, SQLiteStore)
    return store


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep", type=click.IntRange(min=1), help="只留最近几份，更早的删掉")
@with_appcontext
def backup(folder: Path, keep: int | None) -> None:
    """Copy database, photos, briefings and secret into FOLDER while the product runs, and check it."""
    try:
        made = backups.back_up(_store(), current.config(), folder.absolute(), current.now())
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"已备份并核对：{made}")
    bad, lacking = backups.bad_photos_of(made)
    for old in backups.drop_old(folder.absolute(), keep) if keep else []:
        click.echo(f"已删掉较早的：{old.name}")
    if bad:
        click.echo(f"照片文件夹里有 {len(bad)} 张照片不见了或损坏：{_named(bad)}", err=True)
        click.echo(
            f"其中 {len(bad) - len(lacking)} 张已从上一份备份取得，{len(lacking)} 张没有备份。", err=True
        )
        raise SystemExit(1)


def _named(photos: list[str]) -> str:
    return "、".join(photos[:MOST_NAMED]) + ("……" if len(photos) > MOST_NAMED else "")


def _lacks(photos: list[str]) -> str:
    return f"这份备份可以用，但缺 {len(photos)} 张照片：{_named(photos)}"


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="换掉现有的数据（另存，不删除）")
@click.option("--check", is_flag=True, help="只核对这份备份，什么也不动")
@with_appcontext
def restore(folder: Path, replace: bool, check: bool) -> None:
    """Put the backup FOLDER in place; phones then send again what it lacks. Stop the product first."""
    try:
        if check:
            lacking = backups.verify(folder)
            click.echo("这份备份完好。" if not lacking else _lacks(lacking))
            return
        _store().close()
        kept = backups.restore(current.config(), folder, current.now(), replace=replace)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"已恢复 {folder.name}。启动后，手机会把备份里没有的自动再报一次。")
    if kept:
        click.echo(f"原来的数据库另存为 {kept}。")
