"""A copy of everything, made while the product runs, and the way back from one.

A backup is a folder ``survey-<time>`` with ``survey.db``, ``photos/``, ``exports/``, ``secret_key`` and
``manifest.json``, which names every file with its SHA-256. What did not change since the backup before it is
the same file under a second name, where the disk allows. A photo is named by its SHA-256: one whose bytes are
others is never copied, neither in nor back.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from survey_app import audit
from survey_app.config import Config
from survey_app.store import Reader, SQLiteStore
from survey_app.store.ids import uuid7
from survey_app.store.instants import to_text

NAME = "survey-{:%Y%m%d-%H%M%S}"
MANIFEST = "manifest.json"
PHOTOS = "photos/received"
CHUNK = 1 << 20


class BackupError(Exception):
    """Why a backup cannot be made or cannot be trusted, in words for an operator."""


def back_up(store: SQLiteStore, config: Config, folder: Path, now: datetime) -> Path:
    """Make a backup in ``folder`` and return where it is; it appears there whole or not at all."""
    target = folder / NAME.format(now)
    if target.exists():
        raise BackupError(f"{target} 已经有了")
    work = folder / f".{target.name}.part"
    shutil.rmtree(work, ignore_errors=True)  # of a run that was killed
    work.mkdir(parents=True, mode=0o700)
    earlier = next(iter(sorted(list_backups(folder), reverse=True)), None)
    with store.writing() as tx:
        tx.upsert("settings", {"id": "backed_up_at", "value": to_text(now)})
    store.copy_to(work / "survey.db")
    bad = _copy_photos(store, config, work, earlier)  # after the database: photos are only ever added
    for name, source in _files(config):
        _copy(source, work / name, earlier / name if earlier else None)
    digests = {path.relative_to(work).as_posix(): _digest(path) for path in _walk(work)}
    manifest = {"made_at": to_text(now), "files": digests, "bad_photos": bad}
    _write(work / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())
    verify(work)
    work.rename(target)
    _sync(folder)
    return target


def list_bad_photos(store: Reader, config: Config) -> list[str]:
    """Return the digests of the photos whose bytes are missing or damaged in the folder of photos."""
    ids = (row["id"] for row in store.query("select id from photos order by id"))
    return [one for one in ids if not _is_photo(config.photos_dir / "received" / one)]


def bad_photos_of(backup: Path) -> tuple[list[str], list[str]]:
    """Return which photos were missing or damaged when a backup was made, and which of them it lacks."""
    manifest = _manifest(backup)
    bad = manifest.get("bad_photos", [])
    return bad, [one for one in bad if f"{PHOTOS}/{one}" not in manifest["files"]]


def list_backups(folder: Path) -> list[Path]:
    """Return the whole backups in a folder, the oldest first."""
    return sorted(path for path in folder.glob("survey-*") if (path / MANIFEST).is_file())


def drop_old(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest ``keep`` backups and return what was removed."""
    old = list_backups(folder)[: -keep or None]
    for path in old:
        shutil.rmtree(path)
    return old


def verify(backup: Path) -> list[str]:
    """Return the digests of the photos that a backup lacks or has damaged.

    Raise BackupError unless every file is there as it was and the database is sound.
    """
    wanted: dict[str, str] = _manifest(backup)["files"]
    for name, digest in wanted.items():
        path = backup / name
        if not path.is_file() or _digest(path) != digest:
            raise BackupError(f"{path} 不见了或被改过，请换一份备份")
    photos = _verify_database(backup / "survey.db")
    return [one for one in photos if wanted.get(f"{PHOTOS}/{one}") != one]


