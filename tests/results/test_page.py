"""The page of results says what its figures say, and the figures say that nothing was lost."""

import json

from tests.results.page import DATA, ENGLISH, PAGE, PARTS, render

RESULTS = json.loads(DATA.read_text())


def test_the_page_is_written_from_its_figures() -> None:
    assert PAGE.read_text() == render(RESULTS)


def test_every_proof_was_run_and_lost_and_doubled_nothing() -> None:
    assert RESULTS.keys() == ENGLISH.keys() | PARTS.keys()
    counted = {name: (found["lost"], found["doubled"]) for name, found in RESULTS.items() if "lost" in found}
    assert len(counted) >= 7
    assert set(counted.values()) == {(0, 0)}
    assert RESULTS["simulation"]["violations"] == []


def test_every_rule_broken_on_purpose_was_caught() -> None:
    variants = RESULTS["variants"]["variants"]
    assert len(variants) >= 16
    assert [one["name"] for one in variants if not one["caught"] or one["control"]] == []


def test_the_sizes_are_those_that_were_asked_for() -> None:
    assert RESULTS["killed"]["kills"] == 100
    assert RESULTS["killed"]["writers"] == 40
    assert RESULTS["crowd"]["phones"] == 500
    assert (RESULTS["crowd"]["acknowledged"], RESULTS["crowd"]["photos"]) == (2000, 1500)
    assert RESULTS["phone_killed"]["kills"] == 50
    assert RESULTS["many_waiting"]["waiting"] == 10_000
