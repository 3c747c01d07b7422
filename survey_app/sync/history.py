"""Puts the ops of one record in an order that does not depend on when they arrived. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from survey_app.sync.kinds import CHOOSE, ENGINE_KINDS, WITHDRAW, History, Op


def assemble(record_id: str, ops: Iterable[Op]) -> History:
    """Return the history of a record from its applied ops, at least one and each base among them.

    Clocks decide nothing. A version that nothing followed and no other settled is a leaf. Between leaves the
    one that is not withdrawn counts, then the longer line of edits, then the greater digest: that choice is
    arbitrary and everywhere the same until a person makes it.
    """
    ordered = _in_order(ops)
    by_id = {op.id: op for _, op in ordered}
    ends = _standing(ordered)
    ends.sort(key=lambda end: (not _takes_back(end[1], by_id), end[0], end[1].sha256), reverse=True)
    leaves = tuple(op for _, op in ends)
    return History(
        record_id, tuple(by_id.values()), leaves, words_of(leaves[0], by_id), _takes_back(leaves[0], by_id)
    )


def words_of(op: Op, by_id: Mapping[str, Op]) -> Op:
    """Return the op whose words a version shows: itself, or what it withdraws or chooses."""
    while op.kind in ENGINE_KINDS and op.base:
        op = by_id[op.base]
    return op


def versions(history: History) -> Sequence[tuple[Op, Op, bool]]:
    """Return each leaf, the one that counts first, with the op whose words it shows and whether it takes the
    record back.
    """
    by_id = {op.id: op for op in history.ops}
    return [(leaf, words_of(leaf, by_id), _takes_back(leaf, by_id)) for leaf in history.leaves]


def withdrawal_of(history: History) -> Op | None:
    """Return the op by which a record's author took it back, or None where it was not."""
    said = _chosen(history.leaves[0], {op.id: op for op in history.ops})
    return said if said.kind == WITHDRAW else None


def _takes_back(op: Op, by_id: Mapping[str, Op]) -> bool:
    """Tell whether a version is a withdrawal, or the choice of one."""
    return _chosen(op, by_id).kind == WITHDRAW


def _chosen(op: Op, by_id: Mapping[str, Op]) -> Op:
    while op.kind == CHOOSE and op.base:
        op = by_id[op.base]
    return op


def _standing(ordered: Sequence[tuple[int, Op]]) -> list[tuple[int, Op]]:
    """Return the versions that nothing followed and no line of another settled.

    Versions that only settle each other all stand: what no shown version settled is never out of sight.
    """
    bases = {op.base for _, op in ordered}
    ends = [(depth, op) for depth, op in ordered if op.id not in bases]
    ids = {op.id for _, op in ends}
    lines: dict[str | None, frozenset[str]] = {None: frozenset()}
    for _, op in ordered:
        lines[op.id] = lines[op.base] | ids.intersection(op.merges) if op.merges else lines[op.base]
    settles = {end: lines[end] - {end} for end in ids}
    settled: set[str] = set()
    waiting = list(ids.difference(*settles.values()))
    while waiting:
        fresh = settles[waiting.pop()] - settled
        settled |= fresh
        waiting += fresh
    return [end for end in ends if end[1].id not in settled]


def _in_order(ops: Iterable[Op]) -> list[tuple[int, Op]]:
    """Return every op with its distance from the root, each after its base."""
    children: dict[str | None, list[Op]] = defaultdict(list)
    for op in ops:
        children[op.base].append(op)
    ordered: list[tuple[int, Op]] = []
    level, depth = children[None], 0
    while level:
        level.sort(key=lambda op: op.sha256)
        ordered += [(depth, op) for op in level]
        level, depth = [child for op in level for child in children[op.id]], depth + 1
    return ordered
