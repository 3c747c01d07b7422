"""Who changed what, when: rows that are only added, each sealed with the hash of the one before."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from survey_app.store import Reader, Row, Writer
from survey_app.store.instants import to_text

GENESIS = "0" * 64
BATCH = 1000  # rows
SEALED = ("seq", "at", "actor_id", "action", "entity", "entity_id", "detail", "previous_hash")


def record(
    tx: Writer,
    *,
    actor_id: str | None,
    action: str,
    entity: str,
    entity_id: str,
    detail: dict[str, Any],
    at: datetime,
) -> None:
    """Add one row to the chain, in the transaction that makes the change."""
    last = tx.find("select seq, hash from audit order by seq desc limit 1")
    row: Row = {
        "seq": last["seq"] + 1 if last else 1,
        "at": to_text(at),
        "actor_id": actor_id,
        "action": action,
        "entity": entity,
        "entity_id": entity_id,
        "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True),
        "previous_hash": last["hash"] if last else GENESIS,
    }
    tx.insert("audit", {**row, "hash": seal(row)})


def seal(row: Row) -> str:
    """Return the SHA-256, as hex, over every sealed field of a row."""
    fields = json.dumps([row[name] for name in SEALED], ensure_ascii=False)
    return hashlib.sha256(fields.encode()).hexdigest()


def history(reader: Reader, entity: str, entity_id: str) -> list[Row]:
    """Return what happened to one thing, oldest first: at, actor_id, name, post, action, detail (a dict)."""
    rows = reader.query(
        """
        select audit.at, audit.actor_id, audit.action, audit.detail, people.name, people.post
        from audit left join people on people.id = audit.actor_id
        where entity = :entity and entity_id = :entity_id order by seq
        """,
        {"entity": entity, "entity_id": entity_id},
    )
    return [{**row, "detail": json.loads(row["detail"])} for row in rows]


def get_head(reader: Reader) -> tuple[int, str]:
    """Return how many rows the chain has and the hash of the last, which proves all before it."""
    last = reader.find("select seq, hash from audit order by seq desc limit 1")
    return (last["seq"], last["hash"]) if last else (0, GENESIS)


def find_sealed(reader: Reader, beginning: str) -> int | None:
    """Return the ``seq`` of the row whose hash begins so, or None."""
    found: int | None = reader.value(
        "select seq from audit where substr(hash, 1, :length) = :beginning order by seq",
        {"length": len(beginning), "beginning": beginning},
    )
    return found


def broken_links(reader: Reader) -> Iterator[int]:
    """Yield the ``seq`` of every row that does not fit the row before it or its own hash."""
    previous, expected = GENESIS, 1
    for row in _rows(reader):
        if row["previous_hash"] != previous or row["seq"] != expected or seal(row) != row["hash"]:
            yield row["seq"]
        previous, expected = row["hash"], row["seq"] + 1


def _rows(reader: Reader) -> Iterator[Row]:
    """Yield the whole chain, so many rows at a time: it outgrows the memory of the machine."""
    after = 0
    while rows := reader.query(
        "select * from audit where seq > :after order by seq limit :limit", {"after": after, "limit": BATCH}
    ):
        yield from rows
        after = rows[-1]["seq"]
