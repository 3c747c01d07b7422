"""Assignments in the store: who goes where on which day, agreed to, moved, taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from survey_app import audit
from survey_app.campaigns.planner import Proposal
from survey_app.store import Reader, Row, Writer
from survey_app.store.ids import uuid7
from survey_app.store.instants import to_text
from survey_app.visits.agenda import FULFILLED_BY


def list_assignments(reader: Reader, campaign_id: str) -> list[Row]:
    """Return a campaign's assignments by day: who, where, until when, why, ``visit_id`` once it is done."""
    return reader.query(
        f"""
        select a.*, people.post as visitor_post, halls.name as hall_name, {FULFILLED_BY} as visit_id
        from assignments a join people on people.id = a.person_id join halls on halls.id = a.hall_id
        where a.campaign_id = :id and a.withdrawn_at is null
        order by a.due_on, halls.name, people.post
        """,  # noqa: S608  our own words
        {"id": campaign_id},
    )


def find_assignment(reader: Reader, campaign_id: str, assignment_id: str) -> Row | None:
    """Return one assignment of a campaign that stands, or None."""
    return next((row for row in list_assignments(reader, campaign_id) if row["id"] == assignment_id), None)


def count_outside(reader: Reader, campaign_id: str, first: date, last: date) -> int:
    """Return how many visits still to be made lie outside of these days."""
    return sum(
        not first <= date.fromisoformat(row["due_on"]) <= last and row["visit_id"] is None
        for row in list_assignments(reader, campaign_id)
    )


def add_assignments(
    tx: Writer, campaign_id: str, proposals: Iterable[Proposal], *, actor_id: str, at: datetime
) -> None:
    """Agree to visits; one that was withdrawn before is made again."""
    for one in proposals:
        known = tx.find(
            "select id from assignments where campaign_id = :c and person_id = :p and hall_id = :h",
            {"c": campaign_id, "p": one.visitor_id, "h": one.hall_id},
        )
        row = {"due_on": one.due_on.isoformat(), "reason": one.reason, "withdrawn_at": None}
        assignment_id = known["id"] if known else uuid7()
        if known:
            tx.update("assignments", assignment_id, row)
        else:
            ids = {"id": assignment_id, "campaign_id": campaign_id, "person_id": one.visitor_id,
                   "hall_id": one.hall_id}  # fmt: skip
            tx.insert("assignments", {**ids, **row})
        _count_change(tx, "id", assignment_id, at)
        detail = {"person": one.visitor_id, "hall": one.hall_id, "due_on": row["due_on"]}
        _record(tx, "add", assignment_id, detail, actor_id, at)


def move_assignment(tx: Writer, assignment_id: str, day: date, *, actor_id: str, at: datetime) -> None:
    """Put an assignment on another day."""
    tx.update("assignments", assignment_id, {"due_on": day.isoformat()})
    _count_change(tx, "id", assignment_id, at)
    _record(tx, "move", assignment_id, {"due_on": day.isoformat()}, actor_id, at)


def withdraw_assignment(tx: Writer, assignment_id: str, *, actor_id: str, at: datetime) -> None:
    """Take an assignment back."""
    tx.update("assignments", assignment_id, {"withdrawn_at": to_text(at)})
    _count_change(tx, "id", assignment_id, at)
    _record(tx, "withdraw", assignment_id, {}, actor_id, at)


def count_changes(tx: Writer, campaign_id: str, at: datetime) -> None:
    """Note that every assignment of a campaign is another one now: calendars ask for it."""
    _count_change(tx, "campaign_id", campaign_id, at)


def _count_change(tx: Writer, column: str, value: str, at: datetime) -> None:
    tx.execute(
        f"update assignments set changes = changes + 1, changed_at = :at where {column} = :value",  # noqa: S608
        {"value": value, "at": to_text(at)},
    )


def _record(
    tx: Writer, action: str, assignment_id: str, detail: dict[str, Any], actor_id: str, at: datetime
) -> None:
    audit.record(tx, actor_id=actor_id, action=f"assignment.{action}", entity="assignment",
                 entity_id=assignment_id, detail=detail, at=at)  # fmt: skip
