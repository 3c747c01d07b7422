"""What a feature tells the engine about its op kind: how to judge a payload and how to show a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from survey_app.store import Reader, Writer

EXTENSION = "op_kinds"
# The engine's own kinds: they say something about a record and bring no words of it.
WITHDRAW, CHOOSE = "withdraw", "choose"
ENGINE_KINDS = (WITHDRAW, CHOOSE)


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
    ``received_at`` is the server's, ``server_seq`` its place in the order of arrival. ``merges`` names the
    versions beside its base that this op settles the fork with.
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
    merges: tuple[str, ...]
    sha256: str
    server_seq: int
    received_at: str


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one record: the same, whatever order its ops came in.

    ``ops`` holds every applied op, each after the one it edits; ``leaves`` are the versions that nothing
    followed and nothing merged, the one that counts first; ``head`` is the op whose words are shown.
    ``withdrawn`` says that its author took it back; with several versions, only if all agree.
    """

    record_id: str
    ops: tuple[Op, ...]
    leaves: tuple[Op, ...]
    head: Op
    withdrawn: bool

    @property
    def first(self) -> Op:
        """The op that made the record."""
        return self.ops[0]

    @property
    def forked(self) -> bool:
        """Whether more than one version stands and a person has to choose."""
        return len(self.leaves) > 1


Validate = Callable[["Reader", Op], list[str]]
Project = Callable[["Writer", History], None]
Salvage = Callable[["Reader", Op], Mapping[str, Any] | None]
Spell = Callable[["Reader", str, Any], str | None]


def _as_it_is(_reader: Reader, _field: str, _value: Any) -> None:
    return None


@dataclass(frozen=True, slots=True)
class OpKind:
    """A kind of op; ``title`` is its word on a screen (a text or a lazy translation).

    ``validate`` returns what is wrong with an op as sentences for the office, none where it is good; it
    judges the op alone, never what else has arrived. ``project`` writes the rows that screens read for one
    record; it is called again with the whole history at every change and must leave the same rows each time.
    ``salvage`` returns what of a payload would be accepted, or None; the office takes that after seeing it.
    ``labels`` are the words for the payload's fields, for whoever has to look at a held op, and ``spell``
    returns the words for a value of a field, or None where it can be read as it is.
    """

    name: str
    title: object
    validate: Validate
    project: Project
    salvage: Salvage
    labels: Mapping[str, object] = field(default_factory=dict)
    spell: Spell = _as_it_is


Registry = dict[str, OpKind]


def register(app: Flask, kind: OpKind) -> None:
    """Make the engine accept ops of ``kind``; raise ValueError where its name is taken."""
    registry = registered(app)
    if kind.name in registry or kind.name in ENGINE_KINDS:
        raise ValueError(f"op kind registered twice: {kind.name}")
    registry[kind.name] = kind


def registered(app: Flask) -> Registry:
    """Return the kinds that this application knows, by name."""
    registry: Registry = app.extensions.setdefault(EXTENSION, {})
    return registry
