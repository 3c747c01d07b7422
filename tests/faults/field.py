"""The real product: gunicorn as ``bin/serve`` starts it, real files, and people with phones."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from survey_app import create_app
from survey_app.accounts import queries as accounts
from survey_app.config import Config
from survey_app.store import SQLiteStore

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds that a phone waits for an answer


@dataclass
class Person:
    """Somebody with a phone: who they are, and what their browser would send along."""

    id: str
    headers: dict[str, str]


@dataclass
class Field:
    """One product in a folder of its own, with people who are signed in."""

    config: Config
    people: list[Person]
    environment: dict[str, str]
    app: str = "wsgi:app"
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    port: int = 0

    def start(self, **options: Any) -> float:
        """Start the server in a group of its own and return the seconds until it answers."""
        began = time.monotonic()
        self.port = _free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--log-level=critical", self.app],
            cwd=ROOT, env={**self.environment, "SURVEY_PORT": str(self.port)},
            start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options,
        )  # fmt: skip
        self.processes.append(process)
        self.wait_until_it_answers()
        return time.monotonic() - began

    def kill(self) -> None:
        """End the whole group at once, as a power cut would."""
        process = self.processes.pop()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait_until_it_answers(self) -> None:
        """Wait for the first answer to anybody."""
        for _ in range(1200):
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                line.request("GET", "/api/v1/session")
                line.getresponse().read()
            except OSError:
                time.sleep(0.05)
            else:
                return
            finally:
                line.close()
        raise TimeoutError("the server did not start")

    def store(self) -> SQLiteStore:
        """Open the database as it is on the disk."""
        return SQLiteStore(self.config.database)


@contextmanager
def in_the_field(folder: Path, people: int, *, app: str = "wsgi:app", workers: int = 2) -> Iterator[Field]:
    """Make a product with that many people; what still runs at the end is killed."""
    settings = {"SURVEY_DATA_DIR": str(folder / "data"), "SURVEY_EXPORTS_DIR": str(folder / "exports")}
    config = Config.from_env(settings)
    made = Field(config, _enrol(config, people), _environment(settings, workers), app)
    try:
        yield made
    finally:
        for _ in list(made.processes):
            made.kill()


def _environment(settings: dict[str, str], workers: int) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SURVEY_")}
    return {**plain, **settings, "SURVEY_WORKERS": str(workers)}


def _enrol(config: Config, people: int) -> list[Person]:
    """Make the database and its people, each signed in on a phone of their own."""
    SQLiteStore(config.database).migrate()
    app = create_app(config)
    store, now = app.extensions["store"], datetime.now(UTC)
    with store.writing() as tx:
        tx.insert("units", {"id": "unit", "code": "U", "name": "市局", "tier": "bureau"})
        ids = [
            accounts.add_person(tx, login=f"phone{n}", name=f"岗位{n}", post=f"岗位{n}", unit_id="unit",
                                roles=["leader"], actor_id=None, at=now)
            for n in range(people)
        ]  # fmt: skip
        tokens = [accounts.add_session(tx, person_id, now) for person_id in ids]
    found = [_sign_in(app, *pair) for pair in zip(ids, tokens, strict=True)]
    store.close()
    return found


def _sign_in(app: Any, person_id: str, token: str) -> Person:
    client = app.test_client()
    with client.session_transaction() as session:
        session.permanent, session["token"], session["csrf_token"] = True, token, "0" * 40
    csrf = client.get("/api/v1/session").get_json()["csrf"]
    cookie = client.get_cookie("survey")
    return Person(person_id, {"Cookie": f"survey={cookie.value}", "X-CSRFToken": csrf})


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def call(
    port: int, person: Person, method: str, path: str, data: bytes, kind: str = "application/json"
) -> tuple[int, Any, dict[str, str]]:
    """Call once on a line of its own; a line that breaks is status 0."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        line.request(method, path, data, {**person.headers, "Content-Type": kind})
        answer = line.getresponse()
        return answer.status, json.loads(answer.read() or b"null"), dict(answer.headers)
    except (OSError, http.client.HTTPException, ValueError):
        return 0, None, {}
    finally:
        line.close()


def together(threads: list[threading.Thread]) -> None:
    """Run threads to their end."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
