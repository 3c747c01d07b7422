"""看一眼: what blocks people, where, better or worse, and how things are done; from the real records."""

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from survey_app.catalog.workdays import Calendar
from survey_app.insights import queries
from survey_app.insights.metrics import METRICS, Rate
from survey_app.insights.rates import list_overdue, list_rates
from survey_app.insights.scope import Scope, last_days, quarter
from survey_app.store import SQLiteStore
from survey_app.sync import kinds
from survey_app.sync.intake import accept_ops
from survey_app.visits import counts, facts
from tests import phone
from tests.clock import NOON
from tests.halls import HALL, ITEMS, MATTER, OTHER_HALL, PHONE
from tests.pages import words_of
from tests.problems import DUE, OTHER, UNIT, Work, add_stranger
from tests.records import Sender, fill
from tests.test_facts import GOOD, MORNING, NIGHT

SignIn = Callable[[str], FlaskClient]
TODAY = NOON.date()
MONTH = Scope(*last_days(30, TODAY))
EARLIER = NOON - timedelta(days=40)


@pytest.fixture
def office(sign_in: SignIn) -> FlaskClient:
    """The reform office at its desk."""
    return sign_in("office")


def told(client: FlaskClient, query: str = "") -> str:
    """Return the words of the page, one space between."""
    answer = client.get(f"/insights{query}")
    assert answer.status_code == 200
    return words_of(answer.text)


def rates(store: SQLiteStore, scope: Scope = MONTH, after: int = 0) -> dict[str, str]:
    today = TODAY + timedelta(days=after)
    found = list_rates(store, scope, today, Calendar())
    found["overdue"] = sum(list_overdue(store, scope, today).values(), Rate())
    return {code: str(rate) for code, rate in found.items()}


def send(work: Work, kind: str, who: str = "leader", **said: Any) -> None:
    fields = phone.envelope(author=work.person_id(who), kind=kind, payload={**GOOD[kind], **said})
    with work.leader.app.test_request_context():
        [receipt] = accept_ops(work.store, kinds.registered(work.leader.app), [phone.item(fields)],
                               carrier_id=work.person_id(who), now=NOON)  # fmt: skip
    assert receipt.code == ""


def test_what_blocks_people_is_counted_by_category_with_its_members(work: Work, office: FlaskClient) -> None:
    for category, kind in (
        ("D", "blockage"),
        ("A1", "difficulty"),
        ("A", "blockage"),
        ("D", "good_practice"),
    ):
        work.report(category=category, kind=kind)
    work.report(category="D", kind="difficulty", at=EARLIER)
    page = told(office)
    assert "3/4 是问题（堵点和难点）的记录" in page
    assert "A 咨询告知 1 1 2 /3 0/1" in page
    assert "A1 电话无人接 0 1 1 /3 0/1" in page
    assert "D 时间排队 1 0 1 /3 1/1" in page


def test_what_has_no_category_is_named_beside_its_bar(work: Work, office: FlaskClient) -> None:
    work.report(category=None)
    bars = office.get("/insights").text.partition('id="what"')[2].partition("</svg>")[0]
    assert re.search(r"<text[^>]*>未分类</text>", bars)


def test_what_was_withdrawn_counts_nowhere(work: Work, office: FlaskClient) -> None:
    record = work.report()
    with work.store.writing() as tx:
        tx.update("observations", record["id"], {"state": "withdrawn"})
    assert "0/0 是问题" in told(office)
    assert "这段时间没有问题" in told(office)


def test_each_linked_number_opens_just_the_records_that_it_counts(work: Work, office: FlaskClient) -> None:
    for category, kind in (("D", "blockage"), ("A1", "difficulty"), ("D", "blockage"), (None, "blockage")):
        work.report(category=category, kind=kind)
    work.report(category="A", hall_id=OTHER_HALL)
    work.report(category="D", at=EARLIER)
    page = office.get("/insights").text
    links = re.findall(r'<a href="(/inbox\?[^"]*)">(\d+)</a>', page)
    assert len(links) >= 6
    for address, number in links:
        inbox = office.get(html.unescape(address)).text
        assert f"共 {number} 条" in inbox, address


def test_a_narrow_scope_counts_from_the_rows_what_the_kept_counts_say(work: Work, store: SQLiteStore) -> None:
    fill(store, work.person_id("leader"), 300, (HALL, OTHER_HALL), ITEMS)
    everything = tuple(row["id"] for row in store.query("select id from units"))
    for facet in ("category", "unit", "matter"):
        wide = queries.count_by(store, MONTH, facet)
        narrow = queries.count_by(store, Scope(MONTH.first, MONTH.last, everything), facet)
        assert wide == narrow
    assert queries.count_by_week(store, MONTH) == queries.count_by_week(
        store, Scope(MONTH.first, MONTH.last, everything)
    )


