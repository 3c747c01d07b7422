"""The engine: what is acknowledged is kept, once, whole, under its author, and shown when it is good."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from survey_app import audit
from survey_app.store import SQLiteStore
from survey_app.store.ids import uuid7
from survey_app.sync import intake, kinds, queries, settling
from survey_app.sync.intake import FormOp, Receipt
from tests import notes, phone
from tests.clock import NOON

SHA = "ab" * 32


class Server:
    """The engine as one person's phone sees it."""

    def __init__(self, app: Flask, store: SQLiteStore, author: str) -> None:
        self.app, self.store, self.author = app, store, author
        self.registry = notes.install(app, store)

    def envelope(self, **changes: Any) -> dict[str, Any]:
        return phone.envelope(**{"author": self.author, **changes})

    def edit(self, of: dict[str, Any], text: str, **changes: Any) -> dict[str, Any]:
        child = {"base": of["op_id"], "rec_id": of["rec_id"], "payload": {"text": text}}
        return self.envelope(**{**child, **changes})

    def send(self, *fields: dict[str, Any]) -> list[Receipt]:
        return self.send_items(*[phone.item(one) for one in fields])

    def send_items(self, *items: object) -> list[Receipt]:
        return intake.accept_ops(self.store, self.registry, items, carrier_id=self.author, now=NOON)

    def notes(self) -> list[Any]:
        return notes.listed(self.store)

    def code(self, fields: dict[str, Any]) -> str:
        return str(self.store.value("select code from ops where id = :id", {"id": fields["op_id"]}))


@pytest.fixture
def server(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> Server:
    return Server(app, store, person_id("leader"))


def statuses(receipts: list[Receipt]) -> list[str]:
    return [receipt.status for receipt in receipts]


def test_an_acknowledged_op_is_in_the_file_with_the_same_digest(server: Server) -> None:
    item = phone.item(server.envelope())
    [receipt] = server.send_items(item)
    server.store.close()
    row = SQLiteStore(server.store.path).find("select * from ops")
    assert row is not None
    assert (receipt.status, receipt.sha256, receipt.code) == ("stored", item["sha256"], "")
    assert (row["sha256"], row["raw"]) == (item["sha256"], item["raw"].encode())
    assert (row["server_seq"], row["received_at"]) == (receipt.server_seq, receipt.received_at)


def test_a_second_identical_op_changes_nothing(server: Server) -> None:
    op = server.envelope()
    [first] = server.send(op)
    before = server.store.query("select * from ops"), server.notes(), count(server, "audit")
    second, third = server.send(op, op)
    assert (second.status, third.status) == ("duplicate", "duplicate")
    assert (second.server_seq, second.received_at) == (first.server_seq, first.received_at)
    assert (server.store.query("select * from ops"), server.notes(), count(server, "audit")) == before


def test_the_same_op_twice_in_one_batch_is_one(server: Server) -> None:
    op = server.envelope()
    assert statuses(server.send(op, op)) == ["stored", "duplicate"]
    assert count(server, "ops") == 1


def test_the_same_id_with_other_bytes_never_overwrites(server: Server) -> None:
    op = server.envelope()
    server.send(op)
    [receipt] = server.send({**op, "payload": {"text": "另一句话"}})
    assert receipt.status == "id_conflict"
    assert [note["text"] for note in server.notes()] == [op["payload"]["text"]]


def test_one_bad_op_delays_no_other(server: Server) -> None:
    good = [server.envelope(seq=n) for n in range(1, 5)]
    crash = server.envelope(payload={"text": notes.CRASH})
    conflict = {**good[0], "payload": {"text": "另一句话"}}
    items = [phone.item(one) for one in (good[0], crash, good[1], conflict, good[2])]
    items.insert(1, {"raw": "\ud800", "sha256": SHA})
    items.insert(3, {**phone.item(server.envelope()), "sha256": SHA})
    receipts = server.send_items(*items, phone.item(good[3]))
    assert statuses(receipts) == [
        "stored",
        "unreadable",
        "held",
        "bad_digest",
        "stored",
        "id_conflict",
        "stored",
        "stored",
    ]
    assert receipts[2].code == "failed"
    assert {note["id"] for note in server.notes()} == {op["rec_id"] for op in good}


def test_the_author_is_who_wrote_it_and_another_login_cannot_hand_it_in(
    server: Server, person_id: Callable[[str], str]
) -> None:
    op = server.envelope()
    [receipt] = intake.accept_ops(
        server.store, server.registry, [phone.item(op)], carrier_id=person_id("aide"), now=NOON
    )
    assert (receipt.status, count(server, "ops")) == ("foreign", 0)
    server.send(op)
    row = server.store.find("select author_id, carrier_id from ops")
    assert row == {"author_id": server.author, "carrier_id": server.author}
    assert server.notes()[0]["author_id"] == server.author


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"payload": {"text": " "}}, "invalid"),
        ({"payload": {"text": ["a"]}}, "invalid"),
        ({"kind": "poem"}, "kind_unknown"),
        ({"v": 2}, "version_unknown"),
        ({"seq": "first"}, "malformed"),
        ({"base": "0193f3a1-0000-7000-8000-0000000000ff"}, "base_unknown"),
    ],
)
def test_what_cannot_be_shown_is_held_with_a_receipt(
    server: Server, changes: dict[str, Any], code: str
) -> None:
    op = server.envelope(**changes)
    [receipt] = server.send(op)
    assert (receipt.status, receipt.code) == ("held", code)
    [held] = queries.list_held(server.store)
    assert (held["id"], held["code"], held["envelope"].payload) == (op["op_id"], code, op["payload"])
    assert not server.notes()
    [again] = server.send(op)
    assert (again.status, again.code) == ("duplicate", code)


