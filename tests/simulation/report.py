"""``python -m tests.simulation.report``: runs many seeds, or replays one, and says what came of it."""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import time
from collections import Counter
from typing import Any

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

from tests.simulation.handsets import NODE, Handsets
from tests.simulation.many import Summary, processes, run_many
from tests.simulation.run import run

NAMES = {
    "seeds": "种子", "phones": "手机", "ops": "上报", "photos": "照片", "requests": "请求",
    "phones_killed": "手机断电", "power_cuts": "服务器断电", "restores": "还原备份",
}  # fmt: skip


def main() -> None:
    """Run what the arguments ask for; end with 1 where an invariant did not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.report")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    if wanted.seed is not None:
        sys.exit(_replay(wanted.seed))
    started, summary = time.perf_counter(), Summary()
    for outcome in run_many(wanted.first, wanted.seeds):
        summary.add(outcome)
    facts = describe(summary, wanted.first, time.perf_counter() - started)
    print(json.dumps(facts, ensure_ascii=False, indent=2) if wanted.json else spell(facts))
    sys.exit(1 if summary.violations else 0)


def describe(summary: Summary, first: int, seconds: float) -> dict[str, Any]:
    """Return the figures of a report; ``violations`` name the seed that replays each."""
    return {
        "first_seed": first,
        **{name: summary.counts[name] for name in NAMES},
        "faults": dict(sorted(summary.faults.items())),
        "crashes": dict(sorted(summary.crashes.items())),
        "violations": [{"seed": one.seed, "invariant": one.invariant, "text": one.violation}
                       for one in summary.violations],
        "seconds": round(seconds, 1),
        "processes": processes(),
        "versions": versions(),
    }  # fmt: skip


def versions() -> dict[str, str]:
    """Return the versions of what a run depends on."""
    node = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version, "node": node}


def spell(facts: dict[str, Any]) -> str:
    """Return a report for a person."""
    lines = ["，".join(f"{word} {facts[name]}" for name, word in NAMES.items())]
    lines += [f"线路故障 {sum(facts['faults'].values())}：{_list(facts['faults'])}"]
    lines += [f"服务器崩溃 {sum(facts['crashes'].values())}：{_list(facts['crashes'])}"]
    lines += [f"违反 {len(facts['violations'])}"]
    for one in facts["violations"]:
        lines += [f"  种子 {one['seed']}：{one['text']}",
                  f"    重放：flask --app wsgi simulate --seed {one['seed']}"]  # fmt: skip
    versions = "，".join(f"{name} {version}" for name, version in facts["versions"].items())
    return "\n".join([*lines, f"{facts['seconds']} 秒，{facts['processes']} 个进程；{versions}"])


def _list(counts: dict[str, int]) -> str:
    return "，".join(f"{name} {count}" for name, count in Counter(counts).most_common())


def _replay(seed: int) -> int:
    handsets = Handsets()
    try:
        outcome = run(seed, handsets, traced=True)
    finally:
        handsets.close()
    print(outcome.trace)
    print(f"{outcome.violation or '没有违反'}\n{outcome.digest}")
    return 1 if outcome.violation else 0


if __name__ == "__main__":
    main()
