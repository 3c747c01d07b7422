"""Takes ops in: each is stored as it came before it is judged, and shown once it is judged good."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from survey_app import audit
from survey_app.accounts import queries as accounts
from survey_app.store import Reader, Store, Writer, trouble
from survey_app.store.ids import uuid7
from survey_app.store.instants import to_text
from survey_app.sync import changes
from survey_app.sync import envelope as envelopes
from survey_app.sync.envelope import Envelope, Refusal
from survey_app.sync.installs import count_number
from survey_app.sync.judging import judge
from survey_app.sync.kinds import NamedPhoto, Op, Registry
from survey_app.sync.projecting import apply
from survey_app.sync.queries import list_missing_photos, op_of
from survey_app.sync.settling import awaits_author, confirm, tell, wake_children

logger = logging.getLogger(__name__)

WEB_INSTALLS = uuid.UUID("0193f3a1-7e57-7000-8000-5e55104e0000")
MOST_FORMS = 10**9  # of one person; no form ever gave out a number beyond


@dataclass(frozen=True, slots=True)
class Receipt:
    """The server's answer for one op; ``need`` lists the photos that it still lacks."""

    op_id: str | None
    sha256: str | None
    status: str
    need: tuple[str, ...] = ()
    server_seq: int | None = None
    received_at: str | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class FormOp:
    """What a plain form says; the server makes the op of it."""

    op_id: str
    record_id: str
    kind: str
    payload: Mapping[str, Any]
    photos: tuple[NamedPhoto, ...] = ()
    base: str | None = None
    merges: tuple[str, ...] = ()


def accept_ops(
    store: Store,
    registry: Registry,
    items: Iterable[object],
    *,
    carrier_id: str,
    now: datetime,
    custody: bool = False,
) -> list[Receipt]:
    """Take a batch of ``{raw, sha256}`` in one transaction and return a receipt for each, in order.

    With ``custody`` the ops of other authors are taken too, and wait until their author stands by them.
    """
    parsed = [_made_elsewhere(envelopes.parse(item)) for item in items]
    with store.writing() as tx:
        return [_accept(tx, registry, item, carrier_id, now, custody=custody) for item in parsed]


def web_install(author_id: str) -> str:
    """Return the installation that a person's plain forms count as; who works it out may not use it."""
    return str(uuid.uuid5(WEB_INSTALLS, author_id))


def _made_elsewhere(item: Envelope | Refusal) -> Envelope | Refusal:
    """Refuse an op whose number only a form could have given out; no phone makes one."""
    if isinstance(item, Refusal) or item.install_id != web_install(item.author_id):
        return item
    return Refusal("unreadable", item.op_id, item.sha256)


def accept_from_form(
    store: Store,
    registry: Registry,
    form: FormOp,
    *,
    author_id: str,
    now: datetime,
    zone: tzinfo,
    app_version: str,
) -> Receipt:
    """Take what a form says by the same door as an op.

    The same form sent twice makes one op; sent again with other words it makes an edit, so nothing is lost.
    An id that another person has used is changed for one that is always the same, as a phone changes it.
    """
    with store.writing() as tx:
        if _is_anothers(tx, form.op_id, author_id):
            fresh = str(uuid.uuid5(uuid.UUID(form.op_id), author_id))
            same = form.record_id == form.op_id
            form = replace(form, op_id=fresh, record_id=fresh if same else form.record_id)
        known = tx.find("select raw from ops where id = :id and author_id = :author_id",
                        {"id": form.op_id, "author_id": author_id})  # fmt: skip
        if known:
            earlier = envelopes.read(known["raw"])
            if _is_same(earlier, form):
                return _accept(tx, registry, earlier, author_id, now)
            form = replace(form, op_id=uuid7(), record_id=earlier.record_id, base=earlier.op_id)
        fields = _mint(tx, form, author_id, now.astimezone(zone), str(zone), app_version)
        return _accept(tx, registry, envelopes.parse(envelopes.wrap(fields)), author_id, now)


def _is_anothers(tx: Reader, op_id: str, author_id: str) -> bool:
    known = tx.find("select author_id from ops where id = :id", {"id": op_id})
    return known is not None and known["author_id"] != author_id


def _is_same(earlier: Envelope, form: FormOp) -> bool:
    return (earlier.payload, earlier.photos) == (json.loads(json.dumps(dict(form.payload))), form.photos)


