"""The store's promises: one writer at a time and nobody locked out, no silent table, no half a change."""

import multiprocessing
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from survey_app.store import SQLiteStore
from survey_app.store.ids import is_uuid, uuid7
from survey_app.store.instants import from_text, to_text

PROCESSES, THREADS, WRITES = 2, 8, 10


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    """An empty migrated store."""
    made = SQLiteStore(tmp_path / "data" / "survey.db")
    made.migrate()
    yield made
    made.close()


def add_setting(store: SQLiteStore, key: str, value: str = "") -> None:
    with store.writing() as tx:
        tx.insert("settings", {"id": key, "value": value})


def settings(store: SQLiteStore) -> list[str]:
    return [row["id"] for row in store.query("select id from settings order by id")]


def count_up(path: Path) -> None:
    """Add one to a number, again and again from many threads: a lost update or a lock would show."""
    store = SQLiteStore(path)

    def work(_thread: int) -> None:
        for _ in range(WRITES):
            with store.writing() as tx:
                number = int(tx.value("select value from settings where id = 'count'"))
                tx.update("settings", "count", {"value": str(number + 1)})
        store.close()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))


def test_threads_and_processes_that_write_at_once_are_never_locked_out_and_lose_nothing(
    store: SQLiteStore,
) -> None:
    add_setting(store, "count", "0")
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=count_up, args=(store.path,)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES
    counted = store.value("select value from settings where id = 'count'")
    assert int(counted) == PROCESSES * THREADS * WRITES


def test_a_reader_is_not_stopped_by_a_writer_and_sees_only_what_is_committed(store: SQLiteStore) -> None:
    seen: list[list[str]] = []

    def read() -> None:
        seen.append(settings(store))
        store.close()

    with store.writing() as tx:
        tx.insert("settings", {"id": "a", "value": ""})
        reader = threading.Thread(target=read)
        reader.start()
        reader.join()
    assert seen == [[]]
    assert settings(store) == ["a"]


def test_an_error_undoes_the_whole_transaction_and_frees_the_door(store: SQLiteStore) -> None:
    def fail() -> None:
        with store.writing() as tx:
            tx.insert("settings", {"id": "a", "value": ""})
            raise KeyError("something went wrong")

    with pytest.raises(KeyError):
        fail()
    assert settings(store) == []
    add_setting(store, "b")
    assert settings(store) == ["b"]


def test_a_commit_that_fails_undoes_everything_and_frees_the_door(store: SQLiteStore) -> None:
    def add_orphan_unseen() -> None:
        with store.writing() as tx:
            tx.execute("pragma defer_foreign_keys = on")  # the commit is what finds it out
            tx.insert("halls", {"id": "h", "code": "H", "unit_id": "nowhere", "name": "大厅"})

    with pytest.raises(Exception, match="FOREIGN KEY"):
        add_orphan_unseen()
    assert store.value("select count(*) from halls") == 0
    add_setting(store, "a")
    assert settings(store) == ["a"]


def test_writing_inside_writing_is_an_error_and_does_not_hang(store: SQLiteStore) -> None:
    with store.writing() as tx:
        with pytest.raises(RuntimeError, match="writing already"):
            add_setting(store, "b")
        tx.insert("settings", {"id": "a", "value": ""})
    assert settings(store) == ["a"]


def test_a_savepoint_undoes_only_its_own_part(store: SQLiteStore) -> None:
    def fail(tx_key: str) -> None:
        with tx.savepoint():
            tx.insert("settings", {"id": tx_key, "value": ""})
            raise KeyError("something went wrong")

    with store.writing() as tx:
        tx.insert("settings", {"id": "a", "value": ""})
        with pytest.raises(KeyError):
            fail("b")
        with tx.savepoint():
            tx.insert("settings", {"id": "c", "value": ""})
    assert settings(store) == ["a", "c"]


@pytest.mark.parametrize("call", ["insert", "insert_all", "update", "upsert", "delete", "set_search_text"])
def test_a_misspelt_table_is_an_error_and_is_not_created(store: SQLiteStore, call: str) -> None:
    row = {"id": "a", "value": ""}
    arguments = {
        "insert": (row,),
        "insert_all": ([row],),
        "update": ("a", {"value": ""}),
        "upsert": (row,),
        "delete": ("a",),
        "set_search_text": (1, "窗口"),
    }[call]
    with store.writing() as tx, pytest.raises(LookupError, match="setings"):
        getattr(tx, call)("setings", *arguments)
    assert store.value("select count(*) from sqlite_master where name like 'setings%'") == 0