def _manifest(backup: Path) -> dict[str, Any]:
    try:
        manifest = dict(json.loads((backup / MANIFEST).read_bytes()))
        dict(manifest["files"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupError(f"{backup} 里没有能读的 {MANIFEST}，它不是一份完整的备份") from error
    return manifest


def restore(config: Config, backup: Path, now: datetime, *, replace: bool = False) -> Path | None:
    """Put a backup in place of what is there; return where the database that was there is kept.

    The epoch changes, so that phones offer again what the backup does not have. Raise BackupError where the
    backup is not sound, or where there is a database and ``replace`` is not given. Killed at any moment, the
    database is the old one or the restored one; run it again then.
    """
    bad = set(verify(backup))
    if config.database.exists() and not replace:
        raise BackupError(
            f"{config.database} 里已经有数据；确定要换掉，请加 --replace（原来的会另存，不删除）"
        )
    for part in ("photos", "exports"):
        for source in (one for one in _walk(backup / part) if one.name not in bad):
            home = config.photos_dir if part == "photos" else config.exports_dir
            _copy(source, home / source.relative_to(backup / part), None)
    if not (config.data_dir / "secret_key").exists() and (backup / "secret_key").exists():
        _copy(backup / "secret_key", config.data_dir / "secret_key", None)
    fresh = _prepare(config, backup, now)
    with _nobody_serves(config):
        kept = _set_aside(config, now)
        fresh.replace(config.database)
    _sync(config.database.parent)
    return kept


def say_serving(config: Config) -> IO[str]:
    """Tell a restore that this process serves the database, for as long as the answer stays open."""
    file = _serving(config)
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def _serving(config: Config) -> IO[str]:
    config.data_dir.mkdir(parents=True, exist_ok=True)
    return (config.data_dir / "serving.lock").open("a")


@contextmanager
def _nobody_serves(config: Config) -> Iterator[None]:
    """Raise BackupError while a server runs: it would go on writing to the database that was put aside."""
    with _serving(config) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError("服务还在运行。请先停止它，再恢复") from error
        yield


def _prepare(config: Config, backup: Path, now: datetime) -> Path:
    """Return a copy of the backup's database that says that it was restored."""
    fresh = config.database.with_name(config.database.name + ".restoring")
    for old in config.database.parent.glob(fresh.name + "*"):
        old.unlink()
    _copy(backup / "survey.db", fresh, None)
    store = SQLiteStore(fresh)
    store.migrate()
    with store.writing() as tx:
        tx.upsert("settings", {"id": "epoch", "value": uuid7()})
        audit.record(
            tx, actor_id=None, action="restore", entity="database", entity_id=backup.name, detail={}, at=now
        )
    _settle(store)
    fresh.with_name(fresh.name + ".lock").unlink(missing_ok=True)
    return fresh


def _set_aside(config: Config, now: datetime) -> Path | None:
    """Give the present database a second name, with nothing of it left in its log."""
    if not config.database.exists():
        return None
    _settle(SQLiteStore(config.database))
    kept = config.database.with_name(f"{config.database.stem}-replaced-{now:%Y%m%d-%H%M%S}.db")
    os.link(config.database, kept)
    return kept


def _settle(store: SQLiteStore) -> None:
    """Bring all that stands in the log into the file; raise BackupError while somebody else reads it."""
    done = store.find("pragma wal_checkpoint(truncate)") or {}
    store.close()
    if done.get("busy"):
        raise BackupError(f"{store.path} 正被别的程序打开。请先关掉它，再恢复")


def _verify_database(path: Path) -> list[str]:
    """Return the digests of the photos that a database knows; raise BackupError where it is not sound."""
    work = path.with_name("verify.db")  # opening a database writes beside it
    shutil.copyfile(path, work)
    store = SQLiteStore(work)
    try:
        faults = [row["integrity_check"] for row in store.query("pragma integrity_check")]
        if faults != ["ok"] or store.query("pragma foreign_key_check"):
            raise BackupError(f"{path} 已损坏：{faults[0]}")
        if broken := next(audit.broken_links(store), None):
            raise BackupError(f"{path} 的操作记录链在第 {broken} 行断了")
        return [row["id"] for row in store.query("select id from photos order by id")]
    finally:
        store.close()
        for leftover in path.parent.glob("verify.db*"):
            leftover.unlink()


def _copy_photos(store: SQLiteStore, config: Config, work: Path, earlier: Path | None) -> list[str]:
    """Copy the photos; return those that are not sound, taken from the backup before where it has them."""
    bad = []
    for row in store.query("select id from photos order by id"):
        here, name = config.photos_dir / "received" / row["id"], f"{PHOTOS}/{row['id']}"
        before = earlier / name if earlier and _is_photo(earlier / name) else None
        if _is_photo(here):
            _copy(here, work / name, before)
            continue
        bad.append(row["id"])
        if before:
            _copy(before, work / name, before)
    return bad


def _is_photo(path: Path) -> bool:
    return path.is_file() and _digest(path) == path.name


def _files(config: Config) -> Iterator[tuple[str, Path]]:
    for source in _walk(config.exports_dir):
        yield f"exports/{source.relative_to(config.exports_dir).as_posix()}", source
    if (config.data_dir / "secret_key").exists():
        yield "secret_key", config.data_dir / "secret_key"


def _copy(source: Path, target: Path, same: Path | None) -> None:
    """Copy a file durably, or give ``same`` a second name where it is the same file."""
    if target.exists() and _digest(target) == _digest(source):
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    if same and same.is_file() and _digest(same) == _digest(source):
        with suppress(OSError):
            return os.link(same, target)
    part = target.with_name(f".{target.name}.copying")
    shutil.copy2(source, part)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(target)
    return None


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _walk(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
