"""An import does all of a good file or nothing of a bad one, and says which lines are bad."""

import csv
import io
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.catalog import cells, exports, queries, spreadsheet
from survey_app.catalog.plan import Plan
from survey_app.catalog.problems import CellError, SpreadsheetError
from survey_app.catalog.tables import (
    CATEGORIES,
    COUNTERS,
    HALLS,
    MATTERS,
    REFORM_ITEMS,
    SERVICE_PHONES,
    TABLES,
    UNITS,
    Entry,
    Table,
)
from survey_app.store import SQLiteStore
from tests.clock import NOON

TODAY = date(2017, 6, 12)
SHARED_DATA = Path(os.environ.get("SURVEY_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))

UNITS_CSV = """代码,名称,层级,上级单位代码,启用日期,停用日期
STATION,白杨派出所,派出所,BRANCH,,
BRANCH,经开区分局,分（县、市）局,U1,2017-01-01,
"""


def plan_of(store: SQLiteStore, table: Table, text: str) -> Plan:
    return queries.make_plan(store, table, spreadsheet.read(text.encode()), TODAY)


def import_text(store: SQLiteStore, table: Table, text: str) -> Plan:
    with store.writing() as tx:
        made = queries.make_plan(tx, table, spreadsheet.read(text.encode()), TODAY)
        queries.apply(tx, made, actor_id=None, at=NOON)
    return made


def audit_rows(store: SQLiteStore) -> int:
    return int(store.value("select count(*) from audit"))


def problems(store: SQLiteStore, table: Table, text: str) -> list[str]:
    return [str(problem) for problem in plan_of(store, table, text).problems]


def test_a_line_may_refer_to_a_line_below_it(store: SQLiteStore) -> None:
    made = import_text(store, UNITS, UNITS_CSV)
    assert (made.added, made.updated, made.unchanged) == (2, 0, 0)
    station = queries.find_row_by_code(store, UNITS, "STATION")
    assert station is not None
    assert (station["parent_code"], station["tier"]) == ("BRANCH", "station")


def test_the_same_file_twice_changes_nothing(store: SQLiteStore) -> None:
    import_text(store, UNITS, UNITS_CSV)
    before = audit_rows(store)
    made = import_text(store, UNITS, UNITS_CSV)
    assert (made.added, made.updated, made.unchanged) == (0, 0, 2)
    assert audit_rows(store) == before


def test_each_change_is_in_the_audit_with_what_it_was_before(store: SQLiteStore) -> None:
    import_text(store, UNITS, UNITS_CSV)
    import_text(store, UNITS, "代码,名称\nBRANCH,经济技术开发区分局\n")
    row = store.find("select * from audit order by seq desc limit 1")
    assert row is not None
    assert (row["action"], row["entity"]) == ("edit", "unit")
    assert '"name": ["经开区分局", "经济技术开发区分局"]' in row["detail"]


def test_a_column_that_the_file_lacks_stays_as_it_was(store: SQLiteStore) -> None:
    import_text(store, UNITS, UNITS_CSV)
    import_text(store, UNITS, "代码,名称\nBRANCH,新名\n")
    entry = queries.list_entries(store, UNITS)["BRANCH"]
    assert (entry["name"], entry["tier"], entry["valid_from"]) == ("新名", "branch", "2017-01-01")


def test_every_bad_line_is_named_and_nothing_is_imported(store: SQLiteStore) -> None:
    text = """代码,名称,层级,上级单位代码,启用日期,停用日期
A,甲,市局,,2017-02-30,
B,,派出所,NOBODY,,
C D,丙,小组,,,2099-01-01
A,又一个甲,市局,,,
E,戊,市局,,,2099-01-01
"""
    assert problems(store, UNITS, text) == [
        "第 2 行「启用日期」：“2017-02-30”不是日期。请写成 2017-06-12 这样。",
        "第 3 行「名称」：没有填写。请补上。",
        "第 3 行「上级单位代码」：没有代码为 NOBODY 的单位。请先导入单位。",
        "第 4 行「代码」：代码只能用字母、数字、点、横线和下划线，最多 64 个，字母或数字开头。",
        "第 4 行「层级」：“小组”不在可选的词里。请填：市局、警种部门、分（县、市）局、派出所。",
        "第 5 行「代码」：代码 A 和第 2 行重复。请只留一行。",
        "第 6 行「停用日期」：是将来的日期。到了那天再停用。",
    ]
    with store.writing() as tx, pytest.raises(ValueError, match="problems"):
        queries.apply(tx, plan_of(store, UNITS, text), actor_id=None, at=NOON)
    assert store.value("select count(*) from units") == 1


@pytest.mark.parametrize(
    "number", ["0571-0000 0001", "（0571）00000001转8", "+86 571 0000 0001 Ext. 8", "12345"]
)
def test_a_service_phone_is_a_number_as_people_write_them(store: SQLiteStore, number: str) -> None:
    import_text(store, TABLES["units"], UNITS_CSV)
    import_text(store, TABLES["halls"], FILLED["halls"])
    assert import_text(store, SERVICE_PHONES, f"代码,号码,大厅代码\nP1,{number},H1\n").problems == ()


@pytest.mark.parametrize("number", ["abc!!电话", "12", "0571-0000 0001 或 0002", "转8"])
def test_a_service_phone_that_is_no_number_is_refused_with_its_cell_named(
    store: SQLiteStore, number: str
) -> None:
    import_text(store, TABLES["units"], UNITS_CSV)
    import_text(store, TABLES["halls"], FILLED["halls"])
    [problem] = plan_of(store, SERVICE_PHONES, f"代码,号码,大厅代码\nP1,{number},H1\n").problems
    assert (problem.line, problem.heading) == (2, "号码")
    assert "不是电话号码" in problem.text


def test_a_circle_of_parents_is_named(store: SQLiteStore) -> None:
    text = "代码,名称,层级,上级单位代码\nA,甲,市局,B\nB,乙,市局,A\nC,丙,市局,C\nD,丁,市局,A\n"
    assert problems(store, UNITS, text) == [
        "第 2 行「上级单位代码」：上下级绕成了一圈：A → B → A。请改掉其中一个上级。",
        "第 3 行「上级单位代码」：上下级绕成了一圈：B → A → B。请改掉其中一个上级。",
        "第 4 行「上级单位代码」：上下级绕成了一圈：C → C。请改掉其中一个上级。",
    ]


def test_a_circle_with_what_is_stored_is_named(store: SQLiteStore) -> None:
    import_text(store, UNITS, UNITS_CSV)
    (problem,) = problems(
        store, UNITS, "代码,名称,层级,上级单位代码\nBRANCH,经开区分局,分（县、市）局,STATION\n"
    )
    assert "BRANCH → STATION → BRANCH" in problem


def test_levels_without_end_are_named(store: SQLiteStore) -> None:
    lines = [f"C{n},单位,派出所,{f'C{n - 1}' if n else ''}" for n in range(52)]
    found = problems(store, UNITS, "代码,名称,层级,上级单位代码\n" + "\n".join(lines))
    assert found == [
        f"第 {line} 行「上级单位代码」：上下级超过 50 层。请改掉其中一个上级。" for line in (52, 53)
    ]


def test_a_new_entry_needs_every_required_column(store: SQLiteStore) -> None:
    assert problems(store, UNITS, "代码,名称\nX,某局\n") == ["第 2 行「层级」：没有填写。请补上。"]


def test_two_reform_items_cannot_hold_one_place(store: SQLiteStore) -> None:
    text = "代码,类别,序号,标题\nR01,刚性要求,1,甲\nR1,刚性要求,1,乙\nP01,攻坚项目,1,\n"
    assert problems(store, REFORM_ITEMS, text) == [
        "第 2 行「序号」：类别、序号和代码为 R1 的一条相同。请改成不同的。",
        "第 3 行「序号」：类别、序号和代码为 R01 的一条相同。请改成不同的。",
    ]


def test_headings_are_found_however_they_are_written(store: SQLiteStore) -> None:
    made = plan_of(store, UNITS, "备注, 名称* ,代 码,层级\n随手,某局,Ｘ１,市局\n")
    assert made.problems == ()
    assert made.ignored == ("备注",)
    assert made.changes[0].after["code"] == "X1"


@pytest.mark.parametrize(("text", "word"), [("名称\n某局\n", "代码"), ("代码,名称,名称\nX,a,b\n", "两次")])
def test_headings_that_cannot_be_used_are_refused(store: SQLiteStore, text: str, word: str) -> None:
    with pytest.raises(SpreadsheetError, match=word):
        plan_of(store, UNITS, text)


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
        b"\x89PNG\r\n\x1a\n\x01\x02\x03",
        b"[Content_Types].xml \x01\x02 worksheets",  # a workbook whose beginning is gone
        "这是一封信，不是表格。\n请各单位按时报送。".encode(),
    ],
)
def test_what_is_no_spreadsheet_is_said_to_be_none(store: SQLiteStore, content: bytes) -> None:
    with pytest.raises(SpreadsheetError, match="不是表格"):
        queries.make_plan(store, UNITS, spreadsheet.read(content), TODAY)


