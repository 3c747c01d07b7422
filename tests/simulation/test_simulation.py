"""Virtual phones against the real app: the invariants hold whatever line, phones and server do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulation.handsets import Handsets
from tests.simulation.line import FATES
from tests.simulation.many import Summary, run_many, run_variants
from tests.simulation.report import describe, spell
from tests.simulation.run import Outcome, run
from tests.simulation.variants import VARIANTS, Variant

SEEDS = 120  # about a minute on four idle cores, with the variants
PATIENCE = 80  # seeds on which a variant has to be caught
POINTS = {
    "after begin",
    "after commit",
    "after insert into audit",
    "after insert into op_photos",
    "after insert into ops",
    "after insert into photos",
    "before begin",
    "before commit",
    "before the answer",
    "between requests",
    "file renamed",
    "file synced",
    "file written",
    "folder synced",
}


@pytest.fixture(scope="session")
def summary() -> Summary:
    """What many seeds came to."""
    found = Summary()
    for outcome in run_many(1, SEEDS):
        found.add(outcome)
    return found


@pytest.fixture(scope="session")
def caught(summary: Summary) -> dict[str, Outcome]:  # the processors are free by then
    """What each variant came to, on seeds of ``summary``."""
    return run_variants([variant.name for variant in VARIANTS], PATIENCE)


@pytest.fixture
def handsets() -> Iterator[Handsets]:
    """Phones of a process of their own."""
    made = Handsets()
    yield made
    made.close()


def test_the_invariants_hold_on_every_seed(summary: Summary) -> None:
    print(spell(describe(summary, 1, 0)))
    assert summary.counts["seeds"] == SEEDS
    assert [(one.seed, one.violation) for one in summary.violations] == [], summary.violations[0].trace[
        -6000:
    ]


def test_every_fault_is_met(summary: Summary) -> None:
    assert set(FATES) - set(summary.faults) == set()
    assert summary.counts["phones_killed"] > SEEDS


def test_the_server_dies_at_every_point_where_it_writes(summary: Summary) -> None:
    assert POINTS - set(summary.crashes) == set()


def test_one_seed_replays_byte_for_byte(handsets: Handsets, summary: Summary) -> None:
    for seed in (3, 17):
        one, other = run(seed, handsets, traced=True), run(seed, handsets, traced=True)
        assert one.trace == other.trace
        assert one.digest == summary.digests[seed], "another process, another run"


def test_two_seeds_are_two_runs(summary: Summary) -> None:
    assert len(set(summary.digests.values())) == SEEDS


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_broken_rule_is_caught(variant: Variant, caught: dict[str, Outcome]) -> None:
    outcome = caught[variant.name]
    print(f"{variant.name} ({variant.breaks}): {outcome.violation} (seed {outcome.seed})")
    assert outcome.invariant in variant.caught_by, outcome.violation or "not caught"
    assert outcome.control == "", "the same seed is caught with no rule broken"
