"""The reform items: what is known of each family, and what is tagged to each item."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.rectification import board
from survey_app.rectification.board import Slots
from survey_app.store import SQLiteStore
from survey_app.visits import effective
from tests.halls import EMPTY_SLOT, HALL, ITEMS, MATTER, add_halls
from tests.pages import words_of
from tests.records import Sender

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def leader(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> Sender:
    """A leader's phone, with a catalogue to tag against."""
    add_halls(store)
    return Sender(app, store, person_id("leader"))


@pytest.fixture
def office(sign_in: SignIn) -> FlaskClient:
    """The reform office at its desk."""
    return sign_in("office")


def test_the_board_counts_each_family_against_its_target(
    leader: Sender, office: FlaskClient, store: SQLiteStore
) -> None:
    leader.report(reform_item_ids=[ITEMS[0]])
    leader.report(reform_item_ids=list(ITEMS))
    page = words_of(office.get("/reform").text)
    assert "刚性要求（十个一） 已录入 2/10" in page
    assert "公布事项（68 项） 已录入 0/68" in page
    assert "用好一个服务电话 待录入 待录入 待录入 — — 2" in page
    assert "办事要求要做到“一次能讲清” 待录入 待录入 待录入 — — 1" in page
    assert "3–10 待录入" in page


def test_an_items_page_lists_what_is_tagged_to_it_by_kind(leader: Sender, office: FlaskClient) -> None:
    leader.report("电话没人接", reform_item_ids=[ITEMS[0]])
    leader.report("电话一打就通", kind="good_practice", reform_item_ids=[ITEMS[0]])
    leader.report("没说几项材料", reform_item_ids=[ITEMS[1]])
    page = office.get(f"/reform/{ITEMS[0]}").text
    assert re.findall(r'two-lines">(.*?)<', page) == ["电话一打就通", "电话没人接"]
    figures = re.findall(r"<b>(.*?)</b><span>(.*?)</span>", page)
    assert figures == [("1/2", "堵点"), ("0/2", "难点"), ("1/2", "亮点"), ("0/2", "建议")]
    assert "待录入" in page


def test_a_number_where_an_excerpt_ends_is_hidden(leader: Sender, office: FlaskClient) -> None:
    for before in range(380, 400):
        leader.report("长" * before + "13800138012", reform_item_ids=[ITEMS[0]])
        leader.report("", quote="长" * before + "330106198001011234", reform_item_ids=[ITEMS[0]])
    for path in (f"/reform/{ITEMS[0]}", "/inbox"):
        page = office.get(path).text
        assert "长1" in page
        assert not re.search(r"长[0-9]{4}", page)
        assert "长" * 401 not in page


def test_an_item_without_records_and_one_that_is_not_there_say_so(
    leader: Sender, office: FlaskClient
) -> None:
    assert "还没有记录对上这一项" in office.get(f"/reform/{EMPTY_SLOT}").text
    assert office.get("/reform/nothing").status_code == 404


def test_everyone_reads_the_board_but_only_the_office_opens_records(
    leader: Sender, office: FlaskClient, sign_in: SignIn
) -> None:
    record_id = leader.report(reform_item_ids=[ITEMS[0]])
    for role in ("leader", "aide", "unit", "admin"):
        page = sign_in(role).get(f"/reform/{ITEMS[0]}")
        assert page.status_code == 200
        assert f"/inbox/{record_id}" not in page.text
    assert f"/inbox/{record_id}" in office.get(f"/reform/{ITEMS[0]}").text


def test_what_a_record_says_is_read_by_the_office_and_its_unit_alone(
    leader: Sender, store: SQLiteStore, office: FlaskClient, sign_in: SignIn, person_id: Callable[[str], str]
) -> None:
    words = "窗口没有人"
    with store.writing() as tx:
        tx.insert("units", {"id": "unit-2", "code": "U2", "name": "车管所", "tier": "department"})
        tx.insert("units", {"id": "unit-3", "code": "U3", "name": "一所", "tier": "station",
                            "parent_id": "unit-2"})  # fmt: skip
        tx.update("halls", HALL, {"unit_id": "unit-3"})
        tx.update("people", person_id("unit"), {"unit_id": None})
    leader.report(words, hall_id=HALL, reform_item_ids=[ITEMS[0]])
    unit = sign_in("unit")
    for reader in (unit, *map(sign_in, ("leader", "aide", "admin"))):
        page = reader.get(f"/reform/{ITEMS[0]}").text
        assert words not in page
        assert "<b>1/1</b>" in page  # the counts are everybody's
        assert "内容只有改革办和这些大厅所在的单位能看" in page
    with store.writing() as tx:
        tx.update("people", person_id("unit"), {"unit_id": "unit-2"})
    for reader in (unit, office):
        assert words in reader.get(f"/reform/{ITEMS[0]}").text


def test_a_record_that_is_tagged_elsewhere_leaves_the_item(
    leader: Sender, store: SQLiteStore, office: FlaskClient
) -> None:
    record_id = leader.report(reform_item_ids=[ITEMS[0]])
    with store.writing() as tx:
        effective.set_reform_items(tx, record_id, [ITEMS[1]])
    assert record_id not in office.get(f"/reform/{ITEMS[0]}").text
    assert record_id in office.get(f"/reform/{ITEMS[1]}").text


def test_a_withdrawn_record_is_neither_counted_nor_listed(
    leader: Sender, store: SQLiteStore, office: FlaskClient
) -> None:
    record_id = leader.report(reform_item_ids=[ITEMS[0]])
    with store.writing() as tx:
        tx.update("observations", record_id, {"state": "withdrawn"})
    assert sum(board.count_by_kind(store, ITEMS[0]).values()) == 0
    assert "还没有记录对上这一项" in office.get(f"/reform/{ITEMS[0]}").text


def test_empty_slots_stand_together() -> None:
    assert board.runs([1, 2, 3, 7, 9, 10]) == [Slots(1, 3), Slots(7, 7), Slots(9, 10)]
    assert board.runs([]) == []


def test_an_item_names_its_matter(leader: Sender, store: SQLiteStore, office: FlaskClient) -> None:
    with store.writing() as tx:
        tx.update("reform_items", ITEMS[0], {"matter_id": MATTER})
    assert "驾驶证补办" in office.get(f"/reform/{ITEMS[0]}").text
