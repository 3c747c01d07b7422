"""The demo's phone: makes ops as one would send them, and delivers them soon after."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from survey_app.catalog import queries as catalog
from survey_app.catalog.tables import Table
from survey_app.store import Reader, Row, Store
from survey_app.sync import intake
from survey_app.sync.kinds import Registry

NAMES = uuid.UUID("5d3e6f0a-8f6b-5b7e-9f1c-d3300a7a2017")
FRIDAY = 4
UNTIL_SENT = timedelta(minutes=4)


@dataclass(frozen=True)
class Note:
    """One thing that somebody puts down: ``name`` makes its ids, ``seq`` numbers a person's notes."""

    name: str
    author_id: str
    seq: int
    made_at: datetime
    kind: str
    payload: Mapping[str, Any]


def name_of(name: str, what: str) -> str:
    """Return the id of the ``op`` or the ``record`` of a note: the same in every demo."""
    return str(uuid.uuid5(NAMES, f"{name} {what}"))


def is_sent(reader: Reader, name: str) -> bool:
    """Tell whether a note is in the database already."""
    return reader.find("select id from ops where id = :id", {"id": name_of(name, "op")}) is not None


def send(store: Store, registry: Registry, note: Note, *, install: str, now: datetime, zone: tzinfo) -> None:
    """Deliver one note some minutes after it was made."""
    raw = json.dumps(
        {
            "v": 1,
            "op_id": name_of(note.name, "op"),
            "rec_id": name_of(note.name, "record"),
            "base": None,
            "author": note.author_id,
            "install_id": install,
            "seq": note.seq,
            "made_at": note.made_at.isoformat(),
            "tz": str(zone),
            "app_ver": "demo",
            "kind": note.kind,
            "payload": dict(note.payload),
            "photos": [],
        },
        ensure_ascii=False,
    )
    item = {"raw": raw, "sha256": hashlib.sha256(raw.encode()).hexdigest()}
    received_at = min(note.made_at + UNTIL_SENT, now)
    intake.accept_ops(store, registry, [item], carrier_id=note.author_id, now=received_at)


def days_before(now: datetime, days: int, clock: str, zone: tzinfo) -> datetime:
    """Return a time of day some days before ``now``, on a day when halls are open."""
    hour, minute = (int(part) for part in clock.split(":"))
    day = now.astimezone(zone) - timedelta(days=days)
    day -= timedelta(days=max(day.weekday() - FRIDAY, 0))  # halls are closed at the weekend
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def entry(reader: Reader, table: Table, code: str) -> Row:
    """Return an entry of the demo's catalogue; raise LookupError where it has none."""
    row = catalog.find_row_by_code(reader, table, code)
    if row is None:
        raise LookupError(f"the demo's catalogue has no {code} in {table.name}")
    return row
