"""Puts the ops of one record in an order that does not depend on when they arrived. Pure."""

from collections import defaultdict
from collections.abc import Iterable

from survey_app.sync.kinds import History, Op


def assemble(record_id: str, ops: Iterable[Op]) -> History:
    """Return the history of a record from its applied ops, at least one and each base among them.

    Clocks decide nothing: between two edits of one op the longer line of edits is shown, between equals the
    one with the greater digest. That choice is arbitrary and everywhere the same until a person makes it.
    """
    children: dict[str | None, list[Op]] = defaultdict(list)
    for op in ops:
        children[op.base].append(op)
    ordered: list[tuple[int, Op]] = []
    level, depth = children[None], 0
    while level:
        level.sort(key=lambda op: op.sha256)
        ordered += [(depth, op) for op in level]
        level, depth = [child for op in level for child in children[op.id]], depth + 1
    leaves = [(depth, op.sha256, op) for depth, op in ordered if not children[op.id]]
    head = max(leaves, key=lambda leaf: leaf[:2])[2]
    return History(record_id, tuple(op for _, op in ordered), head, forked=len(leaves) > 1)
