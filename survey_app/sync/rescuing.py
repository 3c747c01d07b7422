"""Takes in what a rescue file holds, by the same doors as a phone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from survey_app.accounts import queries as accounts
from survey_app.store import Store
from survey_app.sync import envelope, images, intake, photos, rescue
from survey_app.sync.intake import Receipt
from survey_app.sync.kinds import Registry
from survey_app.sync.photos import PhotoStore
from survey_app.sync.rescue import Line

MOST_FAULTS = 50  # that are listed one by one
REFUSED = ("unreadable", "bad_digest", "too_large", "id_conflict", "author_unknown")


@dataclass
class Outcome:
    """What came of a file: per author's post how many ops were new, known, in custody, held; and the rest."""

    people: dict[str, Counter[str]] = field(default_factory=dict)
    photos: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[int, str]] = field(default_factory=list)
    more_faults: int = 0
    is_rescue: bool = False
    cut: bool = True

    def refuse(self, line: Line, why: str) -> None:
        """Note a line that was not taken; a file of nothing else fills no memory."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append((line.number, why))
        else:
            self.more_faults += 1


def take_in(
    store: Store, registry: Registry, files: PhotoStore, upload: IO[bytes], *, carrier_id: str, now: datetime
) -> Outcome:
    """Take every whole line of a file: one's own ops as from a phone, those of others in custody."""
    outcome = Outcome()
    for group in rescue.batches(rescue.read_lines(upload), envelope.MAX_BATCH_OPS, envelope.MAX_BATCH_BYTES):
        first = group[0]
        if first.kind == "op":
            items = [line.item for line in group]
            receipts = intake.accept_ops(store, registry, items, carrier_id=carrier_id, now=now, custody=True)
            for line, receipt in zip(group, receipts, strict=True):
                _count(outcome, store, line, receipt)
        elif first.kind == "photo":
            _take_photo(outcome, store, files, first, carrier_id, now)
        elif first.kind == "bad":
            outcome.refuse(first, "unreadable_line")
        outcome.is_rescue |= first.kind == "head"
        outcome.cut &= first.kind != "end"
    return outcome


def _count(outcome: Outcome, store: Store, line: Line, receipt: Receipt) -> None:
    refused = receipt.code if receipt.code in REFUSED else receipt.status
    if refused in REFUSED:
        outcome.refuse(line, refused)
        return
    author_id = store.value("select author_id from ops where id = :id", {"id": receipt.op_id})
    author = accounts.find_person(store, author_id) or {"post": ""}
    word = "custody" if receipt.code == "custody" and receipt.status == "held" else receipt.status
    outcome.people.setdefault(author["post"], Counter())[word] += 1


def _take_photo(
    outcome: Outcome, store: Store, files: PhotoStore, line: Line, sender_id: str, now: datetime
) -> None:
    try:
        _photo, fresh = photos.receive(
            store, files, line.data, sender_id=sender_id, now=now, sha256=line.item
        )
    except photos.WrongDigestError:
        outcome.refuse(line, "bad_digest")
    except (images.NotAPhotoError, images.TooManyPixelsError):
        outcome.refuse(line, "not_a_photo")
    except photos.TooManyUnclaimedError:
        outcome.refuse(line, "too_many_unclaimed")
    else:
        outcome.photos["new" if fresh else "known"] += 1
