"""What the board says of requirements, matters and measures: always n of N, unit by unit."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.rectification import requirements
from survey_app.rectification.share import Share
from survey_app.store import SQLiteStore
from survey_app.sync import kinds
from survey_app.sync.intake import accept_ops
from survey_app.visits import facts
from tests import phone
from tests.clock import NOON
from tests.halls import CHECKLIST, HALL, ITEMS, MATTER, OTHER_HALL, PHONE, TICKS
from tests.pages import words_of
from tests.problems import OTHER, UNIT, Desk, Work

MORNING, LATER = "2017-06-09T10:00:00+08:00", "2017-06-09T11:00:00+08:00"
NIGHT = "2017-06-09T22:00:00+08:00"
Send = Callable[..., str]


@pytest.fixture
def send(work: Work, app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> Send:
    """Send a fact from a leader's phone and return its id."""

    def one(kind: str, **said: Any) -> str:
        fields = phone.envelope(author=person_id("leader"), kind=kind, payload=said)
        with app.test_request_context():
            [receipt] = accept_ops(store, kinds.registered(app), [phone.item(fields)],
                                   carrier_id=person_id("leader"), now=NOON)  # fmt: skip
        assert receipt.status == "stored"
        return str(fields["rec_id"])

    return one


@pytest.fixture
def office(work: Work, sign_in: Callable[[str], FlaskClient], csrf: Callable[[FlaskClient], str]) -> Desk:
    """The reform office at its desk."""
    return Desk(sign_in("office"), csrf)


def measure(store: SQLiteStore, indicator: str, item: str = ITEMS[0]) -> None:
    with store.writing() as tx:
        tx.update("reform_items", item, {"indicator": indicator})


def words(page: str) -> str:
    return words_of(page.split("</header>", 1)[1])


def test_only_calls_in_hours_count_and_each_unit_shows_its_last(
    send: Send, store: SQLiteStore, office: Desk
) -> None:
    measure(store, "phone")
    send(facts.DIAL, phone_id=PHONE, dialled_at=MORNING, result="busy")
    send(facts.DIAL, phone_id=PHONE, dialled_at=LATER, result="answered")
    send(facts.DIAL, phone_id=PHONE, dialled_at=NIGHT, result="unanswered")
    assert requirements.count_calls(store) == {UNIT: Share(1, 2)}
    page = words(office.open(f"/reform/{ITEMS[0]}"))
    assert "市公安局 — 还没拨过 0" in page
    assert "车辆管理所 1/2 无人接 6月9日 22:00 不在服务时间 0" in page
    assert "合计 1/2" in page
    assert "电话接通 1/2" in words(office.open("/reform"))


def test_told_once_counts_who_was_asked_and_links_the_records_behind(
    send: Send, store: SQLiteStore, office: Desk, work: Work
) -> None:
    measure(store, "told_once", ITEMS[1])
    for said in ("yes", "no", "no", None):
        send(facts.JOURNEY, hall_id=HALL, matter_id=MATTER, told_once=said, trips=1)
    work.report("要了两回材料", reform_item_ids=[ITEMS[1]])
    page = office.open(f"/reform/{ITEMS[1]}")
    assert "车辆管理所 1/3 — 1" in words(page)
    link = re.search(rf'href="(/inbox\?item={ITEMS[1]}&amp;unit={UNIT})"', page)
    assert link
    assert "要了两回材料" in office.open(link[1].replace("&amp;", "&"))


def test_a_tick_counts_towards_what_it_measures_and_unseen_counts_nowhere(
    send: Send, store: SQLiteStore, office: Desk
) -> None:
    measure(store, "guide")
    with store.writing() as tx:
        tx.update("checklist_items", TICKS[0], {"measures": "guide_visible"})
    for answer in ("yes", "no", "unseen"):
        send(facts.LOOK, hall_id=HALL, checklist_id=CHECKLIST, answers={TICKS[0]: answer})
    page = words(office.open(f"/reform/{ITEMS[0]}"))
    assert "车辆管理所 1/2 — — 0" in page


