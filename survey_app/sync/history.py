"""Puts the ops of one record in an order that does not depend on when they arrived. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from survey_app.sync.kinds import ENGINE_KINDS, WITHDRAW, History, Op


def assemble(record_id: str, ops: Iterable[Op]) -> History:
    """Return the history of a record from its applied ops, at least one and each base among them.

    Clocks decide nothing. A version that nothing followed and no op merges is a leaf. Between leaves the one
    that is not a withdrawal counts, then the longer line of edits, then the greater digest: that choice is
    arbitrary and everywhere the same until a person makes it.
    """
    ordered = _in_order(ops)
    by_id = {op.id: op for _, op in ordered}
    bases = {op.base for op in by_id.values()}
    merged = {other for op in by_id.values() for other in op.merges if other != op.id}
    ends = [(depth, op) for depth, op in ordered if op.id not in bases]
    # Two merges that name each other would leave nothing to show.
    standing = [end for end in ends if end[1].id not in merged] or ends
    standing.sort(key=lambda end: (end[1].kind != WITHDRAW, end[0], end[1].sha256), reverse=True)
    leaves = tuple(op for _, op in standing)
    return History(record_id, tuple(by_id.values()), leaves, head=words_of(leaves[0], by_id))


def words_of(op: Op, by_id: dict[str, Op]) -> Op:
    """Return the op whose words a version shows: itself, or what it withdraws or chooses."""
    while op.kind in ENGINE_KINDS and op.base:
        op = by_id[op.base]
    return op


def versions(history: History) -> Sequence[tuple[Op, Op]]:
    """Return each leaf with the op whose words it shows, the one that counts first."""
    by_id = {op.id: op for op in history.ops}
    return [(leaf, words_of(leaf, by_id)) for leaf in history.leaves]


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
