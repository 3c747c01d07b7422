"""Printing a long briefing: begun once, told page by page, kept; and what a dead server left is said."""

import hashlib
import io
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from survey_app import audit
from survey_app.config import Config
from survey_app.digests import jobs, press
from survey_app.digests.length import estimate_pages
from survey_app.printing.render import Sheet, print_sheet
from survey_app.store import Row, SQLiteStore
from tests.digests.steps import Post, confirmed, drafted, row_of, signed, typed
from tests.digests.test_layout import page

LONG = "接着写一段很长的话，写满一行又一行，一直写到第二行。\n" * 220


@pytest.fixture
def path(office: FlaskClient, post: Post, records: list[str], store: SQLiteStore) -> str:
    """The address of a long draft."""
    made = drafted(office, post, records)
    assert post(office, f"{made}/edit", **typed(row_of(store, made), body=LONG)).status_code == 302
    return made


@pytest.fixture(autouse=True)
def ended() -> Any:
    """No printing outlives its test."""
    yield
    for thread in threading.enumerate():
        if thread.name.startswith("print "):
            thread.join()


def jobs_of(store: SQLiteStore) -> list[Row]:
    return store.query("select * from print_jobs order by started_at, id")


def wait(until: Callable[[], Any]) -> Any:
    """Return what is waited for."""
    for _ in range(1200):
        if found := until():
            return found
        time.sleep(0.05)
    raise AssertionError("it never came")


def test_a_long_draft_is_printed_as_a_job_that_tells_its_pages_and_is_there_afterwards(
    office: FlaskClient, post: Post, path: str, store: SQLiteStore
) -> None:
    answer = office.get(f"{path}/briefing.pdf")
    assert answer.headers["Location"] == f"{path}/printing"
    assert "开始排版" in office.get(f"{path}/printing").text
    assert post(office, f"{path}/printing").status_code == 302
    assert "<progress" in office.get(f"{path}/printing").text
    job = wait(lambda: [job for job in jobs_of(store) if job["ended_at"]])[0]
    assert (job["state"], job["problem"]) == ("done", "")
    assert "排好了" in office.get(f"{path}/printing").text
    printed = office.get(f"{path}/briefing.pdf")
    pages = PdfReader(io.BytesIO(printed.data)).pages
    assert job["done"] == job["total"] == len(pages) > 4
    assert "digest.print" in [
        row["action"] for row in audit.history(store, "digest", row_of(store, path)["id"])
    ]


def test_a_briefing_that_was_printed_as_a_job_opens_and_tells_of_it(
    office: FlaskClient, post: Post, path: str, store: SQLiteStore
) -> None:
    post(office, f"{path}/printing")
    wait(lambda: jobs_of(store)[0]["ended_at"])
    page = office.get(path)
    assert page.status_code == 200
    assert "排版" in page.text.split("经过", 1)[1]


def test_a_sheet_is_printed_once_however_often_it_is_asked_for_and_again_when_it_changed(
    office: FlaskClient, post: Post, path: str, store: SQLiteStore, config: Config
) -> None:
    for _ in range(3):
        post(office, f"{path}/printing")
    wait(lambda: jobs_of(store)[0]["ended_at"])
    post(office, f"{path}/printing")
    assert len(jobs_of(store)) == 1
    assert (
        post(office, f"{path}/edit", **typed(row_of(store, path), body=LONG + "又一段。")).status_code == 302
    )
    assert office.get(f"{path}/briefing.pdf").status_code == 302
    post(office, f"{path}/printing")
    wait(lambda: len(jobs_of(store)) == 2 and jobs_of(store)[1]["ended_at"])
    assert [file.stem for file in (config.data_dir / "printed").glob("*.pdf")] == [jobs_of(store)[1]["sheet"]]
    assert not list((config.data_dir / "printed").glob("job-*"))


