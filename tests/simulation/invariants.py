"""The invariants of the protocol, each as one function named after it: it raises, or all is well."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from survey_app import audit
from survey_app.store import Row
from survey_app.sync.installs import list_gaps
from tests.simulation.ledger import KEPT, Saved
from tests.simulation.oracle import expected_heads

if TYPE_CHECKING:
    from tests.simulation.server import Answer, Request
    from tests.simulation.world import World


MOST_REQUESTS = 1200  # of one phone in one run


class ViolationError(Exception):
    """An invariant does not hold."""

    def __init__(self, invariant: str, text: str) -> None:
        super().__init__(f"{invariant}: {text}")
        self.invariant = invariant


def check_step(world: World) -> None:
    """Hold what must be true at every instant."""
    rows = world.rows()
    acknowledged_is_durable(world, rows)
    saved_is_on_the_phone_or_on_the_server(world, rows)
    deliveries_make_one_row(world, rows)
    other_bytes_never_overwrite(world, rows)
    author_is_who_wrote_it(world, rows)
    carried_waits_for_its_author(world, rows)
    photos_that_count_are_whole(world)
    numbers_have_no_doubles(world)


def check_pace(world: World, request: Request) -> None:
    """I7: a phone comes to rest: it does not send without end."""
    world.sent[request.phone] += 1
    if world.sent[request.phone] > MOST_REQUESTS:
        raise ViolationError("I7", f"{request.phone} sends without end, last {request.method} {request.path}")


def check_answer(world: World, request: Request, answer: Answer) -> None:
    """Hold what must be true of an answer at the moment it is given."""
    body = answer.json()
    if request.path.startswith("/api/v1/photos/") and request.method in {"PUT", "PATCH"}:
        complete_photo_is_there(world, request, answer)
    if request.path in {"/api/v1/ops", "/api/v1/custody"} and answer.status == 200:
        complete_record_has_its_photos(world, body["receipts"])
        bad_op_delays_no_other(world, request, body["receipts"])
    answers_stay_within_what_one_may_see(world, request, body)
    if answer.status >= 500 and answer.status not in {503, 507}:
        raise ViolationError(
            "500", f"{request.method} {request.path} → {answer.status}: {world.server.faults[-1:]}"
        )
    if world.server.faults:
        raise ViolationError("500", world.server.faults[-1])


def acknowledged_is_durable(world: World, rows: dict[str, Row]) -> None:
    """I1: acknowledged ⇒ durable on the server, same sha256."""
    for op_id, digest in world.ledger.acknowledged.items():
        row = rows.get(op_id)
        if row is None or row["digest"] != digest:
            raise ViolationError(
                "I1", f"{world.trace.short(op_id)} was acknowledged and is not there with its digest"
            )
    for sha256 in world.ledger.photos:
        if not world.photo_is_there(sha256):
            raise ViolationError("I1", f"photo {world.trace.short(sha256)} was acknowledged and is not there")


def released_was_complete(world: World, entry: dict[str, Any]) -> None:
    """I1: a phone calls delivered only what a server acknowledged with this sha256 and nothing missing."""
    if world.ledger.complete.get(entry["op_id"]) != entry["raw_sha256"]:
        raise ViolationError(
            "I1", f"{world.trace.short(entry['op_id'])} is called delivered, and no server said so"
        )


def saved_is_on_the_phone_or_on_the_server(world: World, rows: dict[str, Row]) -> None:
    """I2: a saved op is always on the phone or on the server, its photos and a kept draft too."""
    for op in world.ledger.saved.values():
        phone = world.phones[op.phone]
        if not phone.has(op) and rows.get(op.op_id, {}).get("digest") != op.digest:
            raise ViolationError(
                "I2", f"{world.trace.short(op.op_id)} is neither on {op.phone} nor on the server"
            )
        for sha256 in op.photos:
            if phone.photos.get((op.author, sha256)) != sha256 and not world.photo_is_there(sha256):
                raise ViolationError(
                    "I2", f"photo {world.trace.short(sha256)} is neither on {op.phone} nor there"
                )
    for draft, name in world.ledger.drafts.items():
        if draft not in world.phones[name].drafts:
            raise ViolationError("I2", f"draft {world.trace.short(draft)} is gone from {name}")


def deliveries_make_one_row(world: World, rows: dict[str, Row]) -> None:
    """I3: k deliveries of one op make one row, and one row in what screens read."""
    count = world.server.store.value("select count(*) from ops")
    if count != len(rows):
        raise ViolationError("I3", f"{count} rows of {len(rows)} ops")
    digests = Counter(row["digest"] for row in rows.values())
    twice = [digest for digest, n in digests.items() if n > 1]
    if twice:
        raise ViolationError("I3", f"the same bytes stand {digests[twice[0]]} times")


def one_text_makes_one_record(world: World, rows: dict[str, Row]) -> None:
    """I3: what was sent again under a new id is not there twice."""
    for op in world.ledger.saved.values():
        if op.reissue_of and op.base != op.reissue_of and {op.op_id, op.reissue_of} <= rows.keys():
            old = world.ledger.saved.get(op.reissue_of)
            if old is None or rows[op.reissue_of]["digest"] == old.digest:
                raise ViolationError(
                    "I3", f"{world.trace.short(op.op_id)} doubles {world.trace.short(op.reissue_of)}"
                )


def other_bytes_never_overwrite(world: World, rows: dict[str, Row]) -> None:
    """I4: same id with other bytes never overwrites."""
    for op_id, row in rows.items():
        first = world.ledger.first.setdefault(op_id, row["digest"])
        if row["digest"] != first or row["sha256"] != first:
            raise ViolationError("I4", f"{world.trace.short(op_id)} has other bytes than before")


def photos_that_count_are_whole(world: World) -> None:
    """I5: what the server takes for a photo that is here is there and matches its hash."""
    for sha256 in world.photos():
        if not world.photo_is_there(sha256):
            raise ViolationError("I5", f"photo {world.trace.short(sha256)} has a row and no whole file")


def complete_photo_is_there(world: World, request: Request, answer: Answer) -> None:
    """I5: a photo that was taken is there and matches its hash; so is one that was there before."""
    sha256, body = request.path.rsplit("/", 1)[1], answer.json()
    if answer.status not in {200, 201} or not isinstance(body, dict):
        return
    if "offset" in body:
        part_is_kept_in_its_place(world, request, body["offset"])
        return
    if not world.server.has_whole_photo(sha256):
        raise ViolationError(
            "I5", f"photo {world.trace.short(sha256)} was taken and is not there, or not whole"
        )
    world.ledger.photos[sha256] = None


def part_is_kept_in_its_place(world: World, request: Request, offset: int) -> None:
    """I5: a part that was taken stands where it says, and nothing after it."""
    sha256, part = request.path.rsplit("/", 1)[1], request.body or b""
    kept = world.server.data / "photos" / "parts" / f"{world.owner_of(request)}.{sha256}.part"
    begin = int(request.headers["Upload-Offset"])
    if offset != begin + len(part) or kept.read_bytes()[begin:] != part:
        raise ViolationError("I5", f"a part of {world.trace.short(sha256)} was taken and is not in its place")


def complete_record_has_its_photos(world: World, receipts: list[dict[str, Any]]) -> None:
    """I5: complete ⇒ every photo is there and matches its hash."""
    for receipt in receipts:
        op = world.ledger.saved.get(receipt["op_id"] or "")
        if op is None or op.digest != receipt["sha256"] or receipt["status"] not in KEPT:
            continue
        for sha256 in op.photos:
            if sha256 not in receipt["need"] and not world.server.has_whole_photo(sha256):
                raise ViolationError("I5", f"{world.trace.short(op.op_id)} needs nothing, but lacks a photo")


def bad_op_delays_no_other(world: World, request: Request, receipts: list[dict[str, Any]]) -> None:
    """I6: every good op of a batch is kept, whatever else stands in it."""
    for item, receipt in zip(json.loads(request.body or b"{}")["ops"], receipts, strict=True):
        op = world.sent_whole(item)
        if op is None or op.fault or request.path.endswith("custody"):
            continue
        mine = op.author == world.owner_of(request)
        if (
            mine
            and receipt["status"] not in KEPT
            and world.rows().get(op.op_id, {}).get("digest") == op.digest
        ):
            raise ViolationError(
                "I6", f"{world.trace.short(op.op_id)} is there, and the answer says {receipt['status']}"
            )
        if mine and receipt["status"] not in {*KEPT, "id_conflict"}:
            raise ViolationError(
                "I6", f"good {world.trace.short(op.op_id)} was not taken: {receipt['status']}"
            )


def every_outbox_drains(world: World) -> None:
    """I6, I7: once faults stop, every outbox drains; what stays is bad itself, and waits for a person."""
    for phone in world.phones.values():
        for op_id, entry in phone.ops.items():
            if entry["status"] in {"released", "replaced"} or _may_stay(
                world, entry, world.ledger.saved.get(op_id)
            ):
                continue
            bad = any(one.fault for one in world.ledger.saved.values() if one.phone == phone.name)
            name = "I6" if bad else "I7"
            raise ViolationError(name, f"{world.trace.short(op_id)} on {phone.name} is {entry['status']}"
                                  f" ({entry['reason']}, needs {len(entry['need'])})")  # fmt: skip


def _may_stay(world: World, entry: dict[str, Any], op: Saved | None) -> bool:
    return op is not None and op.fault == "refused" and entry["status"] == "attention"


def everything_saved_is_there(world: World, rows: dict[str, Row]) -> None:
    """I2: once all is drained, what was saved is there, under its id or another, and so is what it edits."""
    heirs = {op.reissue_of: op.op_id for op in world.ledger.saved.values() if op.reissue_of}
    for op in world.ledger.saved.values():
        last: str | None = op.op_id
        while last and rows.get(last, {}).get("digest") != world.ledger.saved[last].digest:
            last = heirs.get(last)
        if last is None and op.fault != "refused":
            raise ViolationError("I2", f"{world.trace.short(op.op_id)} was saved and never came")
    moved = {op.reissue_of for op in world.ledger.saved.values() if op.reissue_of != op.base}
    for op_id, row in rows.items():
        base = world.ledger.saved.get(row["base"] or "")
        if base and not base.fault and base.op_id not in {*rows, *moved}:
            raise ViolationError("I2", f"{world.trace.short(op_id)} waits for ever for what it edits")


def carried_waits_for_its_author(world: World, rows: dict[str, Row]) -> None:
    """I8: what another brought is shown only when its author stood by it."""
    carried = [op_id for op_id, row in rows.items()
               if row["status"] == "stored" and row["carrier_id"] != row["author_id"]]  # fmt: skip
    if carried:
        query = "select id from settlements where confirmed = 1"
        confirmed = {row["id"] for row in world.server.store.query(query)}
        for op_id in carried:
            if op_id not in confirmed:
                raise ViolationError("I8", f"{world.trace.short(op_id)} is shown without its author's word")


def author_is_who_wrote_it(world: World, rows: dict[str, Row]) -> None:
    """I8: the author on the server is the person who wrote it, whoever's login carried it."""
    for op_id, row in rows.items():
        op = world.ledger.saved.get(op_id)
        if op and op.digest == row["digest"] and row["author_id"] != op.author:
            raise ViolationError("I8", f"{world.trace.short(op_id)} has another author on the server")