def test_weeks_begin_on_mondays_and_hold_every_problem(work: Work, store: SQLiteStore) -> None:
    for days in (0, 6, 7, 13, 14, 40):
        work.report(at=NOON - timedelta(days=days))
    weeks = queries.count_by_week(store, MONTH.over_weeks())["D"]
    assert all(day.weekday() == 0 for day in weeks)
    assert sum(weeks.values()) == 6
    assert len(MONTH.weeks()) == 13


def test_a_campaign_shows_what_was_found_on_its_visits(work: Work, office: FlaskClient) -> None:
    with work.store.writing() as tx:
        tx.insert("campaigns", {"id": "week", "name": "体验周", "begins_on": "2017-06-01",
                                "ends_on": "2017-06-30", "tier": "bureau", "created_at": "2017",
                                "created_by": work.person_id("office")})  # fmt: skip
        tx.insert("assignments", {"id": "one", "campaign_id": "week", "person_id": work.person_id("leader"),
                                  "hall_id": HALL, "due_on": "2017-06-12"})  # fmt: skip
    visit = phone.envelope(author=work.person_id("leader"), kind="visit",
                           payload={**GOOD["visit"], "assignment_id": "one"})  # fmt: skip
    with work.leader.app.test_request_context():
        accept_ops(work.store, kinds.registered(work.leader.app), [phone.item(visit)],
                   carrier_id=work.person_id("leader"), now=NOON)  # fmt: skip
    work.report("在体验中", visit_id=visit["rec_id"])
    work.report("不在体验中")
    send(work, facts.VISIT, hall_id=OTHER_HALL)
    send(work, facts.DIAL, result="answered", visit_id=visit["rec_id"], phone_id=PHONE, dialled_at=MORNING)
    assert "1/1 是问题" in told(office, "?campaign=week")
    found = rates(work.store, Scope(MONTH.first, MONTH.last, None, "week"))
    assert (found["in_person"], found["answered"]) == ("1/1", "1/1")
    assert rates(work.store)["in_person"] == "2/2"

    stranger = Sender(work.leader.app, work.store, work.person_id("aide"))
    stranger.report("别人的体验里", visit_id=visit["rec_id"])
    send(work, facts.DIAL, "aide", visit_id=visit["rec_id"], phone_id=PHONE, dialled_at=MORNING)
    send(work, facts.JOURNEY, "aide", visit_id=visit["rec_id"])
    assert "1/1 是问题" in told(office, "?campaign=week")
    found = rates(work.store, Scope(MONTH.first, MONTH.last, None, "week"))
    assert (found["in_person"], found["answered"], found["trips"]) == ("1/1", "1/1", "—")


def test_rates_of_visits_journeys_and_calls(work: Work, store: SQLiteStore) -> None:
    send(work, facts.VISIT, capacity="handle", announced=False)
    send(work, facts.VISIT, capacity="research", announced=True, hall_id=OTHER_HALL)
    send(work, facts.VISIT, capacity=None)
    with store.writing() as tx:
        tx.update("matters", MATTER, {"promised_trips": 1})
    send(work, facts.JOURNEY, trips=1, told_once="yes")
    send(work, facts.JOURNEY, trips=2, told_once="no")
    send(work, facts.JOURNEY, trips=None, told_once=None)
    send(work, facts.DIAL, result="answered")
    send(work, facts.DIAL, result="busy")
    send(work, facts.DIAL, result="unanswered", dialled_at=NIGHT)
    found = rates(store)
    assert {code: found[code] for code in ("in_person", "unannounced", "trips", "told_once", "answered")} == {
        "in_person": "1/2", "unannounced": "2/3", "trips": "1/2", "told_once": "1/2", "answered": "1/2",
    }  # fmt: skip
    assert found["crossing"] == "2/3"  # the leader is of the bureau, as is the other hall


def test_rates_of_problems_from_handing_over_to_asking(work: Work, store: SQLiteStore) -> None:
    work.closed("已销号")
    work.verified("核过了，还没回访")
    work.fixing("还在改")
    work.assigned("等签收")
    soon = Scope(TODAY, TODAY + timedelta(days=1))  # what is done takes an hour each, into the night
    found = rates(store, soon)
    assert (found["signed"], found["followed_up"], found["overdue"]) == ("3/3", "1/2", "0/3")
    assert found["done"] == "—"  # the limit lies after the period
    later = Scope(TODAY, TODAY + timedelta(days=30))
    found = rates(store, later, after=30)
    assert (found["signed"], found["done"], found["overdue"]) == ("3/4", "2/4", "3/3")
    assert rates(store, Scope(later.first, later.last, (OTHER,)), after=30)["done"] == "—"


