"""Records as the office reads them do not depend on the order in which phones delivered them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.store import SQLiteStore
from survey_app.sync import intake, kinds, settling
from tests import phone
from tests.clock import NOON
from tests.properties.test_sync_order import Delivery, arrivals, ops

PHOTOS = [{"sha256": f"{n:02x}" * 32, "len": 10, "mime": "image/jpeg"} for n in range(3)]
TABLES = ("observation_photos", "observation_reform_items", "observations", "op_photos", "ops")


@st.composite
def records(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return ops of the real kind, some with photos, some with nothing in them."""
    made = []
    for fields in draw(ops()):
        kind = "observation" if fields["kind"] == "note" else fields["kind"]
        said = {"method": "see", "kind": "blockage", **fields["payload"]}
        photos = draw(st.lists(st.sampled_from(PHOTOS), max_size=2))
        made.append({**fields, "kind": kind, "payload": said, "photos": photos})
    return made


@pytest.fixture
def deliver(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> Callable[[Delivery], Any]:
    """Deliver to an empty server and return what screens read, but for numbers of arrival."""

    def run(batches: Delivery) -> Any:
        with store.writing() as tx:
            for table in TABLES:
                tx.execute(f"delete from {table}")
        for batch in batches:
            intake.accept_ops(store, kinds.registered(app), batch, carrier_id=person_id("leader"), now=NOON)
        return read(store)

    return run


def read(store: SQLiteStore) -> Any:
    rows = store.query("select * from observations order by id")
    found, words = store.search_condition("observations", "一")
    return (
        [{name: value for name, value in row.items() if name != "n"} for row in rows],
        store.query("select * from observation_photos order by observation_id, position"),
        store.query("select id, status, code from ops order by id"),
        store.query(f"select id from observations where {found} order by id", words),
    )


@settings(max_examples=50)
@given(made=records(), seed=st.integers(0, 2**32))
def test_the_records_do_not_depend_on_the_order_of_arrival(
    app: Flask,
    store: SQLiteStore,
    person_id: Callable[[str], str],
    deliver: Callable[[Delivery], Any],
    made: list[dict[str, Any]],
    seed: int,
) -> None:
    items = [phone.item({**fields, "author": person_id("leader")}) for fields in made]
    with app.app_context():
        expected = deliver([items])
        assert deliver(arrivals(items, seed)) == expected
        settling.rebuild_projections(store, kinds.registered(app), NOON)
        assert read(store) == expected
