"""Records in the store: the projection that screens read, one's own list, and drafts of the plain form."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from survey_app import audit
from survey_app.catalog import queries as catalog
from survey_app.catalog.tables import (
    CATEGORIES,
    CHECKLIST_ITEMS,
    CHECKLISTS,
    COUNTERS,
    HALLS,
    MATTERS,
    REFORM_ITEMS,
    SERVICE_PHONES,
)
from survey_app.catalog.units import list_units_below
from survey_app.store import Reader, Row, Writer
from survey_app.store.instants import to_text
from survey_app.sync.kinds import NamedPhoto
from survey_app.visits import agenda

PAGE = 30
TABLES = {
    "hall_id": HALLS, "counter_id": COUNTERS, "matter_id": MATTERS, "reform_item_ids": REFORM_ITEMS,
    "phone_id": SERVICE_PHONES, "checklist_id": CHECKLISTS, "item_id": CHECKLIST_ITEMS,
}  # fmt: skip


def is_known(reader: Reader, field: str, name: str, *, author_id: str = "") -> bool:
    """Tell whether the catalogue has, or had, what a field names; a leader counts for their own aides alone.

    ``counter_in_hall`` is named ``hall/counter``; ``crossing`` ``person/hall``, no person meaning the author.
    """
    if field == "for_person_id":
        return name in (row["id"] for row in agenda.list_leaders(reader, author_id))
    if field == "crossing":
        person_id, hall_id = name.split("/", 1)
        return may_visit(reader, person_id or author_id, hall_id)
    if field == "category":
        return catalog.find_row_by_code(reader, CATEGORIES, name) is not None
    if field == "counter_in_hall":
        hall_id, counter_id = name.split("/", 1)
        counter = catalog.find_row(reader, COUNTERS, counter_id)
        return counter is None or counter["hall_id"] == hall_id
    return catalog.find_row(reader, TABLES[field], name) is not None


def list_own_halls(reader: Reader, person_id: str) -> list[str]:
    """Return the ids of the halls that a person may not visit: those of their own department and below it."""
    department = reader.find(
        """
        select units.id from people join units on units.id = people.unit_id and units.tier = 'department'
        where people.id = :person_id
        """,
        {"person_id": person_id},
    )
    own = list_units_below(reader, department["id"]) if department else []
    return [row["id"] for row in catalog.list_halls(reader, retired=True) if row["unit_id"] in own]


def may_visit(reader: Reader, person_id: str, hall_id: str) -> bool:
    """Tell whether a person may visit a hall: who belongs to a department visits those of others."""
    return hall_id not in list_own_halls(reader, person_id)


def list_own_records(reader: Reader, author_id: str, *, before: int | None = None) -> list[Row]:
    """Return a page of a person's records, the last to arrive first: id, n, text, quote, method, kind, state,
    forked, made_at, received_at, hall_name, counter_name, photos and missing (how many still come), and of
    the problem that was made of it: finding_id, progress (its state) and answer (what the unit says).
    """
    return reader.query(
        """
        select o.id, o.n, o.text, o.quote, o.method, o.kind, o.state, o.forked, o.made_at, o.received_at,
            o.author_id, o.visitor_id, o.standing, o.accountability, o.follow_up_on,
            o.finding_id, o.progress, o.answer,
            halls.name as hall_name, counters.name as counter_name,
            (select count(*) from observation_photos p where p.observation_id = o.id) as photos,
            (select count(*) from observation_photos p where p.observation_id = o.id
                and not exists (select 1 from photos where photos.id = p.sha256)) as missing
        from observations o left join halls on halls.id = o.hall_id
            left join counters on counters.id = o.counter_id
        where (o.author_id = :author_id or o.visitor_id = :author_id) and (:before is null or o.n < :before)
        order by o.n desc limit :limit
        """,
        {"author_id": author_id, "before": before, "limit": PAGE},
    )


def count_own_held(reader: Reader, author_id: str) -> dict[str, int]:
    """Return how many of a person's ops arrived and wait for the office, by kind."""
    rows = reader.query(
        """
        select kind, count(*) as n from ops where author_id = :id and status = 'held'
            and code not in ('custody', 'set_aside') group by kind order by min(server_seq)
        """,
        {"id": author_id},
    )
    return {row["kind"]: row["n"] for row in rows}


def find_own_photos(reader: Reader, person_id: str, digests: Iterable[str]) -> tuple[NamedPhoto, ...]:
    """Return those of the photos that this person sent and the server has."""
    query = "select id, bytes, mime from photos where id = :id and received_from = :person_id"
    rows = (reader.find(query, {"id": digest, "person_id": person_id}) for digest in digests)
    return tuple(NamedPhoto(row["id"], row["bytes"], row["mime"]) for row in rows if row)


def list_drafts(reader: Reader, author_id: str) -> list[Row]:
    """Return a person's drafts, the last touched first: id, payload (a dict), updated_at."""
    rows = reader.query(
        "select * from drafts where author_id = :author_id order by updated_at desc, id",
        {"author_id": author_id},
    )
    return [{**row, "payload": json.loads(row["payload"])} for row in rows]


def find_draft(reader: Reader, draft_id: str, author_id: str) -> Row | None:
    """Return one of a person's drafts, or None."""
    row = reader.find(
        "select * from drafts where id = :id and author_id = :author_id",
        {"id": draft_id, "author_id": author_id},
    )
    return {**row, "payload": json.loads(row["payload"])} if row else None


def set_draft(tx: Writer, draft_id: str, payload: dict[str, Any], *, author_id: str, at: datetime) -> None:
    """Keep a draft of the plain form; one that is there is replaced by its author only."""
    row = {"payload": json.dumps(payload, ensure_ascii=False), "updated_at": to_text(at)}
    taken = tx.find("select author_id from drafts where id = :id", {"id": draft_id})
    if taken and taken["author_id"] != author_id:  # always the same one, or a form sent twice would make two
        draft_id = str(uuid5(UUID(draft_id), author_id))
    if find_draft(tx, draft_id, author_id):
        tx.update("drafts", draft_id, row)
    else:
        tx.insert("drafts", {"id": draft_id, "author_id": author_id, **row})
    audit.record(tx, actor_id=author_id, action="draft.set", entity="draft", entity_id=draft_id, detail={},
                 at=at)  # fmt: skip


def delete_draft(tx: Writer, draft_id: str, *, author_id: str, at: datetime) -> None:
    """Remove one of a person's drafts, where there is one."""
    if find_draft(tx, draft_id, author_id):
        tx.delete("drafts", draft_id)
        audit.record(tx, actor_id=author_id, action="draft.delete", entity="draft", entity_id=draft_id,
                     detail={}, at=at)  # fmt: skip
