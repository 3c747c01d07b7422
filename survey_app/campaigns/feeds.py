"""Private addresses of calendars in the store; of an address only the SHA-256 is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime
from typing import Final

from survey_app import audit
from survey_app.store import Reader, Row, Writer
from survey_app.store.instants import to_text
from survey_app.visits.agenda import FULFILLED_BY

SCOPES: Final = {"own": "leader", "all": "office"}
"""What a calendar holds → the role that one needs for it: one's own assignments, or everybody's."""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def list_feeds(reader: Reader, person_id: str) -> dict[str, str]:
    """Return which calendars a person has an address of, and since when."""
    rows = reader.query(
        "select scope, created_at from calendar_feeds where person_id = :id", {"id": person_id}
    )
    return {row["scope"]: row["created_at"] for row in rows}


def add_feed(tx: Writer, person_id: str, scope: str, *, at: datetime) -> str:
    """Give a person a new address of a calendar and return its token; the one before ends."""
    token = secrets.token_urlsafe(32)
    _delete(tx, person_id, scope)
    row = {"id": _digest(token), "person_id": person_id, "scope": scope, "created_at": to_text(at)}
    tx.insert("calendar_feeds", row)
    _record(tx, "calendar.renew", person_id, scope, at)
    return token


def end_feed(tx: Writer, person_id: str, scope: str, *, at: datetime) -> None:
    """End a person's address of a calendar."""
    if _delete(tx, person_id, scope):
        _record(tx, "calendar.end", person_id, scope, at)


def _delete(tx: Writer, person_id: str, scope: str) -> int:
    return tx.execute(
        "delete from calendar_feeds where person_id = :id and scope = :scope",
        {"id": person_id, "scope": scope},
    )


def _record(tx: Writer, action: str, person_id: str, scope: str, at: datetime) -> None:
    audit.record(tx, actor_id=person_id, action=action, entity="person", entity_id=person_id,
                 detail={"scope": scope}, at=at)  # fmt: skip


def find_feed(reader: Reader, token: str) -> Row | None:
    """Return whose address this is and of what (person_id, scope), or None; the role is asked each time."""
    return reader.find(
        """
        select f.person_id, f.scope from calendar_feeds f
            join people on people.id = f.person_id and people.disabled_at is null
            join person_roles r on r.person_id = people.id
        where f.id = :id and r.role = case f.scope when 'own' then 'leader' else 'office' end
        """,
        {"id": _digest(token)},
    )


def list_events(reader: Reader, person_id: str | None, since: date) -> list[Row]:
    """Return the assignments of a person, or of everybody, from ``since`` on; withdrawn ones too.

    ``cancelled``: it was withdrawn, or its campaign was closed before anybody went.
    """
    return reader.query(
        f"""
        select a.id, a.due_on, a.changes, coalesce(a.changed_at, c.created_at) as changed_at,
            a.withdrawn_at is not null or (c.closed_on is not null and {FULFILLED_BY} is null) as cancelled,
            a.campaign_id, c.name as campaign_name, people.post as visitor_post,
            halls.name as hall_name, halls.address as hall_address
        from assignments a join campaigns c on c.id = a.campaign_id
            join people on people.id = a.person_id join halls on halls.id = a.hall_id
        where (:person_id is null or a.person_id = :person_id) and a.due_on >= :since
        order by a.due_on, a.id
        """,  # noqa: S608  our own words
        {"person_id": person_id, "since": since.isoformat()},
    )
