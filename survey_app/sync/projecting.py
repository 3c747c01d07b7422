"""Writes what screens read, from ops alone."""

from __future__ import annotations

from collections.abc import Iterable

from survey_app.store import Writer
from survey_app.sync.history import assemble
from survey_app.sync.kinds import History, Op, Registry
from survey_app.sync.queries import list_ops


def apply(tx: Writer, registry: Registry, op: Op, others: Iterable[Op] | None = None) -> History:
    """Show a record with an op that has just been found good, and return its history.

    ``others`` are its other applied ops, where they have been read already.
    """
    known = list_ops(tx, op.record_id, besides=op.id) if others is None else others
    history = assemble(op.record_id, [*known, op])
    project(tx, registry, history)
    return history


def project(tx: Writer, registry: Registry, history: History) -> None:
    """Write the rows that screens read for one record."""
    registry[history.head.kind].project(tx, history)
