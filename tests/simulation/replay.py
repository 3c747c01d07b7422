"""I9: the same ops, delivered to a fresh server in another order, leave the same state."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask

from survey_app import create_app
from survey_app.config import Config
from survey_app.store import Row, SQLiteStore
from survey_app.sync import intake, kinds
from tests.simulation import cast
from tests.simulation.invariants import ViolationError
from tests.simulation.world import World

STATE = (
    "select id, sha256, status, code, author_id, record_id from ops order by id",
    "select * from observation_photos order by observation_id, position",
)
ARRIVAL = {"n", "received_at"}  # of an observation: what says when it came


def state_does_not_depend_on_arrival(world: World) -> None:
    """I9: the final state does not depend on arrival order."""
    rows = deliveries(world.server.store, world.rows().values())
    world.dice.shuffle(rows)
    folder = world.server.folder / "replay"
    expected = state(world.server.store)
    app = fresh(folder)
    try:
        deliver(app, rows)
        found = state(app.extensions["store"])
    finally:
        app.extensions["store"].close()
    if found != expected:
        raise ViolationError("I9", difference(expected, found))


def deliveries(store: SQLiteStore, rows: Iterable[Row]) -> list[Row]:
    """Return what was delivered: by who brought it, and by its author where they stood by it afterwards."""
    confirmed = {row["id"] for row in store.query("select id from settlements where confirmed = 1")}
    brought = list(rows)
    return brought + [{**row, "carrier_id": row["author_id"]} for row in brought if row["id"] in confirmed]


def fresh(folder: Path) -> Flask:
    """Return an app that has the same people and no op."""
    folder.mkdir(parents=True)
    shutil.copy(cast.template(), folder / "survey.db")
    secret = {"SURVEY_SECRET_KEY": "the replay signs with this and nothing else"}
    return create_app(
        Config.from_env({"SURVEY_DATA_DIR": str(folder), "SURVEY_EXPORTS_DIR": str(folder), **secret})
    )


def deliver(app: Flask, rows: list[Row]) -> None:
    """Deliver ops one by one, each as at the instant when it came."""
    store, registry = app.extensions["store"], kinds.registered(app)
    with app.test_request_context():
        for row in rows:
            item = {"raw": row["raw"].decode(), "sha256": row["sha256"]}
            at = datetime.fromisoformat(row["received_at"])
            intake.accept_ops(store, registry, [item], carrier_id=row["carrier_id"], now=at, custody=True)


def state(store: SQLiteStore) -> list[Any]:
    """Return what screens read, without what says when it came."""
    observations = store.query("select * from observations order by id")
    seen = [{name: value for name, value in row.items() if name not in ARRIVAL} for row in observations]
    return [seen, *(store.query(sql) for sql in STATE)]


def difference(expected: list[Any], found: list[Any]) -> str:
    """Return the first row that is not the same."""
    for one, other in zip(expected, found, strict=True):
        for left, right in zip(one, other, strict=False):
            if left != right:
                return f"another order: {left} ≠ {right}"
    return f"another order: {[len(one) for one in expected]} rows, then {[len(one) for one in found]}"
