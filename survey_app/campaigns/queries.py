"""Campaigns and who goes where in them, in the store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from survey_app import audit
from survey_app.campaigns.planner import Proposal
from survey_app.campaigns.rules import Place, Visitor
from survey_app.catalog.queries import list_halls
from survey_app.store import Reader, Row, Writer
from survey_app.store.ids import uuid7
from survey_app.store.instants import to_text

VISITED = """(select min(v.id) from visits v where v.assignment_id = a.id and not v.withdrawn)"""


def add_campaign(tx: Writer, fields: dict[str, Any], *, actor_id: str, at: datetime) -> str:
    """Add a campaign and return its id."""
    campaign_id = uuid7()
    tx.insert("campaigns", {"id": campaign_id, **fields, "created_by": actor_id, "created_at": to_text(at)})
    audit.record(tx, actor_id=actor_id, action="campaign.add", entity="campaign", entity_id=campaign_id,
                 detail=fields, at=at)  # fmt: skip
    return campaign_id


def list_campaigns(reader: Reader) -> list[Row]:
    """Return every campaign, the latest first, each with how many are assigned and how many visited."""
    return reader.query(
        f"""
        select c.*, checklists.name as checklist_name,
            (select count(*) from assignments a where a.campaign_id = c.id and a.withdrawn_at is null)
                as assigned,
            (select count(*) from assignments a where a.campaign_id = c.id and a.withdrawn_at is null
                and {VISITED} is not null) as visited
        from campaigns c left join checklists on checklists.id = c.checklist_id
        order by c.begins_on desc, c.id desc
        """  # noqa: S608  our own words
    )


def find_campaign(reader: Reader, campaign_id: str) -> Row | None:
    """Return one campaign with its counts, or None."""
    return next((row for row in list_campaigns(reader) if row["id"] == campaign_id), None)


def list_assignments(reader: Reader, campaign_id: str) -> list[Row]:
    """Return a campaign's assignments by day: who, where, until when, why, ``visit_id`` once it is done."""
    return reader.query(
        f"""
        select a.*, people.post as visitor_post, halls.name as hall_name, {VISITED} as visit_id
        from assignments a join people on people.id = a.person_id join halls on halls.id = a.hall_id
        where a.campaign_id = :id and a.withdrawn_at is null
        order by a.due_on, halls.name, people.post
        """,  # noqa: S608  our own words
        {"id": campaign_id},
    )


def list_visitors(reader: Reader, tier: str) -> list[Visitor]:
    """Return the leaders of a tier with their contact points."""
    points: dict[str, set[str]] = {}
    for row in reader.query("select person_id, hall_id from contact_points"):
        points.setdefault(row["person_id"], set()).add(row["hall_id"])
    rows = reader.query(
        """
        select people.id, people.unit_id, units.tier from people
            join person_roles on person_roles.person_id = people.id and person_roles.role = 'leader'
            join units on units.id = people.unit_id and units.tier = :tier
        where people.disabled_at is null order by people.id
        """,
        {"tier": tier},
    )
    return [
        Visitor(row["id"], row["unit_id"], row["tier"], frozenset(points.get(row["id"], ()))) for row in rows
    ]


def list_places(reader: Reader) -> list[Place]:
    """Return the halls in use."""
    return [Place(row["id"], row["unit_id"]) for row in list_halls(reader)]


def add_assignments(
    tx: Writer, campaign_id: str, proposals: Iterable[Proposal], *, actor_id: str, at: datetime
) -> int:
    """Agree to visits; one that was withdrawn before is made again. Return how many."""
    added = 0
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
        detail = {"person": one.visitor_id, "hall": one.hall_id, "due_on": row["due_on"]}
        audit.record(tx, actor_id=actor_id, action="assignment.add", entity="assignment",
                     entity_id=assignment_id, detail=detail, at=at)  # fmt: skip
        added += 1
    return added


def withdraw_assignment(
    tx: Writer, campaign_id: str, assignment_id: str, *, actor_id: str, at: datetime
) -> None:
    """Take an assignment back; one that is done stays done."""
    found = tx.find(
        "select id from assignments where id = :id and campaign_id = :c and withdrawn_at is null",
        {"id": assignment_id, "c": campaign_id},
    )
    if found:
        tx.update("assignments", assignment_id, {"withdrawn_at": to_text(at)})
        audit.record(tx, actor_id=actor_id, action="assignment.withdraw", entity="assignment",
                     entity_id=assignment_id, detail={}, at=at)  # fmt: skip
