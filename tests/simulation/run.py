"""Runs one seed from beginning to end."""

from __future__ import annotations

import logging
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace
from typing import Any

from survey_app.store import ids
from survey_app.sync import protocol
from tests.simulation import crashes, invariants, replay
from tests.simulation.actions import Actions
from tests.simulation.handsets import Handsets
from tests.simulation.healing import a_month_later, heal
from tests.simulation.invariants import ViolationError
from tests.simulation.line import MINUTE
from tests.simulation.patching import patched
from tests.simulation.server import Complaints
from tests.simulation.world import Changes, World

ACTIONS = (15, 45)
# The album's photos are small, so that parts have to be smaller still.
SMALL_PARTS: Changes = {
    "sync.js": [
        ("const WHOLE = 512 * 1024;", "const WHOLE = 2000;"),
        ("const PART = 64 * 1024;", "const PART = 700;"),
        ("const PROBE = 1024;", "const PROBE = 150;"),
    ],
    "outbox.js": [("const BALLAST = 5 * 1024 * 1024;", "const BALLAST = 64;")],
}


@dataclass
class Outcome:
    """What one seed came to."""

    seed: int
    digest: str = ""
    violation: str = ""
    invariant: str = ""
    trace: str = ""
    variant: str = ""
    control: str = ""  # what the same seed came to with no rule broken
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    crashes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Rules:
    """What a run changes of the product: nothing, or one rule of it."""

    changes: Changes = field(default_factory=lambda: SMALL_PARTS)  # of served scripts
    often: frozenset[str] = frozenset()  # actions that are drawn more often
    server: Callable[[World], AbstractContextManager[Any]] = lambda _world: nullcontext()


RIGHT = Rules()


def run(seed: int, handsets: Handsets, rules: Rules = RIGHT, *, traced: bool = False) -> Outcome:
    """Run one seed and say what it came to; the trace is kept where asked for, or where a rule was broken."""
    folder = Path(mkdtemp(prefix="simulated-"))
    started = time.perf_counter()
    outcome = Outcome(seed)
    world = World(seed, handsets, folder / "server", rules.changes)
    try:
        with ExitStack() as stack:
            _own_clock_and_chance(stack, world)
            stack.enter_context(rules.server(world))
            _play(world, rules.often)
    except ViolationError as violation:
        world.trace.note(f"VIOLATION {violation}")
        outcome.violation, outcome.invariant = str(violation), violation.invariant
    finally:
        world.server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    _count(outcome, world)
    outcome.digest, outcome.trace = (
        world.trace.digest(),
        world.trace.text() if traced or outcome.violation else "",
    )
    outcome.seconds = time.perf_counter() - started
    return outcome


def _play(world: World, often: frozenset[str]) -> None:
    world.server.start()
    actions = Actions(world, often)
    actions.begin()
    for _ in range(world.dice.randint(*ACTIONS)):
        world.run(world.now + world.dice.expovariate(1 / (2 * MINUTE)))
        actions.act()
    heal(world)
    invariants.check_end(world)
    replay.state_does_not_depend_on_arrival(world)
    a_month_later(world)
    world.check()


def _own_clock_and_chance(stack: ExitStack, world: World) -> None:
    """Give the server's process the run's clock and chance where it takes them from the machine."""
    stack.enter_context(crashes.points(world.server.passes, world.server.synced))
    stack.enter_context(patched(protocol, "time", SimpleNamespace(monotonic=lambda: world.now / 1000)))
    stack.enter_context(
        patched(ids, "time", SimpleNamespace(time_ns=lambda: int(world.server.now().timestamp() * 1e9)))
    )
    stack.enter_context(patched(ids, "secrets", SimpleNamespace(randbits=world.dice.getrandbits)))
    stack.enter_context(_listening(logging.getLogger("survey_app"), Complaints(world.server)))


@contextmanager
def _listening(logger: logging.Logger, handler: logging.Handler) -> Iterator[None]:
    logger.addHandler(handler)
    propagate, logger.propagate = logger.propagate, False
    try:
        yield
    finally:
        logger.propagate = propagate
        logger.removeHandler(handler)


def _count(outcome: Outcome, world: World) -> None:
    outcome.faults, outcome.crashes = world.line.faults, world.server.crashes
    outcome.counts.update(
        seeds=1, phones=len(world.phones), ops=len(world.ledger.saved), requests=world.line.carried,
        photos=sum(len(op.photos) for op in world.ledger.saved.values()), restores=world.server.restores,
        power_cuts=world.server.power_cuts,
        phones_killed=world.deaths["phone"],
    )  # fmt: skip
