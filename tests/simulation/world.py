"""One run: a virtual clock, one source of chance, phones, a server and a line between them."""

from __future__ import annotations

import base64
import hashlib
import heapq
import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from survey_app.store import Row
from tests.simulation import cast, invariants
from tests.simulation.cast import DAWN, Person
from tests.simulation.crashes import Crash
from tests.simulation.handsets import Handsets
from tests.simulation.invariants import ViolationError
from tests.simulation.ledger import Handset, Ledger, Saved
from tests.simulation.line import Line
from tests.simulation.server import Answer, Request, Server
from tests.simulation.trace import Trace

Changes = dict[str, list[tuple[str, str]]]
MAX_OP_BYTES = 64 * 1024
KINDS = ("observation", "withdraw", "choose")
MOST_EVENTS = 50_000  # in one run
MOST_PAGES = 2  # on one phone


class World:
    """Everything of one run; ``now`` is milliseconds since it began."""

    def __init__(self, seed: int, handsets: Handsets, folder: Path, changes: Changes) -> None:
        self.seed, self.dice = seed, random.Random(seed)  # noqa: S311  not a secret
        self.now = 0.0
        self.events = 0
        self.handsets = handsets
        self.trace = Trace(lambda: self.now)
        self.ledger = Ledger()
        self.phones: dict[str, Handset] = {}
        self.line = Line(self, self.dice, self.dice.choice((0.1, 0.25, 0.4)))
        self.server = Server(folder, lambda: self.now, self.dice)
        self.sent: Counter[str] = Counter()
        self.deaths: Counter[str] = Counter()
        self.crash_rate = self.dice.choice((0.0, 0.1, 0.3))
        self.down_until = 0.0
        self.cookies: dict[str, str] = {}
        self.backups: list[tuple[float, Path]] = []
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self._timers: dict[str, float] = {}
        self._calls: dict[int, tuple[str, Callable[[Any], None]]] = {}
        self._rows: dict[str, Row] | None = None
        self._photos: dict[str, bool] = {}
        self._album: list[str] | None = None
        photos = [photo.for_node() for photo in cast.photos()]
        self._ask(do="world", base=int(DAWN.timestamp() * 1000), changes=changes, photos=photos)

    # Time

    def at(self, after: float, work: Callable[[], None]) -> None:
        """Do something ``after`` so many milliseconds."""
        self._count += 1
        heapq.heappush(self._queue, (self.now + after, self._count, work))

    def run(self, until: float) -> None:
        """Let everything happen that is due before ``until``."""
        while self._queue and self._queue[0][0] <= until:
            self.now, _, work = heapq.heappop(self._queue)
            self.events += 1
            if self.events > MOST_EVENTS:
                raise ViolationError("I7", "the phones do not come to rest")
            work()
        self.now = max(self.now, until)

    # Phones

    def add_phone(self, name: str) -> Handset:
        """Put one more phone into the world."""
        phone = self.phones[name] = Handset(name, self.dice.randrange(2**31))
        self.command(phone, "phone", seed=phone.seed)
        return phone

    def command(self, phone: Handset, do: str, **fields: Any) -> bool:
        """Let a phone do one thing and all that follows; tell whether that was anything."""
        return self._ask(do=do, phone=phone.name, **fields)

    def call(
        self,
        phone: Handset,
        page: str,
        function: str,
        args: list[Any],
        then: Callable[[Any], None],
        **fields: Any,
    ) -> None:
        """Call what a page exports (``outbox.js save``); ``then`` gets what it answers, if it ever does."""
        module, name = function.split()
        self._count += 1
        self._calls[self._count] = (phone.name, then)
        self.command(
            phone, "call", page=page, call=self._count, module=module, name=name, args=args, **fields
        )

    def open_page(self, phone: Handset, person: Person) -> str:
        """Open a page, as a person who signed in sees it."""
        for old in list(phone.pages)[: -MOST_PAGES + 1]:
            self.close_page(phone, old)
        phone.opened += 1
        page = f"{phone.name}.{phone.opened}"
        phone.pages[page] = person.id
        self.trace.note(f"{phone.name} opens {page} as {person.name}")
        for op in phone.ops.values():  # whoever opens a page sees what is there
            if op["op_id"] not in self.ledger.saved:
                self._saved(phone, op)
        self.command(phone, "open", page=page, user={"id": person.id, "name": person.name})
        return page

    def close_page(self, phone: Handset, page: str) -> None:
        """Close a page, where it is open."""
        if phone.pages.pop(page, None):
            self.trace.note(f"{phone.name} closes {page}")
            self.command(phone, "close", page=page)

    def sign_in(self, phone: Handset, person: Person) -> None:
        """Sign in on a phone, where the server can be reached."""
        phone.user, phone.cookie = person.id, self.server.sign_in(person.id)
        self.cookies[phone.cookie] = person.id
        self.trace.note(f"{phone.name} signs in as {person.name}")

    def renew_cookie(self, name: str) -> None:
        """Open the session of a phone anew elsewhere: the token it holds is stale."""
        phone = self.phones[name]
        if phone.user:
            phone.cookie = self.server.sign_in(phone.user)
            self.cookies[phone.cookie] = phone.user

    def _ask(self, **command: Any) -> bool:
        """Ask the phones and hear what they did; tell whether that was anything."""
        answer = self.handsets.ask(now=self.now, **command)
        for event in answer["out"]:
            getattr(self, f"_{event['did'].replace(' ', '_')}")(
                self.phones.get(event.get("phone", "")), event
            )
        for name, due in answer["next"].items():
            if due is not None and self._timers.get(name) != due:
                self._timers[name] = due
                self.at(max(0.0, due - self.now), lambda name=name, due=due: self._tick(name, due))  # type: ignore[misc]
        return bool(answer["out"])

    def _tick(self, name: str, due: float) -> None:
        if self._timers.get(name) == due:
            del self._timers[name]
            if self.command(self.phones[name], "tick"):
                self.check()

    # What phones do, as they tell it

    def _fetch(self, phone: Handset, event: dict[str, Any]) -> None:
        body = base64.b64decode(event["body"]) if event["body"] is not None else None
        request = Request(phone.name, event["page"], event["id"], event["method"], event["path"],
                          event["headers"], body, phone.cookie)  # fmt: skip
        self.trace.note(f"{phone.name} #{request.number} {request.method} {_path(request, self.trace)}")
        invariants.check_pace(self, request)
        if phone.online:
            self.line.carry(request)
        else:
            self.at(50, lambda: self.deliver(request, None))

    def _gave_up(self, phone: Handset, event: dict[str, Any]) -> None:
        self.trace.note(f"{phone.name} #{event['id']} gives up")

    def _op(self, phone: Handset, event: dict[str, Any]) -> None:
        op_id = event["op_id"]
        before = phone.ops.get(op_id)
        phone.ops[op_id] = event
        if event["status"] == "released" and (before is None or before["status"] != "released"):
            invariants.released_was_complete(self, event)
        name = self.trace.call("op", op_id)
        if before is None:
            self.trace.note(
                f"{phone.name} {name} is written, seq {event['seq']} of {self.trace.short(event['user'])}"
            )
            if event["reissue_of"]:
                self._saved(phone, event)
        if before is None or (before["status"], before["need"]) != (event["status"], event["need"]):
            self.trace.note(
                f"{phone.name} {name} is {event['status']} {event['reason'] or ''} need {len(event['need'])}"
            )

    def _op_gone(self, phone: Handset, event: dict[str, Any]) -> None:
        phone.ops.pop(event["op_id"], None)
        self.trace.note(f"{phone.name} {self.trace.short(event['op_id'])} is gone")

    def _photo(self, phone: Handset, event: dict[str, Any]) -> None:
        self.trace.call("photo", event["sha256"])
        phone.photos[event["user"], event["sha256"]] = event["digest"]

    def _photo_gone(self, phone: Handset, event: dict[str, Any]) -> None:
        phone.photos.pop((event["user"], event["sha256"]), None)
        self.trace.note(f"{phone.name} {self.trace.short(event['sha256'])} is gone")

    def _draft(self, phone: Handset, event: dict[str, Any]) -> None:
        self.trace.call("draft", event["draft"])
        phone.drafts[event["draft"]] = None

    def _draft_gone(self, phone: Handset, event: dict[str, Any]) -> None:
        phone.drafts.pop(event["draft"], None)

    def _done(self, _phone: Handset, event: dict[str, Any]) -> None:
        _, then = self._calls.pop(event["call"])
        then(event["value"])

    def _failed(self, phone: Handset, event: dict[str, Any]) -> None:
        self._calls.pop(event["call"], None)
        self.trace.note(f"{phone.name} a call failed: {event['error']}")
        raise ViolationError("phone", f"a call on {phone.name} failed: {event['error']}")

    def _died(self, phone: Handset, _event: dict[str, Any]) -> None:
        self.trace.note(f"{phone.name} dies")
        self.deaths["phone"] += 1
        phone.pages.clear()
        self._calls = {n: call for n, call in self._calls.items() if call[0] != phone.name}

    def _broke(self, _phone: Handset | None, event: dict[str, Any]) -> None:
        raise ViolationError("phone", f"the phone's program broke at {event['where']}: {event['error']}")

    def _wrong(self, _phone: Handset | None, event: dict[str, Any]) -> None:
        raise RuntimeError(event["error"])

    def _saved(self, phone: Handset, entry: dict[str, Any]) -> Saved:
        return self.ledger.save(phone.name, entry, fault_of(entry["raw"]))

    def said_saved(self, phone: Handset, entry: dict[str, Any]) -> None:
        """A phone said 已存本机."""
        if entry["op_id"] not in self.ledger.saved:
            self._saved(phone, entry)
        self.trace.note(f"{phone.name} says {self.trace.short(entry['op_id'])} is saved")

    # The server

    def reach(self, request: Request) -> Answer | None:
        """Bring a request to the server; None where there is no answer to it."""
        if self.now < self.down_until:
            return None
        fuse = self.dice.randrange(30) if self.line.loss and self.dice.random() < self.crash_rate else None
        try:
            answer = self.server.answer(request, fuse)
        except Crash as crash:
            self.trace.note(f"the server dies {crash}")
            self.recover()
            return None
        self.forget()
        self._noted(request, answer)
        self.line.remember(request, answer)
        invariants.check_answer(self, request, answer)
        self.check()
        return answer

    def go_back(self, backup: Path, *, fresh: bool) -> None:
        """A backup is restored: what was promised since is a promise of a server that is no more."""
        self.server.restore(backup, fresh=fresh)
        self.forget()
        there = {sha256 for sha256 in self.ledger.photos if self.photo_is_there(sha256)}
        self.ledger.go_back(self.rows(), there)
        self.check()

    def discard(self, phone: Handset, page: str, op_id: str) -> None:
        """A person says that an op may go."""
        op = self.ledger.saved.pop(op_id)
        self.ledger.discarded[op_id] = op
        self.trace.note(f"{phone.name} discards {self.trace.short(op_id)}")
        self.call(phone, page, "outbox.js discard", [op_id], lambda _: None)

    def recover(self) -> None:
        """The server comes back on its disk; for a while nobody reaches it."""
        self.server.reopen()
        self.down_until = self.now + self.dice.uniform(500, 60_000)
        self.forget()
        self.check()

    def _noted(self, request: Request, answer: Answer) -> None:
        body = answer.json()
        if request.path == "/api/v1/ops":
            self._delivered(request, body)
        said = [f"{self.trace.short(one['op_id'])} {one['status']} {one['code']} need {len(one['need'])}"
                for one in self.ledger.receipts(body)]  # fmt: skip
        code = body.get("code", "") if isinstance(body, dict) else ""
        self.trace.note(f"{request.phone} #{request.number} → {answer.status} {code}{'; '.join(said)}")

    def _delivered(self, request: Request, body: Any) -> None:
        """Note what its own author has brought."""
        for receipt in body["receipts"] if isinstance(body, dict) and "receipts" in body else ():
            op = self.ledger.saved.get(receipt["op_id"])
            if op and receipt["sha256"] == op.digest and op.author == self.owner_of(request):
                self.ledger.own[op.op_id] = None

    def deliver(self, request: Request, answer: Answer | None, *, cut: bool = False) -> None:
        """Bring an answer back to the phone, which may not be waiting any more."""
        phone = self.phones[request.phone]
        fields: dict[str, Any] = {"status": 0}
        if answer:
            self._keep_cookie(phone, request, answer)
            body = base64.b64encode(answer.body).decode()
            headers = {name: value for name, value in answer.headers.items() if name.lower() != "set-cookie"}
            fields = {"status": answer.status, "headers": headers, "body": body, "cut": cut}
        self.command(phone, "answer", id=request.number, **fields)
        self.check()

    def _keep_cookie(self, phone: Handset, request: Request, answer: Answer) -> None:
        given = answer.headers.get("Set-Cookie", "")
        if given.startswith("survey=") and phone.cookie == request.cookie and phone.user:
            phone.cookie = given.removeprefix("survey=").split(";")[0]
            self.cookies[phone.cookie] = phone.user

    # What invariants look at

    def forget(self) -> None:
        """What is on the server may have changed."""
        self._rows = self._album = None
        self._photos.clear()

    def check(self) -> None:
        """Hold the invariants of every step."""
        invariants.check_step(self)

    def rows(self) -> dict[str, Row]:
        """Return the ops that are durably on the server."""
        if self._rows is None:
            self._rows = self.server.ops()
        return self._rows

    def photos(self) -> list[str]:
        """Return the photos that the server takes for being here."""
        if self._album is None:
            self._album = [row["id"] for row in self.server.store.query("select id from photos order by id")]
        return self._album

    def photo_is_there(self, sha256: str) -> bool:
        """Tell whether a photo is whole on the server."""
        if sha256 not in self._photos:
            self._photos[sha256] = self.server.has_whole_photo(sha256)
        return self._photos[sha256]

    def owner_of(self, request: Request) -> str:
        """Return whose session a request came with."""
        return self.cookies.get(request.cookie, "")

    def sent_whole(self, item: dict[str, str]) -> Saved | None:
        """Return the saved op that these bytes are, where they arrived as they were."""
        digest = hashlib.sha256(item["raw"].encode()).hexdigest()
        found = [op for op in self.ledger.saved.values() if op.digest == digest == item["sha256"]]
        return found[0] if found else None

    def is_good(self, op: Saved) -> bool:
        """Tell whether nothing is wrong with an op nor with what it edits, and its author stands by both."""
        if op.fault or op.op_id not in self.ledger.own:
            return False
        base = self.ledger.saved.get(op.base or "")
        there = base is not None and self.rows().get(base.op_id, {}).get("digest") == base.digest
        return not op.base or (there and base is not None and self.is_good(base))

    def heads(self) -> dict[str, str]:
        """Return which op each record shows."""
        rows = self.server.store.query("select id, head_op_id from observations order by id")
        return {row["id"]: row["head_op_id"] for row in rows}


def fault_of(raw: str) -> str:
    """Return what an op has to come to where something is wrong with it on purpose."""
    if len(raw.encode()) > MAX_OP_BYTES:
        return "refused"
    fields = json.loads(raw)
    bad = fields["kind"] not in KINDS or fields["payload"].get("method") == "fly"
    return "held" if bad else ""


def _path(request: Request, trace: Trace) -> str:
    head, _, last = request.path.rpartition("/")
    return f"{head}/{trace.short(last)}" if len(last) == 64 else request.path
