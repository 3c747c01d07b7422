"""The inbox: what came in, newest first, narrowed by what the office wants to see."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.rectification import queries
from survey_app.rectification.filters import UNTAGGED, Filter
from survey_app.store import SQLiteStore
from survey_app.sync import kinds
from survey_app.sync.intake import accept_ops
from tests.clock import NOON
from tests.halls import COUNTER, HALL, ITEMS, OTHER_HALL, add_halls
from tests.phone import item
from tests.records import Sender, fill

Person = Callable[[str], str]
SignIn = Callable[[str], FlaskClient]
TODAY = NOON.date()
ROWS_WHOLE = re.compile(r"<tr>\s*<td.*?</tr>", re.DOTALL)
ROWS = re.compile(r'<span class="two-lines">(.*?)</span>')


@pytest.fixture
def leader(app: Flask, store: SQLiteStore, person_id: Person) -> Sender:
    """A leader's phone, with the halls to report from."""
    add_halls(store)
    return Sender(app, store, person_id("leader"))


@pytest.fixture
def office(sign_in: SignIn) -> FlaskClient:
    """The reform office at its desk."""
    return sign_in("office")


def shown(client: FlaskClient, query: str = "") -> list[str]:
    """Return the words of every record on a page of the inbox."""
    answer = client.get(f"/inbox{query}")
    assert answer.status_code == 200
    return ROWS.findall(answer.text)


def test_records_come_newest_first(leader: Sender, office: FlaskClient) -> None:
    for text in ("第一条", "第二条", "第三条"):
        leader.report(text)
    assert shown(office) == ["第三条", "第二条", "第一条"]


def test_the_time_of_a_row_is_that_by_which_it_stands(leader: Sender, office: FlaskClient) -> None:
    leader.report("当天送到的")
    leader.send(
        leader.op(at=NOON - timedelta(days=5), text="在手机上放了五天的"), now=NOON + timedelta(hours=1)
    )
    late, prompt = ROWS_WHOLE.findall(office.get("/inbox").text)
    assert "在手机上放了五天的" in late
    assert "6月12日 13:00" in late
    assert "6月7日记的" in late
    assert "6月12日 12:00" in prompt
    assert "记的" not in prompt


def test_a_row_says_what_where_how_and_how_bad(leader: Sender, office: FlaskClient) -> None:
    leader.report(
        method="handle",
        kind="difficulty",
        hall_id=HALL,
        counter_id=COUNTER,
        category="A1",
        severity="severe",
    )
    page = office.get("/inbox").text
    row = page.split("<tbody>")[1].split("</tbody>")[0]
    for words in ("取号机停用", "车管所办事大厅", "3 号窗口", "办", "难点", "电话无人接", "严重", "待研判"):
        assert words in row, words


CASES: dict[str, tuple[Filter, dict[str, Any], dict[str, Any]]] = {
    "hall": (Filter(hall=HALL), {"hall_id": HALL}, {"hall_id": OTHER_HALL}),
    "unit": (Filter(unit="unit-1"), {"hall_id": HALL}, {}),
    "method": (Filter(method="ask"), {"method": "ask"}, {"method": "see"}),
    "kind": (Filter(kind="suggestion"), {"kind": "suggestion"}, {"kind": "blockage"}),
    "category": (Filter(category="D"), {"category": "D"}, {"category": "A"}),
    "group": (Filter(category="A"), {"category": "A1"}, {"category": "D"}),
    "item": (Filter(item=ITEMS[0]), {"reform_item_ids": list(ITEMS)}, {"reform_item_ids": [ITEMS[1]]}),
    "untagged": (Filter(item=UNTAGGED), {}, {"reform_item_ids": [ITEMS[1]]}),
    "words": (Filter(q="叫号"), {"text": "叫号屏不亮"}, {"text": "号叫不出来"}),
    "quote": (Filter(q="没人接"), {"quote": "电话没人接"}, {"quote": "电话有人接"}),
    "since": (Filter(since=TODAY), {"at": NOON}, {"at": NOON - timedelta(days=1)}),
    "until": (Filter(until=TODAY - timedelta(days=1)), {"at": NOON - timedelta(days=1)}, {"at": NOON}),
}


@pytest.mark.parametrize("name", CASES)
def test_each_condition_keeps_what_fits_and_leaves_out_the_rest(
    leader: Sender, office: FlaskClient, name: str
) -> None:
    wanted, fits, other = CASES[name]
    leader.report(**{"text": "要的", **fits})
    leader.report(**{"text": "不要的", **other})
    words = [fits.get("text", "要的")]
    assert shown(office, "?" + "&".join(f"{key}={value}" for key, value in wanted.address().items())) == words


