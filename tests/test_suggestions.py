"""The page of a record suggests, says why, and decides nothing."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.rectification import neighbours, queries
from survey_app.rectification.triage import Decision
from survey_app.store import Row, SQLiteStore
from tests.clock import NOON
from tests.halls import HALL, ITEMS, MATTER, OTHER_HALL, TICKS, add_halls
from tests.records import Sender, fill

ZONE = ZoneInfo("Asia/Shanghai")
MORNING = NOON - timedelta(hours=2)
NOTE, AGAIN = "取号机停用，没有贴告示", "取号机停用了，也没贴告示"


@pytest.fixture
def leader(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> Sender:
    """A leader's phone, with the halls to report from and words that speak for two categories."""
    add_halls(store)
    with store.writing() as tx:
        tx.update("categories", "c-a1", {"words": "无人接听 占线"})
        tx.update("categories", "c-d", {"words": "排队"})
        tx.update("reform_items", ITEMS[0], {"words": "占线"})
    return Sender(app, store, person_id("leader"))


@pytest.fixture
def office(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """The reform office at its desk."""
    return sign_in("office")


def page_of(office: FlaskClient, record_id: str) -> str:
    """Return the page of a record as text with its tags."""
    answer = office.get(f"/inbox/{record_id}")
    assert answer.status_code == 200
    return answer.text


def hints(page: str) -> list[tuple[str, str]]:
    """Return each suggested category with its reason."""
    found = re.findall(r'name="category" value="(\w+)" aria-keyshortcuts.*?hints__why">(.*?)</span>', page)
    return [(code, html.unescape(why)) for code, why in found]


def near(page: str) -> list[tuple[str, str]]:
    """Return the id of each record that may be the same with its reason."""
    return re.findall(r"/beside/([0-9a-f-]+).*?<span>(同一.*?|不在.*?)</span></p>", page, re.DOTALL)


def decide(store: SQLiteStore, record_id: str, person: str, category: str, *items: str) -> None:
    """Decide about a record as the office does."""
    with store.writing() as tx:
        decision = Decision("blockage", category, reform_item_ids=items)
        queries.set_classification(tx, record_id, decision, version=0, actor_id=person, at=NOON)


def classify(office: FlaskClient, csrf: Callable[[FlaskClient], str], record_id: str, **fields: Any) -> None:
    """Send the form of the decision."""
    form = {"kind": "blockage", "version": "0", "csrf_token": csrf(office), **fields}
    assert office.post(f"/inbox/{record_id}", data=form).status_code == 302


def test_a_category_is_suggested_with_the_words_that_speak_for_it(
    leader: Sender, office: FlaskClient
) -> None:
    page = page_of(office, leader.report("打过去无人接听，一直占线"))
    assert hints(page) == [("A1", "写到“无人接听、占线”")]


def test_nothing_is_chosen_before_a_person_chooses(
    leader: Sender, store: SQLiteStore, office: FlaskClient
) -> None:
    record_id = leader.report("服务电话无人接听，一直占线")
    page = page_of(office, record_id)
    assert re.search(r'<input[^>]*name="category" value="" checked', page)
    assert not re.search(r'<input[^>]*name="reform_item_ids"[^>]*checked|checked[^>]*reform_item_ids', page)
    assert queries.find_classification(store, record_id) is None


@pytest.mark.parametrize(
    ("sent", "category"), [(["A1", "D"], "A1"), (["", "D"], "D"), (["", ""], None), (["D"], "D")]
)
def test_what_is_picked_counts_before_the_list_and_the_list_where_nothing_is_picked(
    leader: Sender,
    store: SQLiteStore,
    office: FlaskClient,
    csrf: Callable[[FlaskClient], str],
    sent: list[str],
    category: str | None,
) -> None:
    record_id = leader.report("电话占线")
    classify(office, csrf, record_id, category=sent)
    decided = queries.find_classification(store, record_id)
    assert decided
    assert decided["category"] == category


def test_what_the_office_decided_before_is_a_reason(
    leader: Sender, store: SQLiteStore, office: FlaskClient, person_id: Callable[[str], str]
) -> None:
    decide(store, leader.report(NOTE, hall_id=OTHER_HALL), person_id("office"), "D", ITEMS[1])
    page = page_of(office, leader.report(AGAIN))
    assert hints(page) == [("D", "最像的 1 条里，1 条定了这一类（相似 0.71）")]
    assert "最像的 1 条里，1 条对应它（相似 0.71）" in page


def test_reform_items_come_by_matter_words_practice_and_checklist(
    leader: Sender, store: SQLiteStore, office: FlaskClient, person_id: Callable[[str], str]
) -> None:
    with store.writing() as tx:
        tx.update("reform_items", ITEMS[1], {"matter_id": MATTER})
        tx.update("checklist_items", TICKS[1], {"category_code": "A1"})
    for text in ("声音太小听不见", "铃响个不停"):
        decide(store, leader.report(text), person_id("office"), "A1", ITEMS[0])
    page = page_of(office, leader.report("服务电话占线", matter_id=MATTER))
    assert "写到“服务电话、占线”；这一类研判过 2 条，2 条对应它" in html.unescape(page)
    assert "办的就是这一项；看现场清单里，这一类对应它" in page
    assert page.index("提示</summary>") < page.index(
        "刚性要求</summary>" if "刚性要求" in page else "</form>"
    )


def test_a_record_of_the_same_thing_is_shown_with_where_when_and_how_alike(
    leader: Sender, office: FlaskClient
) -> None:
    first = leader.send(leader.op(text=NOTE, hall_id=HALL, at=NOON - timedelta(days=3)))[0]
    leader.report("取号机旁没有人引导", hall_id=HALL)
    page = page_of(office, leader.report(AGAIN, hall_id=HALL, quote="早知道这样，我就不请假来了"))
    assert near(page) == [(first, "同一大厅，3 天内，相似 0.71")]
    assert page.count('aria-keyshortcuts="d"') == 1


def test_a_station_is_called_a_station(leader: Sender, store: SQLiteStore, office: FlaskClient) -> None:
    with store.writing() as tx:
        tx.update("units", "unit-1", {"tier": "station"})
    first = leader.report(NOTE, hall_id=OTHER_HALL)
    assert near(page_of(office, leader.report(NOTE, hall_id=HALL))) == [
        (first, "同一派出所，同一天，相似 1.00")
    ]


def test_other_matters_of_the_same_morning_are_the_units_hotspot_and_no_duplicates(
    leader: Sender, store: SQLiteStore, office: FlaskClient
) -> None:
    with store.writing() as tx:
        tx.insert("matters", {"id": "m2", "code": "M2", "name": "违章缴款"})
    at = iter(MORNING + timedelta(minutes=n) for n in range(9))
    leader.send(leader.op(text=NOTE, hall_id=HALL, matter_id="m2", at=next(at)))
    leader.send(leader.op(text="没有座位，打 13800138012 也没用", hall_id=HALL, at=next(at)))
    leader.send(leader.op(text="下午的事", hall_id=HALL, at=NOON + timedelta(hours=1)))
    record_id = leader.send(leader.op(text=NOTE, hall_id=HALL, matter_id=MATTER, at=next(at)))[0]
    page = page_of(office, record_id)
    assert near(page) == []
    assert "市公安局今天上午还有 2 条，说的是别的事" in page
    assert "138******12" in page
    assert "13800138012" not in page
    address = html.unescape(re.findall(r'href="(/inbox\?unit=[^"]*)"', page)[0])
    assert "共 4 条" in office.get(address).text


def test_a_withdrawn_record_is_no_duplicate_and_is_suggested_nothing(
    leader: Sender, store: SQLiteStore, office: FlaskClient
) -> None:
    gone, record_id = leader.report(NOTE, hall_id=HALL), leader.report(NOTE, hall_id=HALL)
    with store.writing() as tx:
        tx.update("observations", gone, {"state": "withdrawn"})
    assert "可能说的是同一件事" not in page_of(office, record_id)
    assert "可能说的是同一件事" not in page_of(office, gone)


def test_praise_is_given_no_category(leader: Sender, office: FlaskClient) -> None:
    page = page_of(office, leader.report("排队的人少了，电话不再占线", kind="good_practice"))
    assert hints(page) == []
    assert "写到“占线”" in page


def test_two_records_stand_beside_each_other_masked(leader: Sender, office: FlaskClient) -> None:
    first = leader.report(NOTE, hall_id=HALL, quote="我的电话 13800138012")
    second = leader.report(AGAIN, hall_id=OTHER_HALL, reform_item_ids=[ITEMS[0]])
    page = office.get(f"/inbox/{second}/beside/{first}?q=取号").text
    for words in (NOTE, AGAIN, "车管所办事大厅", "白杨派出所", "用好一个服务电话", "138******12"):
        assert words in page, words
    assert "相似 0.71" in page
    assert "13800138012" not in page
    assert f'href="/inbox/{second}?q=' in page
    assert office.get(f"/inbox/{second}/beside/nothing").status_code == 404


def test_only_the_office_compares(leader: Sender, sign_in: Callable[[str], FlaskClient]) -> None:
    one, other = leader.report(NOTE), leader.report(AGAIN)
    assert sign_in("leader").get(f"/inbox/{one}/beside/{other}").status_code == 403


@pytest.fixture
def many(store: SQLiteStore, person_id: Callable[[str], str]) -> Row:
    """One record of three thousand of one unit."""
    add_halls(store)
    fill(store, person_id("leader"), 3000, [HALL, OTHER_HALL], ITEMS)
    found = queries.find_record(store, f"{1500:08}-0000-7000-8000-000000000000")
    assert found
    return found


def test_however_many_records_there_are_few_are_looked_at(store: SQLiteStore, many: Row) -> None:
    rows = neighbours.list_near(store, many)
    assert 20 < len({row["id"] for row in rows}) <= 250
    assert sum(row["made_on"] == many["made_on"] for row in rows) >= 19
    advice = neighbours.advise(store, many, ZONE)
    assert advice.duplicates


def test_a_unit_that_had_too_many_on_a_day_to_look_at_says_so(
    leader: Sender, store: SQLiteStore, office: FlaskClient
) -> None:
    record_id = leader.report("取号机停用", hall_id=HALL)
    for _ in range(neighbours.MOST_BEFORE - 1):
        leader.report("没有座位", hall_id=HALL)
    assert "还有 99 条，说的是别的事" in page_of(office, record_id)
    leader.report("没有座位", hall_id=HALL)
    leader.report("没有座位", hall_id=HALL)
    assert "还有 100+ 条，说的是别的事" in page_of(office, record_id)


@pytest.mark.parametrize("sql", [neighbours.OF_A_UNIT_BEFORE, neighbours.OF_A_UNIT_AFTER])
def test_the_days_of_a_unit_are_read_by_their_index(store: SQLiteStore, many: Row, sql: str) -> None:
    params = {"id": "", "unit": "unit-1", "day": many["made_on"], "since": "", "until": "9", "most": 9}
    steps = [row["detail"] for row in store.query(f"explain query plan {sql}", params)]
    assert any("observations_by_unit_and_day" in step for step in steps)
    assert not any("TEMP B-TREE" in step for step in steps), steps
