"""Records what a release leaves on a phone and has said to a server; golden/README.md says when."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from time import time
from typing import Any

import pytest
from flask import request
from playwright.sync_api import Page, expect

from survey_app.store import SQLiteStore
from tests.browser import database
from tests.browser.conftest import LiveServer
from tests.browser.handset import Handset, picture, report, sign_in_on, wait_until_offline_ready, write

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
SMALL = (240, 180)


class Server:
    """The real server, which can be made to fail at one thing, and which remembers what the phone said."""

    def __init__(self, live: LiveServer) -> None:
        self.photos_fail = False
        self.answers: dict[str, Callable[[dict[str, str]], tuple[int, dict[str, Any]]]] = {}
        self.said: list[dict[str, Any]] = []
        live.app.before_request(self.fail)
        live.app.after_request(self.remember)

    def fail(self) -> tuple[dict[str, Any], int] | None:
        """Answer in the app's stead where this test says so."""
        request.environ["staged"] = True
        body = request.get_data()  # kept by Flask, for the app reads it without
        if request.method in {"PUT", "PATCH"} and self.photos_fail:
            return {"code": "busy", "message": "", "details": {}}, 503
        if request.path == "/api/v1/ops":
            ops = json.loads(body)["ops"]
            for words, answer in self.answers.items():
                found = [op for op in ops if words in op["raw"]]
                if found:
                    status, staged = answer(found[0])
                    return staged, status
        request.environ["staged"] = False
        return None

    def remember(self, response: Any) -> Any:
        """Keep what the app itself answered."""
        if request.path.startswith("/api/") and not request.environ.get("staged", True):
            self.said.append({
                "method": request.method,
                "path": request.full_path.rstrip("?"),
                "headers": {name: value for name, value in request.headers if name in KEPT_HEADERS},
                "body": base64.b64encode(request.get_data()).decode(),
                "status": response.status_code,
                "receipts": (response.get_json(silent=True) or {}).get("receipts", []),
            })  # fmt: skip
        return response


KEPT_HEADERS = ("Content-Type", "Upload-Offset", "Upload-Length", "Accept")


@pytest.fixture
def server(live_server: LiveServer) -> Server:
    return Server(live_server)


def test_record_a_release(
    handset: Handset, server: Server, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    page = handset.turn_on()
    aide_leaves_one(handset, page, store)
    sign_in_on(page, "leader")
    page.goto("/capture")
    report(page, "已送达的一条，有照片", picture(1, SMALL))
    expect(page.locator(".status")).to_contain_text("全部已送达", timeout=20_000)
    server.photos_fail = True
    report(page, "文字到了，照片还在路上", picture(2, SMALL))
    database.wait_for(page, "ops", lambda op: op["status"] == "photos")
    refuse(server, person_id("leader"))
    report(page, "编号撞上了的一条")
    database.wait_for(page, "ops", lambda op: op["status"] == "replaced")
    report(page, "系统不收的一条")
    database.wait_for(page, "ops", lambda op: op["status"] == "attention")
    handset.airplane(True)
    report(page, "等信号的一条")
    report(page, "等信号的一条，有两张照片😀", picture(3, SMALL), picture(4, SMALL))
    write(page, "先存着的草稿", picture(5, SMALL))
    page.get_by_role("button", name="先存着").click()
    expect(page.locator("[data-message]")).to_contain_text("先存着了")
    page.get_by_label("看到了什么").fill("写到一半的草稿")
    database.wait_for(page, "drafts", lambda draft: draft["values"]["text"] == "写到一半的草稿")
    kept = database.dump(page)
    people = {login: person_id(login) for login in ("leader", "aide")}
    contents = {"recorded_at": time() * 1000, "people": people, "database": kept, "said": server.said}
    with (HERE / f"phone-v{kept['version']}.json").open("x") as file:  # what is there stays as it is
        file.write(json.dumps(contents, ensure_ascii=False, indent=1) + "\n")


def aide_leaves_one(handset: Handset, page: Page, store: SQLiteStore) -> None:
    sign_in_on(page, "aide")
    page.goto("/capture")
    wait_until_offline_ready(page)
    handset.airplane(True)
    report(page, "另一个人没报的一条")
    with store.writing() as tx:
        tx.execute("delete from sessions")
    handset.airplane(False)


def refuse(server: Server, user: str) -> None:
    """Stage two refusals that no test server gives by itself."""

    def conflict(op: dict[str, str]) -> tuple[int, dict[str, Any]]:
        del server.answers["编号撞上"]
        receipt = {"op_id": json.loads(op["raw"])["op_id"], "sha256": op["sha256"], "status": "id_conflict"}
        return 200, {"proto": 1, "user": user, "receipts": [receipt]}

    server.answers["编号撞上"] = conflict
    server.answers["系统不收"] = lambda _op: (400, {"code": "malformed", "message": "", "details": {}})
