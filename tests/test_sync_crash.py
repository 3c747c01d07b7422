"""The server killed with -9 while it writes: nothing acknowledged is lost, nothing is there twice."""

import hashlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from survey_app import audit
from survey_app.config import Config
from survey_app.store import SQLiteStore
from tests import notes, phone
from tests.clock import Clock
from tests.phone import Caller
from tests.pictures import encode, picture

ROOT = Path(__file__).parents[1]
KILLS = 4
WRITERS = 4


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def serving(config: Config) -> Iterator[int]:
    """Run two workers of four threads in a group of their own; the whole group is killed at the end."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--workers=2", "--threads=4", f"--bind=127.0.0.1:{port}"]
    environment = {**os.environ, "SURVEY_DATA_DIR": str(config.data_dir), "SURVEY_DATABASE": ""}
    process = subprocess.Popen(
        [*command, "--log-level=critical", "tests.serve_notes:app"],
        cwd=ROOT, env=environment, start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(port)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(port: int) -> None:
    for _ in range(300):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/api/v1/session")
            assert line.getresponse().status == 401
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            line.close()
    raise TimeoutError("the server did not start")


class Phones:
    """Writers that go on until the server is gone, and remember what it acknowledged."""

    def __init__(self, caller: Caller) -> None:
        cookie = caller.client.get_cookie("survey")
        assert cookie is not None
        self.author = caller.id
        self.headers = {
            **caller.headers,
            "Cookie": f"survey={cookie.value}",
            "Content-Type": "application/json",
        }
        self.sent: dict[str, dict[str, str]] = {}
        self.acknowledged: dict[str, str] = {}
        self.photos: set[str] = set()
        self.lock = threading.Lock()

    def write(self, port: int, dice: random.Random) -> None:
        """Send batches, new and repeated, and a photo now and then, until the line breaks."""
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            while True:
                self.deliver(line, [*self.fresh(dice), *self.repeated(dice)])
                if dice.random() < 0.4:
                    self.deliver_photo(line, dice)
        except (OSError, http.client.HTTPException):
            return
        finally:
            line.close()

    def fresh(self, dice: random.Random) -> list[dict[str, str]]:
        items = []
        for _ in range(dice.randint(1, 4)):
            fields = phone.envelope(author=self.author)
            items.append(phone.item(fields))
            with self.lock:
                self.sent[fields["op_id"]] = items[-1]
        return items

    def repeated(self, dice: random.Random) -> list[dict[str, str]]:
        with self.lock:
            known = list(self.sent.values())
        return dice.choices(known, k=2)

    def deliver(self, line: http.client.HTTPConnection, items: list[dict[str, str]]) -> None:
        status, body = self.call(line, "POST", "/api/v1/ops", json.dumps({"ops": items}).encode())
        if status == 429:
            time.sleep(0.2)
            return
        assert status == 200, body
        with self.lock:
            for receipt in body["receipts"]:
                assert receipt["status"] in {"stored", "duplicate"}
                self.acknowledged[receipt["op_id"]] = receipt["sha256"]

    def deliver_photo(self, line: http.client.HTTPConnection, dice: random.Random) -> None:
        data = encode(picture(dice.randint(20, 90), dice.randint(20, 90), f"#{dice.randrange(2**24):06x}"))
        digest = hashlib.sha256(data).hexdigest()
        status, _body = self.call(line, "PUT", f"/api/v1/photos/{digest}", data)
        if status in {200, 201}:
            with self.lock:
                self.photos.add(digest)

    def call(self, line: http.client.HTTPConnection, method: str, path: str, data: bytes) -> tuple[int, Any]:
        line.request(method, path, data, self.headers)
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())


def test_nothing_acknowledged_is_lost_or_doubled_when_the_server_is_killed(
    app: Flask, config: Config, store: SQLiteStore, clock: Clock, sign_in: Callable[[str], FlaskClient]
) -> None:
    clock.now = datetime.now(UTC)  # the server in its own process has the machine's clock
    notes.install(app, store)
    phones = Phones(Caller(sign_in("leader")))
    dice = random.Random(20170612)  # noqa: S311  not a secret
    for _ in range(KILLS):
        with serving(config) as port:
            threads = [
                threading.Thread(target=phones.write, args=(port, random.Random(dice.random())))  # noqa: S311
                for _ in range(WRITERS)
            ]
            for thread in threads:
                thread.start()
            time.sleep(dice.uniform(0.3, 0.8))
        for thread in threads:
            thread.join()
    stored = {row["id"]: row["sha256"] for row in store.query("select id, sha256 from ops")}
    assert phones.acknowledged.items() <= stored.items()
    assert len(phones.acknowledged) > KILLS * WRITERS
    assert_photos_are_whole(config, store, phones.photos)
    assert not list(audit.broken_links(store))
    assert store.value("pragma integrity_check") == "ok"
    with serving(config) as port:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        waiting = list(phones.sent.values())
        for start in range(0, len(waiting), 50):
            phones.deliver(line, waiting[start : start + 50])
        line.close()
    assert {note["edits"] for note in notes.listed(store)} == {1}
    assert store.value("select count(*) from notes") == len(phones.sent)


def assert_photos_are_whole(config: Config, store: SQLiteStore, acknowledged: set[str]) -> None:
    rows = {row["id"] for row in store.query("select id from photos")}
    assert acknowledged <= rows
    assert acknowledged
    for digest in rows:
        data = (config.photos_dir / "received" / digest).read_bytes()
        assert hashlib.sha256(data).hexdigest() == digest
