"""Campaigns: planned, proposed by the rules, agreed to, fulfilled by visits; the host sees nothing."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from tests.clock import Clock
from tests.halls import CHECKLIST, HALL, OTHER_HALL
from tests.test_field import Press, press

__all__ = ["press"]
WEEK = {"name": "六月体验周", "begins_on": "2017-06-12", "ends_on": "2017-06-18", "tier": "department"}
LEDGERS = ("/ledger", "/ledger/problems", "/ledger/duties", "/ledger/repairs")


@pytest.fixture
def office(sign_in: Callable[[str], FlaskClient], store: SQLiteStore, press: Press) -> FlaskClient:
    """The office, and two departments: the leader heads one, the other hosts."""
    with store.writing() as tx:
        tx.insert_all("units", [
            {"id": "cgs", "code": "CGS", "name": "车管所", "tier": "department"},
            {"id": "crj", "code": "CRJ", "name": "出入境", "tier": "department"},
        ])  # fmt: skip
        tx.update("halls", HALL, {"unit_id": "cgs"})
        tx.update("halls", OTHER_HALL, {"unit_id": "crj"})
        tx.execute("update people set unit_id = 'cgs' where login = 'leader'")
        tx.execute("update people set unit_id = 'crj' where login = 'unit'")
    return sign_in("office")


ROW = re.compile(
    r'name="(visits-\d+)-person_id"[^>]*value="([^"]+)".*?<option selected value="([^"]+)".*?'
    r'name="\1-due_on"[^>]*value="([^"]+)"',
    re.DOTALL,
)


def plan(office: FlaskClient, press: Press, store: SQLiteStore) -> tuple[str, dict[str, str]]:
    """Plan a week, let visits be proposed; return its address and the form as it would be sent."""
    press(office, "/campaigns", **WEEK)
    address = f"/campaigns/{store.value('select id from campaigns')}"
    page = press(office, f"{address}/propose", each="2").text
    return address, {
        f"{row}-{name}": value
        for row, person, hall, day in ROW.findall(page)
        for name, value in (("keep", "y"), ("person_id", person), ("hall_id", hall), ("due_on", day))
    }


def assigned(store: SQLiteStore) -> list[tuple[str, str]]:
    rows = store.query("select hall_id, due_on from assignments where withdrawn_at is null order by due_on")
    return [(row["hall_id"], row["due_on"]) for row in rows]


def test_a_week_is_planned_proposed_agreed_and_fulfilled(
    office: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient],
    person_id: Callable[[str], str],
) -> None:  # fmt: skip
    address, form = plan(office, press, store)
    assert (form["visits-0-person_id"], form["visits-0-hall_id"]) == (person_id("leader"), OTHER_HALL)
    assert "visits-1-keep" not in form, "never the own unit"
    page = press(office, f"{address}/agree", **form).text
    assert "白杨派出所" in page
    assert "交叉体验：不是本单位的大厅" in page
    assert "<b>0/1</b>" in page
    leader = sign_in("leader")
    assert "安排您去的" in leader.get("/visit").text
    [found] = leader.get("/api/v1/agenda").get_json()["assignments"]
    begun = leader.get(f"/visit?assignment={found['id']}").text
    assert f'selected value="{OTHER_HALL}"' in begun
    press(leader, "/visit", hall_id=OTHER_HALL, capacity="handle", assignment_id=found["id"])
    assert "<b>1/1</b>" in office.get(address).text
    assert leader.get("/api/v1/agenda").get_json()["assignments"] == []
    assert store.value("select count(*) from audit where action = 'assignment.add'") == 1


def test_only_its_own_person_at_its_own_hall_fulfils_an_assignment(
    office: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    address, form = plan(office, press, store)
    press(office, f"{address}/agree", **form)
    assignment = store.value("select id from assignments")
    press(sign_in("aide"), "/visit", hall_id=OTHER_HALL, capacity="handle", assignment_id=assignment)
    assert "<b>0/1</b>" in office.get(address).text, "somebody else"
    with store.writing() as tx:
        tx.execute("update visits set visitor_id = (select id from people where login = 'leader')")
        tx.execute("update visits set hall_id = :hall", {"hall": HALL})
    assert "<b>0/1</b>" in office.get(address).text, "another hall"
    with store.writing() as tx:
        tx.execute("update visits set hall_id = :hall, assignment_id = null", {"hall": OTHER_HALL})
    assert "<b>1/1</b>" in office.get(address).text, "begun without naming the assignment, in its days"
    with store.writing() as tx:
        tx.execute("update visits set made_on = '2017-06-19'")
    assert "<b>0/1</b>" in office.get(address).text, "after the campaign"


def test_the_hall_of_a_unit_below_is_the_own_one_at_any_depth(
    office: FlaskClient, press: Press, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    with store.writing() as tx:
        tx.insert_all("units", [
            {"id": "bureau", "code": "GA", "name": "市公安局", "tier": "bureau", "parent_id": None},
            {"id": "jj", "code": "JJ", "name": "交警支队", "tier": "department", "parent_id": "bureau"},
            {"id": "zd", "code": "ZD", "name": "车管所中队", "tier": "station", "parent_id": "cgs"},
        ])  # fmt: skip
        tx.insert_all("halls", [
            {"id": "below", "code": "H3", "unit_id": "zd", "name": "中队窗口"},
            {"id": "above", "code": "H4", "unit_id": "bureau", "name": "市民中心窗口"},
        ])  # fmt: skip
        tx.update("units", "cgs", {"parent_id": "jj"})
        tx.update("units", "crj", {"parent_id": "bureau"})
        tx.execute("update people set unit_id = 'jj' where login = 'leader'")
    address, form = plan(office, press, store)
    went = {value for name, value in form.items() if name.endswith("hall_id")}
    assert went == {OTHER_HALL, "above"}, "the bureau above is not the own unit, nor is what is below it"
    for hall in (HALL, "below"):
        typed = {"person_id": person_id("leader"), "hall_id": hall, "due_on": "2017-06-14"}
        assert "不能去本单位的大厅" in press(office, f"{address}/assign", **typed).text


def test_a_proposal_can_be_changed_or_left_out_before_it_is_agreed_to(
    office: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    with store.writing() as tx:
        tx.insert("halls", {"id": "h3", "code": "H3", "unit_id": "crj", "name": "办证大厅"})
    address, form = plan(office, press, store)
    assert len(form) == 8, "two halls, one line each"
    del form["visits-1-keep"]
    form |= {"visits-0-hall_id": "h3", "visits-0-due_on": "2017-06-17"}
    page = press(office, f"{address}/agree", **form).text
    assert assigned(store) == [("h3", "2017-06-17")]
    assert "6月17日 周六" in page
    assert "还可以排：白杨派出所" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"visits-0-hall_id": HALL}, "不能去本单位的大厅"),
        ({"visits-0-hall_id": "gone"}, "请选一个大厅"),
        ({"visits-0-person_id": "nobody"}, "请选这一级的一位一把手"),
        ({"visits-0-due_on": "2017-06-11"}, "活动那天还没有开始"),
        ({"visits-0-due_on": "2017-06-19"}, "活动那天已经结束"),
        ({"visits-0-due_on": "soon"}, "日期写成 2017-06-12 这样"),
        ({"visits-0-hall_id": "h3", "visits-1-hall_id": "h3"}, "已经排过了"),
    ],
)
def test_a_change_against_a_rule_is_refused_by_its_name_and_nothing_on_the_page_is_lost(
    office: FlaskClient, press: Press, store: SQLiteStore, changes: dict[str, str], said: str
) -> None:
    with store.writing() as tx:
        tx.insert("halls", {"id": "h3", "code": "H3", "unit_id": "crj", "name": "办证大厅"})
    address, form = plan(office, press, store)
    form |= {"visits-1-due_on": "2017-06-16", "each": "2", **changes}
    answer = press(office, f"{address}/agree", **form)
    assert answer.status_code == 422
    assert said in answer.text
    assert "有几条不合规则" in answer.text
    assert 'value="2017-06-16"' in answer.text, "the other line is as it was typed"
    sent = re.findall(r'<input[^>]* name="each"[^>]*>', answer.text)
    assert len(sent) == 2, "it goes with what is agreed to, and stands where it was typed"
    assert all('value="2"' in field for field in sent)
    assert assigned(store) == []
    del form["visits-0-keep"]
    press(office, f"{address}/agree", **form)
    assert len(assigned(store)) == 1, "what is left out is not looked at"


def test_a_visit_is_assigned_by_hand_by_the_same_rules(
    office: FlaskClient, press: Press, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    address, _form = plan(office, press, store)
    wanted = {"person_id": person_id("leader"), "hall_id": OTHER_HALL, "due_on": "2017-06-14"}
    for changes, said in (
        ({"hall_id": HALL}, "不能去本单位的大厅"),
        ({"person_id": person_id("office")}, "请选这一级的一位一把手"),
        ({"due_on": "2017-07-01"}, "活动那天已经结束"),
        ({"due_on": ""}, "请选一个日期"),
    ):
        refused = press(office, f"{address}/assign", **(wanted | changes))
        assert refused.status_code == 422
        assert said in refused.text
        kept = changes.get("hall_id", OTHER_HALL)
        assert f'<option selected value="{kept}">' in refused.text, "what was chosen stays"
    press(office, f"{address}/assign", **wanted)
    assert assigned(store) == [(OTHER_HALL, "2017-06-14")]
    again = press(office, f"{address}/assign", **wanted)
    assert "已经排过了" in again.text


def test_a_visit_that_was_assigned_looks_at_its_campaigns_own_list(
    office: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    with store.writing() as tx:
        tx.insert("checklists", {"id": "l2", "code": "L2", "name": "体验周清单"})
        item = {"id": "l2-1", "code": "L2-1", "checklist_id": "l2", "position": 1, "name": "事项落实了"}
        tx.insert("checklist_items", item)
    address, form = plan(office, press, store)
    press(office, f"{address}/edit", **(WEEK | {"checklist_id": "l2"}))
    press(office, f"{address}/agree", **form)
    leader = sign_in("leader")
    [found] = leader.get("/api/v1/agenda").get_json()["assignments"]
    assert found["checklist_id"] == "l2"
    assert "咨询台有人" in leader.get("/look").text, "on no visit: the first list"
    press(leader, "/visit", hall_id=OTHER_HALL, capacity="handle", assignment_id=found["id"])
    page = leader.get("/look").text
    assert "事项落实了" in page
    assert "咨询台有人" not in page
    with store.writing() as tx:
        tx.execute("update checklists set retired_on = '2017-06-12' where id = 'l2'")
    assert "咨询台有人" in leader.get("/look").text, "a list out of use gives way to the first"


def test_an_assignment_is_moved_to_another_day_or_taken_back(
    office: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    address, form = plan(office, press, store)
    press(office, f"{address}/agree", **form)
    one = store.value("select id from assignments")
    refused = press(office, f"{address}/assignments/{one}", due_on="2017-06-30")
    assert refused.status_code == 422
    assert "活动那天已经结束" in refused.text
    press(office, f"{address}/assignments/{one}", due_on="2017-06-15")
    assert assigned(store) == [(OTHER_HALL, "2017-06-15")]
    assert "还没有安排" in press(office, f"{address}/withdraw/{one}").text
    assert press(office, f"{address}/assignments/{one}", due_on="2017-06-16").status_code == 404
    press(office, f"{address}/agree", **form)
    assert store.value("select id from assignments where withdrawn_at is null") == one, "made again"
    press(sign_in("leader"), "/visit", hall_id=OTHER_HALL, capacity="handle")
    assert press(office, f"{address}/withdraw/{one}").status_code == 409, "it is done"
    assert press(office, f"{address}/assignments/{one}", due_on="2017-06-16").status_code == 409


def test_a_campaign_is_changed_and_its_days_hold_every_visit_to_come(
    office: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    address, form = plan(office, press, store)
    press(office, f"{address}/agree", **(form | {"visits-0-due_on": "2017-06-16"}))
    assert 'value="六月体验周"' in office.get(f"{address}/edit").text
    changed = {
        "name": "夏季体验周",
        "begins_on": "2017-06-12",
        "ends_on": "2017-06-14",
        "checklist_id": CHECKLIST,
    }
    refused = press(office, f"{address}/edit", **changed)
    assert refused.status_code == 422
    assert "还有 1 项没去的安排不在这几天里" in refused.text
    assert 'value="夏季体验周"' in refused.text
    page = press(office, f"{address}/edit", **(changed | {"ends_on": "2017-06-16", "tier": "bureau"})).text
    assert "夏季体验周" in page
    assert "现场看" in page
    assert store.value("select tier from campaigns") == "department", "for whom it is stays"


def test_a_closed_campaign_sends_nobody_anywhere_until_it_is_opened_again(
    office: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    address, form = plan(office, press, store)
    press(office, f"{address}/agree", **form)
    one, leader = store.value("select id from assignments"), sign_in("leader")
    assert "收尾了" in press(office, f"{address}/close").text
    assert leader.get("/api/v1/agenda").get_json()["assignments"] == []
    for path, fields in (
        ("propose", {"each": "1"}), ("agree", form), ("assign", {}), (f"assignments/{one}", {}),
    ):  # fmt: skip
        assert press(office, f"{address}/{path}", **fields).status_code == 409
    press(office, f"{address}/close")
    press(office, f"{address}/reopen")
    assert len(leader.get("/api/v1/agenda").get_json()["assignments"]) == 1
    actions = store.query("select action from audit where action like 'campaign.%' order by seq")
    assert [row["action"] for row in actions] == ["campaign.add", "campaign.close", "campaign.reopen"]


def test_whom_and_what_the_rules_leave_out_is_said(
    office: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    address, _form = plan(office, press, store)
    page = office.get(address).text
    assert "还可以排：白杨派出所" in page
    assert "这一级按规则没有人能去：车管所办事大厅" in page
    with store.writing() as tx:
        tx.execute("update halls set unit_id = 'cgs'")
    assert "这些人按规则没有可去的大厅：测试岗位 leader" in office.get(address).text
    told = press(office, f"{address}/propose", each="1").text
    assert "没有可以再排的" in told
    assert "上面写的人按规则还没有可去的大厅" in told
    assert "该去的都排上了" not in told


def test_what_has_to_be_there_before_a_campaign_can_be_planned_is_said(
    office: FlaskClient, press: Press, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    press(office, "/campaigns", **{**WEEK, "tier": "station"})
    address = f"/campaigns/{store.value('select id from campaigns')}"
    for page in (office.get(address).text, press(office, f"{address}/propose", each="1").text):
        assert "这一级还没有人可以去" in page
        assert "该去的都排上了" not in page
        assert "排一排" not in page, "nothing is offered that cannot be done"
    with store.writing() as tx:
        tx.execute("update halls set retired_on = '2017-01-01'")
    points = office.get(f"/contact-points/{person_id('leader')}").text
    for page in (office.get(address).text, points):
        assert "还没有办事大厅" in page
        assert 'href="/catalog/halls"' in page


def test_the_host_sees_nothing_of_visits_to_come(
    app: Flask, office: FlaskClient, press: Press, store: SQLiteStore, clock: Clock,
    sign_in: Callable[[str], FlaskClient],
) -> None:  # fmt: skip
    clock.now -= timedelta(days=1)
    address, form = plan(office, press, store)
    press(office, f"{address}/agree", **form)
    [assignment] = store.query("select id from assignments")
    before = store.query("select * from assignments"), store.query("select * from campaigns")
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/campaigns")]
    assert len(rules) > 10
    for login in ("unit", "leader", "aide", "admin"):
        client = sign_in(login)
        for rule in rules:
            path = rule.rule.replace("<campaign_id>", address.rsplit("/", 1)[1])
            path = path.replace("<assignment_id>", assignment["id"])
            if "GET" in (rule.methods or ()):
                assert client.get(path).status_code == 403, (login, path)
            if "POST" in (rule.methods or ()):
                assert press(client, path, due_on="2017-06-13").status_code == 403, (login, path)
    assert (store.query("select * from assignments"), store.query("select * from campaigns")) == before
    host = sign_in("unit")
    for path in (
        "/",
        "/reform",
        "/catalog/halls",
        f"/catalog/halls/{OTHER_HALL}",
        "/menu",
        "/api/v1/catalog",
        "/insights",
        *LEDGERS,
        f"/ledger?campaign={address.rsplit('/', 1)[1]}",
    ):
        page = host.get(path, follow_redirects=True).text
        assert WEEK["name"] not in page, path
        assert address.rsplit("/", 1)[1] not in page, path
        assert assignment["id"] not in page, path


def test_the_ledger_offers_a_host_only_campaigns_that_have_begun(
    office: FlaskClient, press: Press, clock: Clock, sign_in: Callable[[str], FlaskClient]
) -> None:
    press(office, "/campaigns", **WEEK)
    clock.now -= timedelta(days=1)
    host = sign_in("unit")
    for path in LEDGERS:
        assert WEEK["name"] in office.get(path).text
        assert WEEK["name"] not in host.get(path).text
    clock.now += timedelta(days=1)
    assert WEEK["name"] in host.get("/ledger").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "请写一个名称"),
        ({"ends_on": "2017-06-01"}, "结束的日子早于开始的日子"),
        ({"ends_on": "2018-06-01"}, "最多三个月"),
        ({"begins_on": "soon"}, "日期写成 2017-06-12 这样"),
    ],
)
def test_what_cannot_be_is_said_and_stays(
    office: FlaskClient, press: Press, store: SQLiteStore, changes: dict[str, str], said: str
) -> None:
    answer = press(office, "/campaigns", **(WEEK | {"plan": "先看后办"} | changes))
    assert answer.status_code == 422
    assert said in answer.text
    assert "先看后办" in answer.text
    assert store.value("select count(*) from campaigns") == 0
