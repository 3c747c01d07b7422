"""The line between phones and server: what it can do to a request and to its answer."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.simulation.server import Answer, Request

if TYPE_CHECKING:
    from tests.simulation.world import World

SECOND = 1000.0
MINUTE = 60 * SECOND
FATES = {
    "drops request": 5,
    "refuses": 5,
    "drops answer": 6,
    "answers too late": 4,
    "arrives too late": 3,
    "arrives twice": 6,
    "cuts request": 3,
    "cuts answer": 4,
    "halves answer": 2,
    "garbles request": 5,
    "gives another answer": 3,
    "redirects": 2,
    "portal with HTML": 3,
    "portal with JSON": 3,
    "5xx before": 3,
    "5xx after": 2,
    "429": 2,
    "401": 1,
    "403": 1,
    "404": 1,
    "408": 1,
    "413": 2,
    "stale token": 2,
}
# What a page in between may say with a good conscience; none of it is a receipt.
PORTAL: tuple[Any, ...] = (
    {"ok": True},
    {"code": 0, "msg": "success", "data": {}},
    {"proto": 1},
    {"status": "stored"},
    {"receipts": []},
    [],
)


class Line:
    """Carries requests; ``loss`` is the share that something happens to, 0 once faults have stopped."""

    def __init__(self, world: World, dice: random.Random, loss: float) -> None:
        self.world, self.dice, self.loss = world, dice, loss
        self.faults: Counter[str] = Counter()
        self.carried = 0
        self._given: list[tuple[str, Answer]] = []
        self._kept: dict[tuple[str, str], Answer] = {}

    def carry(self, request: Request) -> None:
        """Let a request meet its fate."""
        self.carried += 1
        fate = "well"
        kept = self._kept.pop((request.phone, request.path), None)
        if self.loss and kept:
            self.faults["gives another answer"] += 1
            self.world.trace.note(
                f"{request.phone} #{request.number} the line gives the answer of somebody else"
            )
            self._back(request, kept, self._blink())
            return
        if self.dice.random() < self.loss:
            fate = self.dice.choices(list(FATES), list(FATES.values()))[0]
            self.faults[fate] += 1
            self.world.trace.note(f"{request.phone} #{request.number} the line {fate}")
        getattr(self, f"_{fate.lower().replace(' ', '_')}")(request)

    def _blink(self) -> float:
        return self.dice.uniform(20, 2 * SECOND) if self.loss else 20.0

    def _reach(self, request: Request, after: float, down: float | None) -> None:
        """Bring it to the server; the answer, if there is one, goes back after ``down``."""

        def arrive() -> None:
            answer = self.world.reach(request)
            if down is not None:
                self._back(request, answer, down)

        self.world.at(after, arrive)

    def _back(self, request: Request, answer: Answer | None, after: float, *, cut: bool = False) -> None:
        self.world.at(after, lambda: self.world.deliver(request, answer, cut=cut))

    def _say(self, request: Request, status: int, body: bytes = b"", **headers: str) -> None:
        self._back(request, Answer(status, headers, body), self._blink())

    def _well(self, request: Request) -> None:
        self._reach(request, self._blink(), self._blink())

    def _drops_request(self, _request: Request) -> None:
        """Nothing ever comes: the phone gives up by itself."""

    def _refuses(self, request: Request) -> None:
        self._back(request, None, self._blink())

    def _drops_answer(self, request: Request) -> None:
        self._reach(request, self._blink(), None)
        if self.dice.random() < 0.5:
            self._back(request, None, 5 * SECOND)

    def _answers_too_late(self, request: Request) -> None:
        self._reach(request, self._blink(), self.dice.uniform(1, 10) * MINUTE)

    def _arrives_too_late(self, request: Request) -> None:
        self._reach(request, self.dice.uniform(1, 120) * MINUTE, None)

    def _arrives_twice(self, request: Request) -> None:
        first = self.dice.random() < 0.5
        self._reach(request, self._blink(), self._blink() if first else None)
        self._reach(request, self.dice.uniform(0, 10) * MINUTE, None if first else self._blink())

    def _cuts_request(self, request: Request) -> None:
        body = request.body or b""
        short = replace(request, body=body[: self.dice.randrange(len(body))] if body else body)
        self._reach(short, self._blink(), self._blink())

    def _garbles_request(self, request: Request) -> None:
        self._reach(replace(request, body=self._garble(request.body or b"")), self._blink(), self._blink())

    def _garble(self, body: bytes) -> bytes:
        try:
            batch = json.loads(body)
            one = self.dice.choice(batch["ops"])
            one["raw"] = one["raw"].replace("记", "汜", 1)
        except (ValueError, KeyError, TypeError, IndexError):
            return self._flip(body) if body else body
        return json.dumps(batch).encode()

    def _flip(self, body: bytes) -> bytes:
        """Return it with one bit changed towards the end, where a picture is still a picture."""
        place = len(body) - 1 - self.dice.randrange(2, max(3, len(body) // 4))
        return body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]

    def _cuts_answer(self, request: Request) -> None:
        self._altered(request, lambda answer: answer, cut=True)

    def _halves_answer(self, request: Request) -> None:
        share = self.dice.random()
        self._altered(request, lambda one: replace(one, body=one.body[: int(len(one.body) * share)]))

    def _altered(self, request: Request, alter: object, *, cut: bool = False) -> None:
        assert callable(alter)

        def arrive() -> None:
            answer = self.world.reach(request)
            self._back(request, alter(answer) if answer else None, self._blink(), cut=cut)

        self.world.at(self._blink(), arrive)

    def _gives_another_answer(self, request: Request) -> None:
        """What was said to somebody else, out of a cache in between."""
        given = [answer for path, answer in self._given[-8:] if path == request.path]
        related = [answer for answer in given if self._speaks_of(answer, request)]
        given = related or given
        self._back(request, self.dice.choice(given) if given else None, self._blink())

    def _speaks_of(self, answer: Answer, request: Request) -> bool:
        body = answer.json()
        receipts = body.get("receipts", []) if isinstance(body, dict) else []
        return any(str(receipt["op_id"]).encode() in (request.body or b"") for receipt in receipts)

    def keep_for_the_next(self, phone: str, path: str, answer: Answer) -> None:
        """Give this answer to a phone's next call, as a cache does that should not."""
        self._kept[phone, path] = answer

    def remember(self, request: Request, answer: Answer) -> None:
        """Keep an answer for a cache that mixes them up."""
        kept = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
        self._given.append((request.path, replace(answer, headers=kept)))

    def _redirects(self, request: Request) -> None:
        self._say(request, 302, b"")

    def _portal_with_html(self, request: Request) -> None:
        page = "<!doctype html><title>欢迎使用无线网络</title>".encode()
        self._say(request, 200, page, **{"Content-Type": "text/html"})

    def _portal_with_json(self, request: Request) -> None:
        body = json.dumps(self.dice.choice(PORTAL)).encode()
        self._say(request, 200, body, **{"Content-Type": "application/json"})

    def _5xx_before(self, request: Request) -> None:
        self._say(request, self.dice.choice((500, 502, 503, 504, 507)), b"<h1>Bad Gateway</h1>")

    def _5xx_after(self, request: Request) -> None:
        status = self.dice.choice((500, 502, 504))
        self._altered(request, lambda _answer: Answer(status, {}, b"<h1>Gateway Timeout</h1>"))

    def _429(self, request: Request) -> None:
        body = b'{"code": "too_many", "message": "", "details": {}}'
        self._say(request, 429, body, **{"Retry-After": str(self.dice.randint(1, 120))})

    def _401(self, request: Request) -> None:
        self._say(request, 401, b'{"code": "signed_out", "message": "", "details": {}}')

    def _403(self, request: Request) -> None:
        self._say(request, 403, b"<h1>Forbidden</h1>")

    def _404(self, request: Request) -> None:
        self._say(request, 404)

    def _408(self, request: Request) -> None:
        self._say(request, 408)

    def _413(self, request: Request) -> None:
        self._say(request, 413, b"<h1>Request Entity Too Large</h1>")

    def _stale_token(self, request: Request) -> None:
        self.world.renew_cookie(request.phone)
        self._reach(replace(request, cookie=self.world.phones[request.phone].cookie), 20, 20)
