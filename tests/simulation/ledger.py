"""What was promised in a run: said saved by a phone, acknowledged by the server."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from survey_app.store import Row

DONE = ("released", "replaced", "discarded")  # on a phone
KEPT = ("stored", "duplicate", "held")


@dataclass(frozen=True, slots=True)
class Saved:
    """An op of which a phone said 已存本机."""

    op_id: str
    rec_id: str
    base: str | None
    author: str
    phone: str
    install_id: str
    seq: int
    kind: str
    digest: str  # of the exact bytes
    photos: tuple[str, ...]
    reissue_of: str | None
    fault: str = ""  # what is wrong with it on purpose: "held" or "refused" is what it has to come to


@dataclass
class Handset:
    """What the outside knows of a phone: its disk, its pages and whose cookie it has."""

    name: str
    seed: int
    user: str = ""  # whose session the cookie is
    cookie: str = ""
    pages: dict[str, str] = field(default_factory=dict)  # page → whose it was when it was opened
    ops: dict[str, dict[str, Any]] = field(default_factory=dict)
    photos: dict[tuple[str, str], str] = field(
        default_factory=dict
    )  # (user, sha256) → digest of what is there
    drafts: dict[str, None] = field(default_factory=dict)
    opened: int = 0
    online: bool = True

    def has(self, op: Saved) -> bool:
        """Tell whether these very bytes are on its disk."""
        entry = self.ops.get(op.op_id)
        return entry is not None and entry["raw_sha256"] == op.digest

    def open_ops(self, user: str) -> list[str]:
        """Return the ops of a user that are neither delivered nor replaced."""
        return [op_id for op_id, op in self.ops.items() if op["user"] == user and op["status"] not in DONE]


@dataclass
class Ledger:
    """Every promise of a run."""

    saved: dict[str, Saved] = field(default_factory=dict)
    acknowledged: dict[str, str] = field(default_factory=dict)  # op → digest that the server said it has
    complete: dict[str, str] = field(
        default_factory=dict
    )  # op → digest of which a server once needed nothing
    discarded: dict[str, Saved] = field(default_factory=dict)  # a person said that it may go
    own: dict[str, None] = field(default_factory=dict)  # ops that their author delivered
    photos: dict[str, None] = field(default_factory=dict)  # that the server said it has
    first: dict[str, str] = field(default_factory=dict)  # op → digest that was there first
    drafts: dict[str, str] = field(default_factory=dict)  # draft → phone that said it is kept

    def save(self, phone: str, entry: dict[str, Any], fault: str = "") -> Saved:
        """Note that a phone said that an op is saved."""
        fields = json.loads(entry["raw"])
        op = Saved(
            op_id=fields["op_id"], rec_id=fields["rec_id"], base=fields["base"], author=fields["author"],
            phone=phone, install_id=fields["install_id"], seq=fields["seq"], kind=fields["kind"],
            digest=entry["sha256"], photos=tuple(photo["sha256"] for photo in fields["photos"]),
            reissue_of=entry.get("reissue_of"), fault=fault,
        )  # fmt: skip
        self.saved[op.op_id] = op
        return op

    def receipts(self, answer: Any) -> list[dict[str, Any]]:
        """Note what an answer acknowledges and return its receipts."""
        found = answer.get("receipts") if isinstance(answer, dict) else None
        receipts = found if isinstance(found, list) else []
        for receipt in receipts:
            if receipt["status"] in KEPT:
                self.acknowledged[receipt["op_id"]] = receipt["sha256"]
                if not receipt["need"]:
                    self.complete[receipt["op_id"]] = receipt["sha256"]
        return receipts

    def go_back(self, rows: dict[str, Row], photos: set[str]) -> None:
        """A backup was restored: what it lacks was promised by a server that is no more."""
        there = {op_id: str(row["digest"]) for op_id, row in rows.items()}
        self.acknowledged = dict(sorted(self.acknowledged.items() & there.items()))
        self.first = {op_id: there[op_id] for op_id in self.first if op_id in there}
        self.photos = {sha: None for sha in self.photos if sha in photos}
