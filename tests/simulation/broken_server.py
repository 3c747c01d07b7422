"""The server with one rule broken, by a function put in the place of its own for the length of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from survey_app import audit
from survey_app.store.ids import uuid7
from survey_app.store.instants import from_text
from survey_app.sync import changes, envelope, images, intake, judging, photos, projecting, queries, settling
from survey_app.sync.envelope import Refusal
from survey_app.sync.history import assemble
from survey_app.sync.intake import Receipt
from survey_app.sync.kinds import History, Op
from survey_app.sync.parts import PartStore
from survey_app.sync.photos import PhotoStore
from tests.simulation.patching import patched
from tests.simulation.world import World

Rule = Callable[[World], Any]


class _UndoneError(Exception):
    """Carries receipts out of a transaction that is rolled back."""


@contextmanager
def acknowledges_before_commit(_world: World) -> Iterator[None]:
    """The answer goes out first; what it says is written when the next batch comes."""
    accept, waiting = intake.accept_ops, list[tuple[Any, Any]]()

    def early(store: Any, registry: Any, items: Any, **fields: Any) -> list[Receipt]:
        while waiting:
            earlier, words = waiting.pop(0)
            accept(store, registry, earlier, **words)
        waiting.append((items, fields))
        try:
            with store.writing() as tx:
                raise _UndoneError([
                    intake._accept(tx, registry, envelope.parse(item), fields["carrier_id"], fields["now"])
                    for item in items
                ])  # fmt: skip
        except _UndoneError as undone:
            receipts: list[Receipt] = undone.args[0]
            return receipts

    with patched(intake, "accept_ops", early):
        yield


@contextmanager
def has_no_unique_id(_world: World) -> Iterator[None]:
    """A second delivery is one more row."""
    accept = intake._accept

    def again(tx: Any, registry: Any, item: Any, *rest: Any, **fields: Any) -> Receipt:
        first = accept(tx, registry, item, *rest, **fields)
        if first.status != "duplicate":
            return first
        accept(tx, registry, replace(item, op_id=uuid7()), *rest, **fields)
        return first

    with patched(intake, "_accept", again):
        yield


@contextmanager
def whole_batch_fails_together(_world: World) -> Iterator[None]:
    """One op that cannot be read takes the others with it."""
    accept = intake.accept_ops

    def together(store: Any, registry: Any, items: Any, **fields: Any) -> list[Receipt]:
        parsed = [envelope.parse(item) for item in items]
        bad = next((item for item in parsed if isinstance(item, Refusal)), None)
        if bad is None:
            return accept(store, registry, items, **fields)
        return [Receipt(item.op_id, item.sha256, bad.status) for item in parsed]

    with patched(intake, "accept_ops", together):
        yield


@contextmanager
def author_is_the_session(_world: World) -> Iterator[None]:
    """Whoever is signed in is taken for the author."""
    accept = intake._accept

    def own(tx: Any, registry: Any, item: Any, carrier_id: str, *rest: Any, **fields: Any) -> Receipt:
        taken = item if isinstance(item, Refusal) else replace(item, author_id=carrier_id)
        return accept(tx, registry, taken, carrier_id, *rest, **fields)

    with patched(intake, "_accept", own):
        yield


@contextmanager
def receipt_needs_no_photo(_world: World) -> Iterator[None]:
    """The receipt says that nothing is missing."""
    with patched(intake, "list_missing_photos", lambda _tx, _op_id: []):
        yield


@contextmanager
def photo_hash_is_not_checked(_world: World) -> Iterator[None]:
    """What comes under a name is taken for what the name says."""
    receive = photos.receive

    def trusting(store: Any, place: Any, data: bytes, *, sha256: str = "", **fields: Any) -> Any:
        named, fresh = receive(store, place, data, **fields)
        return replace(named, sha256=sha256 or named.sha256), fresh

    with patched(photos, "receive", trusting):
        yield


@contextmanager
def photo_row_before_file(_world: World) -> Iterator[None]:
    """The row is committed before the file is there."""
    receive, write = photos.receive, PhotoStore.write

    def hasty(store: Any, place: Any, data: bytes, **fields: Any) -> Any:
        late: list[Any] = []

        def later(self: PhotoStore, sha256: str, body: bytes) -> Any:
            late.append((self, sha256, body))
            return images.check(body)

        with patched(PhotoStore, "write", later):
            answer = receive(store, place, data, **fields)
        for waiting in late:
            write(*waiting)
        return answer

    with patched(photos, "receive", hasty):
        yield


@contextmanager
def photo_is_not_synced(_world: World) -> Iterator[None]:
    """The photo is written and renamed, and left to the system to bring to the disk."""

    def careless(path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(data)
        part.replace(path)

    with patched(photos, "_write", careless):
        yield


@contextmanager
def wrong_offset_is_taken(_world: World) -> Iterator[None]:
    """A part is put behind what is there, wherever it says that it begins."""
    append = PartStore.append

    def anywhere(self: PartStore, person_id: str, sha256: str, _offset: int, data: bytes, total: int) -> Any:
        kept = self.offset(person_id, sha256)
        return append(self, person_id, sha256, kept, data, total)

    with patched(PartStore, "append", anywhere):
        yield


@contextmanager
def custody_changes_the_author(_world: World) -> Iterator[None]:
    """Who hands an op in is written down as its author."""
    accept = intake._accept

    def own(tx: Any, registry: Any, item: Any, carrier_id: str, *rest: Any, **fields: Any) -> Receipt:
        carried = fields.get("custody") and not isinstance(item, Refusal)
        taken = replace(item, author_id=carrier_id) if carried else item
        return accept(tx, registry, taken, carrier_id, *rest, **fields)

    with patched(intake, "_accept", own):
        yield


@contextmanager
def custody_needs_no_word(_world: World) -> Iterator[None]:
    """What was handed in for another is shown at once."""
    judge = judging.judge

    def trusting(tx: Any, registry: Any, op: Op, **fields: Any) -> str:
        return judge(tx, registry, replace(op, carrier_id=op.author_id), **fields)

    with patched(intake, "judge", trusting):
        yield


@contextmanager
def changes_tell_everybody(_world: World) -> Iterator[None]:
    """Who asks what happened to their records hears of all."""

    def every(reader: Any, _person_id: str, *, since: int = 0, **_fields: Any) -> Any:
        sql = (
            "select n, record_id as rec_id, op_id, event, code, note, at from record_changes where n > :since"
        )
        return reader.query(sql, {"since": since})

    with patched(changes, "list_changes", every):
        yield


@contextmanager
def have_tells_everybody(_world: World) -> Iterator[None]:
    """Who asks about a digest learns whether anybody sent it."""

    def every(reader: Any, digests: Any, _person_id: str) -> list[str]:
        known = {row["sha256"] for row in reader.query("select sha256 from ops union select id from photos")}
        return [digest for digest in digests if digest not in known]

    with patched(queries, "list_lacking", every):
        yield


@contextmanager
def op_hash_is_not_checked(_world: World) -> Iterator[None]:
    """The digest that was sent is believed."""
    parse = envelope.parse

    def believing(item: Any) -> Any:
        found = parse(item)
        if not (isinstance(found, Refusal) and found.status == "bad_digest"):
            return found
        return replace(envelope.read(item["raw"].encode()), sha256=item["sha256"])

    with patched(envelope, "parse", believing):
        yield


@contextmanager
def conflict_overwrites(_world: World) -> Iterator[None]:
    """The last to come under an id stays."""
    accept = intake._accept

    def over(tx: Any, registry: Any, item: Any, *rest: Any, **fields: Any) -> Receipt:
        receipt = accept(tx, registry, item, *rest, **fields)
        if receipt.status == "id_conflict":
            tx.update("ops", item.op_id, {"raw": item.raw, "sha256": item.sha256})
            return replace(receipt, status="stored")
        return receipt

    with patched(intake, "_accept", over):
        yield


@contextmanager
def edits_in_place(_world: World) -> Iterator[None]:
    """An edit changes the op that it edits."""
    accept = intake._accept

    def over(tx: Any, registry: Any, item: Any, *rest: Any, **fields: Any) -> Receipt:
        receipt = accept(tx, registry, item, *rest, **fields)
        if receipt.status == "stored" and item.base:
            tx.update("ops", item.base, {"raw": item.raw})
        return receipt

    with patched(intake, "_accept", over):
        yield


@contextmanager
def _ordered_by(key: Callable[[Op], Any]) -> Iterator[None]:
    def ordered(record_id: str, ops: Any) -> History:
        history = assemble(record_id, ops)
        leaves = tuple(sorted(history.leaves, key=key, reverse=True))
        words = [op for op in history.ops if op.kind not in {"withdraw", "choose"}]
        return replace(history, leaves=leaves, head=max(words, key=key))

    with patched(projecting, "assemble", ordered), patched(settling, "assemble", ordered):
        yield


def clocks_order_edits(_world: World) -> Any:
    """The words with the latest date on the phone are shown."""
    return _ordered_by(lambda op: (op.made_at, op.sha256))


def arrival_orders_edits(_world: World) -> Any:
    """The words that came last are shown."""
    return _ordered_by(lambda op: op.server_seq)


@contextmanager
def clocks_refuse(world: World) -> Iterator[None]:
    """What was made tomorrow is not good."""
    judge = judging.judge

    def strict(tx: Any, registry: Any, op: Op, **fields: Any) -> str:
        code = judge(tx, registry, op, **fields)
        late = op.made_at and from_text(op.made_at) > world.server.now() + timedelta(days=1)
        return code or ("invalid" if late else "")

    with patched(intake, "judge", strict):
        yield


@contextmanager
def forgets_who_waited(_world: World) -> Iterator[None]:
    """An edit that came before its base is never looked at again."""
    with patched(intake, "wake_children", lambda *_args: None):
        yield


@contextmanager
def audits_later(_world: World) -> Iterator[None]:
    """The audit row is written in the next transaction, if there is one."""
    accept, record, waiting = intake.accept_ops, audit.record, list[dict[str, Any]]()

    def later(tx: Any, **fields: Any) -> None:
        if fields["action"] == "op.accept":
            waiting.append(fields)
        else:
            record(tx, **fields)

    def accepting(store: Any, *args: Any, **fields: Any) -> list[Receipt]:
        with patched(audit, "record", later):
            receipts = accept(store, *args, **fields)
        rows, waiting[:] = list(waiting), []
        with store.writing() as tx:
            for row in rows:
                record(tx, **row)
        return receipts

    with patched(intake, "accept_ops", accepting):
        yield
