"""Who calls the server besides the phones of a run: older and other clients, carriers, and who means harm."""

from __future__ import annotations

import hashlib
import json

from tests.simulation.cast import PEOPLE, WRITERS, Person, photos
from tests.simulation.ledger import Saved
from tests.simulation.server import Answer, Request
from tests.simulation.world import World

BY_ID = {person.id: person for person in PEOPLE}
CALLS = (
    "clash",
    "clash",
    "stray",
    "carry",
    "carry",
    "send_in_parts",
    "send_in_parts",
    "ask_have",
    "read_changes",
    "read_changes",
)


class Strangers:
    """Draws one of the calls and makes it, over a line that does nothing to it."""

    def __init__(self, world: World, often: frozenset[str]) -> None:
        self.world, self.dice = world, world.dice
        self.calls = [name for name in CALLS if name in often] or CALLS

    def act(self) -> None:
        """Make one call."""
        getattr(self, self.dice.choice(self.calls))()

    def clash(self) -> None:
        """An op with an id that is taken and other words: a copied phone, or somebody who means harm."""
        op, raw = self._known()
        if op is None or op.fault or op.reissue_of:  # taken twice is for a person
            return
        fields = json.loads(raw)
        fields["payload"]["text"], fields["photos"] = "别的话", []
        raw = json.dumps(fields, ensure_ascii=False)
        self.world.trace.note(f"somebody sends other words as {self.world.trace.short(op.op_id)}")
        digest = hashlib.sha256(raw.encode()).hexdigest()
        answer = self._hand_in(BY_ID[op.author], raw, digest, "/api/v1/ops")
        if answer and self.dice.random() < 0.8:
            self.world.line.keep_for_the_next(op.phone, "/api/v1/ops", answer)

    def stray(self) -> None:
        """An op that comes with the session of somebody else."""
        op, raw = self._known()
        if op is not None:
            self._hand_in(self._other(op), raw, op.digest, "/api/v1/ops")

    def carry(self) -> None:
        """Somebody hands in what another wrote, and says so."""
        op, raw = self._known()
        if op is not None:
            self._hand_in(self._other(op), raw, op.digest, "/api/v1/custody")

    def send_in_parts(self) -> None:
        """A photo in parts, now and then at a wrong place, damaged, or by somebody who never comes back."""
        photo = self.dice.choice(photos())
        person, call = (
            self.dice.choice(WRITERS),
            {"Content-Type": "image/jpeg", "Upload-Length": str(len(photo.data))},
        )
        path = f"/api/v1/photos/{photo.sha256}"
        self.world.trace.call("photo", photo.sha256)
        for _ in range(self.dice.randint(1, 6)):
            head = self.call(person, "HEAD", path)
            if head is None or head.status == 200 or self.dice.random() < 0.1:
                return
            offset = int(head.headers["Upload-Offset"])
            wrong = self.dice.random() < 0.2
            begin = self.dice.randrange(len(photo.data)) if wrong else offset
            part = photo.data[begin : begin + self.dice.choice((200, 700, 2000))]
            if self.dice.random() < 0.05:
                part = part[:-1] + bytes([part[-1] ^ 1])
            self.call(person, "PATCH", path, part, {**call, "Upload-Offset": str(begin)})

    def ask_have(self) -> None:
        """A phone asks what of everything it ever heard of is missing."""
        digests = [op.digest for op in self.world.ledger.saved.values()] + [
            photo.sha256 for photo in photos()
        ]
        person = self.dice.choice(WRITERS)
        body = json.dumps({"digests": digests}).encode()
        self.call(person, "POST", "/api/v1/have", body, {"Content-Type": "application/json"})

    def read_changes(self) -> None:
        """A phone asks what happened to its records."""
        self.call(self.dice.choice(WRITERS), "GET", "/api/v1/changes?since=0")

    def call(
        self,
        person: Person,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer | None:
        """Make one call in a session of its own; None where the server could not be reached."""
        cookie = self.world.server.sign_in(person.id)
        self.world.cookies[cookie] = person.id
        if self.world.now < self.world.down_until:
            return None
        session = self.world.server.answer(Request("?", "?", 0, "GET", "/api/v1/session", {}, None, cookie))
        if session.status != 200:
            return None
        cookie = session.headers.get("Set-Cookie", f"survey={cookie}").removeprefix("survey=").split(";")[0]
        self.world.cookies[cookie] = person.id
        sent = {**(headers or {}), "X-CSRFToken": session.json()["csrf"]}
        self.world.trace.note(f"{person.name} calls {method} {path.split('?')[0][:24]} in another way")
        return self.world.reach(Request("?", "?", 0, method, path, sent, body, cookie))

    def _hand_in(self, person: Person, raw: str, sha256: str, path: str) -> Answer | None:
        body = json.dumps({"ops": [{"raw": raw, "sha256": sha256}]}).encode()
        return self.call(person, "POST", path, body, {"Content-Type": "application/json"})

    def _other(self, op: Saved) -> Person:
        return self.dice.choice([person for person in WRITERS if person.id != op.author])

    def _known(self) -> tuple[Saved | None, str]:
        """Return an op that lies on a phone, with its bytes; one not delivered rather than another."""
        saved = list(self.world.ledger.saved.values())
        fresh = [op for op in saved if op.op_id not in self.world.rows()]
        saved = fresh if fresh and self.dice.random() < 0.5 else saved
        op = self.dice.choice(saved) if saved else None
        entry = self.world.phones[op.phone].ops.get(op.op_id) if op else None
        return (op, entry["raw"]) if entry else (None, "")
