"""Fills the inbox by the real door: ops of observations, as phones would send them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask

from survey_app.store import SQLiteStore
from survey_app.store.instants import to_text
from survey_app.sync import kinds
from survey_app.sync.intake import accept_ops
from tests.clock import NOON
from tests.phone import envelope, item

ZONE = ZoneInfo("Asia/Shanghai")


class Sender:
    """A person's phone that reports observations, one minute apart."""

    def __init__(self, app: Flask, store: SQLiteStore, person_id: str) -> None:
        self.app, self.store, self.person_id = app, store, person_id
        self.sent = 0

    def op(self, at: datetime | None = None, **said: Any) -> dict[str, Any]:
        """Return the envelope of a record that says this."""
        self.sent += 1
        made = (at or NOON + timedelta(minutes=self.sent)).astimezone(ZONE)
        payload = {"method": "see", "kind": "blockage", "text": "取号机停用", **said}
        photos = payload.pop("photos", [])
        return envelope(
            author=self.person_id,
            seq=self.sent,
            kind="observation",
            made_at=made.isoformat(),
            payload=payload,
            photos=photos,
        )

    def send(self, *ops: dict[str, Any], now: datetime = NOON) -> list[str]:
        """Send ops and return the ids of their records."""
        registry = kinds.registered(self.app)
        with self.app.app_context():
            receipts = accept_ops(self.store, registry, map(item, ops), carrier_id=self.person_id, now=now)
        assert [receipt.status for receipt in receipts] == ["stored"] * len(ops)
        return [op["rec_id"] for op in ops]

    def report(self, text: str = "取号机停用", **said: Any) -> str:
        """Report one record and return its id."""
        return self.send(self.op(text=text, **said))[0]

    def edit(self, record_id: str, base: str, now: datetime = NOON, **said: Any) -> str:
        """Edit a record and return the id of the op."""
        op = {**self.op(**said), "rec_id": record_id, "base": base}
        self.send(op, now=now)
        return str(op["op_id"])


def fill(store: SQLiteStore, author_id: str, count: int, halls: Sequence[str], items: Sequence[str]) -> None:
    """Put ``count`` records of all kinds straight into the projection, as many as no test could send."""
    words = ("取号机停用", "排队太久", "电话无人接", "材料多要一份", "指南看不懂", "自助机很快")
    made_at = to_text(NOON)
    ops, observations, tags = [], [], []
    for n in range(1, count + 1):
        key = f"{n:08}-0000-7000-8000-000000000000"
        ops.append({
            "id": key, "record_id": key, "base": None, "author_id": author_id, "carrier_id": author_id,
            "install_id": "fill", "seq": n, "kind": "observation", "made_at": made_at, "app_version": "",
            "raw": b"{}", "sha256": "", "status": "stored", "code": "", "server_seq": n,
            "received_at": made_at,
        })  # fmt: skip
        observations.append({
            "id": key, "n": n, "head_op_id": key, "author_id": author_id, "unit_id": "unit-1",
            "hall_id": halls[n % len(halls)], "method": ("see", "handle", "ask")[n % 3],
            "kind": ("blockage", "difficulty", "good_practice", "suggestion")[n % 4],
            "text": f"{words[n % 6]}，第{n}次", "category": (None, "A", "A1", "D")[n % 4],
            "state": ("reported", "triaged")[n % 2], "made_at": made_at,
            "made_on": (NOON.date() - timedelta(days=(count - n) // 20)).isoformat(), "received_at": made_at,
        })  # fmt: skip
        if n % 2:
            tags.append({"observation_id": key, "reform_item_id": items[n // 2 % len(items)]})
    with store.writing() as tx:
        tx.insert_all("ops", ops)
        tx.insert_all("observations", observations)
        tx.insert_all("observation_reform_items", tags)
        for row in observations:
            tx.set_search_text("observations", int(str(row["n"])), str(row["text"]))
