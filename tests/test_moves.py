"""A date that was fixed never moves silently: not by a form, not by a file, not from the shell."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from survey_app import audit
from survey_app.catalog import moves, queries, spreadsheet
from survey_app.catalog.moves import Move
from survey_app.catalog.plan import Plan
from survey_app.catalog.tables import DELEGATIONS, GUIDES, OPEN_CHANNELS, REFORM_ITEMS, Table
from survey_app.store import Row, SQLiteStore
from tests.clock import NOON
from tests.problems import Desk

TODAY = date(2017, 6, 12)
BEGIN = "代码,类别,序号,标题,完成时限\nR01,刚性要求,1,服务电话打得通,2017-05-31\n"
WHY = "代码,完成时限,改期原因,谁定的改期\n"


def plan(store: SQLiteStore, text: str, table: Table = REFORM_ITEMS) -> Plan:
    return queries.make_plan(store, table, spreadsheet.read(text.encode()), TODAY)


def bring(store: SQLiteStore, text: str) -> None:
    with store.writing() as tx:
        queries.apply(tx, plan(store, text), actor_id=None, at=NOON)


def item(store: SQLiteStore) -> Row:
    row = queries.find_row_by_code(store, REFORM_ITEMS, "R01")
    assert row is not None
    return row


def moved(store: SQLiteStore) -> list[Move]:
    return moves.read(audit.history(store, "reform_item", item(store)["id"]))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("代码,完成时限\nR01,2017-06-30\n", "第 2 行「完成时限」：定了的日期不能悄悄改。"),
        ("代码,完成时限\nR01,\n", "第 2 行「完成时限」：定了的日期不能悄悄改。"),
        (WHY + "R01,2017-06-30,,市局领导\n", "第 2 行「完成时限」：定了的日期不能悄悄改。"),
        (WHY + "R01,2017-06-30,号段要等电信,\n", "第 2 行「谁定的改期」：请写上谁定的改期"),
        (WHY + "R01,2017-05-31,号段要等电信,市局领导\n", "第 2 行「改期原因」：完成时限没有改"),
    ],
)
def test_a_sheet_that_moves_a_date_silently_is_refused_with_the_cell_named(
    store: SQLiteStore, text: str, problem: str
) -> None:
    bring(store, BEGIN)
    found = [str(one) for one in plan(store, text).problems]
    assert found
    assert found[0].startswith(problem)


def test_a_date_moves_with_its_reason_and_keeps_what_it_was(store: SQLiteStore) -> None:
    bring(store, BEGIN)
    assert moved(store) == []
    bring(store, WHY + "R01,2017-06-30,号段要等电信,市局领导\n")
    again = plan(store, WHY + "R01,2017-07-31,号段要等电信,市局领导\n").problems
    assert "上一次改期的原因" in str(again[0])
    bring(store, WHY + "R01,2017-07-31,又多了两个窗口,市局领导\n")
    assert [(one.before, one.after, one.reason, one.by) for one in moved(store)] == [
        ("2017-05-31", "2017-06-30", "号段要等电信", "市局领导"),
        ("2017-06-30", "2017-07-31", "又多了两个窗口", "市局领导"),
    ]


def test_a_date_that_was_lifted_needs_a_reason_to_come_back(store: SQLiteStore) -> None:
    bring(store, BEGIN)
    bring(store, WHY + "R01,,先停一停,市局领导\n")
    assert plan(store, "代码,完成时限\nR01,2017-08-01\n").problems
    bring(store, WHY + "R01,2017-08-01,重新开始,市局领导\n")
    assert [(one.before, one.after) for one in moved(store)] == [
        ("2017-05-31", None),
        (None, "2017-08-01"),
    ]


def test_a_first_date_needs_no_reason_and_an_export_imports_into_another_product(store: SQLiteStore) -> None:
    bring(store, "代码,类别,序号\nR01,刚性要求,1\n")
    bring(store, "代码,完成时限\nR01,2017-05-31\n")
    assert moved(store) == []
    other = "代码,类别,序号,完成时限,改期原因,谁定的改期\nR02,刚性要求,2,2017-06-30,号段要等电信,市局领导\n"
    assert plan(store, other).problems == ()


def test_a_form_that_moves_a_date_silently_says_what_is_missing_and_keeps_what_was_typed(
    store: SQLiteStore, sign_in: Callable[[str], FlaskClient], csrf: Callable[[FlaskClient], str]
) -> None:
    bring(store, BEGIN)
    desk = Desk(sign_in("office"), csrf)
    path = f"/catalog/reform-items/{item(store)['id']}/edit"
    version = re.search(r'name="version" type="hidden" value="(\w+)"', desk.open(path))
    assert version
    said = {"version": version[1], "family": "requirement", "position": "1", "title": "服务电话打得通"}
    answer = desk.send(path, **said, deadline_on="2017-06-30")
    assert answer.status_code == 422
    assert "定了的日期不能悄悄改" in answer.text
    assert 'value="2017-06-30"' in answer.text
    assert item(store)["deadline_on"] == "2017-05-31"
    why = {"deadline_reason": "号段要等电信", "deadline_by": "市局领导"}
    assert desk.send(path, **said, **why, deadline_on="2017-06-30").status_code == 302
    assert moved(store)[0].post == "测试岗位 office"


@pytest.mark.parametrize(
    ("table", "text", "problem"),
    [
        (DELEGATIONS, "代码,下放了什么,现在谁办,已办多少\nD1,落户,派出所,9113\n", "第 2 行「数的是什么」"),
        (
            DELEGATIONS,
            "代码,下放了什么,现在谁办,已办多少,数的是什么\nD1,落户,派出所,9,名\n",
            "第 2 行「截至哪天」",
        ),
        (OPEN_CHANNELS, "代码,能办什么,渠道\nW1,补证,APP\n", "第 2 行「事项代码」"),
        (GUIDES, "代码,指南叫什么,单位代码,事项代码,已上网\nG1,补证,U1,M1,是\n", "第 2 行「谁看的」"),
    ],
)
def test_a_number_has_its_day_a_channel_its_place_and_a_look_its_witness(
    store: SQLiteStore, table: Table, text: str, problem: str
) -> None:
    with store.writing() as tx:
        tx.insert("matters", {"id": "m1", "code": "M1", "name": "补证"})
    assert str(plan(store, text, table).problems[0]).startswith(problem)
