"""What phones sent and what was acknowledged, held against what is on the disk."""

from __future__ import annotations

import hashlib
import json
import random
import struct
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from survey_app import audit
from tests import phone
from tests.faults.field import Field, Person, call
from tests.pictures import encode, picture

Item = dict[str, str]


@dataclass
class Ledger:
    """The account of all phones together."""

    sent: dict[str, tuple[Person, Item]] = field(default_factory=dict)
    photos: dict[str, tuple[Person, bytes]] = field(default_factory=dict)
    acknowledged: dict[str, str] = field(default_factory=dict)
    photos_acknowledged: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def make(self, person: Person, seq: int, *, photos: list[bytes] = [], made_at: str = "") -> Item:  # noqa: B006
        """Make one record on a phone."""
        named = [one for data in photos for one in phone.named(data)]
        changes = {"made_at": made_at} if made_at else {}
        fields = phone.envelope(
            author=person.id, seq=seq, kind="observation", photos=named,
            payload={"method": "see", "kind": "blockage", "text": f"{person.id} 第 {seq} 条"}, **changes,
        )  # fmt: skip
        item = phone.item(fields)
        with self.lock:
            self.sent[fields["op_id"]] = person, item
            self.photos.update({hashlib.sha256(data).hexdigest(): (person, data) for data in photos})
        return item

    def deliver(self, port: int, person: Person, items: list[Item]) -> int:
        """Offer a batch and note what was acknowledged; return the status."""
        began = time.monotonic()
        status, body, _ = call(port, person, "POST", "/api/v1/ops", json.dumps({"ops": items}).encode())
        with self.lock:
            self.statuses[status] += 1
            self.seconds.append(time.monotonic() - began)
            for receipt in body["receipts"] if status == 200 else []:
                if receipt["status"] in {"stored", "duplicate", "held"}:
                    self.acknowledged[receipt["op_id"]] = receipt["sha256"]
        return status

    def deliver_photo(self, port: int, digest: str) -> int:
        """Send a photo and note whether it was acknowledged; return the status."""
        person, data = self.photos[digest]
        began = time.monotonic()
        status, _body, _ = call(port, person, "PUT", f"/api/v1/photos/{digest}", data, "image/jpeg")
        with self.lock:
            self.statuses[status] += 1
            self.seconds.append(time.monotonic() - began)
            if status in {200, 201}:
                self.photos_acknowledged.add(digest)
        return status

    def drain(self, port: int) -> float:
        """Offer everything that is not acknowledged until it is, as phones do; return the seconds it took."""
        began = time.monotonic()
        while self._offer_all(port):
            assert time.monotonic() - began < 300, f"it does not drain: {self.statuses}"
            time.sleep(0.2)
        return time.monotonic() - began

    def _offer_all(self, port: int) -> bool:
        waiting = [one for op_id, one in self.sent.items() if op_id not in self.acknowledged]
        for person in {id(person): person for person, _ in waiting}.values():
            mine = [item for other, item in waiting if other is person]
            for start in range(0, len(mine), 50):
                self.deliver(port, person, mine[start : start + 50])
        missing = self.photos.keys() - self.photos_acknowledged
        for digest in missing:
            self.deliver_photo(port, digest)
        return bool(
            self.sent.keys() - self.acknowledged.keys() or self.photos.keys() - self.photos_acknowledged
        )

    def audit(self, world: Field) -> dict[str, Any]:
        """Compare with the disk: how much was acknowledged, how much of that is lost, what is there twice."""
        store = world.store()
        ops = {row["id"]: row["sha256"] for row in store.query("select id, sha256 from ops")}
        whole = {
            path.name for path in (world.config.photos_dir / "received").glob("[0-9a-f]*") if _is_whole(path)
        }
        rows = {row["id"] for row in store.query("select id from photos")}
        lost_ops = sum(ops.get(op_id) != sha256 for op_id, sha256 in self.acknowledged.items())
        lost_photos = len(self.photos_acknowledged - (whole & rows))
        texts = Counter(row["text"] for row in store.query("select text from observations"))
        report = {
            "acknowledged": len(self.acknowledged),
            "photos": len(self.photos_acknowledged),
            "lost": lost_ops + lost_photos,
            "doubled": sum(texts.values()) - len(texts),
            "broken": len(rows - whole) + sum(1 for _ in audit.broken_links(store)),
            "integrity": store.value("pragma integrity_check"),
            "answers": {str(status): n for status, n in sorted(self.statuses.items())},
            "seconds": spread(self.seconds),
        }
        store.close()
        return report


def spread(values: list[float]) -> dict[str, float]:
    """Return the middle, the 95th percentile and the largest of some values."""
    if not values:
        return {}
    ordered = sorted(values)
    at = {"p50": 0.5, "p95": 0.95, "max": 1.0}
    return {
        name: round(ordered[min(len(ordered) - 1, int(len(ordered) * part))], 3) for name, part in at.items()
    }


def photo(number: int, kilobytes: int = 20) -> bytes:
    """Return a JPEG of about that size that no other number has."""
    base = _NOISE.get(kilobytes)
    if base is None:
        side = int((kilobytes * 1024 * 1.15) ** 0.5) + 8
        noise = random.Random(kilobytes)  # noqa: S311  not a secret
        image = picture(side, side)
        image.frombytes(noise.randbytes(side * side * 3))
        base = _NOISE[kilobytes] = encode(image, quality=75)
    comment = b"%032d" % number
    return base[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + base[2:]


_NOISE: dict[int, bytes] = {}


def _is_whole(path: Path) -> bool:
    return hashlib.sha256(path.read_bytes()).hexdigest() == path.name
