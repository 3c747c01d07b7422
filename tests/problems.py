"""Problems to work on: a hall of one unit, another unit beside it, and the office of the bureau."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app.accounts import queries as accounts
from survey_app.rectification import findings, queries, recording
from survey_app.rectification.finding import Finding
from survey_app.rectification.triage import Decision
from survey_app.rectification.workflow import Actor
from survey_app.store import Row, SQLiteStore, Writer
from tests.clock import NOON
from tests.halls import HALL, add_halls
from tests.records import ZONE, Sender

UNIT, OTHER = "unit-2", "unit-3"
DUE = "2017-06-19"


def add_units(store: SQLiteStore, person_id: Callable[[str], str]) -> None:
    """Add halls and two units; the hall is the first one's, and so is the account ``unit``."""
    add_halls(store)
    with store.writing() as tx:
        tx.insert_all("units", [
            {"id": UNIT, "code": "U2", "name": "车辆管理所", "tier": "department", "parent_id": "unit-1"},
            {"id": OTHER, "code": "U3", "name": "出入境管理局", "tier": "department", "parent_id": "unit-1"},
        ])  # fmt: skip
        tx.update("halls", HALL, {"unit_id": UNIT})
        tx.update("people", person_id("unit"), {"unit_id": UNIT})


def add_stranger(
    store: SQLiteStore, login: str = "stranger", unit_id: str = OTHER, role: str = "unit"
) -> str:
    """Add somebody of another unit and return the id."""
    with store.writing() as tx:
        return accounts.add_person(
            tx, login=login, name=login, post=f"岗位 {login}", unit_id=unit_id, roles=[role],
            actor_id=None, at=NOON,
        )  # fmt: skip


def just_before_writing(
    store: SQLiteStore, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]
) -> None:
    """Let somebody else be faster: ``act`` happens once, when the next write is about to begin."""
    writing = store.writing

    def second() -> AbstractContextManager[Writer]:
        monkeypatch.setattr(store, "writing", writing)
        act()
        return writing()

    monkeypatch.setattr(store, "writing", second)


class Work:
    """Does things to problems as somebody of a role, each an hour after the one before."""

    def __init__(self, app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> None:
        add_units(store, person_id)
        self.store, self.person_id = store, person_id
        self.leader = Sender(app, store, person_id("leader"))
        self.now: datetime = NOON.astimezone(ZONE)

    def actor(self, login: str) -> Actor:
        person = accounts.find_person_by_login(self.store, login)
        assert person
        return Actor(person["id"], frozenset(person["roles"]), person["unit_id"])

    def report(self, text: str = "取号机停用", **said: Any) -> Row:
        """Report a record and return it."""
        record_id = self.leader.report(text, **{"hall_id": HALL, "category": "D", **said})
        record = queries.find_record(self.store, record_id)
        assert record
        return record

    def triaged(self, text: str = "取号机停用", **said: Any) -> str:
        """Return a record that the office has classified."""
        record = self.report(text, **said)
        decision = Decision(record["kind"], record["category"], severity="serious")
        with self.store.writing() as tx:
            queries.set_classification(
                tx, record["id"], decision, version=0, actor_id=self.person_id("office"), at=NOON
            )
        return str(record["id"])

    def open(self, text: str = "取号机停用", *, severity: str = "serious", **said: Any) -> str:
        """Make a problem of a new record and return its id."""
        record = self.report(text, **said)
        with self.store.writing() as tx:
            return recording.open_finding(
                tx, record, {"severity": severity}, actor=self.actor("office"), now=self.now
            ).id

    def do(self, finding_id: str, action: str, login: str = "office", **facts: Any) -> Finding:
        """Do one thing."""
        self.now += timedelta(hours=1)
        with self.store.writing() as tx:
            return recording.record_action(tx, finding_id, action, self.actor(login), facts, now=self.now)

    def assigned(self, text: str = "取号机停用", **said: Any) -> str:
        """Return a problem that waits for its unit's signature."""
        finding_id = self.open(text, **said)
        self.do(finding_id, "assign", unit_id=UNIT, deadline_on=DUE)
        return finding_id

    def fixing(self, text: str = "取号机停用", **said: Any) -> str:
        """Return a problem that its unit is putting right."""
        finding_id = self.assigned(text, **said)
        self.do(finding_id, "sign", "unit")
        self.do(finding_id, "plan", "unit", measure="换一台取号机", owner="大厅主任", planned_on=DUE)
        return finding_id

    def verified(self, text: str = "取号机停用", **said: Any) -> str:
        """Return a problem that was put right and verified."""
        finding_id = self.fixing(text, **said)
        self.do(finding_id, "feed_back", "unit", text="换好了，有人引导")
        self.do(finding_id, "verify", note="到现场看过")
        return finding_id

    def closed(self, text: str = "取号机停用", **said: Any) -> str:
        """Return a problem that went the whole way."""
        finding_id = self.verified(text, **said)
        self.do(finding_id, "follow_up", "leader", result="better")
        self.do(finding_id, "close")
        return finding_id

    def row(self, finding_id: str) -> Row:
        """Return what screens read of a problem."""
        row = findings.find_finding(self.store, finding_id)
        assert row
        return row


class Desk:
    """Somebody at a screen, who opens pages and sends their forms."""

    def __init__(self, client: FlaskClient, csrf: Callable[[FlaskClient], str]) -> None:
        self.client, self.csrf = client, csrf

    def open(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return answer.text

    def send(self, path: str, prefix: str = "", **said: Any) -> TestResponse:
        form = {f"{prefix}-{name}" if prefix else name: value for name, value in said.items()}
        return self.client.post(
            path, data={**form, "csrf_token": self.csrf(self.client)}, content_type="multipart/form-data"
        )

    def act(self, finding_id: str, action: str, **said: Any) -> TestResponse:
        return self.send(f"/findings/{finding_id}/{action}", action, **said)
