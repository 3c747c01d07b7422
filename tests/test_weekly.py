"""The week in figures: as it stood at its end, by unit, against the week before."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from survey_app.reminders.week import Counts, Week, total, week_of
from survey_app.reminders.weekly import count_week
from survey_app.store import SQLiteStore
from tests.clock import NOON, Clock
from tests.problems import DUE, OTHER, UNIT, Work
from tests.records import ZONE

SignIn = Callable[[str], FlaskClient]
WEEK = Week(date(2017, 6, 12))
NOW = ("记录", "交办", "销号", "超期", "发回重办", "复发")


def on(work: Work, day: int) -> None:
    """Let what follows happen on a day of June."""
    work.now = datetime(2017, 6, day, 9, tzinfo=ZONE)


def read(page: str) -> dict[str, list[str]]:
    """Return the lines of the page's tables by what they begin with."""
    lines = re.findall(r'<th scope="row">([^<]*)</th>((?:<td class="number"[^>]*>[^<]*</td>)+)', page)
    return {label: re.findall(r">([^<]*)</td>", cells) for label, cells in lines}


def test_a_week_begins_on_monday_wherever_in_it_one_stands() -> None:
    assert {week_of(WEEK.first + timedelta(days=n)) for n in range(7)} == {WEEK}
    assert week_of(WEEK.last + timedelta(days=1)) == WEEK.after
    assert WEEK.before.after == WEEK


def test_the_sum_of_units_is_the_whole() -> None:
    assert total([]) == Counts()
    assert total([Counts(received=1, closed=2), Counts(received=3)]) == Counts(received=4, closed=2)


def test_each_thing_counts_for_the_unit_that_had_it_then(work: Work, store: SQLiteStore) -> None:
    work.closed("取号机停用")
    work.fixing("没有座位")
    moved = work.assigned("大门难找")
    work.do(moved, "return", "unit", reason="不归我们管")
    work.do(moved, "assign", unit_id=OTHER, deadline_on=DUE)
    work.open("还没有定单位的")
    counts = count_week(store, WEEK, date(2017, 6, 20))
    assert counts[UNIT] == Counts(received=4, assigned=3, closed=1, had=2, with_limit=1, looked_at=2,
                                  recurring=1, found=2)  # fmt: skip
    assert counts[OTHER] == Counts(assigned=1, had=1, with_limit=1, found=1)
    assert counts[""] == Counts(had=1)


def test_a_week_stays_as_it_stood_at_its_end_whatever_happens_later(work: Work, store: SQLiteStore) -> None:
    finding_id = work.fixing()
    then = count_week(store, WEEK, date(2017, 6, 18))
    on(work, 20)
    work.do(finding_id, "feed_back", "unit", text="换好了")
    work.do(finding_id, "rework", reason="又坏了", deadline_on="2017-06-23")
    on(work, 28)
    work.do(finding_id, "feed_back", "unit", text="真换好了")
    work.do(finding_id, "verify", note="看过")
    work.do(finding_id, "follow_up", "leader", result="better")
    work.do(finding_id, "close")
    assert count_week(store, WEEK, date(2017, 7, 3)) == then
    assert count_week(store, WEEK.after, date(2017, 7, 3))[UNIT] == Counts(
        had=1, overdue=1, with_limit=1, reopened=1, looked_at=1
    )
    assert count_week(store, WEEK.after.after, date(2017, 7, 3))[UNIT] == Counts(closed=1, had=1, looked_at=2)
    assert count_week(store, WEEK.after.after.after, date(2017, 7, 10)) == {}


def test_a_limit_that_is_still_to_come_in_the_week_under_way_is_not_overdue(
    work: Work, store: SQLiteStore
) -> None:
    work.fixing()
    assert count_week(store, WEEK.after, date(2017, 6, 19))[UNIT].overdue == 0
    assert count_week(store, WEEK.after, date(2017, 6, 20))[UNIT].overdue == 1


def test_a_follow_up_without_a_change_counts_as_sent_back(work: Work, store: SQLiteStore) -> None:
    work.do(work.verified(), "follow_up", "leader", result="same")
    found = count_week(store, WEEK, NOON.date())[UNIT]
    assert (found.reopened, found.looked_at) == (1, 2)


def test_the_page_shows_the_last_whole_week_beside_the_one_before(
    work: Work, sign_in: SignIn, clock: Clock
) -> None:
    work.closed("取号机停用")
    work.fixing("没有座位")
    clock.now = NOON + timedelta(days=7)
    page = sign_in("leader").get("/weekly").text
    assert "6月12日 到 6月18日" in page
    lines = read(page)
    assert [lines[title] for title in NOW] == [
        ["2", "0"], ["2", "0"], ["1/2", "—"], ["0/1", "—"], ["0/2", "—"], ["1/2", "—"],
    ]  # fmt: skip
    assert lines["车辆管理所"] == ["2", "2", "1/2", "0/1", "0/2", "1/2"]
    assert "/weekly?week=2017-06-05" in page
    assert "/weekly?week=2017-06-19" in page


def test_units_stand_by_name_and_what_has_none_stands_last(work: Work, sign_in: SignIn) -> None:
    work.open("还没有定单位的")
    for unit_id in (UNIT, OTHER):
        work.do(work.open(unit_id), "assign", unit_id=unit_id, deadline_on=DUE)
    lines = list(read(sign_in("office").get("/weekly?week=2017-06-12").text))
    assert lines[len(NOW) :] == ["车辆管理所", "出入境管理局", "还没有定单位"]


def test_a_unit_sees_its_own_only(work: Work, sign_in: SignIn) -> None:
    for unit_id in (UNIT, OTHER):
        work.do(work.open(unit_id), "assign", unit_id=unit_id, deadline_on=DUE)
    page = sign_in("unit").get("/weekly?week=2017-06-12").text
    assert list(read(page))[len(NOW) :] == ["车辆管理所"]
    assert read(page)["交办"] == ["1", "0"]
    assert "出入境管理局" not in page
    assert "起草简报" not in page


def test_the_office_goes_on_to_a_briefing_on_the_same_days(sign_in: SignIn) -> None:
    office = sign_in("office")
    found = re.search(r'href="(/digests/new[^"]+)"', office.get("/weekly?week=2017-06-07").text)
    assert found
    page = office.get(found[1].replace("&amp;", "&")).text
    assert 'value="2017-06-05"' in page
    assert 'value="2017-06-11"' in page


def test_no_week_to_come_is_shown(sign_in: SignIn) -> None:
    page = sign_in("office").get("/weekly?week=2030-01-01").text
    assert "这一周还没有过完" in page
    assert "下一周" not in page


@pytest.mark.parametrize(("login", "status"), [("aide", 403), ("admin", 403), ("unit", 200), ("leader", 200)])
def test_who_reads_it(sign_in: SignIn, login: str, status: int) -> None:
    assert sign_in(login).get("/weekly").status_code == status
