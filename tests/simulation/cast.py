"""Who and what takes part in every run: people, photos and a database with the people in it, made once."""

from __future__ import annotations

import base64
import hashlib
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from survey_app.store import SQLiteStore
from survey_app.store.instants import to_text
from tests.pictures import encode, picture

DAWN = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
PHOTOS = 24


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account; ids are the same in every run."""

    id: str
    name: str
    role: str


PEOPLE = tuple(
    Person(f"0193f3a1-0000-7000-9000-{n:012d}", name, role)
    for n, (name, role) in enumerate(
        [("甲", "leader"), ("乙", "leader"), ("丙", "leader"), ("丁", "aide"), ("戊", "admin")], start=1
    )
)
WRITERS = PEOPLE[:4]
ADMIN = PEOPLE[4]


@dataclass(frozen=True, slots=True)
class Photo:
    """A small real JPEG; ``smaller`` is the number of the one that shrinking gives, -1 where it cannot."""

    sha256: str
    data: bytes
    smaller: int

    def for_node(self) -> dict[str, object]:
        """Return it as the phones' side reads it."""
        packed = base64.b64encode(self.data).decode()
        return {"sha256": self.sha256, "mime": "image/jpeg", "bytes": packed, "smaller": self.smaller}


@cache
def photos() -> tuple[Photo, ...]:
    """Return the album that every phone photographs from."""
    dice = random.Random(20260302)  # noqa: S311  not a secret
    made = []
    for n in range(PHOTOS):
        image = picture(8 + 3 * n, 8 + 2 * n)
        image.putdata([tuple(dice.randbytes(3)) for _ in range(image.width * image.height)])
        data = encode(image, quality=80)
        made.append(Photo(hashlib.sha256(data).hexdigest(), data, n - 7 if n >= 7 else -1))
    return tuple(made)


@cache
def template() -> Path:
    """Return a migrated database with the people in it, to be copied."""
    path = Path(mkdtemp(prefix="simulation-")) / "survey.db"
    store = SQLiteStore(path)
    store.migrate()
    with store.writing() as tx:
        tx.insert("units", {"id": "unit-1", "code": "U1", "name": "市局", "tier": "bureau"})
        for person in PEOPLE:
            tx.insert("people", {
                "id": person.id, "login": f"p{person.id[-1]}", "name": person.name, "post": "岗位",
                "unit_id": "unit-1", "password_hash": None, "disabled_at": None, "created_at": to_text(DAWN),
            })  # fmt: skip
            tx.insert("person_roles", {"person_id": person.id, "role": person.role})
    store.query("pragma wal_checkpoint(truncate)")
    store.close()
    return path