def numbers_have_no_doubles(world: World) -> None:
    """Numbers: seq is taken once for each installation and author, and without gaps."""
    taken: dict[tuple[str, str], list[int]] = {}
    for op in world.ledger.saved.values():
        taken.setdefault((op.install_id, op.author), []).append(op.seq)
    for (_, author), numbers in taken.items():
        if len(set(numbers)) < len(numbers):
            raise ViolationError(
                "SEQ", f"a number of {world.trace.short(author)} was taken twice: {sorted(numbers)}"
            )


def numbers_have_no_gaps(world: World, rows: dict[str, Row]) -> None:
    """Numbers: once all is drained, a number below another on one phone is a known op."""
    known = {(op["install_id"], op["author_id"], op["seq"]) for op in rows.values()}
    promised = [*world.ledger.saved.values(), *world.ledger.discarded.values()]
    known |= {(op.install_id, op.author, op.seq) for op in promised}
    for install_id, author, seq in sorted(known):
        if seq > 1 and install_id and (install_id, author, seq - 1) not in known:
            raise ViolationError("SEQ", f"number {seq - 1} of {world.trace.short(author)} was never given")
    refused = {(op.install_id, op.author, op.seq) for op in promised if op.fault == "refused"}
    for gap in list_gaps(world.server.store):
        for seq in gap.numbers:
            if (gap.install_id, gap.author_id, seq) not in refused:
                raise ViolationError("SEQ", f"the server misses {seq} of {world.trace.short(gap.author_id)}"
                                            f" on {world.trace.short(gap.install_id)}")  # fmt: skip


