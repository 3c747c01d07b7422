"""Takes ops in: each is stored as it came before it is judged, and shown once it is judged good."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from survey_app import audit
from survey_app.store import Reader, Row, Store, Writer
from survey_app.store.ids import uuid7
from survey_app.store.instants import to_text
from survey_app.sync import envelope as envelopes
from survey_app.sync.envelope import Envelope, Refusal
from survey_app.sync.history import assemble
from survey_app.sync.kinds import History, NamedPhoto, Op, Registry

logger = logging.getLogger(__name__)

WAITING_FOR_BASE = ("base_unknown", "base_held")
WEB_INSTALLS = uuid.UUID("0193f3a1-7e57-7000-8000-5e55104e0000")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Receipt:
    """The server's answer for one op; ``need`` lists the photos that it still lacks."""

    op_id: str | None
    sha256: str | None
    status: str
    need: tuple[str, ...] = ()
    server_seq: int | None = None
    received_at: str | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class FormOp:
    """What a plain form says; the server makes the op of it."""

    op_id: str
    record_id: str
    kind: str
    payload: Mapping[str, Any]
    photos: tuple[NamedPhoto, ...] = ()
    base: str | None = None


def accept_ops(
    store: Store, registry: Registry, items: Iterable[object], *, carrier_id: str, now: datetime
) -> list[Receipt]:
    """Take a batch of ``{raw, sha256}`` in one transaction and return a receipt for each, in order."""
    parsed = [envelopes.parse(item) for item in items]
    with store.writing() as tx:
        return [_accept(tx, registry, item, carrier_id, now) for item in parsed]


def accept_from_form(
    store: Store,
    registry: Registry,
    form: FormOp,
    *,
    author_id: str,
    now: datetime,
    zone: tzinfo,
    app_version: str,
) -> Receipt:
    """Take what a form says by the same door as an op.

    The same form sent twice makes one op; sent again with other words it makes an edit, so nothing is lost.
    """
    with store.writing() as tx:
        known = tx.find("select raw from ops where id = :id and author_id = :author_id",
                        {"id": form.op_id, "author_id": author_id})  # fmt: skip
        if known:
            earlier = envelopes.read(known["raw"])
            if _is_same(earlier, form):
                return _accept(tx, registry, earlier, author_id, now)
            form = replace(form, op_id=uuid7(), record_id=earlier.record_id, base=earlier.op_id)
        fields = _mint(tx, form, author_id, now.astimezone(zone), str(zone), app_version)
        return _accept(tx, registry, envelopes.parse(envelopes.wrap(fields)), author_id, now)


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
    return kind.validate(reader, _read_op(row)) if kind and row["code"] == "invalid" else []


def list_ops(reader: Reader, record_id: str, *, besides: str = "") -> list[Op]:
    """Return the applied ops of a record (but the one with the id ``besides``), in the order of arrival."""
    rows = reader.query(
        """
        select * from ops where record_id = :record_id and status = 'stored' and id <> :besides
        order by server_seq
        """,
        {"record_id": record_id, "besides": besides},
    )
    return [_read_op(row) for row in rows]


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


def rebuild_projections(store: Store, registry: Registry, now: datetime) -> int:
    """Judge what is held again, write every record's projection anew and return how many there are."""
    with store.writing() as tx:
        for row in tx.query("select id from ops where status = 'held' order by server_seq"):
            if _reconsider(tx, registry, row["id"], now):
                _wake_children(tx, registry, row["id"], now)
        records = tx.query("select distinct record_id as id from ops where status = 'stored'")
        for record in records:
            _project(tx, registry, assemble(record["id"], list_ops(tx, record["id"])))
    return len(records)


def _is_same(earlier: Envelope, form: FormOp) -> bool:
    return (earlier.payload, earlier.photos) == (json.loads(json.dumps(dict(form.payload))), form.photos)


