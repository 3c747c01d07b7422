"""What happened to a person's records, for that person's phones: a feed that only grows."""

from __future__ import annotations

from datetime import datetime

from survey_app.store import Reader, Row, Writer
from survey_app.store.instants import to_text

PAGE = 100
EVENTS = (
    "held",
    "applied",
    "set_aside",
    "confirmed",
    "refused",
    "withdrawn",
    "triaged",
    "forked",
    "chosen",
)


def note(
    tx: Writer,
    *,
    person_id: str,
    record_id: str,
    event: str,
    at: datetime,
    op_id: str | None = None,
    code: str = "",
    note: str = "",
) -> None:
    """Tell a record's author, in the transaction in which it happened, that ``event`` happened to it.

    ``code`` says why an op is held; ``note`` is what a person wrote about it, for the author to read.
    """
    if event not in EVENTS:
        raise ValueError(f"unknown event: {event}")
    tx.insert("record_changes", {
        "n": int(tx.value("select coalesce(max(n), 0) + 1 from record_changes")), "person_id": person_id,
        "record_id": record_id, "op_id": op_id, "event": event, "code": code, "note": note, "at": to_text(at),
    })  # fmt: skip


def list_changes(reader: Reader, person_id: str, *, since: int = 0, limit: int = PAGE) -> list[Row]:
    """Return what happened to a person's records after change ``since``, the oldest first: n, rec_id, op_id,
    event, code, note, at.
    """
    return reader.query(
        """
        select n, record_id as rec_id, op_id, event, code, note, at from record_changes
        where person_id = :person_id and n > :since order by n limit :limit
        """,
        {"person_id": person_id, "since": since, "limit": limit},
    )
