"""Counts that are wrong are noticed and made again; those of an older database are made at its upgrade."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from survey_app.commands import doctor
from survey_app.store import SQLiteStore
from survey_app.store.migrations import migrations
from survey_app.visits import counts
from tests.halls import HALL, ITEMS, OTHER_HALL, add_halls
from tests.records import fill


def test_a_count_that_is_wrong_is_noticed_and_a_rebuild_makes_it_again(
    app: Flask, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    add_halls(store)
    fill(store, person_id("leader"), 60, (HALL, OTHER_HALL), ITEMS)
    assert doctor.check_counts(store).state == "ok"
    for damage in (
        "update observation_days set n = n + 1 where code = 'A' and facet = 'category'",
        "delete from reform_item_counts where kind = 'difficulty'",
        "update observations set tags = 3 where n = 1",
        "update observation_reform_items set n = 7",
    ):
        with store.writing() as tx:
            tx.execute(damage)
        found = doctor.check_counts(store)
        assert (found.state, found.action) == ("fail", "flask --app wsgi rebuild"), damage
        with store.writing() as tx:
            counts.recount(tx)
        assert doctor.check_counts(store).state == "ok"


def test_the_rebuild_command_counts_again(app: Flask, store: SQLiteStore) -> None:
    with store.writing() as tx:
        row = {"facet": "unit", "made_on": "2017-06-12", "code": "", "kind": "blockage", "n": 5}
        tx.insert("observation_days", row)
    result = app.test_cli_runner().invoke(args=["rebuild"])
    assert result.exit_code == 0, result.output
    assert counts.count_wrong(store) == 0


def test_an_older_database_is_counted_when_it_is_upgraded(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "older.db")
    migrations.apply(store._database(), stop_before="m0014_rollups")
    with store.writing() as tx:
        tx.insert("people", {"id": "p", "login": "p", "name": "p", "post": "支队长", "created_at": "2017"})
        tx.insert("units", {"id": "unit-1", "code": "U1", "name": "市公安局", "tier": "bureau"})
    add_halls(store)
    fill(store, "p", 40, (HALL, OTHER_HALL), ITEMS)
    store.migrate()
    assert counts.count_wrong(store) == 0
    assert store.value("select sum(n) from observation_days where facet = 'unit'") == 40
    assert store.value("select sum(n) from reform_item_counts") == 20
    store.close()
