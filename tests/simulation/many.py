"""Runs many seeds in a few processes, and adds up what they came to."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.simulation.run import Outcome

ROOT = Path(__file__).parents[2]
MOST_PROCESSES = 4


@dataclass
class Summary:
    """What many seeds came to."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    crashes: Counter[str] = field(default_factory=Counter)
    violations: list[Outcome] = field(default_factory=list)
    digests: dict[int, str] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """Add what one seed came to."""
        self.counts.update(outcome.counts)
        self.faults.update(outcome.faults)
        self.crashes.update(outcome.crashes)
        self.digests[outcome.seed] = outcome.digest
        if outcome.violation:
            self.violations.append(outcome)


def processes() -> int:
    """Return over how many processes to split: one a core, at most four."""
    return min(MOST_PROCESSES, len(os.sched_getaffinity(0)))


def run_many(first: int, seeds: int, among: int | None = None) -> Iterator[Outcome]:
    """Run ``seeds`` seeds from ``first`` on and yield what each came to, as it ends."""
    split = min(among or processes(), seeds)
    yield from _read(
        [["--from", str(first + n), "--to", str(first + seeds), "--step", str(split)] for n in range(split)]
    )


def run_variants(names: list[str], seeds: int) -> dict[str, Outcome]:
    """Run each variant until it is caught, on at most ``seeds`` seeds; return the last outcome of each."""
    split = min(processes(), len(names))
    parts = [names[n::split] for n in range(split)]
    outcomes = _read([["--to", str(seeds + 1), "--variants", *part] for part in parts])
    return {outcome.variant: outcome for outcome in outcomes}


def _read(commands: list[list[str]]) -> Iterator[Outcome]:
    """Start the processes and yield their outcomes as they come; raise where one of them fails."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.simulation", *command], cwd=ROOT, stdout=subprocess.PIPE, bufsize=0
        )
        for command in commands
    ]
    try:
        with selectors.DefaultSelector() as ready:
            for process in started:
                ready.register(process.stdout or 0, selectors.EVENT_READ)
            while ready.get_map():
                for key, _ in ready.select():
                    line = key.fileobj.readline()  # type: ignore[union-attr]
                    if line:
                        yield _outcome(json.loads(line))
                    else:
                        ready.unregister(key.fileobj)
        for process in started:
            if process.wait():
                raise RuntimeError(f"a simulation process ended with {process.returncode}")
    finally:
        for process in started:
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()


def _outcome(fields: dict[str, Any]) -> Outcome:
    counters = {name: Counter(fields[name]) for name in ("counts", "faults", "crashes")}
    return Outcome(**{**fields, **counters})