def test_categories_refer_to_each_other_by_code(store: SQLiteStore) -> None:
    import_text(store, CATEGORIES, "代码,名称,上级分类代码\nA1,电话无人接,A\nA,咨询告知,\n")
    assert [(row["code"], row["parent_code"]) for row in queries.list_categories(store)] == [
        ("A", None),
        ("A1", "A"),
    ]


FILLED: dict[str, str] = {
    "units": UNITS_CSV,
    "halls": "代码,名称,单位代码,地址,开放时间,停用日期\nH1,=大厅,U1,一号路 1 号,9:00-17:00,2017-06-01\n",
    "counters": "代码,名称,大厅代码,渠道\nC1,1 号窗口,H1,窗口\nC2,报警台,H1,110\n",
    "service_phones": "代码,号码,大厅代码,24 小时\nP1,0571-0000 0001,H1,是\nP2,0571-0000 0002,H1,\n",
    "matters": '代码,名称,办理方式,承诺跑几次,所需材料,公布日期\nM1,补证,跑零次,0,"证\n车",2017/6/1\n',
    "reform_items": "代码,类别,序号,标题,事项代码\nR01,刚性要求,1,,\nM01,公布事项,1,补领行驶证,M1\n",
    "categories": "代码,名称,上级分类代码\nA,咨询告知,\nA1,电话无人接,A\n",
    "checklists": "代码,名称\nL1,现场看\n",
    "checklist_items": "代码,清单代码,序号,看什么,改革事项代码,分类代码\nL1-1,L1,1,咨询台有人,R01,A1\n",
    "holidays": "代码,日期,放假还是上班,叫什么\n2017-10-01,2017-10-01,放假,国庆节\n",
    "delegations": "代码,下放了什么,改革事项代码,事项代码,现在谁办,数的限定,已办多少,数的是什么,截至哪天\n"
    "D1,毕业生落户,R01,M1,派出所,共计,9113,名,2017-06-12\n",
    "open_channels": "代码,能办什么,渠道,事项代码\nW1,补证,APP,M1\n",
    "guides": "代码,指南叫什么,单位代码,事项代码,在显眼处,谁看的,哪天看的\n"
    "G1,补证怎么办,U1,M1,是,窗口主任,2017-06-01\n",
}


