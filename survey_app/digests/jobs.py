"""Printing that goes on while people look elsewhere: started once a sheet, told page by page, kept.

A job is a thread of the server that waits for the printing process. While it lives it holds a lock on a file
of its own, which the system lets go of however it dies: a job that has not ended and whose file nobody holds
has stopped. The same way no more than ``AT_ONCE`` print at once, in whichever process of the server.
"""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from flask import copy_current_request_context, current_app

from survey_app import current
from survey_app.digests import job_queries as queries
from survey_app.errors import SurveyError
from survey_app.i18n import _
from survey_app.printing.render import Limits, Sheet, print_sheet, write_file
from survey_app.store.ids import uuid7

AT_ONCE = 2
LIMITS = Limits(cpu=180, wall=600)  # nobody waits before a blank page
PATIENCE = 0.2  # seconds between looks whether it is one's turn


def find_result(sheet: Sheet) -> bytes | None:
    """Return the PDF of a sheet that was printed before, or None."""
    path = _result(sheet.identifier)
    return path.read_bytes() if path.is_file() else None


def start(digest_id: str, sheet: Sheet, pages: int) -> None:
    """Begin to print a sheet of about so many pages; one that is printed or being printed is left alone."""
    settle_stopped()
    if find_result(sheet) is not None:
        return
    job_id = uuid7()
    lock = _hold(_lock_path(job_id))
    assert lock is not None, "a new name is nobody's"
    with current.store().writing() as tx:
        added = queries.add_job(
            tx, job_id, digest_id, sheet.identifier, pages, actor_id=current.user().id, at=current.now()
        )
    if added:
        run = copy_current_request_context(_run)  # for the language in which it says what went wrong
        threading.Thread(target=run, args=(job_id, digest_id, sheet, lock), name=f"print {job_id}").start()
    else:
        _let_go(lock)


def settle_stopped() -> None:
    """Say of every job that died with its server that it has stopped."""
    for job in queries.list_under_way(current.store()):
        lock = _hold(_lock_path(job["id"]))
        if lock is None:
            continue
        with current.store().writing() as tx:
            queries.end_job(tx, job["id"], "stopped", current.now())
        _let_go(lock)


def _run(job_id: str, digest_id: str, sheet: Sheet, lock: IO[str]) -> None:
    store = current_app.extensions["store"]
    try:
        with _turn():
            end = _print(job_id, digest_id, sheet)
        with store.writing() as tx:
            end(tx)
    finally:
        _let_go(lock)
        store.close()


def _print(job_id: str, digest_id: str, sheet: Sheet) -> Callable[..., None]:
    """Print, and return how the end of it is noted."""
    store = current.store()

    def note(pages: int) -> None:
        with store.writing() as tx:
            queries.set_progress(tx, job_id, pages)

    note(0)
    try:
        printed = print_sheet(sheet, LIMITS, on_page=note)
    except SurveyError as error:
        words = error.message
        return lambda tx: queries.end_job(tx, job_id, "failed", current.now(), problem=words)
    except OSError as error:
        words = _("打不了：%(reason)s。请管理员看一看服务器的磁盘，再试一次。", reason=error.strerror or "")
        return lambda tx: queries.end_job(tx, job_id, "failed", current.now(), problem=words)
    for earlier in queries.list_sheets(store, digest_id):
        _result(earlier).unlink(missing_ok=True)
    write_file(_result(sheet.identifier), printed.pdf)
    return lambda tx: queries.end_job(
        tx, job_id, "done", current.now(), done=printed.pages, total=printed.pages, pdf_sha256=printed.sha256
    )


@contextmanager
def _turn() -> Iterator[None]:
    """Wait until fewer than ``AT_ONCE`` jobs print."""
    while True:
        for place in range(AT_ONCE):
            if held := _hold(_folder() / f"place-{place}.lock"):
                try:
                    yield
                finally:
                    held.close()  # its file stays: removing it would let two hold the same place
                return
        time.sleep(PATIENCE)


def _hold(path: Path) -> IO[str] | None:
    """Take the lock on a file, or return None where somebody holds it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _let_go(lock: IO[str]) -> None:
    Path(lock.name).unlink(missing_ok=True)
    lock.close()


def _folder() -> Path:
    return current.config().data_dir / "printed"


def _lock_path(job_id: str) -> Path:
    return _folder() / f"job-{job_id}.lock"


def _result(sheet: str) -> Path:
    return _folder() / f"{sheet}.pdf"
