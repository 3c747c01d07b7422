"""One record seen four ways: who sees which rows, by which conditions, and as which file."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from survey_app.catalog import queries as catalog
from survey_app.catalog.workdays import Calendar
from survey_app.rectification import ledger_rows
from survey_app.rectification.deadlines import colour, last_days
from survey_app.rectification.ledger import LISTS, AsOf, draw_up
from survey_app.store import SQLiteStore
from tests.halls import ITEMS, MATTER, OTHER_HALL
from tests.house.test_imports import APP, WEB, imports_of
from tests.ledger import book_of, column_of, download, sheet_of, texts
from tests.problems import DUE, OTHER, UNIT, Work, add_stranger
from tests.records import ZONE

SignIn = Callable[[str], FlaskClient]
PHONE = "13800138012"


@pytest.fixture
def office(sign_in: SignIn) -> FlaskClient:
    """The reform office at its desk."""
    return sign_in("office")


def listed(client: FlaskClient, address: str = "") -> list[str]:
    """Return the words of the problems that the ledger shows, in order."""
    page = client.get(f"/ledger{address}").text
    return re.findall(r'ledger__text"><a[^>]*>(.*?)</a>', page)


def at(work: Work, day: str) -> None:
    work.now = datetime.fromisoformat(f"{day}T09:00:00+08:00")


def test_the_three_lists_have_the_columns_that_they_are_known_by() -> None:
    headings = {one.title: " ".join(column.heading for column in one.shown) for one in LISTS.values()}
    assert headings["问题清单"] == "编号 问题 来源 发现人 发现时间 地点 事项 分类"
    assert headings["责任清单"] == "编号 问题 牵头领导 责任单位 责任人 配合单位"
    assert headings["整改清单"] == "编号 问题 措施 时限 进展 佐证 完成日期 核验人 销号日期"
    for words in headings.values():
        assert set(words.split()) <= set(headings["台账"].split())


def test_one_record_says_everything_in_the_ledger(work: Work, office: FlaskClient) -> None:
    finding_id = work.open(matter_id=MATTER, reform_item_ids=[ITEMS[0]])
    work.do(
        finding_id, "assign", unit_id=UNIT, deadline_on=DUE, supporting_ids=[OTHER], lead_post="分管副局长"
    )
    work.do(finding_id, "sign", "unit")
    work.do(finding_id, "plan", "unit", measure="换一台取号机", owner="大厅主任", planned_on=DUE)
    work.do(finding_id, "progress", "unit", text="机器到货了")
    work.do(finding_id, "feed_back", "unit", text="换好了")
    work.do(finding_id, "verify", note="到现场看过")
    work.do(finding_id, "follow_up", "leader", result="better")
    work.do(finding_id, "close")
    (row,) = csv.DictReader(io.StringIO(download(office, "/ledger/all.csv").decode("utf-8-sig")))
    row.pop("核对码（请勿改动）")
    assert row == {
        "编号": "2017-0001", "问题": "取号机停用", "来源": "现场看", "发现人": "测试岗位 leader",
        "发现时间": "2017-06-12", "地点": "车管所办事大厅", "事项": "驾驶证补办", "分类": "D 时间排队",
        "严重程度": "较重", "改革事项": "用好一个服务电话", "状态": "已销号", "颜色": "",
        "牵头领导": "分管副局长", "责任单位": "车辆管理所", "责任人": "大厅主任", "配合单位": "出入境管理局",
        "措施": "换一台取号机", "时限": DUE, "新时限": "", "改时限的理由": "", "进展": "机器到货了",
        "佐证": "换好了", "完成日期": "2017-06-12", "发回次数": "0", "核验人": "测试岗位 office",
        "回访结果": "已改好", "销号日期": "2017-06-12",
    }  # fmt: skip


def test_the_office_sees_every_row_and_a_unit_its_own_and_where_it_helps(
    work: Work, store: SQLiteStore, office: FlaskClient, sign_in: SignIn
) -> None:
    work.assigned("归车管所")
    helping, foreign = work.open("车管所配合"), work.open("归别人")
    work.do(helping, "assign", unit_id=OTHER, deadline_on=DUE, supporting_ids=[UNIT])
    work.do(foreign, "assign", unit_id=OTHER, deadline_on=DUE)
    unit = sign_in("unit")
    assert listed(office) == ["归车管所", "车管所配合", "归别人"]
    assert listed(unit) == ["归车管所", "车管所配合"]
    assert listed(unit, f"?unit={OTHER}&state=open") == ["归车管所", "车管所配合"]
    exported = sheet_of(download(unit, "/ledger/all.xlsx"))
    assert texts(exported, "问题") == ["归车管所", "车管所配合"]
    add_stranger(store, "nowhere")
    with store.writing() as tx:
        tx.execute("update people set unit_id = null where login = 'nowhere'")
    assert listed(sign_in("nowhere")) == []
    for role in ("leader", "aide", "admin"):
        assert sign_in(role).get("/ledger").status_code == 403
        assert sign_in(role).get("/ledger/all.xlsx").status_code == 403


def test_what_was_merged_is_listed_only_where_it_is_asked_for(work: Work, office: FlaskClient) -> None:
    target, merged = work.assigned("电话无人接"), work.open("打不通电话")
    work.do(merged, "merge", into_id=target)
    assert listed(office) == ["电话无人接"]
    assert listed(office, "?state=merged") == ["打不通电话"]


def test_conditions_hold_all_at_once(work: Work, office: FlaskClient) -> None:
    work.assigned("甲", reform_item_ids=[ITEMS[0]])
    work.assigned("乙", category="A1")
    work.closed("丙", category="A1", hall_id=OTHER_HALL)
    for address, words in {
        "?state=assigned": ["甲", "乙"],
        "?state=open": ["甲", "乙"],
        "?category=A": ["乙", "丙"],
        "?category=A&state=closed": ["丙"],
        f"?item={ITEMS[0]}": ["甲"],
        f"?unit={UNIT}": ["甲", "乙", "丙"],
        "?unit=unit-1": ["甲", "乙", "丙"],  # with all that belong to it
        f"?unit={OTHER}": [],
        "?since=2017-06-12&until=2017-06-12": ["甲", "乙", "丙"],
        "?since=2017-06-13": [],
        "?until=2017-06-11": [],
        "?closed_since=2017-06-12&closed_until=2017-06-12": ["丙"],
        "?closed_until=2017-06-11": [],
        "?state=nothing&category=nothing&colour=nothing": ["甲", "乙", "丙"],  # what is not understood
    }.items():
        assert listed(office, address) == words, address


def test_problems_of_a_campaign_are_those_of_its_visits(
    work: Work, store: SQLiteStore, office: FlaskClient, person_id: Callable[[str], str]
) -> None:
    finding_id = work.open("体验周发现的")
    work.open("平时发现的")
    leader = person_id("leader")
    with store.writing() as tx:
        (op,) = tx.query(
            "select head_op_id as id from observations where finding_id = :id", {"id": finding_id}
        )
        tx.insert("campaigns", {
            "id": "week", "name": "体验周", "begins_on": "2017-06-12", "ends_on": "2017-06-18",
            "tier": "branch", "created_by": leader, "created_at": "2017-06-01",
        })  # fmt: skip
        tx.insert("assignments", {
            "id": "a1", "campaign_id": "week", "person_id": leader, "hall_id": OTHER_HALL, "due_on": DUE,
        })  # fmt: skip
        tx.insert("visits", {
            "id": "v1", "n": 1, "head_op_id": op["id"], "forked": 0, "author_id": leader,
            "visitor_id": leader, "standing": "own", "hall_id": OTHER_HALL, "assignment_id": "a1",
            "announced": 0, "made_on": "2017-06-12", "withdrawn": 0,
            "made_at": "2017-06-12", "received_at": "2017-06-12",
        })  # fmt: skip
        tx.execute("update observations set visit_id = 'v1' where finding_id = :id", {"id": finding_id})
    assert listed(office, "?campaign=week") == ["体验周发现的"]
    with store.writing() as tx:
        tx.execute(
            "update observations set author_id = :aide where finding_id = :id",
            {"id": finding_id, "aide": person_id("aide")},
        )
    assert listed(office, "?campaign=week") == []


def test_a_colour_in_the_filter_is_the_colour_on_the_row(work: Work, office: FlaskClient) -> None:
    at(work, "2017-05-22")
    for limit in ("2017-05-31", "2017-06-05", "2017-06-06", "2017-06-12", "2017-06-14", "2017-06-15"):
        finding_id = work.open(f"到{limit}")
        work.do(finding_id, "assign", unit_id=UNIT, deadline_on=limit)
    seen = {one: listed(office, f"?colour={one}") for one in ("red", "yellow", "blue")}
    assert seen == {
        "red": ["到2017-05-31", "到2017-06-05"],
        "yellow": ["到2017-06-06"],
        "blue": ["到2017-06-12", "到2017-06-14"],
    }
    sheet = sheet_of(download(office, "/ledger/all.xlsx"))
    assert texts(sheet, "颜色") == ["红", "红", "黄", "蓝", "蓝", None]
    assert "黄 · 超期" in office.get("/ledger?colour=yellow").text


def test_the_last_red_and_the_last_blue_limit_are_where_the_colour_changes() -> None:
    calendar = Calendar(frozenset({date(2017, 5, 29), date(2017, 5, 30)}), frozenset({date(2017, 5, 27)}))
    for n in range(60):
        today = date(2017, 5, 1) + timedelta(days=n)
        red, blue = last_days(today, calendar)
        for m in range(-40, 40):
            limit = today + timedelta(days=m)
            expected = (
                "red" if limit <= red else "yellow" if limit < today else "blue" if limit <= blue else ""
            )
            assert colour(limit, today, calendar) == expected, (today, limit)


def test_words_and_numbers_are_found_but_no_hidden_digits(work: Work, office: FlaskClient) -> None:
    work.fixing(f"打 {PHONE} 没人接")
    work.assigned("排队太久")
    assert listed(office, "?q=没人接") == ["打 138******12 没人接"]
    assert listed(office, "?q=2017-0002") == ["排队太久"]
    assert listed(office, "?q=换一台") == ["打 138******12 没人接"]
    assert listed(office, "?q=0013") == []
    assert listed(office, f"?q={PHONE}") == []
    assert "没有符合这些条件的问题" in office.get("/ledger?q=0013").text


def test_units_stand_in_the_order_of_their_pinyin(
    work: Work, store: SQLiteStore, office: FlaskClient
) -> None:
    work.open("没有交办")
    for unit_id, text in ((OTHER, "出入境的"), (UNIT, "车管所的"), ("unit-1", "市局的")):
        finding_id = work.open(text)
        work.do(finding_id, "assign", unit_id=unit_id, deadline_on=DUE)
    assert listed(office, "?sort=unit") == ["车管所的", "出入境的", "市局的", "没有交办"]
    assert listed(office, "?sort=number") == ["没有交办", "出入境的", "车管所的", "市局的"]


def test_a_long_ledger_is_shown_page_by_page_and_exported_whole(work: Work, office: FlaskClient) -> None:
    for n in range(53):
        work.open(f"第{n}个")
    first = office.get("/ledger").text
    assert "共 53 条" in first
    assert len(listed(office)) == 50
    assert listed(office, "?after=50") == ["第50个", "第51个", "第52个"]
    assert re.search(r'rel="next" href="/ledger\?sort=deadline&amp;after=50"', first)
    assert listed(office, "?after=999999") == []
    assert len(texts(sheet_of(download(office, "/ledger/all.xlsx")), "编号")) == 53


def test_a_file_holds_what_the_screen_was_filtered_for_and_says_so(work: Work, office: FlaskClient) -> None:
    work.assigned("甲")
    work.closed("乙")
    book = book_of(download(office, "/ledger/repairs.xlsx?state=closed&closed_since=2017-06-01"))
    assert [sheet.title for sheet in book.worksheets] == ["整改清单", "说明"]
    assert texts(book.worksheets[0], "问题") == ["乙"]
    told = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows(min_row=2)]
    assert told[:5] == [["表", "整改清单"], ["截至", "2017-06-12"], ["条数", "1"],
                        ["筛选", "状态：已销号"], ["筛选", "销号：6月1日 起"]]  # fmt: skip
    assert book.properties.description == "状态：已销号；销号：6月1日 起"


def test_a_file_is_named_in_chinese_with_its_day(work: Work, office: FlaskClient) -> None:
    answer = office.get("/ledger/repairs.xlsx")
    assert (
        "filename*=UTF-8''%E6%95%B4%E6%94%B9%E6%B8%85%E5%8D%95-2017-06-12.xlsx"
        in (answer.headers["Content-Disposition"])
    )


def test_a_workbook_opens_as_a_person_expects(work: Work, office: FlaskClient) -> None:
    work.fixing("取号机停用，老人不会用自助机，窗口又不给号，只好一趟一趟地跑，跑了三趟才办成这一件事")
    work.assigned("=1+1")
    sheet = sheet_of(download(office, "/ledger/all.xlsx?sort=number"))
    assert sheet.freeze_panes == "B2"
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
    assert (sheet.print_title_rows, sheet.page_setup.fitToHeight) == ("$1:$1", 0)
    footer = sheet.HeaderFooter.oddFooter
    assert footer
    assert "&P" in str(footer.center.text)
    due = sheet[column_of(sheet, "时限") + "2"]
    assert (due.value, due.is_date, due.number_format) == (datetime(2017, 6, 19), True, "yyyy-mm-dd")  # noqa: DTZ001
    assert isinstance(sheet[column_of(sheet, "发回次数") + "2"].value, int)
    number, words = sheet["A2"], sheet["B3"]
    assert (number.data_type, number.number_format, number.value) == ("s", "@", "2017-0001")
    assert (words.data_type, words.value) == ("s", "=1+1")
    assert sheet["B2"].alignment.wrap_text
    widths = {letter: one.width for letter, one in sheet.column_dimensions.items()}
    assert widths["B"] > 2 * widths["A"] > 20
    assert max(widths.values()) <= 45
    stamp = column_of(sheet, "核对码（请勿改动）")
    assert [letter for letter, one in sheet.column_dimensions.items() if one.hidden] == [stamp]
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


def test_what_may_come_back_is_marked(work: Work, office: FlaskClient) -> None:
    work.assigned()
    sheet = sheet_of(download(office, "/ledger/repairs.xlsx"))
    marked = [cell.value for cell in sheet[1] if cell.fill.fill_type == "solid"]
    assert marked == ["措施", "新时限", "改时限的理由", "进展"]


def test_no_number_of_a_person_leaves_in_a_file(work: Work, office: FlaskClient) -> None:
    finding_id = work.assigned(f"找{PHONE}，没人接")
    work.do(finding_id, "sign", "unit")
    work.do(finding_id, "plan", "unit", measure=f"让{PHONE}值班", owner=f"主任{PHONE}", planned_on=DUE)
    work.do(finding_id, "progress", "unit", text="身份证 330106198001011234 已核对")
    work.do(finding_id, "feed_back", "unit", text=f"已回 １３８ ００１３ ８０１２ 和 {PHONE}")
    for name in LISTS:
        book = book_of(download(office, f"/ledger/{name}.xlsx"))
        said = "".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
        said += download(office, f"/ledger/{name}.csv").decode("utf-8-sig")
        said += office.get(f"/ledger/{name}").text
        for hidden in (PHONE, "00138012", "198001", "００１３"):
            assert hidden not in said, name
        assert "138******12" in said


def test_a_csv_file_opens_in_chinese_and_holds_no_formula(work: Work, office: FlaskClient) -> None:
    work.assigned("=HYPERLINK(1)")
    content = download(office, "/ledger/repairs.csv")
    assert content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert (row["问题"], row["时限"]) == ("'=HYPERLINK(1)", DUE)


def test_an_empty_ledger_says_what_fills_it(office: FlaskClient, sign_in: SignIn) -> None:
    assert "台账还是空的" in office.get("/ledger").text
    assert "改革办交给您单位的问题" in sign_in("unit").get("/ledger/repairs").text
    assert texts(sheet_of(download(office, "/ledger/all.xlsx")), "编号") == []


def test_the_ledger_is_drawn_up_without_the_web(work: Work, store: SQLiteStore) -> None:
    finding_id = work.fixing()
    asof = AsOf(date(2017, 6, 20), catalog.get_calendar(store), ZONE)
    (row,) = ledger_rows.list_rows(store, [finding_id, "unknown"])
    assert draw_up(LISTS["repairs"], row, asof)[:4] == [
        "2017-0001", "取号机停用", "换一台取号机", date(2017, 6, 19),
    ]  # fmt: skip
    for name in ("ledger", "ledger_filter", "ledger_rows", "ledger_files", "ledger_stamp"):
        known = {module.split(".")[0] for module in imports_of(APP / "rectification" / f"{name}.py")}
        assert known.isdisjoint(WEB), name
