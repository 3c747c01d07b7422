"""A backup is whole and sound or it is none; after a restore the phones are told."""

import hashlib
import json
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from survey_app import backup
from survey_app.backup import BackupError
from survey_app.config import Config
from survey_app.store import SQLiteStore
from tests.clock import NOON
from tests.phone import Caller, item, named
from tests.pictures import turned

PHOTO = turned()
SHA = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def delivered(leader: Caller) -> Caller:
    """A phone that delivered one record with its photo."""
    leader.put(PHOTO)
    leader.send(leader.envelope(photos=named(PHOTO)))
    return leader


def elsewhere(config: Config, tmp_path: Path) -> Config:
    return Config.from_env(
        {"SURVEY_DATA_DIR": str(tmp_path / "other"), "SURVEY_EXPORTS_DIR": str(tmp_path / "out")}
    )


def restored(config: Config) -> SQLiteStore:
    return SQLiteStore(config.database)


@pytest.mark.usefixtures("delivered")
def test_what_was_backed_up_comes_back_elsewhere(
    store: SQLiteStore, config: Config, folder: Path, tmp_path: Path
) -> None:
    made = backup.back_up(store, config, folder, NOON)
    other = elsewhere(config, tmp_path)
    assert backup.restore(other, made, NOON) is None
    assert restored(other).query("select id, raw from ops") == store.query("select id, raw from ops")
    assert (other.photos_dir / "received" / SHA).read_bytes() == PHOTO


def test_after_a_restore_the_epoch_is_another_and_the_phone_offers_again(
    delivered: Caller, app: Flask, store: SQLiteStore, config: Config, folder: Path
) -> None:
    made = backup.back_up(store, config, folder, NOON)
    late = delivered.envelope()
    delivered.send(late)
    epoch = delivered.client.get("/api/v1/session").get_json()["epoch"]
    store.close()
    kept = backup.restore(config, made, NOON, replace=True)
    assert delivered.client.get("/api/v1/session").get_json()["epoch"] != epoch
    digest = item(late)["sha256"]
    answer = delivered.client.post("/api/v1/have", json={"digests": [digest, SHA]}, headers=delivered.headers)
    assert answer.get_json()["lacks"] == [digest]
    assert delivered.send(late).get_json()["receipts"][0]["status"] == "stored"
    assert kept is not None
    assert SQLiteStore(kept).value("select count(*) from ops") == 2


def received(config: Config) -> Path:
    return config.photos_dir / "received" / SHA


@pytest.mark.usefixtures("delivered")
def test_a_photo_that_was_damaged_is_put_right_by_a_restore(
    store: SQLiteStore, config: Config, folder: Path
) -> None:
    made = backup.back_up(store, config, folder, NOON)
    received(config).write_bytes(b"\0" * len(PHOTO))  # of the same size
    store.close()
    backup.restore(config, made, NOON, replace=True)
    assert received(config).read_bytes() == PHOTO


@pytest.mark.usefixtures("delivered")
@pytest.mark.parametrize("content", [None, b"\0" * len(PHOTO)])
def test_a_photo_that_is_missing_or_damaged_is_told_and_taken_from_the_backup_before(
    app: Flask, store: SQLiteStore, config: Config, folder: Path, content: bytes | None
) -> None:
    backup.back_up(store, config, folder, NOON - timedelta(days=1))
    received(config).unlink() if content is None else received(config).write_bytes(content)
    result = app.test_cli_runner().invoke(args=["backup", str(folder)])
    assert (result.exit_code, SHA in result.output, "1 张" in result.output) == (1, True, True)
    assert [(one / "photos/received" / SHA).read_bytes() for one in backup.list_backups(folder)] == [
        PHOTO
    ] * 2


@pytest.mark.usefixtures("delivered")
def test_a_photo_that_is_sound_nowhere_is_told_and_neither_kept_nor_restored(
    app: Flask, store: SQLiteStore, config: Config, folder: Path
) -> None:
    received(config).write_bytes(b"\0" * len(PHOTO))
    made = backup.back_up(store, config, folder, NOON)
    assert not (made / "photos/received" / SHA).exists()
    result = app.test_cli_runner().invoke(args=["restore", str(made), "--check"])
    assert (result.exit_code, SHA in result.output) == (0, True)