@pytest.fixture
def filled(store: SQLiteStore) -> SQLiteStore:
    """Something in every table."""
    for name, table in TABLES.items():
        assert import_text(store, table, FILLED[name]).problems == ()
    return store


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_imports_again_without_a_change(filled: SQLiteStore, name: str, kind: str) -> None:
    table = TABLES[name]
    content = exports.write(table, list(queries.list_entries(filled, table).values()), kind)
    made = queries.make_plan(filled, table, spreadsheet.read(content), TODAY)
    assert made.problems == ()
    assert made.ignored == ()
    assert (made.added, made.updated, made.unchanged) == (0, 0, len(queries.list_entries(filled, table)))


@pytest.mark.parametrize("name", TABLES)
def test_a_template_is_an_empty_sheet_that_can_be_filled_and_imported(store: SQLiteStore, name: str) -> None:
    sheet = spreadsheet.read(exports.template(TABLES[name]))
    assert list(sheet.headings) == [column.heading for column in TABLES[name].columns]
    assert sheet.lines == ()


VALUES: dict[str, st.SearchStrategy[object]] = {
    "code": st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True),
    "reference": st.none() | st.just("U1"),
    "text": st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=60),
    "long": st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=60),
    "number": st.none() | st.integers(1, 1_000_000),
    "date": st.none() | st.dates(date(1900, 3, 1)).map(date.isoformat),
    "flag": st.sampled_from([0, 1]),
}

PHONES = st.from_regex(r"\+?[0-9]{3,20}(转[0-9]{1,6})?", fullmatch=True)


