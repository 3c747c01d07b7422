"""Each fault on the real thing: what was acknowledged, lost, doubled, and how long it took."""

from __future__ import annotations

import hashlib
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.faults.field import Field, Person, in_the_field, together
from tests.faults.ledger import Ledger, photo, spread

Report = dict[str, Any]
WRITERS = 40


class Writers:
    """People who all send records and photos until they are told to stop."""

    def __init__(self, world: Field, ledger: Ledger, made_at: Callable[[], str] = lambda: "") -> None:
        self.world, self.ledger, self.made_at = world, ledger, made_at
        self.stop = threading.Event()
        self.numbers = {person.id: 0 for person in world.people}
        self.threads: list[threading.Thread] = []

    def start(self) -> None:
        """Let everybody begin."""
        self.stop.clear()
        self.threads = [threading.Thread(target=self._write, args=(one,)) for one in self.world.people]
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        """Wait until everybody has noticed."""
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def _write(self, person: Person) -> None:
        dice = random.Random(f"{person.id}{self.numbers[person.id]}")  # noqa: S311  not a secret
        while not self.stop.is_set():
            pictures = [photo(dice.randrange(10**30))] if dice.random() < 0.3 else []
            items = []
            for _ in range(dice.randint(1, 4)):
                self.numbers[person.id] += 1
                items.append(
                    self.ledger.make(person, self.numbers[person.id], photos=pictures, made_at=self.made_at())
                )
            answers = [self.ledger.deliver(self.world.port, person, items)]
            for data in pictures:
                digest = hashlib.sha256(data).hexdigest()
                answers.append(self.ledger.deliver_photo(self.world.port, digest))
            if set(answers) != {200, 201} and set(answers) != {200}:
                time.sleep(0.05 + 0.2 * dice.random())


def killed(folder: Path, *, kills: int, run: float = 0.6) -> Report:
    """Kill the whole server group again and again while 40 people write."""
    dice, starts = random.Random(20170612), []  # noqa: S311  not a secret
    with in_the_field(folder, WRITERS) as world:
        ledger = Ledger()
        writers = Writers(world, ledger)
        for _ in range(kills):
            starts.append(world.start())
            writers.start()
            time.sleep(run * dice.uniform(0.5, 1.5))
            world.kill()
            writers.end()
        between = ledger.audit(world)
        world.start()
        drained = ledger.drain(world.port)
        world.kill()
        after = ledger.audit(world)
    lost = {"lost": between["lost"] + after["lost"], "doubled": between["doubled"] + after["doubled"]}
    return {
        **after,
        **lost,
        "kills": kills,
        "writers": WRITERS,
        "restart": spread(starts),
        "drain": round(drained, 1),
    }


def disk_full(folder: Path, *, megabytes: int = 6, writers: int = 10) -> Report:
    """Fill the disk under people who write, grow it, and let them drain without a restart."""
    with (
        small_disk(folder / "disk", megabytes) as (options, grow),
        in_the_field(folder / "disk", writers) as world,
    ):
        ledger = Ledger()
        crowd = Writers(world, ledger)
        world.start(**options)
        crowd.start()
        began = time.monotonic()
        while ledger.statuses[507] < 3 * writers:
            assert time.monotonic() - began < 120, f"the disk is not full: {ledger.statuses}"
            time.sleep(0.1)
        crowd.end()
        full = ledger.audit(world)
        grow(world)
        drained = ledger.drain(world.port)
        after = ledger.audit(world)
        world.kill()
    lost = {"lost": full["lost"] + after["lost"], "doubled": full["doubled"] + after["doubled"]}
    return {
        **after,
        **lost,
        "megabytes": megabytes,
        "refused": full["answers"].get("507", 0),
        "drain": round(drained, 1),
    }


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[tuple[dict[str, Any], Callable[[Field], None]]]:
    """Give a small disk, or where mounting is not allowed a server that may not write large files."""
    folder.mkdir(parents=True)
    mounted = os.geteuid() == 0 and _mount(folder, f"size={megabytes}m")
    if mounted:
        try:
            yield {}, lambda _world: _check(_mount(folder, "remount,size=300m"))
        finally:
            subprocess.run(["umount", "-l", folder], check=False)
        return
    limit = megabytes * 2**20 // 6
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    options = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))}
    yield options, lambda world: _lift(world, hard)


