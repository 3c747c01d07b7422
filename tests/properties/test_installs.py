"""The roll-up of numbers says what counting them would say."""

from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from survey_app.store import SQLiteStore
from survey_app.sync import installs
from tests.test_installs import send
from tests.test_sync import Server


@pytest.fixture
def server(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> Server:
    return Server(app, store, person_id("leader"))


@given(
    numbers=st.lists(st.integers(1, 12), min_size=1, max_size=8),
    void=st.sets(st.integers(1, 12), max_size=4),
)
def test_the_count_is_that_of_the_missing_numbers(server: Server, numbers: list[int], void: set[int]) -> None:
    with server.store.writing() as tx:
        for table in ("op_photos", "record_changes", "installs", "void_numbers", "notes", "ops"):
            tx.execute(f"delete from {table}")
    send(server, *numbers, void=tuple(void))
    known = set(numbers) | void
    missing = [n for n in range(1, max(known)) if n not in known]
    assert [gap.numbers for gap in installs.list_gaps(server.store)] == ([missing] if missing else [])
    assert [gap.count for gap in installs.list_gaps(server.store)] == ([len(missing)] if missing else [])
