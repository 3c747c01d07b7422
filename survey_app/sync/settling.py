"""Lets a person decide about a held op: judged again, taken in part, set aside, or stood by."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from survey_app import audit
from survey_app.store import Reader, Row, Store, Writer, trouble
from survey_app.store.instants import to_text
from survey_app.sync import changes
from survey_app.sync import envelope as envelopes
from survey_app.sync.history import assemble
from survey_app.sync.installs import count_number
from survey_app.sync.judging import IS_WAITING, MENDABLE, judge
from survey_app.sync.kinds import CHOOSE, WITHDRAW, History, Op, Registry
from survey_app.sync.projecting import apply, project
from survey_app.sync.queries import list_ops, read_op
from survey_app.sync.settlement import find_settlement

logger = logging.getLogger(__name__)

SALVAGEABLE = (*MENDABLE, "invalid")
TOLD = {WITHDRAW: "withdrawn", CHOOSE: "chosen"}


class NotHeldError(LookupError):
    """This op does not wait for a person any more, or not for this decision."""


def judge_again(tx: Writer, registry: Registry, op_id: str, *, now: datetime) -> str:
    """Judge a held op as the catalogue and the program are today; return why it is still held, or nothing."""
    _held(tx, op_id)
    reconsider(tx, registry, op_id, now)
    return str(tx.value("select code from ops where id = :id", {"id": op_id}))


def set_aside(tx: Writer, op_id: str, note: str, *, actor_id: str, now: datetime) -> None:
    """Keep a held op and show it nowhere; its author reads ``note``. Raise NotHeldError."""
    _set_aside(tx, _held(tx, op_id), note, "set_aside", actor_id, now)


def take_back(tx: Writer, registry: Registry, op_id: str, *, actor_id: str, now: datetime) -> str:
    """Undo ``set_aside``; return why the op is held now, or nothing."""
    row = _held(tx, op_id, "set_aside")
    _decide(tx, row, {"set_aside": 0, "note": ""}, "op.take_back", actor_id, now)
    return judge_again(tx, registry, op_id, now=now)


def preview(reader: Reader, registry: Registry, op_id: str) -> Mapping[str, Any] | None:
    """Return what ``take_what_fits`` would keep of a held op's words, or None where nothing can be."""
    row = reader.find("select * from ops where id = :id and status = 'held'", {"id": op_id})
    if row is None or row["code"] not in SALVAGEABLE or row["kind"] not in registry:
        return None
    op = read_op(row)
    op = replace(op, payload=_storable(op.payload))
    return registry[op.kind].salvage(reader, op)


def take_what_fits(tx: Writer, registry: Registry, op_id: str, *, actor_id: str, now: datetime) -> str:
    """Show a held op with the words that can be shown; all that came stays beside it. Return why it is still
    held, or nothing. Raise NotHeldError where nothing of it can be taken.
    """
    row, payload = _held(tx, op_id), preview(tx, registry, op_id)
    if payload is None:
        raise NotHeldError(op_id)
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True)
    _decide(tx, row, {"payload": text}, "op.take_what_fits", actor_id, now)
    return judge_again(tx, registry, op_id, now=now)


def confirm(tx: Writer, registry: Registry, op_id: str, *, actor_id: str, now: datetime) -> str:
    """Stand by an op that somebody else brought; return why it is still held, or nothing."""
    row = _held(tx, op_id)
    if not awaits_author(tx, op_id):
        raise NotHeldError(op_id)
    undone = {"set_aside": 0, "note": ""} if row["code"] == "set_aside" else {}
    _decide(tx, row, {"confirmed": 1, **undone}, "op.confirm", actor_id, now)
    count_number(tx, read_op(row), envelopes.read(row["raw"]).void)
    _note(tx, row, "confirmed", now)
    return judge_again(tx, registry, op_id, now=now)


def awaits_author(reader: Reader, op_id: str) -> bool:
    """Tell whether an op that another brought waits for its author's word, or was refused without it."""
    row = reader.find(
        """
        select code, (
            select event from record_changes where record_id = ops.record_id and op_id = ops.id
                and event in ('set_aside', 'refused') order by n desc limit 1
        ) as last from ops where id = :id and status = 'held'
        """,
        {"id": op_id},
    )
    return row is not None and (
        row["code"] == "custody" or (row["code"] == "set_aside" and row["last"] == "refused")
    )


def refuse(tx: Writer, op_id: str, note: str, *, actor_id: str, now: datetime) -> None:
    """Say that an op in custody is not its author's; it is kept and shown nowhere."""
    _set_aside(tx, _held(tx, op_id, "custody"), note, "refused", actor_id, now)


