"""What the office can do with a held op: judge it again, take what fits, set it aside, take that back."""

from collections.abc import Callable

import pytest
from flask import Flask

from survey_app.store import SQLiteStore
from survey_app.sync import changes, queries, settling
from tests.clock import NOON
from tests.test_sync import Server


@pytest.fixture
def server(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> Server:
    return Server(app, store, person_id("leader"))


@pytest.fixture
def office_id(person_id: Callable[[str], str]) -> str:
    return person_id("office")


def test_what_fits_is_shown_and_all_that_came_stays(server: Server, office_id: str) -> None:
    op = server.envelope(payload={"texts": "写错了地方"})
    [receipt] = server.send(op)
    assert receipt.code == "invalid"
    assert settling.preview(server.store, server.registry, op["op_id"]) == {"text": "写错了地方"}
    with server.store.writing() as tx:
        assert settling.take_what_fits(tx, server.registry, op["op_id"], actor_id=office_id, now=NOON) == ""
    [note] = server.notes()
    assert (note["text"], note["author_id"]) == ("写错了地方", server.author)
    settling.rebuild_projections(server.store, server.registry, NOON)
    assert server.notes() == [note]
    row = server.store.find("select raw from ops") or {}
    assert b"texts" in row["raw"]


def test_half_a_character_is_replaced_in_what_is_taken(server: Server, office_id: str) -> None:
    op = server.envelope(payload={"texts": "坏\ud83d字"})
    [receipt] = server.send_items(_escaped(op))
    assert receipt.code == "bad_text"
    with server.store.writing() as tx:
        assert settling.take_what_fits(tx, server.registry, op["op_id"], actor_id=office_id, now=NOON) == ""
    assert server.notes()[0]["text"] == "坏\N{REPLACEMENT CHARACTER}字"


def _escaped(op: dict[str, object]) -> dict[str, str]:
    import json

    from tests import phone

    return phone.item_of(json.dumps(op))


def test_nothing_is_taken_where_nothing_fits(server: Server, office_id: str) -> None:
    op = server.envelope(payload={})
    server.send(op)
    with pytest.raises(settling.NotHeldError), server.store.writing() as tx:
        settling.take_what_fits(tx, server.registry, op["op_id"], actor_id=office_id, now=NOON)
    assert server.code(op) == "invalid"


def test_what_is_set_aside_waits_no_more_and_its_author_reads_why(server: Server, office_id: str) -> None:
    op = server.envelope(payload={})
    server.send(op)
    with server.store.writing() as tx:
        settling.set_aside(tx, op["op_id"], "重复了", actor_id=office_id, now=NOON)
    assert queries.list_held(server.store) == []
    [kept] = queries.list_held(server.store, set_aside=True)
    assert kept["note"] == "重复了"
    last = changes.list_changes(server.store, server.author)[-1]
    assert (last["event"], last["note"], last["rec_id"]) == ("set_aside", "重复了", op["rec_id"])


def test_setting_aside_twice_is_refused(server: Server, office_id: str) -> None:
    op = server.envelope()
    server.send(op)
    with pytest.raises(settling.NotHeldError), server.store.writing() as tx:
        settling.set_aside(tx, op["op_id"], "", actor_id=office_id, now=NOON)


def test_an_edit_of_what_was_taken_in_part_goes_on_from_it(server: Server, office_id: str) -> None:
    op = server.envelope(payload={"texts": "一半"})
    edit = server.edit(op, "整个")
    server.send(op, edit)
    assert server.code(edit) == "base_held"
    with server.store.writing() as tx:
        settling.take_what_fits(tx, server.registry, op["op_id"], actor_id=office_id, now=NOON)
    assert [note["text"] for note in server.notes()] == ["整个"]


def test_changes_are_read_from_where_one_was(server: Server) -> None:
    for _ in range(3):
        server.send(server.envelope(payload={}))
    first, *rest = changes.list_changes(server.store, server.author)
    assert changes.list_changes(server.store, server.author, since=first["n"]) == rest
    assert [row["n"] for row in changes.list_changes(server.store, server.author, limit=2)] == [1, 2]
