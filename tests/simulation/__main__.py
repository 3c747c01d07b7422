"""``python -m tests.simulation``: runs seeds and prints what each came to, a line of JSON each."""

import argparse
import json

from tests.simulation.handsets import Handsets
from tests.simulation.run import Outcome, Rules, run
from tests.simulation.variants import VARIANTS


def main() -> None:
    """Run the seeds, or each variant until it is caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--to", dest="end", type=int, required=True, help="the first seed that is not run")
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--variants", nargs="*", default=[])
    wanted = parser.parse_args()
    handsets = Handsets()
    try:
        if wanted.variants:
            _run_variants(wanted.variants, handsets, range(wanted.first, wanted.end))
        else:
            for seed in range(wanted.first, wanted.end, wanted.step):
                _print(run(seed, handsets))
    finally:
        handsets.close()


def _run_variants(names: list[str], handsets: Handsets, seeds: range) -> None:
    for variant in VARIANTS:
        if variant.name not in names:
            continue
        for seed in seeds:
            outcome = run(seed, handsets, variant.rules)
            if outcome.violation:
                break
        outcome.variant = variant.name
        outcome.control = run(outcome.seed, handsets, Rules(often=variant.rules.often)).violation
        _print(outcome)


def _print(outcome: Outcome) -> None:
    print(json.dumps(vars(outcome), ensure_ascii=False), flush=True)


main()