def _mount(folder: Path, options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return (
        shutil.which("mount") is not None and subprocess.run(command, check=False, stderr=-3).returncode == 0
    )


def _check(done: bool) -> None:
    assert done, "the disk did not grow"


def _lift(world: Field, hard: int) -> None:
    group = world.processes[-1].pid
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.getpgid(int(folder.name)) == group:
                resource.prlimit(int(folder.name), resource.RLIMIT_FSIZE, (hard, hard))


def locked(folder: Path, *, held: float = 11, writers: int = 6) -> Report:
    """Let another program hold the database for longer than the server waits."""
    with in_the_field(folder, writers) as world:
        ledger = Ledger()
        crowd = Writers(world, ledger)
        world.start()
        other = sqlite3.connect(world.config.database, isolation_level=None)
        other.execute("begin immediate")
        crowd.start()
        time.sleep(held)
        other.execute("rollback")
        other.close()
        freed = time.monotonic()
        known = len(ledger.acknowledged)
        while len(ledger.acknowledged) == known:
            assert time.monotonic() - freed < 60, f"nothing goes on: {ledger.statuses}"
            time.sleep(0.02)
        recovery = time.monotonic() - freed
        time.sleep(1)
        crowd.end()
        ledger.drain(world.port)
        world.kill()
        report = ledger.audit(world)
    return {
        **report,
        "held": held,
        "refused": report["answers"].get("503", 0),
        "recovery": round(recovery, 2),
    }


def clocks(folder: Path, *, jumps: int = 6) -> Report:
    """Let the clocks of server and phones jump by a day, back and forth, while people write."""
    shift = folder / "shift"
    folder.mkdir(parents=True, exist_ok=True)
    shift.write_text("0")
    dice = random.Random(7)  # noqa: S311  not a secret

    def made_at() -> str:
        return (datetime.now(UTC) + timedelta(days=dice.choice([-400, -1, 0, 1, 400]))).isoformat()

    with in_the_field(folder, 8, app="tests.faults.skewed:app") as world:
        world.environment["SURVEY_TEST_SHIFT"] = str(shift)
        ledger = Ledger()
        crowd = Writers(world, ledger, made_at)
        world.start()
        crowd.start()
        for n in range(jumps):
            shift.write_text(str((-1, 1, 0)[n % 3]))
            time.sleep(0.5)
        crowd.end()
        shift.write_text("0")
        ledger.drain(world.port)
        world.kill()
        report = ledger.audit(world)
        store = world.store()
        order = [row["server_seq"] for row in store.query("select server_seq from ops order by server_seq")]
        store.close()
    return {**report, "jumps": jumps, "in_order": order == list(range(1, len(order) + 1))}


def crowd(folder: Path, *, phones: int, kilobytes: tuple[int, int] = (60, 300)) -> Report:
    """Let that many phones come back at once, with four records and then three photos each."""
    dice = random.Random(1730)  # noqa: S311  not a secret
    with in_the_field(folder, phones, workers=len(os.sched_getaffinity(0))) as world:
        ledger = Ledger()
        took: list[float] = []
        queues = []
        for n, person in enumerate(world.people):
            pictures = [photo(3 * n + i, dice.randrange(*kilobytes, 20)) for i in range(3)]
            items = [ledger.make(person, seq, photos=pictures if seq == 1 else []) for seq in range(1, 5)]
            queues.append(
                (person, items, [digest for digest, one in ledger.photos.items() if one[0] is person])
            )

        def come(person: Person, items: list[dict[str, str]], digests: list[str]) -> None:
            began = time.monotonic()
            while ledger.deliver(world.port, person, items) != 200:
                time.sleep(0.5)
            for digest in digests:
                while ledger.deliver_photo(world.port, digest) not in {200, 201}:
                    time.sleep(0.5)
            took.append(time.monotonic() - began)

        world.start()
        began = time.monotonic()
        together([threading.Thread(target=come, args=queue) for queue in queues])
        total = time.monotonic() - began
        world.kill()
        report = ledger.audit(world)
    return {**report, "phones": phones, "total": round(total, 1), "until_done": spread(took)}
