"""The doctor tells what is wrong with the real machine, and what to do."""

import hashlib
import json
from pathlib import Path

import pytest
from flask import Flask

from survey_app.commands import doctor
from survey_app.config import Config
from survey_app.store import SQLiteStore
from tests.fonts import write_font
from tests.phone import Caller
from tests.pictures import turned
from tests.test_render import NO_CHINESE


@pytest.fixture
def private(config: Config) -> Config:
    """The settings of the app under test, in a folder that only this account can read."""
    config.data_dir.chmod(0o700)
    return config


@pytest.mark.usefixtures("private")
def test_a_machine_that_is_well_passes_every_check_and_is_told_about_https(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["doctor", "--json"])
    findings = {finding["check"]: finding for finding in json.loads(result.output)}
    assert result.exit_code == 0, result.output
    told = {name for name, finding in findings.items() if finding["state"] != "ok"}
    assert told - {"中文字体"} == {"HTTPS", "备份"}
    assert "Noto Serif CJK SC" in findings["中文字体"]["fact"]
    assert findings["数据库设置"]["fact"] == "journal_mode=wal synchronous=2 foreign_keys=1"


def test_one_failed_check_fails_the_command_and_says_what_to_do(app: Flask, private: Config) -> None:
    private.data_dir.chmod(0o755)
    private.database.chmod(0o644)
    result = app.test_cli_runner().invoke(args=["doctor"])
    assert result.exit_code == 1
    assert f"→ chmod 700 {private.data_dir}" in result.output


def test_a_page_of_boxes_fails(tmp_path: Path) -> None:
    fontconfig = tmp_path / "fonts.conf"
    fontconfig.write_text(NO_CHINESE, encoding="utf-8")
    finding = doctor.check_fonts(tmp_path, fontconfig)
    assert finding.state == "fail"
    assert "fonts-noto-cjk" in finding.action


def test_the_font_of_each_face_is_named_and_a_stand_in_is_told_with_where_to_put_a_better_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_FONTS_DIR", str(tmp_path))
    write_font(tmp_path, "仿宋_GB2312", "仿")
    finding = doctor.check_fonts(tmp_path)
    assert finding.state == "warn"
    assert finding.fact == (
        "没有楷体，用宋体代替（仿宋 仿宋_GB2312；楷体 Noto Serif CJK SC；"
        "小标宋 Noto Serif CJK SC；黑体 Noto Sans CJK SC）"
    )
    assert str(tmp_path) in finding.action
    write_font(tmp_path, "楷体_GB2312", "楷")
    assert doctor.check_fonts(tmp_path).state == "ok"


@pytest.mark.parametrize(
    ("number", "state"),
    [("3.6.23", "ok"), ("3.7.0", "fail"), ("3.40.1", "fail"), ("3.51.2", "fail"), ("3.51.3", "ok")],
)
def test_a_sqlite_with_the_wal_reset_bug_fails(number: str, state: str) -> None:
    assert doctor.check_sqlite(number).state == state


def test_a_database_without_its_protections_fails(store: SQLiteStore) -> None:
    assert doctor.check_pragmas(store).state == "ok"
    store.value("pragma foreign_keys = off")
    assert doctor.check_pragmas(store).state == "fail"


def test_a_schema_that_is_behind_the_code_fails(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "new.db")
    behind = doctor.check_migrations(store)
    assert (behind.state, behind.action) == ("fail", "flask --app wsgi migrate")
    store.migrate()
    assert doctor.check_migrations(store).state == "ok"
    store.close()


def test_a_folder_that_cannot_be_written_fails(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert doctor.check_folder("数据文件夹", tmp_path / "new").state in {"ok", "warn"}
    finding = doctor.check_folder("数据文件夹", tmp_path / "file" / "folder")
    assert finding.state == "fail"
    assert "不能写入" in finding.fact


@pytest.mark.parametrize(
    ("folder", "file", "state"), [(0o700, 0o644, "ok"), (0o755, 0o600, "ok"), (0o755, 0o640, "fail")]
)
def test_a_secret_that_others_can_read_fails(tmp_path: Path, folder: int, file: int, state: str) -> None:
    secret = tmp_path / "secret_key"
    secret.touch()
    secret.chmod(file)
    tmp_path.chmod(folder)
    assert doctor.check_private("密钥权限", secret, "").state == state


def test_a_photo_that_is_missing_or_damaged_fails(store: SQLiteStore, config: Config, leader: Caller) -> None:
    photo = turned()
    leader.put(photo)
    file = config.photos_dir / "received" / hashlib.sha256(photo).hexdigest()
    assert doctor.check_photos(store, config).state == "ok"
    file.write_bytes(b"\0" * len(photo))
    assert doctor.check_photos(store, config).state == "fail"
    file.unlink()
    finding = doctor.check_photos(store, config)
    assert (finding.state, file.name[:12] in finding.fact) == ("fail", True)