def _mint(
    tx: Reader, form: FormOp, author_id: str, made_at: datetime, tz: str, app_version: str
) -> dict[str, Any]:
    """Return the fields of an op made here; a person's forms count as one install, without gaps."""
    install_id = web_install(author_id)
    seq = tx.value(
        """
        select coalesce(max(seq), 0) + 1 from ops where install_id = :install_id and author_id = :author_id
            and carrier_id = :author_id and seq < :most
        """,
        {"install_id": install_id, "author_id": author_id, "most": MOST_FORMS},
    )
    return {
        "v": envelopes.VERSION, "op_id": form.op_id, "rec_id": form.record_id, "base": form.base,
        "author": author_id, "install_id": install_id, "seq": int(seq), "made_at": made_at.isoformat(),
        "tz": tz, "app_ver": app_version, "kind": form.kind, "payload": dict(form.payload),
        "photos": [{"sha256": photo.sha256, "len": photo.size, "mime": photo.mime} for photo in form.photos],
        "merges": list(form.merges),
    }  # fmt: skip


def _accept(
    tx: Writer,
    registry: Registry,
    item: Envelope | Refusal,
    carrier_id: str,
    now: datetime,
    *,
    custody: bool = False,
) -> Receipt:
    if isinstance(item, Refusal):
        return Receipt(item.op_id, item.sha256, item.status)
    own = item.author_id == carrier_id
    if not own and not custody:
        return Receipt(item.op_id, item.sha256, "foreign")
    if not own and accounts.find_person(tx, item.author_id) is None:
        return Receipt(item.op_id, item.sha256, "foreign", code="author_unknown")
    known = tx.find("select sha256, code from ops where id = :id", {"id": item.op_id})
    if known is None:
        return _receipt(tx, item, _take(tx, registry, item, carrier_id, now))
    if known["sha256"] != item.sha256:
        return _receipt(tx, item, "id_conflict")
    if own and awaits_author(tx, item.op_id):  # who delivers the very same bytes stands by them
        confirm(tx, registry, item.op_id, actor_id=carrier_id, now=now)
    return _receipt(tx, item, "duplicate")


def _receipt(tx: Writer, item: Envelope, status: str) -> Receipt:
    if status == "id_conflict":
        return Receipt(item.op_id, item.sha256, status)
    row = tx.find("select code, server_seq, received_at from ops where id = :id", {"id": item.op_id}) or {}
    need = tuple(list_missing_photos(tx, item.op_id)) if item.photos else ()
    return Receipt(item.op_id, item.sha256, status, need, **row)


def _take(tx: Writer, registry: Registry, item: Envelope, carrier_id: str, now: datetime) -> str:
    seq = int(tx.value("select coalesce(max(server_seq), 0) + 1 from ops"))
    op = op_of(item, carrier_id, seq, to_text(now))
    try:
        with tx.savepoint():
            code = judge(tx, registry, op, hold=item.hold)
            _store(tx, op, item, code, now)
            if not code:
                tell(tx, op, apply(tx, registry, op), now)
    except Exception as error:  # whatever one op does to its projection, it delays no other and is not lost
        if trouble.is_full(error) or trouble.is_busy(error):  # no fault of this op: it comes again
            raise
        logger.exception("op %s is held: it could not be applied", op.id)
        code = "failed"
        with tx.savepoint():
            _store(tx, op, item, code, now)
    wake_children(tx, registry, op.id, now)
    return "held" if code else "stored"


def _store(tx: Writer, op: Op, item: Envelope, code: str, now: datetime) -> None:
    """Write the op, the photos it names, its number, its one audit row, and tell its author if it is held."""
    status = "held" if code else "stored"
    tx.insert("ops", {
        "id": op.id, "record_id": op.record_id, "base": op.base, "author_id": op.author_id,
        "carrier_id": op.carrier_id, "install_id": op.install_id, "seq": op.seq, "kind": op.kind,
        "made_at": op.made_at, "app_version": op.app_version, "raw": item.raw, "sha256": op.sha256,
        "status": status, "code": code, "server_seq": op.server_seq, "received_at": op.received_at,
    })  # fmt: skip
    for position, photo in enumerate(op.photos):
        tx.insert("op_photos", {
            "op_id": op.id, "position": position, "sha256": photo.sha256, "bytes": photo.size,
            "mime": photo.mime,
        })  # fmt: skip
    detail = {"sha256": op.sha256, "kind": op.kind, "record_id": op.record_id, "author_id": op.author_id}
    audit.record(tx, actor_id=op.carrier_id, action="op.accept", entity="op", entity_id=op.id,
                 detail={**detail, "status": status, "code": code}, at=now)  # fmt: skip
    if op.carrier_id == op.author_id:  # else its author's word counts it
        count_number(tx, op, item.void)
    if code:
        changes.note(tx, person_id=op.author_id, record_id=op.record_id, op_id=op.id, event="held", code=code,
                     at=now)  # fmt: skip
