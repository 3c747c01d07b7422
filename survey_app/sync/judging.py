"""Judges an op that is durably here: may it be shown, or does a person have to look first?"""

from __future__ import annotations

from survey_app.accounts import queries as accounts
from survey_app.permissions import PERMISSIONS
from survey_app.store import Reader, Row
from survey_app.sync.kinds import CHOOSE, ENGINE_KINDS, Op, Registry
from survey_app.sync.settlement import UNDECIDED, Settlement

# What is wrong with the envelope alone; the office may take what fits all the same.
MENDABLE = ("malformed", "bad_text")
WAITING_FOR_BASE = ("base_unknown", "base_held")
IS_WAITING = "status = 'held' and code in ('base_unknown', 'base_held')"
# Each op reads its whole record again while all others wait; nobody edits one by hand as often as this.
MOST_VERSIONS = 200


def judge(
    tx: Reader, registry: Registry, op: Op, *, hold: str = "", settlement: Settlement = UNDECIDED
) -> str:
    """Return why a person has to look at this op, or nothing.

    ``hold`` is what is wrong with its envelope, ``settlement`` what a person decided about it.
    """
    if settlement.set_aside:
        return "set_aside"
    if op.carrier_id != op.author_id and not settlement.confirmed:
        return "custody"
    if hold and not (hold in MENDABLE and settlement.payload is not None):
        return hold
    if op.kind not in (*ENGINE_KINDS, *registry):
        return "kind_unknown"
    if op.kind in ENGINE_KINDS and not op.base:
        return "malformed"
    code = _judge_edit(tx, op) if op.base else _judge_root(tx, op)
    if code in WAITING_FOR_BASE:
        return "too_many_versions" if _is_crowded(tx, op) else code
    if not code and op.kind in registry and registry[op.kind].validate(tx, op):
        code = "invalid"
    return code or ("too_many_versions" if _is_full(tx, op) else "")


def _is_full(tx: Reader, op: Op) -> bool:
    """Tell whether a record takes no more versions; taking it back or choosing one has room for longer."""
    query = "select count(*) from ops where record_id = :record_id and status = 'stored' and id <> :id"
    most = MOST_VERSIONS * (2 if op.kind in ENGINE_KINDS else 1)
    return int(tx.value(query, {"record_id": op.record_id, "id": op.id})) >= most


def _is_crowded(tx: Reader, op: Op) -> bool:
    """Tell whether as many wait already, for the same base or with the same record, as a record takes."""
    return any(
        int(tx.value(
            f"select count(*) from ops where {column} = :value and id <> :id and {IS_WAITING}",  # noqa: S608
            {"value": value, "id": op.id},
        )) >= MOST_VERSIONS
        for column, value in (("base", op.base), ("record_id", op.record_id))
    )  # fmt: skip


def _judge_edit(tx: Reader, op: Op) -> str:
    base = _find(tx, op.base)
    if base is None:
        return "base_unknown"
    if base["record_id"] != op.record_id:
        return "other_record"
    if base["status"] == "held" and base["kind"] in ENGINE_KINDS:  # what that is about may not have come yet
        return "base_held"
    words = _words_under(tx, base)
    if words["author_id"] != op.author_id and not (op.kind == CHOOSE and _may_choose(tx, op)):
        return "not_author"
    if op.kind not in (*ENGINE_KINDS, words["kind"]):
        return "other_kind"
    return "base_held" if base["status"] == "held" else ""


def _find(tx: Reader, op_id: str | None) -> Row | None:
    return tx.find("select base, record_id, author_id, kind, status from ops where id = :id", {"id": op_id})


def _words_under(tx: Reader, op: Row) -> Row:
    """Return the op whose words this one withdraws or chooses, or itself."""
    while op["kind"] in ENGINE_KINDS:
        op = _find(tx, op["base"]) or {}
    return op


def _judge_root(tx: Reader, op: Op) -> str:
    other = _find_root(tx, op)
    if other and other["author_id"] != op.author_id:
        return "record_of_another"
    return "other_kind" if other and other["kind"] != op.kind else ""


def _find_root(tx: Reader, op: Op) -> Row | None:
    """Return another op that made this record, where there is one."""
    return tx.find(
        """
        select kind, author_id from ops
        where record_id = :record_id and base is null and status = 'stored' and id <> :id
        order by server_seq limit 1
        """,
        {"record_id": op.record_id, "id": op.id},
    )


def _may_choose(tx: Reader, op: Op) -> bool:
    author = accounts.find_person(tx, op.author_id)
    return author is not None and not PERMISSIONS["triage"].isdisjoint(author["roles"])