@pytest.mark.usefixtures("delivered")
def test_a_damaged_photo_of_an_earlier_backup_is_not_restored(
    store: SQLiteStore, config: Config, folder: Path, tmp_path: Path
) -> None:
    made = backup.back_up(store, config, folder, NOON)
    bad = b"\0" * len(PHOTO)
    (made / "photos/received" / SHA).write_bytes(bad)
    manifest = json.loads((made / "manifest.json").read_text())
    manifest["files"][f"photos/received/{SHA}"] = hashlib.sha256(bad).hexdigest()  # as it was copied once
    (made / "manifest.json").write_text(json.dumps(manifest))
    assert backup.verify(made) == [SHA]
    other = elsewhere(config, tmp_path)
    backup.restore(other, made, NOON)
    assert not received(other).exists()  # the phones offer it again


def test_nothing_is_replaced_unless_it_is_asked_for(store: SQLiteStore, config: Config, folder: Path) -> None:
    made = backup.back_up(store, config, folder, NOON)
    with pytest.raises(BackupError, match="--replace"):
        backup.restore(config, made, NOON)


@pytest.mark.usefixtures("delivered")
@pytest.mark.parametrize("name", ["survey.db", f"photos/received/{SHA}", "manifest.json"])
def test_a_backup_that_was_changed_is_not_restored(
    store: SQLiteStore, config: Config, folder: Path, tmp_path: Path, name: str
) -> None:
    made = backup.back_up(store, config, folder, NOON)
    (made / name).write_bytes((made / name).read_bytes()[:-7])
    other = elsewhere(config, tmp_path)
    with pytest.raises(BackupError):
        backup.restore(other, made, NOON)
    assert not other.database.exists()


def test_a_backup_made_while_others_write_is_sound(
    leader: Caller, store: SQLiteStore, config: Config, folder: Path, tmp_path: Path
) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            leader.send(leader.envelope())

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = backup.back_up(store, config, folder, NOON)
    finally:
        stop.set()
        writer.join()
    backup.restore(elsewhere(config, tmp_path), made, NOON)


@pytest.mark.usefixtures("delivered")
def test_what_did_not_change_is_kept_once(store: SQLiteStore, config: Config, folder: Path) -> None:
    first = backup.back_up(store, config, folder, NOON)
    second = backup.back_up(store, config, folder, NOON.replace(hour=5))
    inode = [(made / "photos/received" / SHA).stat().st_ino for made in (first, second)]
    assert inode[0] == inode[1]
    assert backup.drop_old(folder, 1) == [first]
    backup.verify(second)


def test_the_commands_say_what_they_did(app: Flask, config: Config, folder: Path) -> None:
    run = app.test_cli_runner().invoke
    result = run(args=["backup", str(folder), "--keep", "3"])
    assert result.exit_code == 0, result.output
    [made] = backup.list_backups(folder)
    assert run(args=["restore", str(made), "--check"]).output == "这份备份完好。\n"
    refused = run(args=["restore", str(made)])
    assert (refused.exit_code, "--replace" in refused.output) == (1, True)
    result = run(args=["restore", str(made), "--replace"])
    assert result.exit_code == 0, result.output
    assert "另存为" in result.output


def test_a_database_that_is_served_is_not_replaced(store: SQLiteStore, config: Config, folder: Path) -> None:
    made = backup.back_up(store, config, folder, NOON)
    store.close()
    with backup.say_serving(config), pytest.raises(BackupError, match="停止"):
        backup.restore(config, made, NOON, replace=True)
    assert backup.restore(config, made, NOON, replace=True)


COMMAND = "from survey_app import create_app; create_app().cli.main(__import__('sys').argv[1:])"


@pytest.mark.usefixtures("delivered")
def test_a_restore_that_is_killed_leaves_the_old_database_or_the_new(
    store: SQLiteStore, config: Config, folder: Path
) -> None:
    made = backup.back_up(store, config, folder, NOON)
    store.close()
    dice = random.Random(7)  # noqa: S311  not a secret
    settings = {"SURVEY_DATA_DIR": str(config.data_dir), "SURVEY_EXPORTS_DIR": str(config.exports_dir)}
    for _ in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", COMMAND, "restore", str(made), "--replace"],
            env={**settings, "PATH": "/usr/bin:/bin"},
            cwd=Path(__file__).parents[1],
        )
        time.sleep(0.5 + dice.random())
        child.send_signal(signal.SIGKILL)
        child.wait()
        found = SQLiteStore(config.database)
        assert found.value("pragma integrity_check") == "ok"
        assert found.value("select count(*) from ops") == 1
        found.close()
