"""The embedded default: one SQLite file through sqlite-utils, behind the store contract."""

import fcntl
import os
import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from survey_app.store import bigrams
from survey_app.store.contract import Parameters, Row, Source, Writer
from survey_app.store.migrations import migrations
from survey_app.store.trouble import TurnError

BUSY_TIMEOUT_MS = 5000
HELD_TIMEOUT_MS = 200
ALIKE_WORDS = 80  # of a text that are asked for: a long letter says what it is about in its beginning
ALIKE_ROWS = 60


class _Reads(ABC):
    """The reading half, on whichever connection ``_database`` gives."""

    @abstractmethod
    def _database(self) -> Database: ...

    def query(self, sql: str, params: Parameters = {}) -> list[Row]:  # noqa: B006  never changed
        return list(self._database().query(sql, dict(params)))

    def find(self, sql: str, params: Parameters = {}) -> Row | None:  # noqa: B006
        return next(iter(self._database().query(sql, dict(params))), None)

    def value(self, sql: str, params: Parameters = {}) -> Any:  # noqa: B006
        row = self._database().execute(sql, dict(params)).fetchone()
        return row[0] if row else None


class SQLiteWriter(_Reads):
    """One open write transaction on one connection."""

    def __init__(self, database: Database, tables: frozenset[str]) -> None:
        self._open = database
        self._tables = tables

    def _database(self) -> Database:
        return self._open

    def _check(self, table: str) -> None:
        if table not in self._tables:
            raise LookupError(f"no such table: {table}")

    # Inside the transaction sqlite-utils' own savepoint round each statement, and its look at the schema
    # before each insert, guard nothing that is not guarded already; without them an op costs half.
    def query(self, sql: str, params: Parameters = {}) -> list[Row]:  # noqa: B006
        cursor = self._open.execute(sql, dict(params))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def find(self, sql: str, params: Parameters = {}) -> Row | None:  # noqa: B006
        return next(iter(self.query(sql, params)), None)

    def execute(self, sql: str, params: Parameters = {}) -> int:  # noqa: B006
        return int(self._open.execute(sql, dict(params)).rowcount)

    def insert(self, table: str, row: Row) -> None:
        self.insert_all(table, [row])

    def insert_all(self, table: str, rows: Iterable[Row]) -> None:
        self._check(table)
        listed = list(rows)
        if len({frozenset(row) for row in listed}) > 1:
            raise ValueError(f"rows of different keys for {table}: what is missing would become NULL")
        if listed:
            names, values = ", ".join(listed[0]), ", ".join(f":{name}" for name in listed[0])
            self._open.conn.executemany(f"insert into {table} ({names}) values ({values})", listed)  # noqa: S608

    def update(self, table: str, row_id: str, changes: Row) -> None:
        self._check(table)
        names = ", ".join(f"{name} = :{name}" for name in changes)
        sql = f"update {table} set {names} where id = :_id"  # noqa: S608  names come from our code
        if self.execute(sql, {**changes, "_id": row_id}) == 0:
            raise LookupError(f"no row {row_id} in {table}")

    def upsert(self, table: str, row: Row) -> None:
        self._check(table)
        names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
        changes = ", ".join(f"{name} = excluded.{name}" for name in row if name != "id") or "id = excluded.id"
        self.execute(
            f"insert into {table} ({names}) values ({values}) on conflict (id) do update set {changes}",  # noqa: S608
            row,
        )

    def delete(self, table: str, row_id: str) -> None:
        self._check(table)
        self.execute(f"delete from {table} where id = :id", {"id": row_id})  # noqa: S608

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        with self._open.atomic():
            yield

    def set_search_text(self, table: str, number: int, text: str) -> None:
        index = f"{table}_search"
        self._check(index)
        self.execute(f"delete from {index} where rowid = :n", {"n": number})  # noqa: S608
        self.execute(
            f"insert into {index} (rowid, words) values (:n, :words)",  # noqa: S608
            {"n": number, "words": bigrams.index_text(text)},
        )