def test_what_stands_behind_a_units_figures_is_listed_one_by_one(
    send: Send, store: SQLiteStore, office: Desk
) -> None:
    with store.writing() as tx:
        tx.update("checklist_items", TICKS[1], {"measures": "one_time_notice"})
    send(facts.DIAL, phone_id=PHONE, dialled_at=MORNING, result="busy")
    send(facts.DIAL, phone_id=PHONE, dialled_at=NIGHT, result="unanswered")
    send(facts.JOURNEY, hall_id=HALL, matter_id=MATTER, told_once="no")
    send(facts.LOOK, hall_id=HALL, checklist_id=CHECKLIST, answers={TICKS[1]: "yes"})
    measure(store, "phone")
    page = words(office.open(f"/reform/{ITEMS[0]}/units/{UNIT}"))
    assert "6月9日 22:00 车管所办事大厅 上班时间打通 0571-0000 0001 无人接 不在服务时间，不算" in page
    assert "6月9日 10:00 车管所办事大厅 上班时间打通 0571-0000 0001 占线 测试岗位 leader" in page
    measure(store, "told_once")
    page = words(office.open(f"/reform/{ITEMS[0]}/units/{UNIT}"))
    assert "一次讲清 驾驶证补办 否" in page
    assert "看到一次性告知单 一次性告知单 是" in page
    assert "这个单位还没有数" in office.open(f"/reform/{ITEMS[0]}/units/unit-1")
    assert office.client.get(f"/reform/{ITEMS[1]}/units/{UNIT}").status_code == 404


def test_what_stands_behind_the_figures_is_for_the_office_and_the_unit_alone(
    send: Send, store: SQLiteStore, office: Desk, sign_in: Callable[[str], FlaskClient],
    person_id: Callable[[str], str],
) -> None:  # fmt: skip
    measure(store, "phone")
    send(facts.DIAL, phone_id=PHONE, dialled_at=MORNING, result="busy")
    behind = f"/reform/{ITEMS[0]}/units/{UNIT}"
    unit = sign_in("unit")
    others = [(sign_in(role), 404) for role in ("leader", "aide", "admin")]
    for reader, status in ((unit, 200), (office.client, 200), *others):
        assert reader.get(behind).status_code == status
        page = reader.get(f"/reform/{ITEMS[0]}").text
        assert (behind in page) == (status == 200)
        assert "车辆管理所 0/1" in words(page)
    with store.writing() as tx:
        tx.update("people", person_id("unit"), {"unit_id": OTHER})
    assert unit.get(behind).status_code == 404


def test_who_tried_a_matter_is_for_the_office_and_the_halls_own_unit(
    send: Send, store: SQLiteStore, office: Desk, sign_in: Callable[[str], FlaskClient],
    person_id: Callable[[str], str],
) -> None:  # fmt: skip
    with store.writing() as tx:
        tx.update("reform_items", ITEMS[0], {"family": "matter", "matter_id": MATTER})
    send(facts.JOURNEY, hall_id=HALL, matter_id=MATTER, trips=2, note="窗口说要回去补")
    unit = sign_in("unit")
    for reader, reads in ((unit, True), (office.client, True), (sign_in("leader"), False)):
        page = reader.get(f"/reform/{ITEMS[0]}").text
        assert "试过 1 次" in page
        assert ("窗口说要回去补" in page) == reads
        assert ("测试岗位 leader · " in words(page)) == reads
    with store.writing() as tx:
        tx.update("people", person_id("unit"), {"unit_id": OTHER})
    assert "窗口说要回去补" not in unit.get(f"/reform/{ITEMS[0]}").text


def test_a_journey_that_names_somebody_elses_visit_is_told_as_its_authors(
    send: Send, store: SQLiteStore, office: Desk, person_id: Callable[[str], str]
) -> None:
    with store.writing() as tx:
        tx.update("reform_items", ITEMS[0], {"family": "matter", "matter_id": MATTER})
    visit = send(facts.VISIT, hall_id=HALL, capacity="handle", announced=False)
    journey = send(facts.JOURNEY, visit_id=visit, hall_id=HALL, matter_id=MATTER, trips=2)
    with store.writing() as tx:
        tx.update("visits", visit, {"author_id": person_id("aide"), "visitor_id": person_id("leader")})
    assert "跑了 2 次 测试岗位 leader" in words(office.open(f"/reform/{ITEMS[0]}"))
    with store.writing() as tx:
        tx.update("journeys", journey, {"author_id": person_id("unit")})
    assert "跑了 2 次 测试岗位 unit" in words(office.open(f"/reform/{ITEMS[0]}"))


def test_a_fact_that_was_taken_back_counts_nowhere(send: Send, store: SQLiteStore) -> None:
    record = send(facts.DIAL, phone_id=PHONE, dialled_at=MORNING, result="answered")
    with store.writing() as tx:
        tx.update("dial_tests", record, {"withdrawn": 1})
    assert requirements.count_calls(store) == {}