def test_rows_of_different_keys_are_refused_before_a_null_is_written(store: SQLiteStore) -> None:
    units = [
        {"id": "1", "code": "1", "name": "甲", "tier": "branch", "valid_from": "2017-01-01"},
        {"id": "2", "code": "2", "name": "乙", "tier": "branch"},
    ]
    with store.writing() as tx, pytest.raises(ValueError, match="different keys"):
        tx.insert_all("units", units)
    assert store.value("select count(*) from units") == 0


def test_no_rows_and_a_thousand_rows_are_both_written_at_once(store: SQLiteStore) -> None:
    with store.writing() as tx:
        tx.insert_all("settings", [])
        tx.insert_all("settings", [{"id": f"{n:04}", "value": ""} for n in range(1000)])
    assert len(settings(store)) == 1000


def test_a_row_that_is_not_there_cannot_be_changed(store: SQLiteStore) -> None:
    with store.writing() as tx, pytest.raises(LookupError, match="nobody"):
        tx.update("settings", "nobody", {"value": "1"})


def test_an_upsert_adds_and_then_changes_one_row(store: SQLiteStore) -> None:
    for value in ("1", "2"):
        with store.writing() as tx:
            tx.upsert("settings", {"id": "a", "value": value})
    assert store.query("select * from settings") == [{"id": "a", "value": "2"}]


def test_a_reference_to_nothing_is_refused(store: SQLiteStore) -> None:
    def add_orphan() -> None:
        with store.writing() as tx:
            tx.insert("halls", {"id": "h", "code": "H", "unit_id": "nowhere", "name": "大厅"})

    with pytest.raises(Exception, match="FOREIGN KEY"):
        add_orphan()
    assert store.value("select count(*) from halls") == 0


def test_a_value_of_the_wrong_type_is_refused(store: SQLiteStore) -> None:
    item = {"id": "i", "code": "I", "family": "project", "position": "first"}
    with store.writing() as tx, pytest.raises(Exception, match="cannot store TEXT"):
        tx.insert("reform_items", item)


def test_every_table_is_strict(store: SQLiteStore) -> None:
    loose = store.query(
        """
        select name from pragma_table_list
        where schema = 'main' and type = 'table' and strict = 0
          and name not like 'sqlite_%' and name <> '_sqlite_migrations'
        """
    )
    assert loose == []


def test_every_connection_is_durable_and_checks_references(store: SQLiteStore) -> None:
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    assert [store.value(f"pragma {name}") for name in pragmas] == ["wal", 2, 1, 5000]


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "survey.db")
    waiting = store.pending_migrations()
    assert waiting[0] == "m0001_accounts"
    assert store.migrate() == waiting
    schema = store.query("select name, sql from sqlite_master order by name")
    assert store.migrate() == []
    assert store.pending_migrations() == []
    assert store.query("select name, sql from sqlite_master order by name") == schema
    store.close()


def test_what_is_written_is_found_by_another_store_on_the_file(store: SQLiteStore) -> None:
    add_setting(store, "a")
    other = SQLiteStore(store.path)
    assert settings(other) == ["a"]
    other.close()


def test_one_row_one_value_or_none(store: SQLiteStore) -> None:
    add_setting(store, "a", "1")
    assert store.find("select * from settings where id = :id", {"id": "a"}) == {"id": "a", "value": "1"}
    assert store.find("select * from settings where id = :id", {"id": "b"}) is None
    assert store.value("select value from settings where id = :id", {"id": "b"}) is None


def test_keys_sort_by_the_time_they_were_made() -> None:
    made = []
    for _ in range(20):
        made.append(uuid7())
        threading.Event().wait(0.002)
    assert made == sorted(made)
    assert len({uuid7() for _ in range(10_000)}) == 10_000
    assert all(is_uuid(key) and key[14] == "7" for key in made)


@pytest.mark.parametrize("text", ["", "0193F3A1-7E57-7000-8000-5E55104E0000", "not-a-key", None, 7])
def test_what_is_not_a_key_is_told_apart(text: object) -> None:
    assert not is_uuid(text)


def test_an_instant_is_kept_in_utc_to_the_millisecond() -> None:
    hangzhou = timezone(timedelta(hours=8))
    instant = datetime(2017, 6, 12, 9, 2, 3, 4999, tzinfo=hangzhou)
    assert to_text(instant) == "2017-06-12T01:02:03.004Z"
    assert from_text(to_text(instant)) == datetime(2017, 6, 12, 1, 2, 3, 4000, tzinfo=UTC)


def test_instants_sort_as_text_whatever_zone_they_were_written_in() -> None:
    texts = ["2017-06-12T09:30:00+08:00", "2017-06-12T01:29:59.999Z", "2017-06-11T23:00:00-03:00"]
    instants = [from_text(text) for text in texts]
    assert sorted(map(to_text, instants)) == [to_text(instant) for instant in sorted(instants)]


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        from_text("2017-06-12T09:30:00")