def test_what_cannot_be_printed_says_why_and_can_be_tried_again(
    office: FlaskClient, post: Post, path: str, store: SQLiteStore, config: Config
) -> None:
    photo = "〔照片 1-1〕大厅\n"
    assert post(office, f"{path}/edit", **typed(row_of(store, path), body=LONG + photo)).status_code == 302
    assert office.get(f"{path}/printing").status_code == 200
    [copy] = (config.data_dir / "printed" / "photos").iterdir()
    copy.write_bytes(b"not a picture any more")
    post(office, f"{path}/printing")
    job = wait(lambda: [job for job in jobs_of(store) if job["ended_at"]])[0]
    assert job["state"] == "failed"
    shown = office.get(f"{path}/printing").text
    assert "排版时出了问题" in job["problem"]
    assert "排版时出了问题" in shown
    assert "开始排版" in shown


DYING = """
import fcntl, sys, time
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(600)
"""


def test_a_job_whose_server_was_killed_is_said_to_have_stopped(
    app: Flask, office: FlaskClient, path: str, store: SQLiteStore, config: Config
) -> None:
    folder = config.data_dir / "printed"
    folder.mkdir()
    command = [sys.executable, "-c", DYING, str(folder / "job-j1.lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        server.stdout.readline()
        add_job(app, store, path)
        assert "<progress" in office.get(f"{path}/printing").text
        server.kill()
    assert "服务器停了" in office.get(f"{path}/printing").text
    assert [(job["state"], bool(job["ended_at"])) for job in jobs_of(store)] == [("stopped", True)]


def add_job(app: Flask, store: SQLiteStore, path: str) -> None:
    """Note a job of the draft as it is, as another process of the server would have."""
    with app.test_request_context():
        sheet = press.sheet_for(row_of(store, path)).identifier
    with store.writing() as tx:
        tx.insert(
            "print_jobs",
            {
                "id": "j1", "digest_id": row_of(store, path)["id"], "sheet": sheet, "state": "running",
                "total": 9, "started_at": "2017-06-12T04:00:00.000Z",
            },
        )  # fmt: skip


def test_no_more_print_at_once_than_may(app: Flask) -> None:
    together, most = [], []

    def work() -> None:
        with app.app_context(), jobs._turn():
            together.append(1)
            most.append(len(together))
            time.sleep(0.1)
            together.pop()

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == jobs.AT_ONCE


def test_only_the_office_prints_drafts(path: str, sign_in: Callable[[str], FlaskClient], post: Post) -> None:
    leader = sign_in("leader")
    assert leader.get(f"{path}/printing").status_code == 403
    assert post(leader, f"{path}/printing").status_code == 403


@pytest.mark.parametrize("paragraphs", [1, 30, 120])
def test_the_estimate_is_near_the_pages(app: Flask, paragraphs: int) -> None:
    what = page("到窗口去办一件事，把“一次办成”落到每一个岗位，看一看，办一办，问一问。\n" * paragraphs)
    with app.app_context():
        pages = print_sheet(press.sheet_of(what)).pages
    assert abs(estimate_pages(what) - pages) <= 1 + pages * 0.15


def test_the_printer_tells_how_far_it_is(app: Flask) -> None:
    told: list[int] = []
    html = '<!doctype html><html lang="zh-CN"><title>简报</title><body>' + "<p>看一看</p>" * 6000
    css = 'body { font-family: "Noto Serif CJK SC" }'
    printed = print_sheet(Sheet(html, css), on_page=told.append)
    assert told == sorted(told)
    assert 1 <= told[0] <= told[-1] <= printed.pages


def test_a_long_briefing_is_issued_when_its_pages_are_there(
    office: FlaskClient, post: Post, path: str, store: SQLiteStore
) -> None:
    signed(office, post, store, path)
    asked = confirmed(office, post, store, path)
    assert asked.headers["Location"] == f"{path}/printing?number=3&day=2017-06-12"
    assert row_of(store, path)["state"] == "signed", "nobody waits, nothing is issued yet"
    wait(lambda: all(job["ended_at"] for job in jobs_of(store)))
    assert "印发第3期" in office.get(asked.headers["Location"]).text
    told = confirmed(office, post, store, path)
    assert told.headers["Location"].endswith("done=issue")
    issued = row_of(store, path)
    assert (issued["state"], issued["number"]) == ("issued", 3)
    printed = office.get(f"{path}/briefing.pdf").data
    assert hashlib.sha256(printed).hexdigest() == issued["pdf_sha256"]
    assert len(PdfReader(io.BytesIO(printed)).pages) > 4
    assert len(jobs_of(store)) == 1
