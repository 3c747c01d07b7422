"""The fixed words fit the columns that store them and are never ambiguous."""

import re
from pathlib import Path

import pytest
from sqlite_utils import Database

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
from survey_app.store.migrations import migrations


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


def test_a_checklist_that_was_there_counts_towards_what_its_words_say(tmp_path: Path) -> None:
    path = tmp_path / "survey.db"
    database = Database(path)
    migrations.apply(database, stop_before="m0016_reform_board")
    counts: dict[str, str | None] = {name: code for code, name in TICKS.items()}
    counts["我们自己加的一项"] = None
    with database.atomic():
        database.table("checklists").insert({"id": "l", "code": "L", "name": "现场看"})
        database.table("checklist_items").insert_all(
            {"id": name, "code": f"L-{n}", "checklist_id": "l", "position": n, "name": name}
            for n, name in enumerate(counts, 1)
        )
    database.close()
    store = SQLiteStore(path)
    store.migrate()
    rows = store.query("select name, measures from checklist_items order by position")
    store.close()
    assert {row["name"]: row["measures"] for row in rows} == counts
