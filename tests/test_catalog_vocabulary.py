"""The fixed words fit the columns that store them and are never ambiguous."""

import re

import pytest

from survey_app.catalog.vocabulary import (
    CHANNELS,
    FAMILIES,
    FAMILY_TARGETS,
    KINDS,
    METHODS,
    ROUTES,
    TIERS,
    VOCABULARIES,
    Words,
)
from survey_app.i18n import catalogue
from survey_app.store import SQLiteStore


@pytest.mark.parametrize("name", VOCABULARIES)
def test_no_two_codes_of_a_vocabulary_show_the_same_word(name: str) -> None:
    words = list(VOCABULARIES[name].values())
    assert len(set(words)) == len(words)


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


@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_word_has_its_english(name: str) -> None:
    assert [word for word in VOCABULARIES[name].values() if not catalogue("en").get(word)] == []
