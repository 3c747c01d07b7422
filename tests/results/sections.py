"""What is proved, in full size: each section runs for minutes and returns its figures."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.faults import faults
from tests.simulation.many import run_variants
from tests.simulation.report import versions
from tests.simulation.test_simulation import PATIENCE
from tests.simulation.variants import VARIANTS

ROOT = Path(__file__).parents[2]
SEEDS = 1000
CHROMIUM = os.environ.get("SURVEY_CHROMIUM", "/usr/bin/chromium")


def _simulation() -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.simulation.report", "--seeds", str(SEEDS), "--json"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _variants() -> dict[str, Any]:
    caught = run_variants([variant.name for variant in VARIANTS], PATIENCE)
    return {
        "variants": [
            {"name": variant.name, "breaks": variant.breaks, "seed": caught[variant.name].seed,
             "caught": caught[variant.name].invariant in variant.caught_by,
             "invariant": caught[variant.name].invariant, "control": caught[variant.name].control}
            for variant in VARIANTS
        ]
    }  # fmt: skip


def _in_chromium(test: str, **sizes: int) -> dict[str, Any]:
    """Run a browser test in the size asked for and return the figures that it prints."""
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", f"tests/browser/{test}"]
    size = {name: str(value) for name, value in sizes.items()}
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **size}, capture_output=True, text=True, check=False
    )
    printed = re.search(r"\{.*\}", done.stdout)
    if done.returncode or printed is None:
        raise SystemExit(done.stdout + done.stderr)
    version = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=True).stdout
    return {**json.loads(printed[0]), "chromium": version.split()[1]}


def _fault(name: str, **size: Any) -> Callable[[], dict[str, Any]]:
    def run() -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="faults-") as folder:
            found: dict[str, Any] = getattr(faults, name)(Path(folder), **size)
            return found

    return run


def _noted(run: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """Add to the figures of a section when and on what they were measured."""

    def noted() -> dict[str, Any]:
        began = time.monotonic()
        found = run()
        return {
            **found,
            "took": round(time.monotonic() - began),
            "day": datetime.now(UTC).date().isoformat(),
            "commit": _commit(),
            "cores": len(os.sched_getaffinity(0)),
            "versions": {**versions(), "system": platform.system()},
        }

    return noted


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


SECTIONS: dict[str, Callable[[], dict[str, Any]]] = {
    name: _noted(run)
    for name, run in {
        "simulation": _simulation,
        "variants": _variants,
        "killed": _fault("killed", kills=100),
        "disk_full": _fault("disk_full", megabytes=40, writers=40),
        "locked": _fault("locked", held=40, writers=40),
        "clocks": _fault("clocks", jumps=40),
        "crowd": _fault("crowd", phones=500),
        "phone_killed": lambda: _in_chromium("test_killed.py", KILLS=50),
        "many_waiting": lambda: _in_chromium("test_many_waiting.py", WAITING=10_000),
    }.items()
}