def reconsider(tx: Writer, registry: Registry, op_id: str, now: datetime) -> bool:
    """Judge a held op again; where nothing is wrong any more, apply it and what waited for it: True."""
    applied = _reconsider(tx, registry, op_id, now)
    if applied:
        wake_children(tx, registry, op_id, now)
    return applied


def wake_children(tx: Writer, registry: Registry, op_id: str, now: datetime) -> None:
    """Judge again what waited for this op, and what waited for that; the record is read once."""
    waiting, applied = [op_id], None
    while waiting:
        base = {"base": waiting.pop()}
        tx.execute(
            f"""
            update ops set code = 'other_record' where base = :base and {IS_WAITING}
                and record_id <> (select record_id from ops where id = :base)
            """,  # noqa: S608  a constant of ours
            base,
        )
        children = tx.query(f"select id, record_id from ops where base = :base and {IS_WAITING}", base)  # noqa: S608
        for row in children:
            applied = list_ops(tx, row["record_id"]) if applied is None else applied
            if _reconsider(tx, registry, row["id"], now, applied):
                waiting.append(row["id"])


def rebuild_projections(store: Store, registry: Registry, now: datetime) -> int:
    """Judge what is held again, write every record's projection anew and return how many there are."""
    with store.writing() as tx:
        for row in tx.query("select id from ops where status = 'held' order by server_seq"):
            reconsider(tx, registry, row["id"], now)
        records = tx.query("select distinct record_id as id from ops where status = 'stored'")
        for record in records:
            project(tx, registry, assemble(record["id"], list_ops(tx, record["id"])))
    return len(records)


def tell(tx: Writer, op: Op, history: History, now: datetime) -> None:
    """Tell the record's author of a withdrawal, a choice or a fork that an applied op brought."""
    event = TOLD.get(op.kind) or ("forked" if history.forked else "")
    if event:
        changes.note(tx, person_id=history.first.author_id, record_id=op.record_id, op_id=op.id, event=event,
                     at=now)  # fmt: skip


def _reconsider(
    tx: Writer, registry: Registry, op_id: str, now: datetime, applied: list[Op] | None = None
) -> bool:
    """Judge a held op again; where it is good now, ``applied`` (the ops of its record) has it as well."""
    row = tx.find(
        """
        select ops.*, settlements.payload as settled from ops
        left join settlements on settlements.id = ops.id where ops.id = :id and ops.status = 'held'
        """,
        {"id": op_id},
    )
    if row is None:
        return False
    op, hold = read_op(row), envelopes.read(row["raw"]).hold
    try:
        with tx.savepoint():
            code = judge(tx, registry, op, hold=hold, settlement=find_settlement(tx, op_id))
            tx.update("ops", op.id, {"code": code, "status": "held" if code else "stored"})
            if not code:
                history = apply(tx, registry, op, applied)
                audit.record(tx, actor_id=op.carrier_id, action="op.apply", entity="op", entity_id=op.id,
                             detail={"held_for": row["code"]}, at=now)  # fmt: skip
                _note(tx, row, "applied", now)
                tell(tx, op, history, now)
    except Exception as error:  # whatever one op does, it stays with the office and delays no other
        if trouble.is_full(error) or trouble.is_busy(error):  # no fault of this op: it comes again
            raise
        logger.exception("op %s stays held: it could not be applied", op.id)
        code = "failed"
        tx.update("ops", op.id, {"code": code})
    if not code and applied is not None:
        applied.append(op)
    return not code


def _held(tx: Reader, op_id: str, code: str = "") -> Row:
    row = tx.find("select * from ops where id = :id and status = 'held'", {"id": op_id})
    if row is None or (code and row["code"] != code):
        raise NotHeldError(op_id)
    return row


def _set_aside(tx: Writer, row: Row, note: str, event: str, actor_id: str, now: datetime) -> None:
    _decide(tx, row, {"set_aside": 1, "note": note}, f"op.{event}", actor_id, now)
    tx.update("ops", row["id"], {"code": "set_aside"})
    _note(tx, row, event, now, note)


def _decide(tx: Writer, row: Row, decision: Row, action: str, actor_id: str, now: datetime) -> None:
    tx.upsert(
        "settlements", {"id": row["id"], **decision, "decided_by": actor_id, "decided_at": to_text(now)}
    )
    audit.record(tx, actor_id=actor_id, action=action, entity="op", entity_id=row["id"], detail=decision,
                 at=now)  # fmt: skip


def _note(tx: Writer, row: Row, event: str, now: datetime, note: str = "") -> None:
    changes.note(tx, person_id=row["author_id"], record_id=row["record_id"], op_id=row["id"], event=event,
                 note=note, at=now)  # fmt: skip


def _storable(value: Any) -> Any:
    """Return a payload with every character that no database keeps as U+FFFD."""
    if isinstance(value, str):
        return envelopes.UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, Mapping):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value