def test_the_units_below_a_unit_belong_to_it(leader: Sender, store: SQLiteStore, office: FlaskClient) -> None:
    with store.writing() as tx:
        tx.insert(
            "units",
            {"id": "unit-2", "code": "U2", "name": "白杨所", "tier": "station", "parent_id": "unit-1"},
        )
        tx.update("halls", OTHER_HALL, {"unit_id": "unit-2"})
    leader.report("市局的", hall_id=HALL)
    leader.report("派出所的", hall_id=OTHER_HALL)
    assert shown(office, "?unit=unit-1") == ["派出所的", "市局的"]
    assert shown(office, "?unit=unit-2") == ["派出所的"]


def test_conditions_hold_together(leader: Sender, office: FlaskClient) -> None:
    leader.report("要的", hall_id=HALL, method="ask", category="A1")
    leader.report("要的，在别处", hall_id=OTHER_HALL, method="ask", category="A1")
    leader.report("要的，看到的", hall_id=HALL, method="see", category="A1")
    assert shown(office, f"?q=要的&hall={HALL}&method=ask&category=A&state=reported") == ["要的"]


def test_a_chip_takes_one_condition_away_and_leaves_the_others(leader: Sender, office: FlaskClient) -> None:
    leader.report(hall_id=HALL)
    page = office.get(f"/inbox?q=取号&hall={HALL}&since=2017-06-01&until=2017-06-12").text
    chips = re.findall(
        r'<a class="pill pill--on" href="([^"]*)"><span class="visually-hidden">[^<]*</span>([^<]*)<', page
    )
    assert [words.strip() for _href, words in chips] == [
        "含“取号”",
        "大厅：车管所办事大厅",
        "6月1日 到 6月12日",
    ]
    without_period = chips[2][0].replace("&amp;", "&")
    assert "since" not in without_period
    assert "until" not in without_period
    assert f"hall={HALL}" in without_period
    assert office.get(without_period).status_code == 200


@pytest.mark.parametrize("days", [7, 10, 30])
def test_a_period_is_one_tap(leader: Sender, office: FlaskClient, days: int) -> None:
    first = TODAY - timedelta(days=days - 1)
    leader.report("在里面", at=NOON - timedelta(days=days - 1))
    leader.report("早了一天", at=NOON - timedelta(days=days))
    assert f"?since={first}&amp;until={TODAY}" in office.get("/inbox").text
    assert shown(office, f"?since={first}&until={TODAY}") == ["在里面"]


def test_a_period_typed_the_wrong_way_round_is_turned_round() -> None:
    june, may = date(2017, 6, 12), date(2017, 5, 1)
    assert Filter(since=june, until=may) == Filter(since=may, until=june)


@pytest.mark.parametrize("query", ["?since=昨天", "?since=2017-13-45", "?until=0"])
def test_a_day_that_is_none_is_said_and_does_not_count(
    leader: Sender, office: FlaskClient, query: str
) -> None:
    leader.report()
    answer = office.get(f"/inbox{query}")
    assert "日期请写成 2017-06-12 这样。" in answer.text
    assert len(ROWS.findall(answer.text)) == 1


@pytest.mark.parametrize(
    "query",
    [
        "?state=nonsense&kind=0&method=-",
        "?before=nonsense&after=",
        "?before=99999999999999999999",
        "?after=-99999999999999999999",
        "?q=%00%22*%20OR",
        "?q=" + "长" * 500,
        "?hall=1%27%20or%201",
    ],
)
def test_no_address_breaks_the_page(leader: Sender, office: FlaskClient, query: str) -> None:
    leader.report()
    assert office.get(f"/inbox{query}").status_code == 200


