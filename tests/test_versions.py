"""Edits beside each other, choices, merges and withdrawals: nothing is lost, a person decides."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from survey_app.store import SQLiteStore
from survey_app.store.ids import uuid7
from survey_app.sync import changes, envelope, judging, queries, settling
from survey_app.sync.held import compare
from survey_app.sync.history import assemble, versions
from survey_app.sync.judging import MOST_VERSIONS
from tests.clock import NOON
from tests.test_sync import Server, statuses


@pytest.fixture
def server(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> Server:
    return Server(app, store, person_id("leader"))


@pytest.fixture
def office(server: Server, person_id: Callable[[str], str]) -> Server:
    made = object.__new__(Server)
    made.__dict__.update(server.__dict__, author=person_id("office"))
    return made


def withdraw(server: Server, of: dict[str, Any], **more: Any) -> dict[str, Any]:
    return server.edit(of, "", kind="withdraw", payload={"reason": "看错了"}, **more)


def choose(server: Server, of: dict[str, Any], *others: dict[str, Any]) -> dict[str, Any]:
    return server.edit(of, "", kind="choose", payload={}, merges=[one["op_id"] for one in others])


def forked(server: Server) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    first = server.envelope()
    left, right = server.edit(first, "左"), server.edit(first, "右")
    assert statuses(server.send(first, left, right)) == ["stored"] * 3
    assert server.notes()[0]["forked"] == 1
    return first, left, right


def events(server: Server) -> list[str]:
    return [row["event"] for row in changes.list_changes(server.store, server.author)]


def test_a_withdrawn_record_is_kept_and_no_longer_counts(server: Server) -> None:
    first = server.envelope()
    server.send(first, withdraw(server, first))
    [note] = server.notes()
    assert (note["withdrawn"], note["text"]) == (1, first["payload"]["text"])
    assert len(queries.list_ops(server.store, first["rec_id"])) == 2
    assert events(server) == ["withdrawn"]


def test_an_edit_of_a_withdrawal_takes_it_back(server: Server) -> None:
    first = server.envelope()
    gone = withdraw(server, first)
    server.send(first, gone, server.edit(gone, "还是要报"))
    [note] = server.notes()
    assert (note["withdrawn"], note["text"], note["forked"]) == (0, "还是要报", 0)


def test_a_withdrawal_beside_an_edit_hides_nothing_until_a_person_chooses(server: Server) -> None:
    first = server.envelope()
    edit, gone = server.edit(first, "改过"), withdraw(server, first)
    server.send(first, edit, gone)
    [note] = server.notes()
    assert (note["withdrawn"], note["forked"], note["text"]) == (0, 1, "改过")
    server.send(choose(server, gone, edit))
    [note] = server.notes()
    assert (note["withdrawn"], note["forked"], note["text"]) == (1, 0, first["payload"]["text"])


def test_a_withdrawal_that_was_chosen_hides_no_edit_that_comes_later(server: Server) -> None:
    first = server.envelope()
    edit, gone = server.edit(first, "改过"), withdraw(server, first)
    server.send(first, edit, gone, choose(server, gone, edit), server.edit(edit, "又改"))
    [note] = server.notes()
    assert (note["withdrawn"], note["forked"], note["text"]) == (0, 1, "又改")
    history = assemble(first["rec_id"], queries.list_ops(server.store, first["rec_id"]))
    assert [said.withdrawn for said in compare(history, server.registry, server.store)] == [False, True]


def test_the_author_settles_a_fork_with_new_words(server: Server) -> None:
    _, left, right = forked(server)
    server.send(server.edit(left, "左和右", merges=[right["op_id"]]))
    [note] = server.notes()
    assert (note["forked"], note["text"], note["edits"]) == (0, "左和右", 4)


def test_the_office_chooses_a_version_and_a_stranger_does_not(
    server: Server, office: Server, person_id: Callable[[str], str]
) -> None:
    _, left, right = forked(server)
    stranger = object.__new__(Server)
    stranger.__dict__.update(server.__dict__, author=person_id("unit"))
    [receipt] = stranger.send(choose(stranger, right, left))
    assert receipt.code == "not_author"
    assert server.notes()[0]["forked"] == 1
    office.send(choose(office, right, left))
    [note] = server.notes()
    assert (note["forked"], note["text"], note["author_id"]) == (0, "右", server.author)
    assert events(server) == ["forked", "chosen"]


def test_an_edit_after_the_choice_is_the_authors_alone(server: Server, office: Server) -> None:
    _, left, right = forked(server)
    chosen = choose(office, right, left)
    office.send(chosen)
    [refused] = office.send(office.edit(chosen, "改革办改的"))
    assert refused.code == "not_author"
    [receipt] = server.send(server.edit(chosen, "本人再改"))
    assert (receipt.status, server.notes()[0]["text"]) == ("stored", "本人再改")


def test_an_edit_of_a_version_that_was_merged_is_a_version_again(server: Server) -> None:
    _, left, right = forked(server)
    server.send(server.edit(left, "合", merges=[right["op_id"]]), server.edit(right, "右边又改"))
    assert server.notes()[0]["forked"] == 1


def test_versions_that_merge_each_other_still_leave_one_to_show(server: Server) -> None:
    first, left, right = forked(server)
    a, b = server.edit(left, "甲"), server.edit(right, "乙")
    a["merges"], b["merges"] = [b["op_id"]], [a["op_id"]]
    server.send(a, b)
    assert server.notes()[0]["forked"] == 1
    history = assemble(first["rec_id"], queries.list_ops(server.store, first["rec_id"]))
    assert {words.payload["text"] for _, words, _ in versions(history)} == {"甲", "乙"}


def test_versions_that_merge_each_other_stay_in_sight_beside_a_third(server: Server) -> None:
    first, left, right = forked(server)
    third = server.edit(first, "丙")
    a, b = server.edit(left, "甲"), server.edit(right, "乙")
    a["merges"], b["merges"] = [b["op_id"]], [a["op_id"]]
    server.send(third, a, b)
    history = assemble(first["rec_id"], queries.list_ops(server.store, first["rec_id"]))
    assert {words.payload["text"] for _, words, _ in versions(history)} == {"甲", "乙", "丙"}


def test_a_withdrawal_of_nothing_is_held(server: Server) -> None:
    [receipt, unknown] = server.send(
        server.envelope(kind="withdraw", payload={}),
        server.envelope(kind="withdraw", payload={}, base=uuid7()),
    )
    assert [receipt.code, unknown.code] == ["malformed", "base_unknown"]


@pytest.mark.parametrize("merges", ["all", ["x"], [uuid7()] * 401, None])
def test_merges_that_are_no_list_of_ids_are_held(server: Server, merges: object) -> None:
    first = server.envelope()
    [_, receipt] = server.send(first, server.edit(first, "改", merges=merges))
    assert receipt.code == "malformed"


def test_a_withdrawal_by_another_person_is_held(server: Server, office: Server) -> None:
    first = server.envelope()
    server.send(first)
    [receipt] = office.send(withdraw(office, first))
    assert receipt.code == "not_author"
    assert server.notes()[0]["withdrawn"] == 0


def test_a_withdrawal_that_comes_first_waits_for_its_record(server: Server) -> None:
    first = server.envelope()
    server.send(withdraw(server, first))
    server.send(first)
    assert server.notes()[0]["withdrawn"] == 1
    assert events(server) == ["held", "applied", "withdrawn"]
    settling.rebuild_projections(server.store, server.registry, NOON)
    assert server.notes()[0]["withdrawn"] == 1


def test_a_record_that_is_edited_without_end_is_held(server: Server) -> None:
    ops = [server.envelope()]
    for n in range(MOST_VERSIONS + 1):
        ops.append(server.edit(ops[-1], f"第{n}次"))
    receipts = [receipt for i in range(0, len(ops), 50) for receipt in server.send(*ops[i : i + 50])]
    codes = [receipt.code for receipt in receipts]
    assert codes == [""] * MOST_VERSIONS + ["too_many_versions", "base_held"]
    assert server.notes()[0]["text"] == f"第{MOST_VERSIONS - 2}次"
    assert statuses(server.send(withdraw(server, ops[MOST_VERSIONS - 1]))) == ["stored"]
    assert server.notes()[0]["withdrawn"] == 1


def test_no_more_edits_wait_for_what_has_not_come_than_a_record_takes(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "MOST_VERSIONS", 5)
    first = server.envelope()
    side_by_side = [server.edit(first, f"第{n}次") for n in range(8)]
    assert [one.code for one in server.send(*side_by_side)] == ["base_unknown"] * 5 + [
        "too_many_versions"
    ] * 3
    line = [server.envelope()]
    for n in range(8):
        line.append(server.edit(line[-1], f"第{n}次"))
    codes = [one.code for one in server.send(*line[1:])]
    assert codes == ["base_unknown", *["base_held"] * 4, *["too_many_versions"] * 3]
    elsewhere = [server.edit(first, "别处的", rec_id=uuid7()) for _ in range(2)]
    assert [one.code for one in server.send(*elsewhere)] == ["too_many_versions"] * 2


def test_edits_that_waited_are_read_once_when_their_base_comes(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = server.envelope()
    line = [first]
    for n in range(40):
        line.append(server.edit(line[-1], f"第{n}次"))
    server.send(*line[1:])
    read, count = envelope.read, Counter[str]()

    def counted(raw: bytes) -> envelope.Envelope:
        count["read"] += 1
        return read(raw)

    monkeypatch.setattr(envelope, "read", counted)
    server.send(first)
    assert server.notes()[0]["edits"] == 41
    assert count["read"] <= 3 * 41


def test_what_waited_with_another_record_is_told_apart_in_one_go(server: Server) -> None:
    first, own = server.envelope(), None
    strays = [server.edit(first, "别处的", rec_id=uuid7()) for _ in range(3)]
    own = server.edit(first, "改过")
    server.send(*strays, own, first)
    assert {server.code(one) for one in strays} == {"other_record"}
    assert [note["text"] for note in server.notes()] == ["改过"]
