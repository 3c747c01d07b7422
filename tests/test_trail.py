"""The chain of changes: proved whole or not from the shell, and read in words on a screen."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app import audit
from survey_app.store import SQLiteStore
from tests.clock import NOON, Clock
from tests.problems import Work

PHONE = "13812345678"


def run(app: Flask, *args: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["audit", *args])
    return result.exit_code, result.output


def noted(app: Flask) -> str:
    """Return the head as somebody notes it."""
    return run(app, "head")[1].split("条", 1)[1].strip()


def change(store: SQLiteStore, detail: str = "") -> None:
    with store.writing() as tx:
        audit.record(tx, actor_id=None, action="edit", entity="person", entity_id="nobody",
                     detail={"post": detail}, at=NOON)  # fmt: skip


def test_a_whole_chain_is_proved_and_its_head_is_said(app: Flask, store: SQLiteStore) -> None:
    code, said = run(app, "verify")
    rows, head = audit.get_head(store)
    assert code == 0
    assert f"共 {rows} 条" in said
    assert head in said.replace(" ", "")


def test_the_first_row_that_was_changed_is_named_with_what_to_do(app: Flask, store: SQLiteStore) -> None:
    with store.writing() as tx:
        tx.execute("update audit set detail = '{}' where seq in (3, 5)")
    code, said = run(app, "verify")
    assert code == 1
    assert "第 3 条断了" in said
    assert "restore --check" in said


def test_a_row_in_the_middle_that_is_gone_is_noticed(app: Flask, store: SQLiteStore) -> None:
    with store.writing() as tx:
        tx.execute("delete from audit where seq = 4")
    assert "第 5 条断了" in run(app, "verify")[1]


def test_a_chain_of_more_rows_than_are_read_at_once_is_read_to_its_end(
    app: Flask, store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "BATCH", 3)
    assert run(app, "verify")[0] == 0
    last = audit.get_head(store)[0]
    with store.writing() as tx:
        tx.execute("update audit set action = 'x' where seq = :last", {"last": last})
    assert list(audit.broken_links(store)) == [last]


def test_a_head_that_was_noted_proves_all_before_it_however_it_was_copied(
    app: Flask, store: SQLiteStore
) -> None:
    head, rows = noted(app), audit.get_head(store)[0]
    change(store)
    for copied in (head, head.upper(), head.replace(" ", ""), head[:17]):
        code, said = run(app, "verify", "--head", copied)
        assert code == 0, said
        assert f"第 1 到第 {rows} 条" in said


def test_a_chain_that_was_cut_and_sealed_anew_does_not_contain_the_head_that_was_noted(
    app: Flask, store: SQLiteStore
) -> None:
    change(store, "真的")
    head = noted(app)
    with store.writing() as tx:
        tx.execute("delete from audit where seq = (select max(seq) from audit)")
    change(store, "换过的")
    assert run(app, "verify")[0] == 0, "by itself the chain looks whole"
    code, said = run(app, "verify", "--head", head)
    assert code == 1
    assert "没有抄下的这个链头" in said


def test_a_head_that_cannot_be_read_is_said_as_such(app: Flask) -> None:
    for copied in ("abc", "第一条", noted(app) + " 00"):
        code, said = run(app, "verify", "--head", copied)
        assert code == 1
        assert "没有看懂" in said


def test_rows_are_printed_by_who_what_and_when_with_numbers_hidden(
    app: Flask, store: SQLiteStore, clock: Clock, person_id: Callable[[str], str]
) -> None:
    work = Work(app, store, person_id)
    work.fixing()
    change(store, f"电话\n{PHONE[:3]}\n{PHONE[3:]}")
    said = run(app, "show", "--what", "person", "--limit", "1")[1]
    assert PHONE[3:] not in said
    assert "138******78" in said
    said = run(app, "show", "--who", "unit", "--what", "finding")[1]
    assert [line.split()[-2].split(".")[0] for line in said.splitlines() if "finding.sign" in line] != []
    assert "finding.assign" not in said, "that is the office's"
    assert run(app, "show", "--since", "2017-06-13")[1] == ""
    assert run(app, "show", "--until", "2017-06-11")[1] == ""
    assert run(app, "show", "--since", "2017-06-12", "--until", "2017-06-12")[1].count("\n") > 5
    assert run(app, "show", "--who", "nobody")[0] == 1


def test_the_screen_says_who_did_what_in_words_and_leads_to_the_thing(
    app: Flask,
    store: SQLiteStore,
    person_id: Callable[[str], str],
    sign_in: Callable[[str], FlaskClient],
) -> None:
    finding_id = Work(app, store, person_id).fixing()
    page = sign_in("office").get("/audit").text
    for words in ("签收", "交办", "收下", "送来的内容", "测试岗位 unit", f'href="/findings/{finding_id}"'):
        assert words in page, words
    table = page.split("<tbody>")[1]
    assert "finding." not in re.sub(r'"[^"]*"', "", table)


def test_the_screen_shows_what_is_asked_for_by_person_kind_day_and_thing(
    app: Flask,
    store: SQLiteStore,
    person_id: Callable[[str], str],
    sign_in: Callable[[str], FlaskClient],
) -> None:
    work = Work(app, store, person_id)
    finding_id, other = work.fixing("取号机停用"), work.fixing("没有座位")
    office = sign_in("office")

    def count(**asked: str) -> int:
        return office.get("/audit", query_string=asked).text.count("<tr>") - 1

    rows = store.query("select * from audit")
    assert count(who=person_id("unit")) == sum(row["actor_id"] == person_id("unit") for row in rows) == 4
    assert count(what="finding") == sum(row["entity"] == "finding" for row in rows)
    assert count(thing=finding_id) == count(thing=other) == sum(row["entity_id"] == other for row in rows)
    assert count(since="2017-06-13") == -1, "an empty list is no table"
    assert count(since="2017-06-12", until="2017-06-12") == len(rows)
    record_id = store.value("select id from observations")
    assert count(thing=record_id) == 1, "what was sent about it"
    assert f"/audit?thing={finding_id}" in office.get(f"/findings/{finding_id}").text


def test_the_list_goes_on_where_it_ended_under_the_same_conditions(
    store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    for n in range(60):
        change(store, str(n))
    office = sign_in("office")
    first = office.get("/audit?what=person").text
    more = re.search(r'rel="next" href="([^"]+)"', first)
    assert more
    second = office.get(more[1].replace("&amp;", "&")).text
    seen = [int(n) for page in (first, second) for n in re.findall(r'class="number">(\d+)<', page)]
    assert seen == [row["seq"] for row in store.query("select seq from audit where entity = 'person' "
                                                      "order by seq desc")]  # fmt: skip


@pytest.mark.parametrize(("login", "status"), [("admin", 200), ("leader", 403), ("aide", 403), ("unit", 403)])
def test_only_the_office_and_the_administrator_read_it(
    sign_in: Callable[[str], FlaskClient], login: str, status: int
) -> None:
    assert sign_in(login).get("/audit").status_code == status


def test_who_may_not_open_a_thing_gets_no_link_to_it(
    app: Flask,
    store: SQLiteStore,
    person_id: Callable[[str], str],
    sign_in: Callable[[str], FlaskClient],
) -> None:
    Work(app, store, person_id).fixing()
    page = sign_in("admin").get("/audit").text
    assert "/findings/" not in page
    assert f'href="/people/{person_id("leader")}"' in page