def test_a_matter_says_what_was_promised_and_what_it_took(
    send: Send, store: SQLiteStore, office: Desk
) -> None:
    with store.writing() as tx:
        tx.update("matters", MATTER, {"promised_trips": 1, "promised_minutes": 30})
        tx.update("reform_items", ITEMS[0], {"family": "matter", "matter_id": MATTER})
    assert "还没有人试过这件事。 承诺跑 1 次。" in words(office.open(f"/reform/{ITEMS[0]}")).replace(
        "。承", "。 承"
    )
    for trips in (1, 1, 2, 4):
        send(
            facts.JOURNEY,
            hall_id=OTHER_HALL,
            matter_id=MATTER,
            trips=trips,
            accepted_at=MORNING,
            done_at=LATER,
        )
    page = words(office.open(f"/reform/{ITEMS[0]}"))
    assert "跑几次 1 2/4 1.5 4" in page
    assert "多少分钟 30 0/4 60 60" in page
    assert "几个工作日 — — 0 0" in page
    assert "没有多跑 2/4" in words(office.open("/reform"))
    assert "试过 4 次" in page


def test_an_item_counts_its_problems_and_lists_the_open_ones_for_the_office_alone(
    work: Work, office: Desk, sign_in: Callable[[str], FlaskClient], clock: Any
) -> None:
    work.closed("取号机停用", reform_item_ids=[ITEMS[0]])
    work.assigned("电话没人接 13800138000", reform_item_ids=[ITEMS[0]])
    assert "没办完 1 办完 1/2" in words(office.open("/reform"))
    clock.now = NOON.replace(day=26)
    assert "没办完 1 超期 1 办完 1/2" in words(office.open("/reform"))
    page = office.open(f"/reform/{ITEMS[0]}")
    assert "待签收 1 · 已销号 1" in words(page)
    assert page.count('href="/findings/') == 1
    assert "13800138000" not in page
    assert 'href="/findings/' not in sign_in("leader").get(f"/reform/{ITEMS[0]}").text


def test_the_board_narrows_to_a_unit_and_to_what_is_overdue(
    work: Work, office: Desk, store: SQLiteStore, clock: Any
) -> None:
    work.assigned(reform_item_ids=[ITEMS[0]])
    with store.writing() as tx:
        tx.update("reform_items", ITEMS[1], {"unit_id": UNIT})
    clock.now = NOON.replace(day=26)
    assert "一次能讲清" in words(office.open(f"/reform?unit={UNIT}"))
    assert "用好一个服务电话" not in words(office.open(f"/reform?unit={UNIT}"))
    page = words(office.open("/reform?show=overdue"))
    assert "用好一个服务电话" in page
    assert "一次能讲清" not in page
    page = words(office.open("/reform?show=empty"))
    assert "3–10 待录入" in page
    assert "用好一个服务电话" not in page
    assert "用好一个服务电话" in words(office.open("/reform?show=nonsense&unit="))


def test_a_fixed_date_shows_what_it_was_and_why_it_moved(office: Desk, store: SQLiteStore) -> None:
    for day, why in (("2017-05-31", ""), ("2017-06-30", "号段要等电信")):
        path = f"/catalog/reform-items/{ITEMS[0]}/edit"
        version = re.search(r'name="version" type="hidden" value="(\w+)"', office.open(path))
        assert version
        said = {"version": version[1], "family": "requirement", "position": "1", "title": "服务电话"}
        by = "分管局领导" if why else ""
        assert (
            office.send(path, **said, deadline_on=day, deadline_reason=why, deadline_by=by).status_code == 302
        )
    page = words(office.open(f"/reform/{ITEMS[0]}"))
    assert "原定 5月31日，改为 6月30日，因为号段要等电信 · 分管局领导定的" in page
    assert "测试岗位 office" in page


def test_a_measure_says_what_was_handed_down_to_whom_and_how_many(office: Desk, store: SQLiteStore) -> None:
    with store.writing() as tx:
        tx.update("reform_items", ITEMS[0], {"family": "measure", "route": "near"})
        tx.insert("delegations", {
            "id": "d1", "code": "D1", "name": "毕业生落户", "reform_item_id": ITEMS[0], "from_tier": "bureau",
            "to_name": "落户地派出所", "condition": "有迁移证的", "qualifier": "total", "amount": 9113,
            "measure": "名", "as_of_on": "2017-06-12",
        })  # fmt: skip
        tx.insert("delegations", {
            "id": "d2", "code": "D2", "name": "消防审批", "reform_item_id": ITEMS[0], "to_name": "大队",
            "qualifier": "least", "amount": 90, "measure": "%", "as_of_on": "2017-06-12",
        })  # fmt: skip
        tx.insert("open_channels", {
            "id": "w1", "code": "W1", "name": "网上预审", "channel": "wechat", "reform_item_id": ITEMS[0],
        })  # fmt: skip
    page = words(office.open(f"/reform/{ITEMS[0]}"))
    assert "毕业生落户 市局 落户地派出所 有迁移证的 待录入 共计 9113 名 ，截至 6月12日" in page
    assert "90%以上（总数来源没有说）" in page
    assert "微信公众号 网上预审" in page
    board = words(office.open("/reform"))
    assert "就近跑 1 用好一个服务电话" in board
    assert "下放 2 渠道 1" in board