def _mint(
    tx: Reader, form: FormOp, author_id: str, made_at: datetime, tz: str, app_version: str
) -> dict[str, Any]:
    """Return the fields of an op made here; a person's forms count as one install, without gaps."""
    install_id = str(uuid.uuid5(WEB_INSTALLS, author_id))
    seq = tx.value(
        "select coalesce(max(seq), 0) + 1 from ops where install_id = :install_id and author_id = :author_id",
        {"install_id": install_id, "author_id": author_id},
    )
    return {
        "v": envelopes.VERSION, "op_id": form.op_id, "rec_id": form.record_id, "base": form.base,
        "author": author_id, "install_id": install_id, "seq": int(seq), "made_at": made_at.isoformat(),
        "tz": tz, "app_ver": app_version, "kind": form.kind, "payload": dict(form.payload),
        "photos": [{"sha256": photo.sha256, "len": photo.size, "mime": photo.mime} for photo in form.photos],
    }  # fmt: skip


def _accept(
    tx: Writer, registry: Registry, item: Envelope | Refusal, carrier_id: str, now: datetime
) -> Receipt:
    if isinstance(item, Refusal):
        return Receipt(item.op_id, item.sha256, item.status)
    if item.author_id != carrier_id:
        return Receipt(item.op_id, item.sha256, "foreign")
    known = tx.find("select sha256 from ops where id = :id", {"id": item.op_id})
    if known:
        status = "duplicate" if known["sha256"] == item.sha256 else "id_conflict"
    else:
        status = _take(tx, registry, item, carrier_id, now)
    return _receipt(tx, item, status)


def _receipt(tx: Writer, item: Envelope, status: str) -> Receipt:
    if status == "id_conflict":
        return Receipt(item.op_id, item.sha256, status)
    row = tx.find("select code, server_seq, received_at from ops where id = :id", {"id": item.op_id}) or {}
    need = tuple(list_missing_photos(tx, item.op_id)) if item.photos else ()
    return Receipt(item.op_id, item.sha256, status, need, **row)


def _take(tx: Writer, registry: Registry, item: Envelope, carrier_id: str, now: datetime) -> str:
    seq = int(tx.value("select coalesce(max(server_seq), 0) + 1 from ops"))
    op = _op(item, carrier_id, seq, to_text(now))
    try:
        with tx.savepoint():
            code = item.hold or _judge(tx, registry, op)
            _store(tx, op, item.raw, code, now)
            if not code:
                _apply(tx, registry, op)
    except Exception:  # whatever one op does to its projection, it delays no other and is not lost
        logger.exception("op %s is held: it could not be applied", op.id)
        code = "failed"
        with tx.savepoint():
            _store(tx, op, item.raw, code, now)
    _wake_children(tx, registry, op.id, now)
    return "held" if code else "stored"


def _store(tx: Writer, op: Op, raw: bytes, code: str, now: datetime) -> None:
    """Write the op, the photos it names and its one audit row."""
    status = "held" if code else "stored"
    tx.insert("ops", {
        "id": op.id, "record_id": op.record_id, "base": op.base, "author_id": op.author_id,
        "carrier_id": op.carrier_id, "install_id": op.install_id, "seq": op.seq, "kind": op.kind,
        "made_at": op.made_at, "app_version": op.app_version, "raw": raw, "sha256": op.sha256,
        "status": status, "code": code, "server_seq": op.server_seq, "received_at": op.received_at,
    })  # fmt: skip
    for position, photo in enumerate(op.photos):
        tx.insert("op_photos", {
            "op_id": op.id, "position": position, "sha256": photo.sha256, "bytes": photo.size,
            "mime": photo.mime,
        })  # fmt: skip
    detail = {"sha256": op.sha256, "kind": op.kind, "record_id": op.record_id, "author_id": op.author_id}
    _audit(tx, op, "op.accept", {**detail, "status": status, "code": code}, now)


