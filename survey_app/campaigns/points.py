"""Contact points (联系点) in the store: which halls a leader looks after."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from survey_app import audit
from survey_app.catalog.vocabulary import TIERS
from survey_app.store import Reader, Row, Writer

RANKS = " ".join(f"when '{tier}' then {rank}" for rank, tier in enumerate(TIERS))
LEADERS = f"""
    select people.id, people.login, people.post, people.unit_id, units.tier, units.name as unit_name
    from people join person_roles on person_roles.person_id = people.id and person_roles.role = 'leader'
        left join units on units.id = people.unit_id
    where people.disabled_at is null
    order by case units.tier {RANKS} else {len(TIERS)} end, people.post, people.id
"""  # noqa: S608  our own words


def list_leaders(reader: Reader) -> list[Row]:
    """Return every leader by tier and post: id, login, post, unit_id, unit_name, tier and their ``halls``.

    A hall is ``{id, code, name}``; one that is out of use is no contact point any more.
    """
    halls: dict[str, list[Row]] = {}
    rows = reader.query(
        """
        select contact_points.person_id, halls.id, halls.code, halls.name
        from contact_points join halls on halls.id = contact_points.hall_id and halls.retired_on is null
        order by halls.code
        """
    )
    for row in rows:
        halls.setdefault(row.pop("person_id"), []).append(row)
    return [{**row, "halls": halls.get(row["id"], [])} for row in reader.query(LEADERS)]


def find_leader(reader: Reader, person_id: str) -> Row | None:
    """Return one leader with their ``halls``, or None."""
    return next((row for row in list_leaders(reader) if row["id"] == person_id), None)


def set_points(
    tx: Writer, person_id: str, hall_ids: Collection[str], *, actor_id: str | None, at: datetime
) -> None:
    """Make these halls, and no others, the contact points of a leader."""
    wanted = sorted(set(hall_ids))
    tx.execute("delete from contact_points where person_id = :id", {"id": person_id})
    tx.insert_all("contact_points", [{"person_id": person_id, "hall_id": hall_id} for hall_id in wanted])
    audit.record(tx, actor_id=actor_id, action="contact_points.set", entity="person", entity_id=person_id,
                 detail={"halls": wanted}, at=at)  # fmt: skip
