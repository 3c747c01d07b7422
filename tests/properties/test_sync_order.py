"""Whatever the order, the batches and the repetitions, the server ends in the same state."""

import random
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from survey_app import audit
from survey_app.store import SQLiteStore
from survey_app.store.ids import uuid7
from survey_app.sync import intake, settling
from survey_app.sync.kinds import Registry
from tests import notes, phone
from tests.clock import NOON

AUTHOR, CARRIER, OFFICE = "somebody", "carrier", "office"
MOST = 9
IDS = [f"0193f3a1-0000-7000-8000-{n:012d}" for n in range(MOST)]
RECORDS = [uuid7() for _ in range(3)]
NOWHERE = uuid7()  # an op that never comes
Delivery = list[list[dict[str, str]]]


@st.composite
def ops(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Some records with edits of edits, edits side by side, the office's choices, and a few ops that cannot
    be shown; what an op settles may be made after it, or never.
    """
    made: list[dict[str, Any]] = []
    for n in range(draw(st.integers(1, MOST))):
        base = draw(st.none() | st.sampled_from(made)) if made else None
        made.append(
            phone.envelope(
                op_id=IDS[n],
                author=draw(st.sampled_from([AUTHOR] * 4 + [OFFICE])) if base else AUTHOR,
                seq=n,
                base=base["op_id"] if base else draw(st.sampled_from([None, None, NOWHERE])),
                rec_id=base["rec_id"] if base else draw(st.sampled_from(RECORDS)),
                kind=draw(st.sampled_from(["note"] * 6 + ["poem", "withdraw", "choose"])),
                merges=draw(st.lists(st.sampled_from([*IDS, NOWHERE]), max_size=2)),
                payload={"text": draw(st.sampled_from(["一", "二", "三", ""]))},
            )
        )
    return made


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[dict[str, str]], Delivery]:
    """Return ops as they were made, and as they may arrive."""
    made = [phone.item(one) for one in draw(ops())]
    return made, arrivals(made, draw(st.integers(0, 2**32)))


def arrivals(made: list[dict[str, str]], seed: int) -> Delivery:
    """Return what was made in another order, some of it again, in batches."""
    dice = random.Random(seed)  # noqa: S311  not a secret
    arriving = made + dice.choices(made, k=dice.randint(0, len(made)))
    dice.shuffle(arriving)
    batches: Delivery = [[]]
    for item in arriving:
        if dice.random() < 0.4:
            batches.append([])
        batches[-1].append(item)
    return batches


@pytest.fixture
def registry(app: Flask, store: SQLiteStore) -> Registry:
    with store.writing() as tx:
        for one, like in ((AUTHOR, "leader"), (CARRIER, "leader"), (OFFICE, "office")):
            person = tx.find("select * from people where login = :login", {"login": like}) or {}
            tx.insert("people", {**person, "id": one, "login": f"{one}-2"})
        tx.insert("person_roles", {"person_id": OFFICE, "role": "office"})
    return notes.install(app, store)


def deliver(
    store: SQLiteStore, registry: Registry, batches: Delivery, carried: frozenset[int] = frozenset()
) -> tuple[Any, Any]:
    """Deliver to an empty server and return what screens would read and how each op stands.

    Another person brings the batches that are ``carried`` before the author does.
    """
    with store.writing() as tx:
        for table in (
            "op_photos",
            "settlements",
            "record_changes",
            "installs",
            "void_numbers",
            "ops",
            "notes",
        ):
            tx.execute(f"delete from {table}")
    for n, batch in enumerate(batches):
        if n in carried:
            intake.accept_ops(store, registry, batch, carrier_id=CARRIER, now=NOON, custody=True)
    for batch in batches:
        for author in (AUTHOR, OFFICE):
            intake.accept_ops(store, registry, batch, carrier_id=author, now=NOON)
    return notes.listed(store), store.query("select id, sha256, status, code from ops order by id")


@given(case=deliveries())
def test_the_final_state_does_not_depend_on_arrival_order(
    store: SQLiteStore, registry: Registry, case: tuple[list[dict[str, str]], Delivery]
) -> None:
    made, batches = case
    expected = deliver(store, registry, [made])
    assert deliver(store, registry, batches) == expected
    settling.rebuild_projections(store, registry, NOON)
    assert notes.listed(store) == expected[0]


@given(case=deliveries(), carried=st.frozensets(st.integers(0, 9)))
def test_who_brought_an_op_first_does_not_matter(
    store: SQLiteStore,
    registry: Registry,
    case: tuple[list[dict[str, str]], Delivery],
    carried: frozenset[int],
) -> None:
    made, batches = case
    expected = deliver(store, registry, [made])
    assert deliver(store, registry, batches, carried) == expected
    assert not list(audit.broken_links(store))
    assert store.value("select count(*) from audit where action = 'op.accept'") >= len(made)


@given(case=deliveries())
def test_many_deliveries_of_one_op_make_one_row(
    store: SQLiteStore, registry: Registry, case: tuple[list[dict[str, str]], Delivery]
) -> None:
    made, batches = case
    deliver(store, registry, batches)
    rows = store.query("select sha256 from ops order by sha256")
    assert [row["sha256"] for row in rows] == sorted(item["sha256"] for item in made)
    assert not list(audit.broken_links(store))
