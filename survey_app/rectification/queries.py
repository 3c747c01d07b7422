"""The inbox in the store: its pages, one record whole, and the office's decision about it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from survey_app import audit
from survey_app.rectification import sources, triage
from survey_app.rectification.filters import UNTAGGED, Filter
from survey_app.rectification.triage import Decision
from survey_app.store import Reader, Row, Store, Writer
from survey_app.store.instants import to_text
from survey_app.sync import changes
from survey_app.sync.queries import count_held, list_ops
from survey_app.visits import effective

PAGE = 30
MOST_COUNTED = 1000
BEYOND = 2**62  # more than any number of a record

SELECT = """
    select observations.id, observations.n, observations.text, observations.quote,
        observations.method, observations.kind,
        observations.category, observations.severity, observations.state, observations.forked,
        observations.resolved_on_spot, observations.made_at, observations.made_on,
        observations.standing, observations.accountability, observations.received_at,
        observations.progress,
        halls.name as hall_name, counters.name as counter_name,
        categories.name as category_name,
        (select count(*) from observation_photos where observation_id = observations.id) as photos
    from observations left join halls on halls.id = observations.hall_id
        left join counters on counters.id = observations.counter_id
        left join categories on categories.code = observations.category
"""


class AlreadyClassifiedError(Exception):
    """Somebody else decided in the meantime; ``theirs`` is the row of their decision."""

    def __init__(self, theirs: Row) -> None:
        super().__init__(theirs["id"])
        self.theirs = theirs


def list_records(store: Store, wanted: Filter, *, before: int = BEYOND, limit: int = PAGE) -> list[Row]:
    """Return the records that came in before number ``before``, the newest first."""
    sql, params = page_query(store, wanted, "<", "desc")
    return store.query(sql, {**params, "n": before, "limit": limit})


def list_newer_records(store: Store, wanted: Filter, *, after: int, limit: int = PAGE) -> list[Row]:
    """Return the records that came in next after number ``after``, the newest first."""
    sql, params = page_query(store, wanted, ">", "asc")
    return store.query(sql, {**params, "n": after, "limit": limit})


def page_query(store: Store, wanted: Filter, side: str, order: str) -> tuple[str, Row]:
    """Return the SQL of one page and its parameters: the numbers are chosen first, so little is sorted."""
    numbers, params = sources.numbers_query(sources.choose(store, wanted), side, order)
    return f"{SELECT} where observations.n in ({numbers}) order by observations.n desc", params


def count_records(store: Store, wanted: Filter, *, most: int = MOST_COUNTED) -> int:
    """Return how many records fit, counting no further than ``most`` + 1."""
    sql, params = sources.count_query(sources.choose(store, wanted))
    return int(store.value(sql, {**params, "limit": most + 1}))


def find_newer(store: Store, wanted: Filter, n: int) -> str | None:
    """Return the id of the record that fits and came in next after number ``n``, or None."""
    return _neighbour(store, wanted, ">", "asc", n)


def find_older(store: Store, wanted: Filter, n: int) -> str | None:
    """Return the id of the record that fits and came in last before number ``n``, or None."""
    return _neighbour(store, wanted, "<", "desc", n)


def _neighbour(store: Store, wanted: Filter, side: str, order: str, n: int) -> str | None:
    numbers, params = sources.numbers_query(sources.choose(store, wanted), side, order)
    sql = f"select id from observations where n in ({numbers})"  # noqa: S608
    found: str | None = store.value(sql, {**params, "n": n, "limit": 1})
    return found


def office_figures(store: Store, since: date) -> dict[str, int]:
    """Return what waits for the office: untriaged, untagged, held; and recent, what was noted ``since``."""
    return {
        "untriaged": count_records(store, Filter(state="reported")),
        "untagged": count_records(store, Filter(item=UNTAGGED)),
        "held": count_held(store),
        "recent": count_records(store, Filter(since=since)),
    }


def find_record(reader: Reader, record_id: str) -> Row | None:
    """Return one record with the names of all it refers to, or None; its photos and tags are apart."""
    return reader.find(
        """
        select observations.*, halls.name as hall_name, counters.name as counter_name,
            units.name as unit_name, units.tier as unit_tier, matters.name as matter_name,
            categories.name as category_name, people.post as author_post,
            author_unit.name as author_unit, visitor.post as visitor_post
        from observations join people on people.id = observations.author_id
            left join people visitor on visitor.id = observations.visitor_id
            left join halls on halls.id = observations.hall_id
            left join counters on counters.id = observations.counter_id
            left join units on units.id = observations.unit_id
            left join matters on matters.id = observations.matter_id
            left join categories on categories.code = observations.category
            left join units author_unit on author_unit.id = people.unit_id
        where observations.id = :id
        """,
        {"id": record_id},
    )


def list_photos(reader: Reader, record_id: str) -> list[Row]:
    """Return a record's photos in their order: sha256, and ``here`` (1 where it has arrived)."""
    return reader.query(
        """
        select sha256, exists (select 1 from photos where photos.id = sha256) as here
        from observation_photos where observation_id = :id order by position
        """,
        {"id": record_id},
    )


