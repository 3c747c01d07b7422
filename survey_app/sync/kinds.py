"""What a feature tells the engine about its op kind: how to judge a payload and how to show a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from survey_app.store import Reader, Writer

EXTENSION = "op_kinds"


@dataclass(frozen=True, slots=True)
class NamedPhoto:
    """A photo that an op names; its bytes come by themselves, before or after."""

    sha256: str
    size: int
    mime: str


@dataclass(frozen=True, slots=True)
class Op:
    """One op as its author wrote it, with when and by whom it was brought.

    ``made_at`` is the phone's own clock (ISO 8601 with a zone), shown and never used to order;
    ``received_at`` is the server's, ``server_seq`` its place in the order of arrival.
    """

    id: str
    record_id: str
    base: str | None
    author_id: str
    carrier_id: str
    install_id: str
    seq: int
    kind: str
    made_at: str
    tz: str
    app_version: str
    payload: Mapping[str, Any]
    photos: tuple[NamedPhoto, ...]
    sha256: str
    server_seq: int
    received_at: str


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one record: the same, whatever order its ops came in.

    ``ops`` holds every applied op, each after the one it edits; ``head`` is the one to show; ``forked``
    says that another edit of the same op stands beside it and a person has to choose.
    """

    record_id: str
    ops: tuple[Op, ...]
    head: Op
    forked: bool

    @property
    def first(self) -> Op:
        """The op that made the record."""
        return self.ops[0]


Validate = Callable[["Reader", Op], list[str]]
Project = Callable[["Writer", History], None]


@dataclass(frozen=True, slots=True)
class OpKind:
    """A kind of op; ``title`` is its word on a screen (a text or a lazy translation).

    ``validate`` returns what is wrong with an op as sentences for the office, none where it is good; it
    judges the op alone, never what else has arrived. ``project`` writes the rows that screens read for one
    record; it is called again with the whole history at every change and must leave the same rows each time.
    ``labels`` are the words for the payload's fields, for whoever has to look at a held op.
    """

    name: str
    title: object
    validate: Validate
    project: Project
    labels: Mapping[str, object] = field(default_factory=dict)


Registry = dict[str, OpKind]


def register(app: Flask, kind: OpKind) -> None:
    """Make the engine accept ops of ``kind``; raise ValueError where its name is taken."""
    registry = registered(app)
    if kind.name in registry:
        raise ValueError(f"op kind registered twice: {kind.name}")
    registry[kind.name] = kind


def registered(app: Flask) -> Registry:
    """Return the kinds that this application knows, by name."""
    registry: Registry = app.extensions.setdefault(EXTENSION, {})
    return registry