def test_a_problem_that_is_verified_twice_counts_once_in_a_period_and_in_each_of_two(
    work: Work, store: SQLiteStore
) -> None:
    problem = work.verified("核过了，又坏了")
    first = work.now.date()
    work.now += timedelta(days=9)
    work.do(problem, "rework", reason="又停用了")
    work.do(problem, "feed_back", "unit", text="又修好了")
    work.do(problem, "verify", note="又去看过")
    again = work.now.date()
    assert again > first
    assert rates(store, Scope(first, again))["followed_up"] == "0/1"
    work.do(problem, "follow_up", "leader", result="better")
    for since, until in ((first, again), (first, first), (again, again)):
        assert rates(store, Scope(since, until))["followed_up"] == "1/1"


def test_whole_weeks_and_the_days_around_them_are_the_period() -> None:
    for first in range(14):
        for days in range(40):
            since = TODAY + timedelta(days=first)
            scope = Scope(since, since + timedelta(days=days))
            held: list[date] = []
            for piece in scope.pieces():
                more = 6 if piece.grain == "week" else 0
                assert piece.grain == "day" or {piece.first.weekday(), piece.last.weekday()} == {0}
                length = (piece.last - piece.first).days + more + 1
                held += [piece.first + timedelta(days=n) for n in range(length)]
            assert held == [since + timedelta(days=n) for n in range(days + 1)]


def test_a_problem_that_comes_back_counts(work: Work, store: SQLiteStore) -> None:
    work.closed("第一次")
    assert rates(store)["recurring"] == "0/1"
    work.assigned("又来了")
    assert rates(store)["recurring"] == "1/2"


def test_a_problem_that_goes_to_another_unit_takes_what_came_back_along(
    work: Work, store: SQLiteStore
) -> None:
    first = work.assigned("第一次")
    work.assigned("又来了")
    assert rates(store)["recurring"] == "1/2"
    work.do(first, "assign", unit_id=OTHER, deadline_on=DUE)
    assert rates(store)["recurring"] == "0/2"
    assert counts.count_wrong(store) == 0


def test_units_stand_by_their_names_or_by_what_is_overdue(
    work: Work, office: FlaskClient, store: SQLiteStore
) -> None:
    work.assigned("等签收")
    work.report(hall_id=OTHER_HALL)
    with store.writing() as tx:
        tx.execute("update findings set deadline_on = '2017-06-01'")
    pattern = r"<tr><td>(.*?)</td>"
    by_name = re.findall(pattern, office.get("/insights").text)
    assert by_name == sorted(by_name, key=lambda name: name.encode("gb18030"))
    assert len(by_name) == 2
    by_overdue = re.findall(pattern, office.get("/insights?order=overdue").text)
    assert by_overdue[0] == "车辆管理所"
    assert re.search(r"车辆管理所 1 0 1/2 1/1", told(office, "?order=overdue"))


def test_a_unit_sees_its_own_and_no_campaign(work: Work, sign_in: SignIn, store: SQLiteStore) -> None:
    work.report("本单位的", hall_id=HALL)
    work.report("别的单位的", hall_id=OTHER_HALL)
    add_stranger(store, role="unit", unit_id=OTHER)
    assert "1/1 是问题" in told(sign_in("unit"))
    assert "1/1 是问题" in told(sign_in("unit"), f"?unit={OTHER}")
    assert "0/0 是问题" in told(sign_in("stranger"), f"?unit={UNIT}&campaign=week")
    assert "2/2 是问题" in told(sign_in("leader"))
    assert "/inbox" not in sign_in("unit").get("/insights").text


def test_a_unit_account_without_a_unit_sees_nothing(work: Work, sign_in: SignIn, store: SQLiteStore) -> None:
    work.report()
    with store.writing() as tx:
        tx.update("people", work.person_id("unit"), {"unit_id": None})
    assert "0/0 是问题" in told(sign_in("unit"))


def test_only_who_decides_or_puts_right_looks(sign_in: SignIn) -> None:
    for role, status in (("office", 200), ("leader", 200), ("unit", 200), ("aide", 403), ("admin", 403)):
        assert sign_in(role).get("/insights").status_code == status, role


@pytest.mark.parametrize("query", ["?since=昨天", "?until=2017-13-01", "?since=0"])
def test_a_day_that_is_none_is_said_and_the_usual_month_counts(
    work: Work, office: FlaskClient, query: str
) -> None:
    work.report()
    page = told(office, query)
    assert "日期写成 2017-06-12 这样。" in page
    assert "1/1 是问题" in page


@pytest.mark.parametrize(
    "query", ["?unit=nobody&campaign=none&order=score", "?since=2017-06-30&until=2017-06-01"]
)
def test_no_address_breaks_the_page(work: Work, office: FlaskClient, query: str) -> None:
    work.report()
    assert "1/1 是问题" in told(office, query)


def test_every_rate_says_how_it_is_counted(office: FlaskClient) -> None:
    page = told(office)
    assert len(METRICS) == 11
    for metric in METRICS.values():
        assert f"{metric.label} —" in page
        assert str(metric.definition) in page


def test_a_quarter_begins_with_its_month() -> None:
    assert [day.isoformat() for day in quarter(TODAY)] == ["2017-04-01", "2017-06-12"]