def test_pages_go_on_where_the_last_one_ended_and_back(leader: Sender, office: FlaskClient) -> None:
    texts = [f"第{n}条" for n in range(2 * queries.PAGE + 5)]
    leader.send(*(leader.op(text=text) for text in texts[:50]))
    leader.send(*(leader.op(text=text) for text in texts[50:]))
    texts.reverse()
    seen, address, addresses = [], "/inbox", []
    while address:
        page = office.get(address).text
        seen += ROWS.findall(page)
        addresses.append(address)
        older = re.search(r'rel="next" href="([^"]*)"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert seen == texts
    newer = re.search(r'rel="prev" href="([^"]*)"', page)
    assert newer
    assert ROWS.findall(office.get(newer[1]).text) == texts[queries.PAGE : 2 * queries.PAGE]
    assert 'rel="prev"' not in office.get("/inbox").text


def test_a_record_that_arrives_meanwhile_moves_no_page(leader: Sender, office: FlaskClient) -> None:
    leader.send(*(leader.op(text=f"第{n}条") for n in range(queries.PAGE + 3)))
    older = re.search(r'rel="next" href="([^"]*)"', office.get("/inbox").text)
    assert older
    before = shown(office, older[1].removeprefix("/inbox"))
    leader.report("刚到的")
    assert shown(office, older[1].removeprefix("/inbox")) == before


def test_with_nothing_in_it_the_inbox_says_how_records_come(office: FlaskClient) -> None:
    page = office.get("/inbox").text
    assert "还没有收到记录" in page
    assert "上报" in page


def test_with_nothing_found_the_inbox_says_what_to_loosen(leader: Sender, office: FlaskClient) -> None:
    leader.report()
    page = office.get("/inbox?q=没有这个词").text
    assert "没有符合这些条件的记录" in page
    assert "时间放宽" in page


def test_a_page_beyond_the_last_does_not_say_that_nothing_came(leader: Sender, office: FlaskClient) -> None:
    leader.report()
    page = office.get("/inbox?before=1").text
    assert "还没有收到记录" not in page
    assert "看全部记录" in page


def test_phones_and_identity_numbers_are_hidden(leader: Sender, office: FlaskClient) -> None:
    leader.report("打 13800138012 没人接", quote="我的号 33010619800101123X")
    leader.report("", quote="１３８ ００１３ ８０１２")
    for page in (office.get("/inbox").text, office.get("/inbox?q=没人接").text):
        assert "13800138012" not in page
        assert "138******12" in page
    assert "８０１２" not in office.get("/inbox").text


def test_what_people_write_stays_text(leader: Sender, office: FlaskClient) -> None:
    record_id = leader.report("<script>alert(1)</script>{{7*7}}", quote="<b>大声</b>")
    for path in ("/inbox", f"/inbox/{record_id}", "/inbox?q=<script>"):
        page = office.get(path).text
        assert "<script>alert" not in page
        assert "<b>大声" not in page
        assert "{{7*7}}" in page


def test_only_the_office_opens_the_inbox(leader: Sender, sign_in: SignIn) -> None:
    record_id = leader.report()
    for role in ("leader", "aide", "unit"):
        assert sign_in(role).get("/inbox").status_code == 403
        assert sign_in(role).get(f"/inbox/{record_id}").status_code == 403


def test_numbers_at_the_top_are_facts_with_links(leader: Sender, office: FlaskClient) -> None:
    leader.report(reform_item_ids=[ITEMS[0]])
    leader.report(at=NOON - timedelta(days=30))
    page = office.get("/inbox").text
    figures = re.findall(r'<a class="figure[^>]*><b>(.*?)</b><span>(.*?)</span>', page)
    assert figures == [("2", "待研判"), ("1", "还没对上改革事项"), ("0", "待确认"), ("1", "近 7 天的")]


def test_what_is_held_is_counted_and_linked(
    leader: Sender, app: Flask, store: SQLiteStore, office: FlaskClient
) -> None:
    op = leader.op(hall_id="nowhere")
    with app.app_context():
        accept_ops(store, kinds.registered(app), [item(op)], carrier_id=leader.person_id, now=NOON)
    page = office.get("/inbox").text
    assert '<a class="figure figure--warn" href="/held"><b>1</b>' in page


@pytest.fixture
def ten_thousand(leader: Sender, store: SQLiteStore) -> SQLiteStore:
    """A store with ten thousand records."""
    fill(store, leader.person_id, 10_000, (HALL, OTHER_HALL), ITEMS)
    return store


WEEK = Filter().last_days(7, TODAY)
SINGLE_FILTERS = [
    Filter(),
    Filter(state="reported"),
    Filter(kind="blockage"),
    Filter(method="see"),
    Filter(category="A"),
    Filter(hall=HALL),
    Filter(unit="unit-1"),
    Filter(item=ITEMS[0]),
    Filter(item=UNTAGGED),
    Filter(q="机"),
    Filter(q="停用"),
    Filter(q="电话无人接"),
    WEEK,
]


def test_no_filter_reads_the_whole_table(ten_thousand: SQLiteStore) -> None:
    for wanted in SINGLE_FILTERS:
        sql, params = queries.page_query(ten_thousand, wanted, "<", "desc")
        params = {**params, "n": queries.BEYOND, "limit": queries.PAGE}
        steps = [row["detail"] for row in ten_thousand.query(f"explain query plan {sql}", params)]
        scans = [step for step in steps if re.match(r"SCAN observations( |$)", step)]
        assert not scans, (wanted, steps)
        assert any("SEARCH observations USING" in step for step in steps), wanted


def test_a_count_stops_at_a_thousand(ten_thousand: SQLiteStore, office: FlaskClient) -> None:
    assert queries.count_records(ten_thousand, Filter()) == 1001
    assert queries.count_records(ten_thousand, WEEK) == 140
    page = office.get("/inbox").text
    assert "共 1000+ 条" in page
    assert len(ROWS.findall(page)) == queries.PAGE


def test_a_withdrawn_record_shows_only_when_asked_for(
    leader: Sender, store: SQLiteStore, office: FlaskClient
) -> None:
    record_id = leader.report("撤回的")
    leader.report("还在的")
    with store.writing() as tx:
        tx.update("observations", record_id, {"state": "withdrawn"})
    assert shown(office) == ["还在的"]
    assert shown(office, "?state=withdrawn") == ["撤回的"]