def test_half_a_character_is_held_and_its_bytes_are_kept(server: Server) -> None:
    raw = '{"text": "\\ud83d"}'
    whole = phone.item(server.envelope(payload={"text": "?"}))["raw"].replace('{"text": "?"}', raw)
    [receipt] = server.send_items(phone.item_of(whole))
    assert (receipt.status, receipt.code) == ("held", "bad_text")
    assert server.store.value("select raw from ops") == whole.encode()


def test_why_an_op_is_held_can_be_told_in_words(server: Server) -> None:
    server.send(server.envelope(payload={}))
    [held] = queries.list_held(server.store)
    assert queries.list_reasons(server.store, server.registry, held) == [notes.BAD_TEXT]


def test_an_edit_that_comes_before_its_base_is_applied_when_the_base_arrives(server: Server) -> None:
    first = server.envelope()
    second = server.edit(first, "改过一次")
    third = server.edit(second, "改过两次")
    assert statuses(server.send(third, second)) == ["held", "held"]
    assert not server.notes()
    assert statuses(server.send(first)) == ["stored"]
    assert [(note["text"], note["edits"]) for note in server.notes()] == [("改过两次", 3)]
    assert queries.count_held(server.store) == 0


def test_two_edits_of_one_op_are_both_kept_and_the_record_is_forked(server: Server) -> None:
    first = server.envelope()
    left, right = server.edit(first, "左"), server.edit(first, "右")
    assert statuses(server.send(first, left, right)) == ["stored", "stored", "stored"]
    [note] = server.notes()
    assert (note["forked"], note["edits"]) == (1, 3)
    assert {op.payload["text"] for op in queries.list_ops(server.store, first["rec_id"])} >= {"左", "右"}


def test_an_edit_of_a_held_op_waits_for_it(server: Server) -> None:
    first = server.envelope(payload={})
    edit = server.edit(first, "改好了")
    [early, _, _] = server.send(edit, first, server.edit(edit, "又改"))
    assert early.code == "base_unknown"
    assert server.code(edit) == "base_held"


def test_nobody_edits_the_record_of_another(server: Server, person_id: Callable[[str], str]) -> None:
    first = server.envelope()
    server.send(first)
    aide = person_id("aide")
    edit = server.edit(first, "我来改", author=aide)
    again = server.envelope(rec_id=first["rec_id"], author=aide)
    receipts = intake.accept_ops(
        server.store, server.registry, [phone.item(edit), phone.item(again)], carrier_id=aide, now=NOON
    )
    assert [receipt.code for receipt in receipts] == ["not_author", "record_of_another"]
    assert [note["text"] for note in server.notes()] == [first["payload"]["text"]]


def test_an_edit_under_another_record_is_held(server: Server) -> None:
    first = server.envelope()
    [_, receipt] = server.send(first, server.edit(first, "改", rec_id=uuid7()))
    assert receipt.code == "other_record"


def test_an_edit_of_another_kind_is_held(server: Server) -> None:
    kinds.register(server.app, kinds.OpKind("poem", "诗", notes.validate, notes.project, notes.salvage))
    first = server.envelope()
    receipts = server.send(first, server.edit(first, "改", kind="poem"))
    assert receipts[1].code == "other_kind"


def test_the_photos_an_op_names_are_asked_for_once_each(server: Server) -> None:
    photo = {"sha256": SHA, "len": 10, "mime": "image/jpeg"}
    other = {**photo, "sha256": "cd" * 32}
    op = server.envelope(photos=[photo, other, photo])
    assert server.send(op)[0].need == (SHA, "cd" * 32)
    assert server.send(op)[0].need == (SHA, "cd" * 32)


def test_a_projection_that_fails_leaves_nothing_half_written(server: Server) -> None:
    [receipt] = server.send(server.envelope(payload={"text": notes.CRASH}))
    assert (receipt.status, receipt.code) == ("held", "failed")
    assert not server.notes()


