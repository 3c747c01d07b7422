"""Reads the ops that are here: of one record, held, lacking photos."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from survey_app.store import Reader, Row, Store
from survey_app.store.ids import uuid7
from survey_app.sync import envelope as envelopes
from survey_app.sync.envelope import Envelope
from survey_app.sync.kinds import Op, Registry

PAGE = 50


def get_epoch(store: Store) -> str:
    """Return what tells this database from one restored from a backup."""
    query = "select value from settings where id = 'epoch'"
    known = store.value(query)
    if known is None:
        with store.writing() as tx:
            tx.execute("insert into settings (id, value) values ('epoch', :value) on conflict do nothing",
                       {"value": uuid7()})  # fmt: skip
        known = store.value(query)
    return str(known)


def get_head(reader: Reader) -> int:
    """Return the largest server_seq, 0 where no op has come."""
    return int(reader.value("select coalesce(max(server_seq), 0) from ops"))


def list_lacking(reader: Reader, digests: Sequence[str], person_id: str) -> list[str]:
    """Return those of the digests that are neither an op that this person wrote or brought, nor a photo.

    What another brought lacks its author's word: who delivers it again stands by it.
    """
    names = ", ".join(f":d{i}" for i in range(len(digests))) or "''"
    here = reader.query(
        f"""
        select sha256 from ops where sha256 in ({names})
            and (carrier_id = :person or (author_id = :person and code <> 'custody'))
        union select id from photos where id in ({names})
        """,  # noqa: S608  names of parameters only
        {"person": person_id, **{f"d{i}": digest for i, digest in enumerate(digests)}},
    )
    known = {row["sha256"] for row in here}
    return [digest for digest in digests if digest not in known]


def list_held(
    reader: Reader, *, set_aside: bool = False, before: int | None = None, limit: int = PAGE
) -> list[Row]:
    """Return ops that wait for a person (or were set aside), the newest first: the row, its author, who
    brought it, what was decided (``note``), and its ``envelope``.
    """
    rows = reader.query(
        """
        select ops.*, people.name as author_name, people.post as author_post, carriers.post as carrier_post,
            settlements.payload as settled, coalesce(settlements.note, '') as note
        from ops join people on people.id = ops.author_id join people carriers on carriers.id = ops.carrier_id
            left join settlements on settlements.id = ops.id
        where ops.status = 'held' and (ops.code = 'set_aside') = :set_aside
            and (:before is null or ops.server_seq < :before)
        order by ops.server_seq desc limit :limit
        """,
        {"set_aside": int(set_aside), "before": before, "limit": limit},
    )
    return [{**row, "envelope": envelopes.read(row["raw"])} for row in rows]


_IN_CUSTODY = """ops.status = 'held' and ops.code = 'custody'
    and (:author_id is null or ops.author_id = :author_id)"""


def list_in_custody(
    reader: Reader, author_id: str | None, *, before: int | None = None, limit: int = PAGE
) -> list[Row]:
    """Return a page of the ops that somebody else brought in a person's name (None: in anybody's), the newest
    first.
    """
    rows = reader.query(
        f"""
        select ops.*, people.post as author_post, carriers.post as carrier_post, '' as note
        from ops join people on people.id = ops.author_id join people carriers on carriers.id = ops.carrier_id
        where {_IN_CUSTODY} and (:before is null or ops.server_seq < :before)
        order by ops.server_seq desc limit :limit
        """,  # noqa: S608  a constant of ours
        {"author_id": author_id, "before": before, "limit": limit},
    )
    return [{**row, "envelope": envelopes.read(row["raw"])} for row in rows]


def count_in_custody(reader: Reader, author_id: str | None) -> int:
    """Return how many ops somebody else brought in a person's name (None: in anybody's)."""
    return int(reader.value(f"select count(*) from ops where {_IN_CUSTODY}", {"author_id": author_id}))  # noqa: S608


def count_held(reader: Reader, *, set_aside: bool = False) -> int:
    """Return how many ops wait for a person (or were set aside)."""
    query = "select count(*) from ops where status = 'held' and (code = 'set_aside') = :set_aside"
    return int(reader.value(query, {"set_aside": int(set_aside)}))


def list_reasons(reader: Reader, registry: Registry, row: Row) -> list[str]:
    """Return what its kind finds wrong with a held op, as sentences; none where its code says it all."""
    kind = registry.get(row["kind"])
    return kind.validate(reader, read_op(row)) if kind and row["code"] == "invalid" else []


def list_ops(reader: Reader, record_id: str, *, besides: str = "") -> list[Op]:
    """Return the applied ops of a record (but the one with the id ``besides``), in the order of arrival."""
    rows = reader.query(
        """
        select ops.*, settlements.payload as settled from ops left join settlements on settlements.id = ops.id
        where ops.record_id = :record_id and ops.status = 'stored' and ops.id <> :besides
        order by ops.server_seq
        """,
        {"record_id": record_id, "besides": besides},
    )
    return [read_op(row) for row in rows]


def list_missing_photos(reader: Reader, op_id: str) -> list[str]:
    """Return the digests of the photos that an op names and that have not arrived."""
    rows = reader.query(
        """
        select sha256, min(position) as position from op_photos
        where op_id = :id and not exists (select 1 from photos where photos.id = op_photos.sha256)
        group by sha256 order by position
        """,
        {"id": op_id},
    )
    return [row["sha256"] for row in rows]


def op_of(item: Envelope, carrier_id: str, server_seq: int, received_at: str) -> Op:
    """Return an envelope as an op that has arrived."""
    return Op(
        id=item.op_id, record_id=item.record_id, base=item.base, author_id=item.author_id,
        carrier_id=carrier_id, install_id=item.install_id, seq=item.seq, kind=item.kind,
        made_at=item.made_at, tz=item.tz, app_version=item.app_version, payload=item.payload,
        photos=item.photos, merges=item.merges, sha256=item.sha256, server_seq=server_seq,
        received_at=received_at,
    )  # fmt: skip


def read_op(row: Row) -> Op:
    """Return the op of one row, with the words that were taken of it where ``settled`` has any."""
    op = op_of(envelopes.read(row["raw"]), row["carrier_id"], row["server_seq"], row["received_at"])
    return replace(op, payload=json.loads(row["settled"])) if row.get("settled") else op
