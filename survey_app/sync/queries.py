"""Reads the ops that are here: of one record, held, lacking photos."""

from __future__ import annotations

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


def list_held(reader: Reader, *, before: int | None = None, limit: int = PAGE) -> list[Row]:
    """Return ops that wait for a person, the newest first: the row, its author and its ``envelope``."""
    rows = reader.query(
        """
        select ops.*, people.name as author_name, people.post as author_post
        from ops join people on people.id = ops.author_id
        where ops.status = 'held' and (:before is null or ops.server_seq < :before)
        order by ops.server_seq desc limit :limit
        """,
        {"before": before, "limit": limit},
    )
    return [{**row, "envelope": envelopes.read(row["raw"])} for row in rows]


def count_held(reader: Reader) -> int:
    """Return how many ops wait for a person."""
    return int(reader.value("select count(*) from ops where status = 'held'"))


def list_reasons(reader: Reader, registry: Registry, row: Row) -> list[str]:
    """Return what its kind finds wrong with a held op, as sentences; none where its code says it all."""
    kind = registry.get(row["kind"])
    return kind.validate(reader, read_op(row)) if kind and row["code"] == "invalid" else []


def list_ops(reader: Reader, record_id: str, *, besides: str = "") -> list[Op]:
    """Return the applied ops of a record (but the one with the id ``besides``), in the order of arrival."""
    rows = reader.query(
        """
        select * from ops where record_id = :record_id and status = 'stored' and id <> :besides
        order by server_seq
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
        photos=item.photos, sha256=item.sha256, server_seq=server_seq, received_at=received_at,
    )  # fmt: skip


def read_op(row: Row) -> Op:
    """Return the op that one row of the table holds."""
    return op_of(envelopes.read(row["raw"]), row["carrier_id"], row["server_seq"], row["received_at"])