def clocks_decide_nothing(world: World, rows: dict[str, Row]) -> None:
    """I10: a good op is taken as good, whatever its clock, and the words shown are those of the rule."""
    for op in world.ledger.saved.values():
        row = rows.get(op.op_id)
        if row and row["digest"] == op.digest and row["status"] == "held" and world.is_good(op):
            raise ViolationError("I10", f"good {world.trace.short(op.op_id)} is held as {row['code']}")
    expected = expected_heads(rows)
    for record, head in world.heads().items():
        if head != expected.get(record):
            raise ViolationError("I10", f"record {world.trace.short(record)} shows {world.trace.short(head)}")


def audit_chain_verifies(world: World, rows: dict[str, Row]) -> None:
    """I12: the audit chain verifies, one row per accepted op."""
    store = world.server.store
    broken = next(audit.broken_links(store), None)
    if broken is not None:
        raise ViolationError("I12", f"the chain breaks at {broken}")
    accepted = store.query("select entity_id from audit where action = 'op.accept' order by entity_id")
    if [row["entity_id"] for row in accepted] != sorted(rows):
        raise ViolationError("I12", f"{len(accepted)} audit rows of {len(rows)} ops")


def answers_stay_within_what_one_may_see(world: World, request: Request, body: Any) -> None:
    """I13: no answer outside what the user may see."""
    if not isinstance(body, dict):
        return
    asking, rows = world.owner_of(request), world.rows()
    for change in body.get("changes", ()):
        authors = {row["author_id"] for row in rows.values() if row["record_id"] == change["rec_id"]}
        if authors and asking not in authors:
            raise ViolationError("I13", f"{world.trace.short(change['op_id'])} is told to another person")
    if "lacks" in body:
        have_says_what_is_there(world, request, body["lacks"])


def have_says_what_is_there(world: World, request: Request, lacks: list[str]) -> None:
    """I1, I13: have counts what is durably there and the caller's own or carried, and nothing else."""
    asking, rows = world.owner_of(request), world.rows()
    mine = {row["digest"] for row in rows.values() if row["carrier_id"] == asking}
    mine |= {
        row["digest"] for row in rows.values() if row["author_id"] == asking and row["code"] != "custody"
    }
    for digest in json.loads(request.body or b"{}")["digests"]:
        here = digest in mine or world.photo_is_there(digest)
        if not here and digest not in lacks:
            known = any(row["digest"] == digest and row["author_id"] != asking for row in rows.values())
            raise ViolationError("I13" if known else "I1", f"have says that {digest[:8]} is here")
        if here and digest in lacks:
            raise ViolationError("I1", f"have says that {digest[:8]} is missing, and it is here")


def check_end(world: World) -> None:
    """Hold what must be true once the faults have stopped and all had time."""
    rows = world.rows()
    every_outbox_drains(world)
    everything_saved_is_there(world, rows)
    one_text_makes_one_record(world, rows)
    numbers_have_no_gaps(world, rows)
    clocks_decide_nothing(world, rows)
    audit_chain_verifies(world, rows)
