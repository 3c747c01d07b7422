"""Records to brief on, put where captured ones stand."""

import hashlib
import io
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image

from survey_app.store import SQLiteStore, Writer
from survey_app.store.ids import uuid7
from survey_app.sync.photos import PhotoStore

NOON = "2017-06-12T04:00:00.000Z"


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
    store: SQLiteStore,
    author_id: str,
    *,
    made_on: date = date(2017, 6, 10),
    photos: tuple[bytes, ...] = (),
    photos_dir: Path | None = None,
    reform_items: tuple[str, ...] = (),
    **fields: Any,
) -> str:
    """Add one record as it would have been projected, and return its id."""
    record_id = uuid7()
    with store.writing() as tx:
        op_id = _add_op(tx, record_id, author_id)
        n = int(tx.value("select coalesce(max(n), 0) + 1 from observations"))
        row = {
            "id": record_id,
            "n": n,
            "head_op_id": op_id,
            "author_id": author_id,
            "unit_id": "unit-1",
            "method": "see",
            "kind": "blockage",
            "text": "自助机停用，没有告示",
            "made_at": NOON,
            "made_on": made_on.isoformat(),
            "received_at": NOON,
            **fields,
        }
        tx.insert("observations", row)
        tx.set_search_text("observations", n, f"{row['text']}\n{row.get('quote', '')}")
        for item in reform_items:
            tx.insert("observation_reform_items", {"observation_id": record_id, "reform_item_id": item})
        for position, data in enumerate(photos):
            _add_photo(tx, record_id, position, data, author_id, photos_dir)
    return record_id


def _add_op(tx: Writer, record_id: str, author_id: str) -> str:
    op_id = uuid7()
    number = int(tx.value("select coalesce(max(server_seq), 0) + 1 from ops"))
    row = {
        "id": op_id,
        "record_id": record_id,
        "author_id": author_id,
        "carrier_id": author_id,
        "install_id": uuid7(),
        "seq": number,
        "kind": "observation",
        "made_at": NOON,
        "app_version": "test",
        "raw": b"{}",
        "sha256": "0" * 64,
        "status": "stored",
        "server_seq": number,
        "received_at": NOON,
    }
    tx.insert("ops", row)
    return op_id


def _add_photo(
    tx: Writer, record_id: str, position: int, data: bytes, author_id: str, photos_dir: Path | None
) -> None:
    name = hashlib.sha256(data).hexdigest()
    tx.insert("observation_photos", {"observation_id": record_id, "position": position, "sha256": name})
    if photos_dir is None:
        return  # named by the record, still to come
    PhotoStore(photos_dir).write(name, data)
    row = {
        "id": name,
        "bytes": len(data),
        "mime": "image/jpeg",
        "width": 640,
        "height": 480,
        "received_at": NOON,
        "received_from": author_id,
    }
    tx.upsert("photos", row)
