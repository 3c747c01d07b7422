"""A disk that takes no more, a database that another program holds: said as such, and nothing half done."""

import resource
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore, sqlite, trouble
from survey_app.store.trouble import driver
from tests import notes
from tests.phone import Caller, code
from tests.pictures import encode, picture
from tests.test_photo_parts import patch

PHOTO = encode(picture(900, 700))


@contextmanager
def full_disk() -> Iterator[None]:
    """Let this process write not one more byte to any file, as on a disk beyond its quota."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def held(store: SQLiteStore) -> Iterator[None]:
    """Let another program hold the database for longer than the app waits."""
    other = driver.connect(str(store.path), isolation_level=None)
    other.execute("begin immediate")
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sqlite, "BUSY_TIMEOUT_MS", 20)
            yield
    finally:
        other.execute("rollback")
        other.close()


def test_an_op_that_does_not_fit_on_the_disk_is_507_and_arrives_once_there_is_room(
    leader: Caller, store: SQLiteStore
) -> None:
    op = leader.envelope()
    with full_disk():
        answer = leader.send(op)
    assert code(answer) == (507, "disk_full")
    assert answer.headers["Retry-After"] == "60"
    assert "通知管理员清理磁盘" in answer.get_json()["message"]
    assert store.value("select count(*) from ops") == 0
    assert leader.send(op).get_json()["receipts"][0]["status"] == "stored"


def test_while_the_database_is_held_only_the_first_waits_long(
    leader: Caller, store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "HELD_TIMEOUT_MS", 7)
    patience = []
    with held(store):
        for _ in range(3):
            assert code(leader.send()) == (503, "busy")
            patience.append(store.value("pragma busy_timeout"))
    leader.send()
    leader.send()
    assert [*patience, store.value("pragma busy_timeout")] == [20, 7, 7, 5000]


def test_who_waits_behind_a_writer_that_is_held_up_is_told_so_instead_of_waiting_as_long(
    leader: Caller, store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 20)
    done, writing = threading.Event(), threading.Event()

    def write() -> None:
        with store.writing():
            writing.set()
            done.wait(60)
        store.close()

    other = threading.Thread(target=write)
    other.start()
    writing.wait(60)
    answer = leader.send(op := leader.envelope())
    done.set()
    other.join()
    assert code(answer) == (503, "busy")
    assert leader.send(op).get_json()["receipts"][0]["status"] == "stored"


def test_a_disk_that_is_full_halfway_through_an_op_holds_it_for_nobody(
    leader: Caller, store: SQLiteStore
) -> None:
    op = leader.envelope(payload={"text": "满" * 3000})  # three pages as an op, and three as a note
    pages, answers = store.value("pragma page_count"), []
    for more in range(20):
        store.value(f"pragma max_page_count = {pages + more}")
        answers.append(leader.send(op))
        if answers[-1].status_code == 200:
            break
    *full, taken = answers
    assert len(full) >= 4
    assert {code(answer) for answer in full} == {(507, "disk_full")}
    assert taken.get_json()["receipts"][0]["status"] == "stored"
    assert len(notes.listed(store)) == 1


@pytest.mark.parametrize(
    "send", [lambda phone: phone.put(PHOTO), lambda phone: patch(phone, 0, PHOTO[:2000])]
)
def test_a_photo_that_does_not_fit_on_the_disk_is_507_and_leaves_nothing(
    leader: Caller, send: Callable[[Caller], object], tmp_path: Path
) -> None:
    with full_disk():
        answer = send(leader)
    assert code(answer) == (507, "disk_full")  # type: ignore[arg-type]
    assert sum(path.stat().st_size for path in (tmp_path / "photos").rglob("*") if path.is_file()) == 0
    assert leader.put(PHOTO).status_code == 201


def test_a_form_that_does_not_fit_on_the_disk_says_what_to_do(
    sign_in: Callable[[str], FlaskClient], csrf: Callable[[FlaskClient], str]
) -> None:
    person = sign_in("leader")
    form = {"text": "取号机停用", "page": "/", "csrf_token": csrf(person)}
    with full_disk():
        answer = person.post("/feedback", data=form)
    assert (answer.status_code, answer.headers["Retry-After"]) == (507, "60")
    assert "通知管理员清理磁盘" in answer.text


def test_while_another_program_holds_the_database_an_op_is_503_and_arrives_afterwards(
    leader: Caller, store: SQLiteStore
) -> None:
    op = leader.envelope()
    with held(store):
        answer = leader.send(op)
    assert code(answer) == (503, "busy")
    assert answer.headers["Retry-After"] == "2"
    assert leader.send(op).get_json()["receipts"][0]["status"] == "stored"


def test_a_page_says_that_the_database_is_held_even_where_it_cannot_be_read(
    sign_in: Callable[[str], FlaskClient], store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = sign_in("leader")
    store.close()
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 20)
    other = driver.connect(str(store.path), isolation_level=None)
    other.execute("pragma locking_mode = exclusive")
    other.execute("pragma journal_mode = wal")
    other.execute("begin exclusive")
    answer = person.get("/menu")
    other.close()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "请过几秒再试一次" in answer.text


@pytest.mark.parametrize("module", [sqlite3, driver], ids=["python", "in-use"])
def test_both_drivers_tell_full_from_busy_from_a_fault_of_ours(module: ModuleType, tmp_path: Path) -> None:
    path = str(tmp_path / "x.db")
    one, two = (module.connect(path, isolation_level=None, timeout=0) for _ in range(2))
    one.execute("create table words (word text)")
    one.execute("pragma max_page_count = 2")
    with pytest.raises(module.OperationalError) as full:
        one.execute("insert into words values (hex(zeroblob(9000)))")
    one.execute("begin immediate")
    with pytest.raises(module.OperationalError) as busy:
        two.execute("begin immediate")
    with pytest.raises(module.OperationalError) as wrong:
        two.execute("select no_such_column")
    one.close()
    two.close()
    found = [(trouble.is_full(error.value), trouble.is_busy(error.value)) for error in (full, busy, wrong)]
    assert found == [(True, False), (False, True), (False, False)]
