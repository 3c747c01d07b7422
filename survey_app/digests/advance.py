"""Taking a briefing one step on, in the store: sent for review, signed, sent back, issued, corrected."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from survey_app import audit
from survey_app.digests import queries
from survey_app.digests.figures import Figures
from survey_app.digests.stages import STEPS, UNDONE
from survey_app.store import Row, Writer
from survey_app.store.ids import uuid7
from survey_app.store.instants import to_text

CORRECTED = (
    "template", "reform_item_id", "unit_id", "series", "issuer", "title_1", "title_2", "contributor",
    "report_to", "send_to", "copies", "period_from", "period_to",
)  # fmt: skip
"""What a correction takes over from the briefing that it corrects, beside its text and its picks."""


def submit(tx: Writer, digest: Row, *, actor_id: str, at: datetime, detail: Row) -> bool:
    """Send a draft for review; return False, and change nothing, where it is not as it was looked at."""
    changes = {"submitted_by": actor_id, "submitted_at": to_text(at)}
    return _take(tx, digest, "submit", changes, actor_id=actor_id, at=at, detail=detail)


def sign(tx: Writer, digest: Row, *, actor_id: str, at: datetime, detail: Row) -> bool:
    """Sign a briefing off; return False, and change nothing, where it is not as it was looked at."""
    changes = {"signed_by": actor_id, "signed_at": to_text(at)}
    return _take(tx, digest, "sign", changes, actor_id=actor_id, at=at, detail=detail)


def send_back(tx: Writer, digest: Row, reason: str, *, actor_id: str, at: datetime) -> bool:
    """Make it a draft again; return False, and change nothing, where it is not as it was looked at."""
    return _take(tx, digest, "return", UNDONE, actor_id=actor_id, at=at, detail={"reason": reason})


def issue(tx: Writer, digest: Row, printed: Row, figures: Figures, *, actor_id: str, at: datetime) -> bool:
    """Issue what was signed; from here on it never changes. False where it is not as it was looked at.

    ``printed`` holds number, year, issued_on, counted, frozen, pdf_name and pdf_sha256.
    """
    changes = {
        **printed,
        "figures": json.dumps(asdict(figures), ensure_ascii=False, sort_keys=True),
        "issued_by": actor_id,
        "issued_at": to_text(at),
    }
    detail = {name: printed[name] for name in ("number", "year", "issued_on", "pdf_name", "pdf_sha256")}
    return _take(tx, digest, "issue", changes, actor_id=actor_id, at=at, detail=detail)


def _take(
    tx: Writer, digest: Row, step: str, changes: Row, *, actor_id: str, at: datetime, detail: Row
) -> bool:
    found = tx.find(
        "select state from digests where id = :id and version = :version",
        {"id": digest["id"], "version": digest["version"]},
    )
    if found is None or found["state"] not in STEPS[step].sources:
        return False
    moved = {"state": STEPS[step].target, "version": digest["version"] + 1, "updated_at": to_text(at)}
    tx.update("digests", digest["id"], {**changes, **moved})
    _record(tx, step, digest["id"], detail, actor_id, at)
    return True


def correct(tx: Writer, issued: Row, note: str, *, actor_id: str, at: datetime) -> str:
    """Start the draft that corrects an issued briefing, ``note`` before its text, and return its id."""
    digest_id, instant = uuid7(), to_text(at)
    row = {
        **{name: issued[name] for name in CORRECTED},
        "id": digest_id,
        "corrects": issued["id"],
        "body": f"{note}\n{issued['body']}",
        "issued_on": issued["issued_on"],
        "created_by": actor_id,
        "created_at": instant,
        "edited_by": actor_id,
        "updated_at": instant,
    }
    tx.insert("digests", row)
    picks = [{**pick, "digest_id": digest_id} for pick in queries.list_picks(tx, issued["id"]).values()]
    tx.insert_all("digest_observations", picks)
    _record(tx, "add", digest_id, {"corrects": issued["id"]}, actor_id, at)
    _record(tx, "correct", issued["id"], {"by": digest_id}, actor_id, at)
    return digest_id


def _record(
    tx: Writer, action: str, digest_id: str, detail: dict[str, Any], actor_id: str, at: datetime
) -> None:
    audit.record(
        tx, actor_id=actor_id, action=f"digest.{action}", entity="digest", entity_id=digest_id,
        detail=detail, at=at,
    )  # fmt: skip
