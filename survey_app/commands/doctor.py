"""``flask --app wsgi doctor``: whether this machine can be trusted with the records, or what to do first."""

import json
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import click
from flask.cli import with_appcontext

from survey_app import current
from survey_app.backup import list_bad_photos
from survey_app.commands.columns import padded
from survey_app.config import Config
from survey_app.printing.fonts import faces_in_use, stand_ins
from survey_app.printing.render import FONTCONFIG, RenderError
from survey_app.reminders.reminder import BACKUP_AFTER
from survey_app.store import Store
from survey_app.store.instants import from_text
from survey_app.visits import counts

LITTLE_SPACE, TOO_LITTLE_SPACE = 5 << 30, 500 << 20  # bytes
MOST_NAMED = 10  # photos
WAL_RESET_BUG = ((3, 7, 0), (3, 51, 2))  # the first and the last SQLite that has it: sqlite.org/wal.html
STATES = {"ok": "正常", "warn": "注意", "fail": "不行"}


@dataclass(frozen=True)
class Finding:
    """What one check found, and what to do when it is not ok."""

    check: str
    state: Literal["ok", "warn", "fail"]
    fact: str
    action: str = ""


def examine(config: Config, store: Store, now: datetime) -> Iterator[Finding]:
    """Yield every finding about this machine, the real database and the real printer."""
    yield check_sqlite(str(store.value("select sqlite_version()")))
    yield check_pragmas(store)
    yield check_migrations(store)
    if not store.pending_migrations():
        yield check_counts(store)
        yield check_photos(store, config)
    yield check_fonts(config.fonts_dir)
    for label, folder in {
        "数据文件夹": config.data_dir,
        "照片文件夹": config.photos_dir,
        "导出文件夹": config.exports_dir,
    }.items():
        yield check_folder(label, folder)
    yield Finding("时区", "ok", f"{config.time_zone.key}，现在 {now.astimezone(config.time_zone):%F %H:%M}")
    yield check_private("密钥权限", config.data_dir / "secret_key", "由 SURVEY_SECRET_KEY 给出")
    yield check_private("数据库权限", config.database, "还没有数据库")
    yield check_backup(store, now)
    yield check_server()
    yield check_https(config)


def check_sqlite(number: str) -> Finding:
    """Fail for a SQLite whose WAL can be corrupted by several writers."""
    fact = f"{number}（{'pysqlite3 ' if find_spec('pysqlite3') else '系统'}自带）"
    first, last = WAL_RESET_BUG
    if first <= tuple(int(part) for part in number.split(".")) <= last:
        action = (
            "多人同时写入时可能损坏数据库：用 bin/setup 重装环境；ARM 机器要系统自带 3.51.3 以上的 SQLite"
        )
        return Finding("SQLite", "fail", fact, action)
    return Finding("SQLite", "ok", fact)


def check_pragmas(store: Store) -> Finding:
    """Fail unless the database keeps what it acknowledged and what refers to it."""
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    found = {name: store.value(f"pragma {name}") for name in wanted}
    fact = " ".join(f"{name}={value}" for name, value in found.items())
    if found != wanted:
        return Finding("数据库设置", "fail", fact, "把数据库放到本机磁盘上：网络盘不支持 WAL，断电会丢记录")
    return Finding("数据库设置", "ok", fact)


def check_migrations(store: Store) -> Finding:
    """Fail while the schema is older than the code."""
    pending = store.pending_migrations()
    if pending:
        fact = f"差 {len(pending)} 步：{'、'.join(pending)}"
        return Finding("数据库结构", "fail", fact, "flask --app wsgi migrate")
    return Finding("数据库结构", "ok", "最新")


def check_counts(store: Store) -> Finding:
    """Fail where a count that is kept with the records is not what a recount comes to."""
    wrong = counts.count_wrong(store)
    if wrong:
        return Finding("计数", "fail", f"{wrong} 处和逐条数出来的不一样", "flask --app wsgi rebuild")
    return Finding("计数", "ok", "和逐条数出来的一样")


