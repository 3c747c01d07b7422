"""Every place at which the server writes, by wrapping the store and the file calls: it can die at each."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from survey_app.store import sqlite
from survey_app.store.contract import Row
from tests.simulation.patching import patched

Hook = Callable[[str], None]


class Crash(BaseException):
    """The server's process is gone; nothing after this line has happened."""


@contextmanager
def points(passes: Hook, synced: Callable[[int], None]) -> Iterator[None]:
    """Call ``passes`` with the name of each point that the server comes by, ``synced`` with a descriptor."""
    with ExitStack() as stack:
        for place, name, made in (
            (sqlite.SQLiteStore, "_connect", _connecting(passes)),
            (sqlite.SQLiteWriter, "insert_all", _inserting(passes)),
            (sqlite.SQLiteWriter, "execute", _executing(passes)),
            (os, "fsync", _syncing(passes, synced)),
            (os, "replace", _renaming(passes)),
        ):
            stack.enter_context(patched(place, name, made))
        yield


def _connecting(passes: Hook) -> Callable[[sqlite.SQLiteStore], Any]:
    connect = sqlite.SQLiteStore._connect

    def connected(store: sqlite.SQLiteStore) -> Any:
        database = connect(store)
        inner = database.execute

        def execute(sql: str, *params: Any) -> Any:
            word = sql.split()[0].lower()
            if word not in {"begin", "commit"}:
                return inner(sql, *params)
            passes(f"before {word}")
            answer = inner(sql, *params)
            passes(f"after {word}")
            return answer

        setattr(database, "execute", execute)  # noqa: B010  a method of this one connection
        return database

    return connected


def _inserting(passes: Hook) -> Callable[..., None]:
    insert_all = sqlite.SQLiteWriter.insert_all

    def inserted(writer: sqlite.SQLiteWriter, table: str, rows: Iterable[Row]) -> None:
        insert_all(writer, table, rows)
        passes(f"after insert into {table}")

    return inserted


def _executing(passes: Hook) -> Callable[..., int]:
    execute = sqlite.SQLiteWriter.execute

    def executed(writer: sqlite.SQLiteWriter, sql: str, params: Any = {}) -> int:  # noqa: B006  never changed
        changed = execute(writer, sql, params)
        passes(f"after {' '.join(sql.split()[:3]).lower()}")
        return changed

    return executed


def _syncing(passes: Hook, synced: Callable[[int], None]) -> Callable[[int], None]:
    fsync = os.fsync

    def syncing(descriptor: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"
        passes(f"{kind} written")
        fsync(descriptor)
        synced(descriptor)
        passes(f"{kind} synced")

    return syncing


def _renaming(passes: Hook) -> Callable[..., None]:
    replace = os.replace

    def renamed(old: Any, new: Any, **options: Any) -> None:
        replace(old, new, **options)
        passes("file renamed")

    return renamed
