"""Numbers without an op: something that a phone made and that never came."""

from collections.abc import Callable

import pytest
from flask import Flask

from survey_app.store import SQLiteStore
from survey_app.sync import installs
from tests import phone
from tests.test_sync import Server


@pytest.fixture
def server(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> Server:
    return Server(app, store, person_id("leader"))


def send(server: Server, *numbers: int, void: tuple[int, ...] = ()) -> None:
    server.send(*[server.envelope(seq=n) for n in numbers[:-1]])
    server.send(server.envelope(seq=numbers[-1], void=list(void)))


def test_a_number_that_never_came_is_listed(server: Server) -> None:
    send(server, 1, 2, 5)
    [gap] = installs.list_gaps(server.store)
    assert (gap.install_id, gap.author_id, gap.count, gap.numbers) == (
        phone.INSTALL,
        server.author,
        2,
        [3, 4],
    )


def test_a_gap_closes_when_its_op_comes(server: Server) -> None:
    send(server, 2)
    assert installs.list_gaps(server.store)[0].numbers == [1]
    send(server, 1)
    assert installs.list_gaps(server.store) == []


def test_numbers_that_the_phone_says_will_never_come_are_no_gap(server: Server) -> None:
    send(server, 1, 4, void=(2, 3))
    assert installs.list_gaps(server.store) == []
    send(server, 3)  # it came after all
    assert installs.list_gaps(server.store) == []