def list_tags(reader: Reader, record_id: str) -> list[str]:
    """Return the ids of the reform items that a record is tagged to."""
    rows = reader.query(
        "select reform_item_id from observation_reform_items where observation_id = :id order by 1",
        {"id": record_id},
    )
    return [row["reform_item_id"] for row in rows]


def find_classification(reader: Reader, record_id: str) -> Row | None:
    """Return the office's decision about a record with who made it (``post``), or None."""
    return reader.find(
        """
        select classifications.*, people.post from classifications
        join people on people.id = classifications.decided_by where classifications.id = :id
        """,
        {"id": record_id},
    )


def decision_so_far(reader: Reader, record: Row) -> Decision:
    """Return what a record counts as now: the office's decision, or what the finder said."""
    decided = find_classification(reader, record["id"])
    if decided:
        return triage.from_row({**decided, "kind": decided["kind"] or record["kind"]})
    names = ("kind", "category", "stage", "severity")
    return Decision(
        **{name: record[name] for name in names}, reform_item_ids=tuple(list_tags(reader, record["id"]))
    )


def set_classification(
    tx: Writer, record_id: str, decision: Decision, *, version: int, actor_id: str, at: datetime
) -> None:
    """Decide about a record; the same decision again changes nothing.

    ``version`` is that of the decision which this one was made on (0: none). Raise AlreadyClassifiedError
    where another one has been made since, and LookupError where there is no such record.
    """
    record = find_record(tx, record_id)
    if record is None:
        raise LookupError(record_id)
    theirs = find_classification(tx, record_id)
    before = decision_so_far(tx, record)
    if theirs and before == decision:
        return
    if theirs and theirs["version"] != version:
        raise AlreadyClassifiedError(theirs)
    row = {"version": version + 1, "decided_by": actor_id, "decided_at": to_text(at)}
    tx.upsert("classifications", {"id": record_id, **decision.row(), **row})
    effective.apply_classification(tx, record_id)
    detail: dict[str, Any] = {"version": version + 1, "changes": triage.changes(before, decision)}
    audit.record(tx, actor_id=actor_id, action="classify", entity="observation", entity_id=record_id,
                 detail=detail, at=at)  # fmt: skip
    author_id = tx.value("select author_id from observations where id = :id", {"id": record_id})
    changes.note(tx, person_id=author_id, record_id=record_id, event="triaged", at=at)


def list_record_ops(reader: Reader, record_id: str) -> list[Row]:
    """Return what arrived about a record, in order: id, base, kind, status, received_at, who by post."""
    return reader.query(
        """
        select ops.id, ops.base, ops.kind, ops.status, ops.received_at, ops.author_id, ops.carrier_id,
            author.post as author, carrier.post as carrier
        from ops join people author on author.id = ops.author_id
            join people carrier on carrier.id = ops.carrier_id
        where ops.record_id = :id order by ops.server_seq
        """,
        {"id": record_id},
    )


def find_suggestions(reader: Reader, record: Row) -> tuple[str, ...]:
    """Return the ids of the reform items that the finder chose, whatever the office decided since."""
    head = next((op for op in list_ops(reader, record["id"]) if op.id == record["head_op_id"]), None)
    chosen = head.payload.get("reform_item_ids") if head else None
    return tuple(one for one in chosen or () if isinstance(one, str))
