"""Printings that take their time, in the store."""

from __future__ import annotations

from datetime import datetime

from survey_app import audit
from survey_app.store import Reader, Row, Writer
from survey_app.store.instants import to_text

_NEWEST = "order by started_at desc, id desc limit 1"


def find_job(reader: Reader, sheet: str) -> Row | None:
    """Return the newest printing of this sheet, or None."""
    return reader.find(
        f"select * from print_jobs where sheet = :sheet {_NEWEST}",  # noqa: S608
        {"sheet": sheet},
    )


def list_under_way(reader: Reader) -> list[Row]:
    """Return the printings that have not ended, as far as anybody said."""
    return reader.query("select * from print_jobs where ended_at is null order by started_at, id")


def list_sheets(reader: Reader, digest_id: str) -> list[str]:
    """Return the sheets of a briefing that were printed."""
    rows = reader.query(
        "select distinct sheet from print_jobs where digest_id = :id and state = 'done'", {"id": digest_id}
    )
    return [row["sheet"] for row in rows]


def add_job(
    tx: Writer, job_id: str, digest_id: str, sheet: str, total: int, *, actor_id: str, at: datetime
) -> bool:
    """Note that a printing begins; False, and nothing noted, where one of the same sheet is under way."""
    added = tx.execute(
        """
        insert into print_jobs (id, digest_id, sheet, state, total, started_by, started_at)
        values (:id, :digest_id, :sheet, 'waiting', :total, :started_by, :started_at)
        on conflict do nothing
        """,
        {
            "id": job_id,
            "digest_id": digest_id,
            "sheet": sheet,
            "total": total,
            "started_by": actor_id,
            "started_at": to_text(at),
        },
    )
    if added:
        detail = {"job": job_id, "sheet": sheet}
        audit.record(
            tx,
            actor_id=actor_id,
            action="digest.print",
            entity="digest",
            entity_id=digest_id,
            detail=detail,
            at=at,
        )
    return bool(added)


def set_progress(tx: Writer, job_id: str, done: int) -> None:
    """Note how many pages are laid out."""
    tx.update("print_jobs", job_id, {"state": "running", "done": done})


def end_job(tx: Writer, job_id: str, state: str, at: datetime, **result: object) -> None:
    """Note how a printing ended: ``state`` with ``done``, ``pdf_sha256`` or ``problem``."""
    tx.update("print_jobs", job_id, {**result, "state": state, "ended_at": to_text(at)})
