"""Reads what a released phone left behind, and puts its people and its past on a server of today."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any

from flask.testing import FlaskClient

from survey_app.accounts import queries as accounts
from survey_app.store import SQLiteStore
from tests.clock import NOON
from tests.conftest import PASSWORD

FILES = sorted(Path(__file__).parent.glob("phone-v*.json"))
INSTANTS = ("released_at", "retry_at", "updated_at")


@dataclass(frozen=True)
class Release:
    """``people``: ids by login. ``database``: the phone's. ``said``: what the server answered."""

    people: dict[str, str]
    database: dict[str, Any]
    said: list[dict[str, Any]]

    def ops(self, login: str, *, but: str = "replaced") -> list[dict[str, Any]]:
        """Return a person's ops that the server has or will have, by number."""
        rows = [row["value"] for row in self.database["stores"]["ops"]["rows"]]
        own = [row for row in rows if row["user"] == self.people[login] and row["status"] != but]
        return sorted(own, key=lambda row: int(row["seq"]))


def read(path: Path) -> Release:
    """Return one file as if it had been recorded just now: a phone forgets what is 30 days old."""
    found = json.loads(path.read_text())
    later = time() * 1000 - found["recorded_at"]
    for store in found["database"]["stores"].values():
        for row in store["rows"]:
            for name in INSTANTS:
                if isinstance(row["value"], dict) and row["value"].get(name):
                    row["value"][name] += later
    return Release(found["people"], found["database"], found["said"])


def add_people(store: SQLiteStore, release: Release) -> None:
    """Add that phone's people, who sign in as ``golden-<login>`` with the tests' password."""
    with store.writing() as tx:
        for login, person in release.people.items():
            row = {"id": person, "login": f"golden-{login}", "name": login, "post": f"测试岗位 {login}"}
            tx.insert("people", {**row, "unit_id": "unit-1", "created_at": "2017-06-12T04:00:00.000Z"})
            tx.insert("person_roles", {"person_id": person, "role": login})
            accounts.set_password(tx, person, PASSWORD, actor_id=None, at=NOON)


def say_again(client: FlaskClient, release: Release) -> list[tuple[dict[str, Any], Any]]:
    """Send what that phone had sent, with a token of today; return each request with today's answer."""
    token = client.get("/api/v1/session").get_json()["csrf"]
    heard = []
    for said in release.said:
        headers = {**said["headers"], "X-CSRFToken": token}
        body = base64.b64decode(said["body"])
        heard.append((said, client.open(said["path"], method=said["method"], headers=headers, data=body)))
    return heard
