"""Records to brief on, sent as a phone sends them."""

import hashlib
import io
from datetime import date
from typing import Any

from flask import Flask
from PIL import Image

from survey_app.store import SQLiteStore
from survey_app.store.ids import uuid7
from survey_app.sync.intake import accept_ops
from survey_app.sync.kinds import registered
from survey_app.sync.photos import PhotoStore, receive
from tests import phone
from tests.clock import NOON


def photo_bytes(colour: str = "teal") -> bytes:
    """Return a small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    return out.getvalue()


def add_catalog(store: SQLiteStore) -> None:
    """Add two halls, a counter, three categories and two reform items, one of them an empty slot."""
    with store.writing() as tx:
        for code, name in (("H1", "车管所一楼大厅"), ("H2", "白杨派出所户籍窗口")):
            tx.insert("halls", {"id": code, "code": code, "unit_id": "unit-1", "name": name})
        tx.insert(
            "counters",
            {"id": "C1", "code": "C1", "hall_id": "H1", "name": "3号窗口", "channel": "counter"},
        )
        for code, name, parent in (
            ("A", "咨询告知", None),
            ("A1", "一次讲不清", "A"),
            ("D", "时间排队", None),
        ):
            tx.upsert("categories", {"id": code, "code": code, "name": name, "parent_code": parent})
        for position, title in ((1, "用好一个服务电话"), (2, "")):
            tx.insert(
                "reform_items",
                {
                    "id": f"R{position}",
                    "code": f"R{position}",
                    "family": "requirement",
                    "position": position,
                    "title": title,
                },
            )


def add_observation(
    app: Flask,
    author_id: str,
    *,
    made_on: date = date(2017, 6, 10),
    photos: tuple[bytes, ...] = (),
    photos_arrive: bool = True,
    **payload: Any,
) -> str:
    """Send one record by the door that phones use, and return its id."""
    store, record_id = app.extensions["store"], uuid7()
    fields = phone.envelope(
        author=author_id,
        kind="observation",
        rec_id=record_id,
        made_at=f"{made_on}T09:30:00.000+08:00",
        payload={"method": "see", "kind": "blockage", "text": "自助机停用，没有告示", **payload},
        photos=[
            {"sha256": hashlib.sha256(data).hexdigest(), "len": len(data), "mime": "image/jpeg"}
            for data in photos
        ],
    )
    with app.test_request_context():
        items = [phone.item(fields)]
        [receipt] = accept_ops(store, registered(app), items, carrier_id=author_id, now=NOON)
    assert receipt.status == "stored", receipt
    folder = PhotoStore(app.extensions["config"].photos_dir)
    for data in photos if photos_arrive else ():
        receive(store, folder, data, sender_id=author_id, now=NOON)
    return record_id
