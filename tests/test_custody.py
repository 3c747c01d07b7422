"""What one person brings in another's name: kept at once, counted only when its author stands by it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from survey_app import audit
from survey_app.store import SQLiteStore
from survey_app.sync import changes, installs, intake, queries, settling
from survey_app.sync.intake import Receipt
from tests import phone
from tests.clock import NOON
from tests.test_sync import Server


@pytest.fixture
def server(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> Server:
    return Server(app, store, person_id("leader"))


@pytest.fixture
def carry(server: Server, person_id: Callable[[str], str]) -> Callable[..., list[Receipt]]:
    """The office brings ops."""

    def bring(*fields: dict[str, object]) -> list[Receipt]:
        items = [phone.item(one) for one in fields]
        return intake.accept_ops(
            server.store, server.registry, items, carrier_id=person_id("office"), now=NOON, custody=True
        )

    return bring


Carry = Callable[..., list[Receipt]]


def test_custody_keeps_the_author_and_waits(server: Server, carry: Carry) -> None:
    op = server.envelope()
    [receipt] = carry(op)
    assert (receipt.status, receipt.code) == ("held", "custody")
    row = server.store.find("select author_id, carrier_id from ops") or {}
    assert row["author_id"] == server.author != row["carrier_id"]
    assert server.notes() == []
    assert [one["id"] for one in queries.list_in_custody(server.store, server.author)] == [op["op_id"]]


def test_the_author_stands_by_it_and_it_counts(server: Server, carry: Carry) -> None:
    op = server.envelope()
    carry(op, server.edit(op, "改过"))
    with server.store.writing() as tx:
        assert settling.confirm(tx, server.registry, op["op_id"], actor_id=server.author, now=NOON) == ""
    assert [note["edits"] for note in server.notes()] == [1]
    assert [row["event"] for row in changes.list_changes(server.store, server.author)] == [
        "held", "held", "confirmed", "applied",
    ]  # fmt: skip


def test_the_author_delivering_the_same_bytes_confirms_it(server: Server, carry: Carry) -> None:
    op = server.envelope()
    carry(op)
    [receipt] = server.send(op)
    assert (receipt.status, receipt.code) == ("duplicate", "")
    assert len(server.notes()) == 1


def test_custody_after_the_authors_own_delivery_changes_nothing(server: Server, carry: Carry) -> None:
    op = server.envelope()
    server.send(op)
    [receipt] = carry(op)
    assert (receipt.status, receipt.code) == ("duplicate", "")
    assert len(server.notes()) == 1


def test_the_order_of_custody_and_own_delivery_does_not_matter(server: Server, carry: Carry) -> None:
    first, edit = (op := server.envelope()), server.edit(op, "改过")
    carry(edit)
    server.send(first)
    assert server.code(edit) == "custody"
    server.send(edit)
    assert [note["text"] for note in server.notes()] == ["改过"]


def test_several_who_bring_one_op_at_once_make_one_of_it(
    server: Server, person_id: Callable[[str], str]
) -> None:
    op = server.envelope()

    def bring(carrier_id: str) -> str:
        store = SQLiteStore(server.store.path)
        [receipt] = intake.accept_ops(
            store, server.registry, [phone.item(op)], carrier_id=carrier_id, now=NOON, custody=True
        )
        store.close()
        return receipt.status

    carriers = [person_id(login) for login in ("office", "unit", "aide", "leader", "office", "leader")]
    with ThreadPoolExecutor(len(carriers)) as threads:
        assert sorted(threads.map(bring, carriers))[:5] == ["duplicate"] * 5
    assert [note["author_id"] for note in server.notes()] == [server.author]
    actions = [row["action"] for row in audit.history(server.store, "op", op["op_id"])]
    assert actions.count("op.accept") == 1
    assert not list(audit.broken_links(server.store))


def test_an_op_of_somebody_unknown_is_not_taken(server: Server, carry: Carry) -> None:
    [receipt] = carry(server.envelope(author="nobody"))
    assert (receipt.status, receipt.code) == ("foreign", "author_unknown")


def test_what_is_not_the_authors_is_set_aside_and_can_be_taken_back(server: Server, carry: Carry) -> None:
    op = server.envelope()
    carry(op)
    with server.store.writing() as tx:
        settling.refuse(tx, op["op_id"], "不是我写的", actor_id=server.author, now=NOON)
    assert (queries.count_held(server.store), queries.count_held(server.store, set_aside=True)) == (0, 1)
    settling.rebuild_projections(server.store, server.registry, NOON)
    assert server.code(op) == "set_aside"
    with server.store.writing() as tx:
        code = settling.take_back(tx, server.registry, op["op_id"], actor_id=server.author, now=NOON)
    assert code == "custody"


def test_each_decision_is_in_the_audit_chain(server: Server, carry: Carry) -> None:
    op = server.envelope()
    carry(op)
    server.send(op)
    actions = [row["action"] for row in audit.history(server.store, "op", op["op_id"])]
    assert actions == ["op.accept", "op.confirm", "op.apply"]
    assert not list(audit.broken_links(server.store))


def test_nobody_declares_anothers_records_void_until_the_author_stands_by_it(
    server: Server, carry: Carry
) -> None:
    server.send(server.envelope(seq=1), server.envelope(seq=5))
    op = server.envelope(seq=4, void=[2, 3])
    carry(op)
    assert [gap.numbers for gap in installs.list_gaps(server.store)] == [[2, 3, 4]]
    with server.store.writing() as tx:
        settling.confirm(tx, server.registry, op["op_id"], actor_id=server.author, now=NOON)
    assert installs.list_gaps(server.store) == []


def test_a_number_that_another_brought_counts_once_its_author_stands_by_it(
    server: Server, carry: Carry
) -> None:
    server.send(server.envelope(seq=1))
    forged, own = server.envelope(seq=2**53 - 1), server.envelope(seq=3)
    carry(forged, own)
    assert installs.list_gaps(server.store) == []
    with server.store.writing() as tx:
        settling.refuse(tx, forged["op_id"], "不是我写的", actor_id=server.author, now=NOON)
        settling.confirm(tx, server.registry, own["op_id"], actor_id=server.author, now=NOON)
    assert [(gap.numbers, gap.count) for gap in installs.list_gaps(server.store)] == [([2], 1)]


def test_nobody_brings_an_op_as_if_a_form_of_its_author_had_made_it(server: Server, carry: Carry) -> None:
    op = server.envelope(install_id=intake.web_install(server.author), seq=2**53 - 1)
    assert [receipt.status for receipt in (*carry(op), *server.send(op))] == ["unreadable"] * 2
    assert server.store.value("select count(*) from ops") == 0


def test_what_was_refused_is_shown_when_its_author_delivers_it(server: Server, carry: Carry) -> None:
    op = server.envelope(seq=1)
    carry(op)
    with server.store.writing() as tx:
        settling.refuse(tx, op["op_id"], "不是本人写的", actor_id=server.author, now=NOON)
    [receipt] = server.send(op)
    assert (receipt.status, receipt.code, len(server.notes())) == ("duplicate", "", 1)
    settling.rebuild_projections(server.store, server.registry, NOON)
    assert len(server.notes()) == 1


def test_what_the_office_set_aside_stays_so_when_its_author_delivers_it(server: Server, carry: Carry) -> None:
    op = server.envelope(seq=1)
    carry(op)
    with server.store.writing() as tx:
        settling.set_aside(tx, op["op_id"], "重复", actor_id=server.author, now=NOON)
    [receipt] = server.send(op)
    assert (receipt.code, server.notes()) == ("set_aside", [])