@st.composite
def entries(draw: st.DrawFn) -> tuple[Table, Entry]:
    table = draw(st.sampled_from(list(TABLES.values())))
    entry: Entry = {}
    for column in table.columns:
        words = st.sampled_from(list(column.choices)) if column.choices else VALUES[column.kind]
        words = PHONES if column.normal else words
        entry[column.key] = draw(words)  # type: ignore[assignment]
        if column.required and entry[column.key] in (None, ""):
            stand_ins: dict[str, str | int] = {"number": 1, "date": "2017-06-12"}
            entry[column.key] = stand_ins.get(column.kind, "U1")
    return table, entry


@given(entries(), st.sampled_from(["csv", "xlsx"]))
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_every_entry_comes_back_from_a_file_as_it_went(made: tuple[Table, Entry], kind: str) -> None:
    table, entry = made
    sheet = spreadsheet.read(exports.write(table, [entry], kind))
    assert sheet.problems == ()
    (line,) = sheet.lines
    back = [cells.read(column, cell) for column, cell in zip(table.columns, line.cells, strict=True)]
    assert dict(zip(entry, back, strict=True)) == entry


@pytest.mark.parametrize(
    "written", ["2017-06-12", "2017/6/12", "2017.6.12", "2017年6月12日", "２０１７-６-１２"]
)
def test_a_date_is_read_however_it_is_written(written: str) -> None:
    assert cells.read(UNITS.column("valid_from"), written) == "2017-06-12"


@pytest.mark.parametrize(("written", "number"), [("3", 3), ("３", 3), ("1,000", 1000)])
def test_a_number_is_read_however_it_is_written(written: str, number: int) -> None:
    assert cells.read(MATTERS.column("promised_days"), written) == number


@pytest.mark.parametrize("written", ["-1", "1.5", "三", "99999999", "1e3"])
def test_what_is_no_whole_number_is_refused(written: str) -> None:
    with pytest.raises(CellError, match="整数"):
        cells.read(MATTERS.column("promised_days"), written)


@pytest.mark.parametrize(("written", "flag"), [("是", 1), ("YES", 1), ("√", 1), ("", 0), ("否", 0)])
def test_a_tick_is_read_however_it_is_written(written: str, flag: int) -> None:
    assert cells.read(SERVICE_PHONES.column("around_the_clock"), written) == flag


@pytest.mark.parametrize("written", ["窗口", "counter", " 窗口 "])
def test_a_word_is_read_by_its_chinese_or_its_code(written: str) -> None:
    assert cells.read(COUNTERS.column("channel"), written) == "counter"


def test_a_control_character_is_refused() -> None:
    with pytest.raises(CellError, match="控制字符"):
        cells.read(HALLS.column("address"), "一\x07号")


def test_44_matters_of_another_city_come_in_as_they_are_published(store: SQLiteStore) -> None:
    """The file's columns become ours; its source says that these are not Hangzhou's 68."""
    path = SHARED_DATA / "matters-police-guangan.csv"
    if not path.exists():
        pytest.skip(f"没有 {path.name}：用 SURVEY_SHARED_DATA 指出它所在的目录")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["代码", "名称", "类别", "来源"])
    for row in rows:
        writer.writerow([row["item_code"], row["name"], row["main_item"], "广安市公布目录，不是杭州的 68 项"])
    made = import_text(store, MATTERS, text.getvalue())
    assert (made.added, made.problems) == (44, ())
    names = {row["name"] for row in queries.list_matters(store)}
    assert names == {row["name"] for row in rows}
    assert import_text(store, MATTERS, text.getvalue()).unchanged == 44


def test_an_import_that_fails_midway_leaves_nothing(
    store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    made = plan_of(store, UNITS, UNITS_CSV)
    before = audit_rows(store)

    def fail() -> None:
        with store.writing() as tx:
            queries.apply(tx, made, actor_id=person_id("office"), at=NOON)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    assert (store.value("select count(*) from units"), audit_rows(store)) == (1, before)


def test_a_day_that_carries_its_time_is_that_day(store: SQLiteStore) -> None:
    import_text(
        store, UNITS, "代码,名称,层级,启用日期\nA,甲,市局,2017/6/1 9:30:05\nB,乙,市局,2017-06-02 00:00\n"
    )
    entries = queries.list_entries(store, UNITS)
    assert (entries["A"]["valid_from"], entries["B"]["valid_from"]) == ("2017-06-01", "2017-06-02")
