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
from survey_app.store import Reader, Store, Writer
from survey_app.store.ids import uuid7
from survey_app.store.instants import to_text
from survey_app.sync import envelope as envelopes
from survey_app.sync.envelope import Envelope, Refusal
from survey_app.sync.history import assemble
from survey_app.sync.judging import judge
from survey_app.sync.kinds import NamedPhoto, Op, Registry
from survey_app.sync.projecting import apply, project
from survey_app.sync.queries import list_missing_photos, list_ops, op_of, read_op

logger = logging.getLogger(__name__)

WAITING_FOR_BASE = ("base_unknown", "base_held")
WEB_INSTALLS = uuid.UUID("0193f3a1-7e57-7000-8000-5e55104e0000")


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


def rebuild_projections(store: Store, registry: Registry, now: datetime) -> int:
    """Judge what is held again, write every record's projection anew and return how many there are."""
    with store.writing() as tx:
        for row in tx.query("select id from ops where status = 'held' order by server_seq"):
            if _reconsider(tx, registry, row["id"], now):
                _wake_children(tx, registry, row["id"], now)
        records = tx.query("select distinct record_id as id from ops where status = 'stored'")
        for record in records:
            project(tx, registry, assemble(record["id"], list_ops(tx, record["id"])))
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
    op = op_of(item, carrier_id, seq, to_text(now))
    try:
        with tx.savepoint():
            code = item.hold or judge(tx, registry, op)
            _store(tx, op, item.raw, code, now)
            if not code:
                apply(tx, registry, op)
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
    op = read_op(row)
    try:
        with tx.savepoint():
            code = envelopes.read(row["raw"]).hold or judge(tx, registry, op)
            tx.update("ops", op.id, {"code": code, "status": "held" if code else "stored"})
            if not code:
                apply(tx, registry, op)
                _audit(tx, op, "op.apply", {"held_for": row["code"]}, now)
    except Exception:  # as in _take: it stays with the office
        logger.exception("op %s stays held: it could not be applied", op.id)
        code = "failed"
        tx.update("ops", op.id, {"code": code})
    return not code
