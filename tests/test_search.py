"""Searching the inbox for Chinese words of one, two and more characters."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from tests.halls import HALL, ITEMS, add_halls
from tests.records import Sender, fill

TEXTS = {
    "取号": "取号机停用，没有人告诉群众去哪里取号",
    "电话": "服务电话打了三次无人接听",
    "app": "“警察叔叔”ＡＰＰ登录不上，提示 error 504",
    "指南": "办事指南放在柜台后面",
}


@pytest.fixture
def found(
    app: Flask, store: SQLiteStore, person_id: Callable[[str], str], sign_in: Callable[[str], FlaskClient]
) -> Callable[[str], set[str]]:
    """Search among four records and return the names of those found."""
    leader = Sender(app, store, person_id("leader"))
    names = {leader.report(text): name for name, text in TEXTS.items()}
    office = sign_in("office")

    def search(words: str) -> set[str]:
        answer = office.get("/inbox", query_string={"q": words})
        assert answer.status_code == 200
        return {names.get(key, key) for key in re.findall(r'href="/inbox/([0-9a-f-]{36})', answer.text)}

    return search


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("机", {"取号"}),
        ("取", {"取号"}),
        ("号", {"取号"}),
        ("务", {"电话"}),
        ("办", {"指南"}),
        ("取号", {"取号"}),
        ("号机", {"取号"}),
        ("无人", {"电话"}),
        ("有人", {"取号"}),
        ("取号机停用", {"取号"}),
        ("服务电话", {"电话"}),
        ("打了三次无人接听", {"电话"}),
        ("电话 无人", {"电话"}),
        ("电话，三次", {"电话"}),
        ("app", {"app"}),
        ("ＡＰＰ", {"app"}),
        ("APP登录", {"app"}),
        ("50", {"app"}),
        ("error", {"app"}),
        ("人", {"取号", "电话"}),
    ],
)
def test_words_of_any_length_find_their_record(
    found: Callable[[str], set[str]], words: str, names: set[str]
) -> None:
    assert found(words) == names


@pytest.mark.parametrize(
    "words", ["机取", "停机", "电话 取号", "没有这个", "用没", "！？", '"', "*", "无 NOT 人"]
)
def test_words_that_stand_nowhere_find_nothing(found: Callable[[str], set[str]], words: str) -> None:
    assert found(words) == set()


def test_spaces_alone_ask_for_nothing(found: Callable[[str], set[str]]) -> None:
    assert found("   ") == set(TEXTS)


def test_an_edit_is_found_by_its_new_words_only(
    app: Flask, store: SQLiteStore, person_id: Callable[[str], str], found: Callable[[str], set[str]],
    sign_in: Callable[[str], FlaskClient],
) -> None:  # fmt: skip
    leader = Sender(app, store, person_id("leader"))
    leader.sent = 100
    op = leader.op(text="叫号屏不亮")
    (record_id,) = leader.send(op)
    leader.edit(record_id, op["op_id"], text="已经修好")
    office = sign_in("office")
    assert record_id not in office.get("/inbox", query_string={"q": "不亮"}).text
    assert record_id in office.get("/inbox", query_string={"q": "修好"}).text


def test_rows_that_share_the_rarest_words_come_first_and_of_common_ones_the_newest(
    app: Flask, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    add_halls(store)
    fill(store, person_id("leader"), 400, [HALL], ITEMS)
    rare = Sender(app, store, person_id("leader")).report("叫号屏停用")
    number = store.value("select n from observations where id = :id", {"id": rare})
    found = store.list_alike("observations", ["停用", "号屏", "取号", "停用"], limit=5)
    assert found[0] == number
    shared = store.query("select n from observations where text like '取号机停用%' order by n desc limit 4")
    assert found[1:] == [row["n"] for row in shared]
    assert store.list_alike("observations", ["没有"], limit=5) == []
    assert store.list_alike("observations", [], limit=5) == []


def test_a_hidden_number_is_not_found_by_its_digits(
    app: Flask, store: SQLiteStore, person_id: Callable[[str], str], found: Callable[[str], set[str]]
) -> None:
    add_halls(store)
    leader = Sender(app, store, person_id("leader"))
    leader.report("有人留了 13857128888", quote="我是 330106198001011234")
    for hidden in ("1385", "13857128888", "3301", "330106198001011234"):
        assert found(hidden) == set()