def check_photos(store: Store, config: Config) -> Finding:
    """Fail where a photo that was received is gone or has other bytes: each is read whole."""
    bad = list_bad_photos(store, config)
    if not bad:
        return Finding("照片", "ok", "都在，都和收到时一样")
    names = "、".join(one[:12] for one in bad[:MOST_NAMED])
    fact = f"{len(bad)} 张不见了或损坏：{names}{'……' if len(bad) > MOST_NAMED else ''}"
    action = (
        "用备份里 photos/received 的同名文件补上；备份里也没有的，把坏的移走，手机会自动再报（送达 30 天内）"
    )
    return Finding("照片", "fail", fact, action)


def check_fonts(folder: Path, fontconfig: Path = FONTCONFIG) -> Finding:
    """Print a page and read which fonts are in it; a page of boxes fails, a 仿宋 printed as 宋体 is told."""
    try:
        faces = faces_in_use(fontconfig)
    except RenderError as error:
        return Finding("中文字体", "fail", str(error), "bin/setup（或 apt-get install fonts-noto-cjk）")
    fact = "；".join(f"{name} {family}" for name, family in faces.items())
    if replaced := stand_ins(faces):
        action = f"bin/setup --fonts；或把单位有授权的字体（如 仿宋_GB2312）放进 {folder}"
        return Finding("中文字体", "warn", f"没有{'、'.join(replaced)}，用宋体代替（{fact}）", action)
    return Finding("中文字体", "ok", fact)


def check_folder(label: str, folder: Path) -> Finding:
    """Fail for a folder that cannot be written or is nearly full."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0")
    except OSError as error:
        action = f"让运行本程序的账号能写入：chown -R 账号 {folder}"
        return Finding(label, "fail", f"{folder} 不能写入（{error.strerror}）", action)
    free = shutil.disk_usage(folder).free
    fact = f"{folder}，剩余 {free / (1 << 30):.1f} GB"
    if free < LITTLE_SPACE:
        return Finding(label, "fail" if free < TOO_LITTLE_SPACE else "warn", fact, "清理磁盘，或换一块更大的")
    return Finding(label, "ok", fact)


def check_private(label: str, path: Path, absent: str) -> Finding:
    """Fail for a file that other accounts of this machine can read."""
    if not path.exists():
        return Finding(label, "ok", absent)
    modes = {place: stat.S_IMODE(place.stat().st_mode) for place in (path, path.parent)}
    if all(mode & 0o077 for mode in modes.values()):
        fact = f"{path} 的权限是 {modes[path]:o}，别的账号也能读"
        return Finding(label, "fail", fact, f"chmod 700 {path.parent}")
    return Finding(label, "ok", f"{path}，只有本账号能读")


def check_backup(store: Store, now: datetime) -> Finding:
    """Warn where the last backup is old, or was never made."""
    found = store.value("select value from settings where id = 'backed_up_at'")
    if found is None:
        return Finding(
            "备份", "warn", "还没有用 backup 备份过", "flask --app wsgi backup /备份/文件夹 --keep 14"
        )
    days = (now - from_text(found)).days
    if days >= BACKUP_AFTER:
        return Finding("备份", "warn", f"最近一次备份是 {days} 天前", "看看定时备份为什么停了")
    return Finding("备份", "ok", f"最近一次是 {found}")


def check_server() -> Finding:
    """Fail where gunicorn is not installed."""
    try:
        return Finding("服务程序", "ok", f"gunicorn {version('gunicorn')}")
    except PackageNotFoundError:
        return Finding("服务程序", "fail", "没有安装 gunicorn", "用 bin/setup 重装环境")


def check_https(config: Config) -> Finding:
    """Warn that phones cannot record offline over plain HTTP."""
    if config.https:
        return Finding("HTTPS", "ok", config.origin or "已启用")
    action = "给手机用时请在前面加 HTTPS，并设 SURVEY_HTTPS=1、SURVEY_ORIGIN、SURVEY_PROXIES=1"
    return Finding("HTTPS", "warn", "没有启用：除 127.0.0.1 外，浏览器不允许离线记录", action)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="给程序读的格式")
@with_appcontext
def doctor(as_json: bool) -> None:
    """Check this machine; exit 1 when something must be mended."""
    findings = list(examine(current.config(), current.store(), current.now()))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(f"{STATES[finding.state]}  {padded(finding.check, 12)}  {finding.fact}")
            if finding.action:
                click.echo(f"      → {finding.action}")
    if any(finding.state == "fail" for finding in findings):
        raise SystemExit(1)
