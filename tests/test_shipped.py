"""What a product that is not a demo begins with: the vocabularies that it ships, and nothing of a city."""

import csv
from itertools import chain
from pathlib import Path

import pytest
from flask import Flask

from survey_app import create_app
from survey_app.catalog import queries, shipped
from survey_app.catalog.vocabulary import TICKS
from survey_app.config import Config
from survey_app.store import SQLiteStore


@pytest.fixture
def fresh(tmp_path: Path) -> Flask:
    """A product on an empty folder: not even migrated."""
    return create_app(
        Config.from_env({"SURVEY_DATA_DIR": str(tmp_path), "SURVEY_EXPORTS_DIR": str(tmp_path / "exports")})
    )


def start(app: Flask) -> str:
    """Do what bin/serve does before it serves."""
    result = app.test_cli_runner().invoke(args=["migrate"])
    assert result.exit_code == 0, result.output
    return result.output


def lines_of(name: str) -> int:
    with (shipped.DATA / f"{name}.csv").open(encoding="utf-8-sig") as file:
        return len(list(csv.DictReader(file)))


def count(store: SQLiteStore, name: str) -> int:
    return int(store.value(f"select count(*) from {name}"))


def test_a_real_start_has_the_vocabularies_that_the_product_ships(fresh: Flask) -> None:
    said, store = start(fresh), fresh.extensions["store"]
    for name in chain(*shipped.TOGETHER):
        assert count(store, name) == lines_of(name) > 0
    assert "堵点分类" in said
    letters = [row["code"] for row in queries.list_categories(store) if not row["parent_code"]]
    assert letters == list("ABCDEFGHIJK")
    [checklist] = queries.list_checklists(store)
    assert len(checklist["items"]) == len(TICKS)
    for name in ("units", "halls", "matters", "reform_items", "people"):
        assert count(store, name) == 0, "what is said of a city belongs to the demo"


def test_what_the_office_changed_stays_at_every_start(fresh: Flask) -> None:
    start(fresh)
    store = fresh.extensions["store"]
    with store.writing() as tx:
        tx.execute("update categories set name = '我们的叫法' where code = 'A'")
        tx.execute("update holidays set retired_on = '2026-01-01'")
    before = store.query("select * from categories order by code")
    assert "默认内容" not in start(fresh)
    assert store.query("select * from categories order by code") == before
    assert store.value("select count(*) from holidays where retired_on is null") == 0


def test_an_office_with_categories_of_its_own_keeps_them_alone(fresh: Flask) -> None:
    store = fresh.extensions["store"]
    store.migrate()
    with store.writing() as tx:
        tx.insert("categories", {"id": "own", "code": "X", "name": "自己的分类"})
    start(fresh)
    assert [row["code"] for row in queries.list_categories(store)] == ["X"]
    assert count(store, "checklists") == count(store, "checklist_items") == 0, (
        "they refer to the shipped ones"
    )
    assert count(store, "holidays") == lines_of("holidays")
