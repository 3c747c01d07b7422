"""The real app on real files: it can die wherever it writes, and comes back on what was on the disk."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from survey_app import backup, create_app
from survey_app.accounts import queries as accounts
from survey_app.config import Config
from survey_app.store import Row, SQLiteStore
from tests.simulation.cast import DAWN, template
from tests.simulation.crashes import Crash

POWER_CUTS = 0.3  # of the crashes
SECRET = "the simulation signs with this and nothing else does"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the line."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return what the body says, or None."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Request:
    """What a phone sends; ``cookie`` is whose session it comes with."""

    phone: str
    page: str
    number: int
    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    cookie: str


@dataclass
class Server:
    """One server over all its lives; each has a folder of its own, made from the last one as it was."""

    folder: Path
    clock: Callable[[], float]  # milliseconds since the beginning
    dice: random.Random
    crashes: Counter[str] = field(default_factory=Counter)
    power_cuts: int = 0
    restores: int = 0
    lives: int = 0
    skew: timedelta = timedelta()
    faults: list[str] = field(default_factory=list)
    _synced: dict[int, int] = field(default_factory=dict)  # inode → bytes that outlast a power cut
    _fuse: int | None = None  # points until it dies
    _answering: bool = False
    _app: Flask | None = None

    def start(self) -> None:
        """Open for the first time."""
        self._life(0).mkdir(parents=True)
        shutil.copy(template(), self._life(0) / "survey.db")
        self._open()

    @property
    def app(self) -> Flask:
        """The app that is running."""
        assert self._app is not None
        return self._app

    @property
    def store(self) -> SQLiteStore:
        """Its database."""
        store: SQLiteStore = self.app.extensions["store"]
        return store

    @property
    def data(self) -> Path:
        """Its folder."""
        return self._life(self.lives)

    def now(self) -> datetime:
        """Return what the server takes the present instant for."""
        return DAWN + timedelta(milliseconds=self.clock()) + self.skew

    def passes(self, point: str) -> None:
        """Die here when the fuse has burnt down; only while a request is answered."""
        if self._fuse is None or not self._answering:
            return
        self._fuse -= 1
        if self._fuse < 0:
            self._fuse = None
            self.crashes[point] += 1
            self._keep_disk(power_cut=self.dice.random() < POWER_CUTS)
            raise Crash(point)

    def answer(self, request: Request, fuse: int | None = None) -> Answer:
        """Answer a request; raise Crash when the fuse burns down on the way."""
        self._fuse, self._answering = fuse, True
        try:
            answer = self._call(request)
            self.passes("before the answer")
            return answer
        finally:
            self._fuse, self._answering = None, False

    def kill(self) -> None:
        """Die between two requests."""
        self.crashes["between requests"] += 1
        self._keep_disk()

    def reopen(self) -> None:
        """Come back on what was on the disk."""
        self._close()
        self.lives += 1
        self._open()

    def sign_in(self, person_id: str) -> str:
        """Open a session and return the cookie for it."""
        with self.store.writing() as tx:
            token = accounts.add_session(tx, person_id, self.now())
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return str(serializer.dumps({"token": token, "_permanent": True}))

    def revoke(self, person_id: str) -> None:
        """End all sessions of a person."""
        with self.store.writing() as tx:
            tx.execute("delete from sessions where person_id = :id", {"id": person_id})

    def back_up(self) -> Path | None:
        """Make a backup and return where it is; None where there is one of this second."""
        try:
            return backup.back_up(self.store, self._config(), self.folder / "backups", self.now())
        except backup.BackupError:
            return None

    def restore(self, made: Path, *, fresh: bool) -> None:
        """Go back to a backup, on a ``fresh`` machine or on the disk that is there: another epoch begins."""
        self._close()
        before = self.data
        self.lives += 1
        self.restores += 1
        if not fresh:
            _copy(before, self.data)
        backup.restore(self._config(), made, self.now(), replace=True)
        self._open()

    def ops(self) -> dict[str, Row]:
        """Return what is durably there of every op, by id, with the digest of the bytes that are there."""
        rows = self.store.query("select * from ops order by server_seq")
        return {row["id"]: {**row, "digest": hashlib.sha256(row["raw"]).hexdigest()} for row in rows}

    def has_whole_photo(self, sha256: str) -> bool:
        """Tell whether the row and the bytes of a photo are there."""
        known = self.store.find("select 1 as known from photos where id = :id", {"id": sha256})
        path = self.data / "photos" / "received" / sha256
        return known is not None and path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256

    def stop(self) -> None:
        """Close what is open."""
        self._close()

    def _life(self, number: int) -> Path:
        return self.folder / f"life-{number}"

    def _config(self) -> Config:
        return Config.from_env({
            "SURVEY_DATA_DIR": str(self.data), "SURVEY_SECRET_KEY": SECRET,
            "SURVEY_EXPORTS_DIR": str(self.folder / "exports"),
        })  # fmt: skip

    def _open(self) -> None:
        self._app = create_app(self._config())
        self._app.extensions["clock"] = self.now

    def _close(self) -> None:
        if self._app is not None:
            self.store.close()

    def synced(self, descriptor: int) -> None:
        """A file is on the disk as it is now."""
        state = os.fstat(descriptor)
        self._synced[state.st_ino] = state.st_size

    def _keep_disk(self, *, power_cut: bool = False) -> None:
        """Keep the disk as it is at this instant for the next life, whatever this one still tidies up.

        After a power cut any part of a photo that was not synced may be missing.
        """
        kept = self._life(self.lives + 1)
        _copy(self.data, kept)
        self.power_cuts += power_cut
        for path in sorted((self.data / "photos").rglob("*")) if power_cut else ():
            safe, there = self._synced.get(path.stat().st_ino, 0), path.stat().st_size
            if path.is_file() and safe < there:
                torn = kept / path.relative_to(self.data)
                torn.unlink()
                torn.write_bytes(path.read_bytes()[: self.dice.randint(safe, there)])
        for path in kept.rglob("*"):
            self._synced[path.stat().st_ino] = path.stat().st_size

    def _call(self, request: Request) -> Answer:
        builder = EnvironBuilder(
            path=request.path.partition("?")[0], query_string=request.path.partition("?")[2],
            method=request.method, data=request.body or b"",
            headers=[*request.headers.items(), ("Cookie", f"survey={request.cookie}")],
        )  # fmt: skip
        chunks, status, headers = run_wsgi_app(self.app, builder.get_environ(), buffered=True)
        body = b"".join(chunks)
        return Answer(int(status.split()[0]), dict(headers.items()), body)


class Complaints(logging.Handler):
    """Notes what the app calls an error: nothing that a phone or the line does may lead to one."""

    def __init__(self, server: Server) -> None:
        super().__init__(logging.ERROR)
        self.server = server

    def emit(self, record: logging.LogRecord) -> None:
        """Note it with its cause."""
        cause = record.exc_info[1] if record.exc_info else None
        self.server.faults.append(f"{record.getMessage()}: {cause!r}")


def _copy(source: Path, target: Path) -> None:
    """Copy a folder as it is; a file of photos is never written again and so is only linked."""
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    for path in sorted(source.rglob("*")):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif path.suffix in {".lock"} or path.name.endswith("-shm"):
            continue
        elif path.parts[-2] == "received":
            os.link(path, place)
        else:
            shutil.copyfile(path, place)
