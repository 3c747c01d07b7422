"""The fixed words fit the columns that store them and are never ambiguous."""

import re

import pytest

from survey_app.catalog.vocabulary import (
    CHANNELS,
    FAMILIES,
    FAMILY_TARGETS,
    KINDS,
    LEVELS,
    METHODS,
    RATINGS,
    ROUTES,
    SEVERITIES,
    STAGES,
    TICK_ANSWERS,
    TICKS,
    TIERS,
    Words,
)
from survey_app.store import SQLiteStore


@pytest.mark.parametrize(
    "words",
    [
        *(TIERS, CHANNELS, ROUTES, FAMILIES, METHODS, KINDS, STAGES),
        *(SEVERITIES, LEVELS, TICKS, TICK_ANSWERS, RATINGS),
    ],
)
def test_no_two_codes_of_a_vocabulary_show_the_same_word(words: Words) -> None:
    assert len(set(words.values())) == len(words)


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("units", "tier", TIERS),
        ("counters", "channel", CHANNELS),
        ("matters", "route", ROUTES),
        ("reform_items", "family", FAMILIES),
        ("observations", "method", METHODS),
        ("observations", "kind", KINDS),
    ],
)
def test_the_database_accepts_exactly_the_codes_of_the_vocabulary(
    tmp_path_factory: pytest.TempPathFactory, table: str, column: str, words: Words
) -> None:
    store = SQLiteStore(tmp_path_factory.mktemp("schema") / "survey.db")
    store.migrate()
    schema = str(store.value("select sql from sqlite_schema where name = :name", {"name": table}))
    store.close()
    check = re.search(rf"check \({column} in\s*\(([^)]*)\)", schema)
    assert check is not None
    assert re.findall(r"'([^']+)'", check[1]) == list(words)


def test_the_targets_are_those_of_the_reform_plan() -> None:
    assert FAMILY_TARGETS == {"requirement": 10, "project": 10, "matter": 68}
