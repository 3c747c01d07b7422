"""What is said of a visit does not depend on the order in which phones delivered it."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.store import SQLiteStore
from survey_app.store.ids import uuid7
from survey_app.sync import kinds, settling
from survey_app.sync.intake import accept_ops
from survey_app.visits import facts
from tests import phone
from tests.clock import NOON
from tests.halls import add_halls
from tests.test_facts import GOOD

OPS = st.lists(st.sampled_from(sorted(GOOD)), min_size=2, max_size=8)


@settings(max_examples=30)
@given(chosen=OPS, order=st.randoms())
def test_the_facts_do_not_depend_on_the_order_of_arrival(
    app: Flask, store: SQLiteStore, person_id: Callable[[str], str], chosen: list[str], order: Any
) -> None:
    if not store.value("select count(*) from halls"):
        add_halls(store)
    leader, aide = person_id("leader"), person_id("aide")
    entered = phone.envelope(
        author=aide, kind="observation",
        payload={"method": "see", "kind": "blockage", "text": "排队", "for_person_id": leader},
    )  # fmt: skip
    made = [(aide, entered)]
    for seq, kind in enumerate(chosen, 1):
        about = {"record_id": entered["rec_id"]} if kind == facts.CONFIRMATION else {}
        first = phone.envelope(author=leader, seq=2 * seq, kind=kind, payload=GOOD[kind] | about)
        edit = {**first, "op_id": uuid7(), "base": first["op_id"], "seq": 2 * seq + 1}
        made += [(leader, first), (leader, edit)]
    expected = arrive(app, store, made)
    order.shuffle(made)
    assert arrive(app, store, made) == expected
    with app.app_context():
        settling.rebuild_projections(store, kinds.registered(app), NOON)
    assert read(store) == expected


TABLES = ("visits", "look_answers", "looks", "journeys", "dial_tests", "follow_ups", "confirmations",
          "observation_reform_items", "observations")  # fmt: skip


def arrive(app: Flask, store: SQLiteStore, made: list[tuple[str, dict[str, Any]]]) -> Any:
    with store.writing() as tx:
        for table in (*TABLES, "op_photos", "ops"):
            tx.execute(f"delete from {table}")
    with app.app_context():
        for author, fields in made:
            accept_ops(store, kinds.registered(app), [phone.item(fields)], carrier_id=author, now=NOON)
    return read(store)


def read(store: SQLiteStore) -> Any:
    rows = {table: store.query(f"select * from {table}") for table in TABLES}
    return {
        table: sorted(str({name: value for name, value in row.items() if name != "n"}) for row in found)
        for table, found in rows.items()
    }