class SQLiteStore(_Reads):
    """Many readers (one connection a thread) and one writer at a time (a thread lock and a file lock)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._local = threading.local()
        self._thread_lock = threading.Lock()
        self._held = False  # by another program, when last somebody tried
        self._lock_path = path.with_name(path.name + ".lock")
        self._tables: frozenset[str] = frozenset()

    def _database(self) -> Database:
        database: Database | None = getattr(self._local, "database", None)
        if database is None:
            database = self._local.database = self._connect()
        return database

    def _connect(self) -> Database:
        database = Database(self.path)
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=wal",
            "synchronous=full",
            "foreign_keys=on",
        ):
            database.execute(f"pragma {pragma}").fetchall()
        return database

    def close(self) -> None:
        """Close this thread's connection, if it has one."""
        database: Database | None = getattr(self._local, "database", None)
        if database is not None:
            database.close()
            del self._local.database

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        database = self._database()
        if database.conn.in_transaction:  # it would wait for itself for ever
            raise RuntimeError("this thread is writing already: use the writer it has")
        with self._turn():
            self._begin(database)
            try:
                yield SQLiteWriter(database, self._table_names(database))
                database.execute("commit")
            except BaseException:
                if database.conn.in_transaction:  # a full disk has rolled back by itself
                    database.execute("rollback")
                raise

    def _begin(self, database: Database) -> None:
        """Begin to write; while another program holds the database, only the first waits long."""
        patience = HELD_TIMEOUT_MS if self._held else BUSY_TIMEOUT_MS
        database.execute(f"pragma busy_timeout={patience}").fetchall()
        self._held = True
        database.execute("begin immediate")
        self._held = False

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for this writer's turn, no longer than SQLite itself would.

        The locks make writers queue fairly; SQLite's own busy handler lets them race and starve.
        """
        if not self._thread_lock.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise TurnError(f"no turn to write within {BUSY_TIMEOUT_MS} ms")
        try:
            with self._lock_path.open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        finally:
            self._thread_lock.release()

    def _table_names(self, database: Database) -> frozenset[str]:
        if not self._tables:
            self._tables = frozenset(database.table_names())
        return self._tables

    def search_condition(self, table: str, text: str) -> tuple[str, Row]:
        match = bigrams.match_query(text)
        if match is None:
            return "0", {}
        index = f"{table}_search"
        condition = f"{table}.n in (select rowid from {index} where {index} match :words)"  # noqa: S608
        return condition, {"words": match}

    def list_alike(self, table: str, words: Sequence[str], *, limit: int) -> list[int]:
        sql = (
            f"select rowid from {table}_search where {table}_search match :word"  # noqa: S608
            " order by rowid desc limit :most"
        )
        shares: Counter[int] = Counter()
        for word in list(dict.fromkeys(words))[:ALIKE_WORDS]:
            params = {"word": f'"{word}"', "most": ALIKE_ROWS}
            numbers = [row[0] for row in self._database().execute(sql, params)]
            for number in numbers:
                shares[number] += ALIKE_ROWS // len(numbers)  # a word of few rows tells more
        return sorted(shares, key=lambda number: (-shares[number], -number))[:limit]

    def search_source(self, table: str, text: str) -> Source:
        match = bigrams.match_query(text)
        if match is None:
            return Source(table, f"{table}.n", "false")
        index = f"{table}_search"
        # The index gives its rows by number; any other order, or a subquery, would read all that match first.
        joined = f"{index} cross join {table} on {table}.n = {index}.rowid"
        return Source(joined, f"{index}.rowid", f"{index} match :words", {"words": match})

    def copy_to(self, path: Path) -> None:
        """Write the whole database as it is now to a new file, durably, while others go on writing."""
        self._database().execute("vacuum into :path", {"path": str(path)})
        with path.open("rb") as file:
            os.fsync(file.fileno())

    def migrate(self) -> list[str]:
        with self._turn():
            names = self.pending_migrations()
            migrations.apply(self._database())
            self._tables = frozenset()
        return names

    def pending_migrations(self) -> list[str]:
        return [migration.name for migration in migrations.pending(self._database())]
