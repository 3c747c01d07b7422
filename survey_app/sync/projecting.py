"""Writes what screens read, from ops alone."""

from __future__ import annotations

from survey_app.store import Writer
from survey_app.sync.history import assemble
from survey_app.sync.kinds import History, Op, Registry
from survey_app.sync.queries import list_ops


def apply(tx: Writer, registry: Registry, op: Op) -> History:
    """Show a record with an op that has just been found good, and return its history."""
    history = assemble(op.record_id, [*list_ops(tx, op.record_id, besides=op.id), op])
    project(tx, registry, history)
    return history


def project(tx: Writer, registry: Registry, history: History) -> None:
    """Write the rows that screens read for one record."""
    registry[history.head.kind].project(tx, history)
