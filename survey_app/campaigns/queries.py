"""Campaigns in the store: what is planned, for whom, and what it allows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from survey_app import audit
from survey_app.campaigns import assignments
from survey_app.campaigns.rules import Bounds, Place, Visitor
from survey_app.catalog.queries import list_halls
from survey_app.catalog.units import list_units_below
from survey_app.store import Reader, Row, Writer
from survey_app.store.ids import uuid7
from survey_app.store.instants import to_text
from survey_app.visits.agenda import FULFILLED_BY


def add_campaign(
    tx: Writer, fields: dict[str, Any], *, actor_id: str, at: datetime, campaign_id: str | None = None
) -> str:
    """Add a campaign and return its id, which is made where none is given."""
    row = {"id": campaign_id or uuid7(), **fields, "created_by": actor_id, "created_at": to_text(at)}
    tx.insert("campaigns", row)
    _record(tx, "add", row["id"], fields, actor_id, at)
    return str(row["id"])


def set_campaign(
    tx: Writer, campaign_id: str, fields: dict[str, Any], *, actor_id: str, at: datetime
) -> None:
    """Change what a campaign is called, when it is, what it is for and what is looked at."""
    tx.update("campaigns", campaign_id, fields)
    assignments.count_changes(tx, campaign_id, at)
    _record(tx, "edit", campaign_id, fields, actor_id, at)


def set_closed(tx: Writer, campaign_id: str, day: date | None, *, actor_id: str, at: datetime) -> None:
    """Close a campaign from ``day``, or open it again: nobody is sent anywhere by a closed one."""
    tx.update("campaigns", campaign_id, {"closed_on": day.isoformat() if day else None})
    assignments.count_changes(tx, campaign_id, at)
    _record(tx, "close" if day else "reopen", campaign_id, {}, actor_id, at)


def _record(
    tx: Writer, action: str, campaign_id: str, detail: dict[str, Any], actor_id: str, at: datetime
) -> None:
    audit.record(tx, actor_id=actor_id, action=f"campaign.{action}", entity="campaign",
                 entity_id=campaign_id, detail=detail, at=at)  # fmt: skip


def list_campaigns(reader: Reader) -> list[Row]:
    """Return every campaign, the latest first, each with how many are assigned and how many visited."""
    return reader.query(
        f"""
        select c.*, checklists.name as checklist_name,
            (select count(*) from assignments a where a.campaign_id = c.id and a.withdrawn_at is null)
                as assigned,
            (select count(*) from assignments a where a.campaign_id = c.id and a.withdrawn_at is null
                and {FULFILLED_BY} is not null) as visited
        from campaigns c left join checklists on checklists.id = c.checklist_id
        order by c.begins_on desc, c.id desc
        """  # noqa: S608  our own words
    )


def list_begun_campaigns(reader: Reader, today: date) -> list[Row]:
    """Return the campaigns that have begun, the latest first: id, name, begins_on, ends_on."""
    return reader.query(
        """
        select id, name, begins_on, ends_on from campaigns where begins_on <= :today
        order by begins_on desc, id desc
        """,
        {"today": today.isoformat()},
    )


def find_campaign(reader: Reader, campaign_id: str) -> Row | None:
    """Return one campaign with its counts, or None."""
    return next((row for row in list_campaigns(reader) if row["id"] == campaign_id), None)


def list_visitors(reader: Reader, tier: str) -> list[Visitor]:
    """Return the leaders of a tier by post, with their contact points."""
    points: dict[str, set[str]] = {}
    for row in reader.query("select person_id, hall_id from contact_points"):
        points.setdefault(row["person_id"], set()).add(row["hall_id"])
    rows = reader.query(
        """
        select people.id, people.unit_id, units.tier from people
            join person_roles on person_roles.person_id = people.id and person_roles.role = 'leader'
            join units on units.id = people.unit_id and units.tier = :tier
        where people.disabled_at is null order by people.post, people.id
        """,
        {"tier": tier},
    )
    own = {
        unit_id: frozenset(list_units_below(reader, unit_id)) for unit_id in {row["unit_id"] for row in rows}
    }
    return [
        Visitor(row["id"], own[row["unit_id"]], row["tier"], frozenset(points.get(row["id"], ())))
        for row in rows
    ]


def find_bounds(reader: Reader, campaign: Row, today: date) -> Bounds:
    """Return what a campaign allows from ``today`` on."""
    return Bounds(
        visitors={one.id: one for one in list_visitors(reader, campaign["tier"])},
        places={row["id"]: Place(row["id"], row["unit_id"]) for row in list_halls(reader)},
        first=date.fromisoformat(campaign["begins_on"]),
        last=date.fromisoformat(campaign["ends_on"]),
        today=today,
        taken={
            (row["person_id"], row["hall_id"]): date.fromisoformat(row["due_on"])
            for row in assignments.list_assignments(reader, campaign["id"])
        },
    )


def list_names(reader: Reader) -> tuple[dict[str, str], dict[str, str]]:
    """Return what people and halls are called, by id."""
    posts = reader.query("select id, post from people")
    halls = reader.query("select id, name from halls")
    return {row["id"]: row["post"] for row in posts}, {row["id"]: row["name"] for row in halls}