def test_the_audit_chain_has_one_row_for_every_accepted_op(server: Server) -> None:
    first = server.envelope()
    server.send(server.edit(first, "改"), server.envelope(kind="poem"), first, first)
    server.send(server.envelope(payload={"text": notes.CRASH}))
    accepted = server.store.query("select entity_id from audit where action = 'op.accept'")
    assert sorted(row["entity_id"] for row in accepted) == sorted(
        row["id"] for row in server.store.query("select id from ops")
    )
    assert not list(audit.broken_links(server.store))


def test_projections_are_rebuilt_from_the_ops(server: Server) -> None:
    first = server.envelope()
    server.send(first, server.edit(first, "改"), server.envelope())
    before = server.notes()
    with server.store.writing() as tx:
        tx.execute("delete from notes where edits = 1")
        tx.execute("update notes set text = '错了', edits = 0")
    assert settling.rebuild_projections(server.store, server.registry, NOON) == 2
    assert server.notes() == before


def test_a_rebuild_applies_what_this_version_has_learnt(server: Server) -> None:
    first = server.envelope(kind="poem")
    server.send(server.edit(first, "改", kind="poem"), first)
    kinds.register(server.app, kinds.OpKind("poem", "诗", notes.validate, notes.project, notes.salvage))
    settling.rebuild_projections(server.store, server.registry, NOON)
    assert [note["edits"] for note in server.notes()] == [2]
    assert not list(audit.broken_links(server.store))


def test_the_rebuild_command_says_what_it_did(server: Server) -> None:
    server.send(server.envelope(), server.envelope(payload={}))
    result = server.app.test_cli_runner().invoke(args=["rebuild"])
    assert (result.exit_code, "1 条记录" in result.output, "1 条待确认" in result.output) == (0, True, True)


@pytest.mark.parametrize("made_at", ["1999-01-01T00:00:00+00:00", "2999-12-31T23:59:59+08:00"])
def test_a_phone_whose_clock_is_wrong_is_accepted_all_the_same(server: Server, made_at: str) -> None:
    first = server.envelope()
    edit = server.edit(first, "改", made_at=made_at)
    assert statuses(server.send(first, edit)) == ["stored", "stored"]
    assert [note["text"] for note in server.notes()] == ["改"]


def test_a_kind_is_registered_once(server: Server) -> None:
    with pytest.raises(ValueError, match="note"):
        kinds.register(server.app, notes.KIND)


def form(server: Server, form_op: FormOp) -> Receipt:
    zone = server.app.extensions["config"].time_zone
    return intake.accept_from_form(
        server.store, server.registry, form_op, author_id=server.author, now=NOON, zone=zone, app_version="1"
    )


def test_a_form_goes_through_the_same_door_with_numbers_that_have_no_gaps(server: Server) -> None:
    for text in ("一", "二", "三"):
        receipt = form(server, FormOp(uuid7(), uuid7(), "note", {"text": text}))
        assert receipt.status == "stored"
    rows = server.store.query("select install_id, seq, made_at, author_id from ops order by seq")
    assert [row["seq"] for row in rows] == [1, 2, 3]
    assert len({row["install_id"] for row in rows}) == 1
    assert {row["made_at"] for row in rows} == {"2017-06-12T12:00:00+08:00"}


def test_a_form_is_taken_whatever_number_others_gave_out_in_its_name(
    server: Server, person_id: Callable[[str], str]
) -> None:
    op = phone.item(server.envelope())  # as a database keeps it that was there before such ops were refused
    intake.accept_ops(
        server.store, server.registry, [op], carrier_id=person_id("unit"), now=NOON, custody=True
    )
    with server.store.writing() as tx:
        place = {"install_id": intake.web_install(server.author), "last": 2**53 - 1}
        tx.execute("update ops set install_id = :install_id, seq = :last", place)
    assert form(server, FormOp(uuid7(), uuid7(), "note", {"text": "一"})).status == "stored"
    assert [note["text"] for note in server.notes()] == ["一"]


def test_a_form_is_taken_after_a_number_that_no_form_reaches(server: Server) -> None:
    form(server, FormOp(uuid7(), uuid7(), "note", {"text": "一"}))
    with server.store.writing() as tx:
        tx.execute("update ops set seq = :last", {"last": 2**53 - 1})
    assert form(server, FormOp(uuid7(), uuid7(), "note", {"text": "二"})).status == "stored"


def test_the_same_form_sent_twice_makes_one_record(server: Server) -> None:
    once = FormOp(uuid7(), uuid7(), "note", {"text": "一"})
    assert [form(server, once).status, form(server, once).status] == ["stored", "duplicate"]
    assert [note["edits"] for note in server.notes()] == [1]


def test_a_form_sent_again_with_other_words_is_an_edit(server: Server) -> None:
    once = FormOp(uuid7(), uuid7(), "note", {"text": "一"})
    form(server, once)
    assert form(server, FormOp(once.op_id, once.record_id, "note", {"text": "一二"})).status == "stored"
    assert [(note["text"], note["edits"]) for note in server.notes()] == [("一二", 2)]


def count(server: Server, table: str) -> int:
    return int(server.store.value(f"select count(*) from {table}"))
