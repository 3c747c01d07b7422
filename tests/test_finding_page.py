"""What the page of a problem says: what may be left out, what was just done, what somebody else did first."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.catalog.workdays import Calendar
from survey_app.rectification import telling
from survey_app.rectification.finding_done import DONE
from survey_app.rectification.finding_forms import FORMS
from survey_app.store import SQLiteStore
from tests.problems import UNIT, Desk, Work

SignIn = Callable[[str], FlaskClient]


def field_of(page: str, name: str) -> str:
    """Return a field with its label."""
    found = re.search(rf'<div class="field[^"]*">\s*<label[^>]*for="{name}".*?</div>', page, re.DOTALL)
    assert found, name
    return found[0]


def test_whom_one_asked_is_called_optional_only_where_it_is(work: Work, desk: Callable[[str], Desk]) -> None:
    finding_id = work.verified()
    theirs = field_of(desk("office").open(f"/findings/{finding_id}"), "follow_up-asked")
    own = field_of(desk("leader").open(f"/findings/{finding_id}"), "follow_up-asked")
    assert ("（可不填）" in theirs, " required" in theirs) == (False, True)
    assert ("（可不填）" in own, " required" in own) == (True, False)
    assert "请写问了谁" in desk("office").act(finding_id, "follow_up", result="better").text
    assert desk("leader").act(finding_id, "follow_up", result="better").status_code == 302


def test_what_was_done_already_is_said_and_not_offered_again(work: Work, desk: Callable[[str], Desk]) -> None:
    finding_id, office = work.verified(), desk("office")
    work.do(finding_id, "follow_up", "leader", result="better")
    assert office.act(finding_id, "close").status_code == 302
    again = office.act(finding_id, "close")
    assert again.status_code == 409
    assert "测试岗位 office" in again.text
    assert "已经办了“销号”" in again.text
    assert "您填的还在这里" not in again.text
    assert f'action="/findings/{finding_id}/close"' not in again.text


def test_what_was_typed_for_what_is_done_already_is_kept(work: Work, desk: Callable[[str], Desk]) -> None:
    finding_id, unit = work.fixing(), desk("unit")
    work.do(finding_id, "feed_back", "unit", text="换好了")
    late = unit.act(finding_id, "progress", text="机器到货了")
    assert late.status_code == 409
    assert "已经办了“已改好”" in late.text
    assert "您填的还在这里" in late.text
    assert "机器到货了</textarea>" in late.text


@pytest.mark.parametrize(
    ("begin", "action", "who", "said", "words"),
    [
        (
            "fixing",
            "ask_extension",
            "unit",
            {"until": "2017-06-26", "reason": "等配件"},
            "申请延期了，等改革办批。",
        ),
        ("fixing", "feed_back", "unit", {"text": "换好了"}, "报上去了，等改革办核验。"),
        ("verified", "follow_up", "leader", {"result": "better"}, "回头看记下了，可以销号了。"),
        ("verified", "follow_up", "leader", {"result": "same"}, "回头看记下了，没有变化，发回重办了。"),
        ("verified", "follow_up", "leader", {"result": "unknown"}, "回头看记下了，以后还可以再问。"),
    ],
)
def test_what_was_done_is_said_in_the_words_of_what_was_done(
    work: Work,
    desk: Callable[[str], Desk],
    begin: str,
    action: str,
    who: str,
    said: dict[str, str],
    words: str,
) -> None:
    finding_id, somebody = getattr(work, begin)(), desk(who)
    answer = somebody.act(finding_id, action, **said)
    page = somebody.open(answer.headers["Location"])
    assert words in page
    assert "现在的状态是" not in page


def test_everything_that_can_be_done_has_words_for_when_it_is_done() -> None:
    assert set(DONE) == set(FORMS)


def test_nothing_is_said_to_be_done_that_is_no_action(work: Work, desk: Callable[[str], Desk]) -> None:
    page = desk("office").open(f"/findings/{work.fixing()}?done=paid")
    assert "notice--good" not in page


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("feed_back", {"text": "换好了"}),
        ("explain", {"ground": "要等新系统"}),
        ("return", {"reason": "不归我们管"}),
    ],
)
def test_a_request_for_more_time_that_is_overtaken_is_said_to_be_needed_no_more(
    work: Work, desk: Callable[[str], Desk], action: str, said: dict[str, str]
) -> None:
    finding_id, granted = work.fixing(), work.fixing("排队太久")
    for one in (finding_id, granted):
        work.do(one, "ask_extension", "unit", until="2017-06-26", reason="等配件")
    assert "不再需要" not in desk("office").open(f"/findings/{finding_id}")
    work.do(finding_id, action, "unit", **said)
    work.do(granted, "grant")
    work.do(granted, "feed_back", "unit", text="换好了")
    history = desk("office").open(f"/findings/{finding_id}").partition('id="history"')[2]
    assert history.count("前面申请的延期不再需要了。") == 1
    assert history.index("申请延期") < history.index("前面申请的延期不再需要了。")
    assert "不再需要" not in desk("office").open(f"/findings/{granted}")


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2017-06-09", "黄 · 超期 1 个工作日"),
        ("2016-06-13", "红 · 超期 260 个工作日"),
        ("2007-06-12", "红 · 超期 10 年多"),
    ],
)
def test_a_limit_of_years_ago_is_told_in_years(app: Flask, on: str, words: str) -> None:
    with app.test_request_context():
        assert telling.limit(on, date(2017, 6, 12), Calendar()).words == words


def test_a_limit_on_a_day_off_says_so_beside_it(
    work: Work, desk: Callable[[str], Desk], store: SQLiteStore
) -> None:
    finding_id, office = work.assigned(), desk("office")
    assert "不上班" not in office.open(f"/findings/{finding_id}")
    handed = {"unit_id": UNIT, "severity": "serious", "deadline_on": "2017-06-24"}
    assert office.act(finding_id, "assign", **handed).status_code == 302
    assert "这天是周六，不上班；前一个工作日是 6月23日。" in office.open(f"/findings/{finding_id}")
    with store.writing() as tx:
        tx.insert("holidays", {"id": "d", "code": "d", "day": "2017-06-23", "kind": "off", "name": "调休"})
    work.do(finding_id, "assign", unit_id=UNIT, deadline_on="2017-06-23")
    assert "这天是周五，不上班；前一个工作日是 6月22日。" in office.open(f"/findings/{finding_id}")
