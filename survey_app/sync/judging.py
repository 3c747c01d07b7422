"""Judges an op that is durably here: may it be shown, or does a person have to look first?"""

from __future__ import annotations

from survey_app.store import Reader
from survey_app.sync.kinds import Op, Registry


def judge(tx: Reader, registry: Registry, op: Op) -> str:
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
