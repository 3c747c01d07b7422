"""A page outlives the release that made it: its scripts stay what they were for two releases more."""

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app import create_app, shell
from survey_app.config import Config
from survey_app.releases import ReleaseFolder

IMPORTED = re.compile(r"(?:from|import\()\s*'(\./[^']+\.js)'")
Release = Callable[[str], Flask]


@pytest.fixture
def release(
    config: Config, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Release]:
    """Serve a release in which every script and style ends with a word, as gunicorn's workers begin to."""
    caches = (shell.load, shell.scripts_fingerprint)

    def serve(word: str) -> Flask:
        static = tmp_path_factory.mktemp("release") / "static"
        shutil.copytree(Path(shell.__file__).parent / "static", static)
        for path in [*static.rglob("*.js"), *static.rglob("*.css")]:
            path.write_text(f"{path.read_text(encoding='utf-8')}/* {word} */\n", encoding="utf-8")
        monkeypatch.setattr(shell, "STATIC", static)
        for cache in caches:
            cache.cache_clear()
        app = create_app(config)
        shell.keep_release(app)
        return app

    yield serve
    for cache in caches:
        cache.cache_clear()


def assets_of(client: FlaskClient) -> dict[str, str]:
    """Return every script that a page leads to, however deep, and its style: address → text."""
    waiting = re.findall(r'(?:href|src)="(/assets/[^"]+\.(?:js|css))"', client.get("/sign-in").text)
    found: dict[str, str] = {}
    while waiting:
        address = waiting.pop()
        if address not in found:
            answer = client.get(address)
            assert answer.status_code == 200, address
            found[address] = answer.text
            waiting += [urljoin(address, path) for path in IMPORTED.findall(answer.text)]
    return found


def test_an_open_page_goes_on_importing_its_own_scripts_for_two_releases(release: Release) -> None:
    opened = assets_of(release("first").test_client())
    assert len(opened) > 4
    for word in ("second", "third"):
        client = release(word).test_client()
        for address, text in opened.items():
            answer = client.get(address)
            assert answer.text == text, f"{address} in the {word} release"
            assert "immutable" in answer.headers["Cache-Control"]
        assert not opened.keys() & assets_of(client).keys()
    client = release("fourth").test_client()
    for address in opened:
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


def test_an_address_of_another_file_or_release_is_not_there(release: Release) -> None:
    client = release("first").test_client()
    script, style = (
        next(path for path in assets_of(client) if path.endswith(end)) for end in (".js", ".css")
    )
    fingerprint = script.split("/")[2]
    for address in (
        style.replace(style.split("/")[2], fingerprint),
        f"/assets/{fingerprint}/css/app.css",
        f"/assets/{'0' * 12}/js/app.js",
        f"/assets/../{fingerprint}/js/app.js",
        f"/assets/{fingerprint}/js/../../secret_key",
    ):
        assert client.get(address).status_code == 404, address


def test_a_release_that_serves_again_is_the_newest(tmp_path: Path) -> None:
    folder = ReleaseFolder(tmp_path)
    for number, word in enumerate("abcad"):
        folder.keep({f"{word}/x.js": word.encode()})
        newest = max(tmp_path.glob("*.zip"), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, (number, number))
    assert [folder.find(f"{word}/x.js") for word in "abcd"] == [b"a", None, b"c", b"d"]


def test_many_workers_that_begin_at_once_keep_one_whole_release(tmp_path: Path) -> None:
    folder, files = ReleaseFolder(tmp_path / "assets"), {f"f/{n}.js": bytes([n]) * 9000 for n in range(30)}
    workers = [threading.Thread(target=folder.keep, args=(files,)) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(list(folder.directory.iterdir())) == 1
    assert {address: folder.find(address) for address in files} == files


def test_a_damaged_archive_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    folder = ReleaseFolder(tmp_path)
    folder.keep({"f/x.js": b"whole"})
    (tmp_path / "bad.zip").write_bytes(b"half an archive")
    assert folder.find("f/x.js") == b"whole"
    assert folder.find("f/none.js") is None


def test_a_folder_that_cannot_be_written_stops_no_worker(
    app: Flask, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    (config.data_dir / "assets").write_text("not a folder")
    shell.keep_release(app)
    assert "could not be kept" in caplog.text
    assert app.test_client().get("/sign-in").status_code == 200