def _audit(tx: Writer, op: Op, action: str, detail: dict[str, Any], now: datetime) -> None:
    audit.record(
        tx, actor_id=op.carrier_id, action=action, entity="op", entity_id=op.id, detail=detail, at=now
    )


def _judge(tx: Reader, registry: Registry, op: Op) -> str:
    """Return why a person has to look at this op, or nothing."""
    kind = registry.get(op.kind)
    if kind is None:
        return "kind_unknown"
    code = _judge_base(tx, op) if op.base else _judge_root(tx, op)
    if not code and kind.validate(tx, op):
        code = "invalid"
    return code


def _judge_base(tx: Reader, op: Op) -> str:
    base = tx.find("select record_id, author_id, kind, status from ops where id = :id", {"id": op.base})
    if base is None:
        return "base_unknown"
    if base["record_id"] != op.record_id:
        return "other_record"
    if base["author_id"] != op.author_id:
        return "not_author"
    if base["kind"] != op.kind:
        return "other_kind"
    return "base_held" if base["status"] == "held" else ""


def _judge_root(tx: Reader, op: Op) -> str:
    other = tx.find(
        """
        select kind, author_id from ops where record_id = :record_id and status = 'stored' and id <> :id
        order by server_seq limit 1
        """,
        {"record_id": op.record_id, "id": op.id},
    )
    if other and other["author_id"] != op.author_id:
        return "record_of_another"
    return "other_kind" if other and other["kind"] != op.kind else ""


def _apply(tx: Writer, registry: Registry, op: Op) -> None:
    """Show a record with an op that has just been found good."""
    _project(tx, registry, assemble(op.record_id, [*list_ops(tx, op.record_id, besides=op.id), op]))


def _project(tx: Writer, registry: Registry, history: History) -> None:
    registry[history.head.kind].project(tx, history)


def _wake_children(tx: Writer, registry: Registry, op_id: str, now: datetime) -> None:
    """Judge again what waited for this op, and what waited for that."""
    waiting = [op_id]
    while waiting:
        children = tx.query(
            "select id from ops where base = :base and status = 'held' and code in (:unknown, :held)",
            {"base": waiting.pop(), "unknown": WAITING_FOR_BASE[0], "held": WAITING_FOR_BASE[1]},
        )
        waiting += [row["id"] for row in children if _reconsider(tx, registry, row["id"], now)]


def _reconsider(tx: Writer, registry: Registry, op_id: str, now: datetime) -> bool:
    """Judge a held op again; apply it and return True where nothing is wrong with it any more."""
    row = tx.find("select * from ops where id = :id and status = 'held'", {"id": op_id})
    if row is None:
        return False
    op = _read_op(row)
    try:
        with tx.savepoint():
            code = envelopes.read(row["raw"]).hold or _judge(tx, registry, op)
            tx.update("ops", op.id, {"code": code, "status": "held" if code else "stored"})
            if not code:
                _apply(tx, registry, op)
                _audit(tx, op, "op.apply", {"held_for": row["code"]}, now)
    except Exception:  # as in _take: it stays with the office
        logger.exception("op %s stays held: it could not be applied", op.id)
        code = "failed"
        tx.update("ops", op.id, {"code": code})
    return not code


def _op(item: Envelope, carrier_id: str, server_seq: int, received_at: str) -> Op:
    return Op(
        id=item.op_id, record_id=item.record_id, base=item.base, author_id=item.author_id,
        carrier_id=carrier_id, install_id=item.install_id, seq=item.seq, kind=item.kind,
        made_at=item.made_at, tz=item.tz, app_version=item.app_version, payload=item.payload,
        photos=item.photos, sha256=item.sha256, server_seq=server_seq, received_at=received_at,
    )  # fmt: skip


def _read_op(row: Row) -> Op:
    return _op(envelopes.read(row["raw"]), row["carrier_id"], row["server_seq"], row["received_at"])
