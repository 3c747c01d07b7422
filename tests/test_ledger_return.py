"""A list goes out, is worked on, and comes back: only what it may, and all of it or nothing."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl.worksheet.worksheet import Worksheet

from survey_app import audit
from survey_app.rectification import findings
from survey_app.store import SQLiteStore
from tests.ledger import changed, column_of, download, writers_while_reading
from tests.problems import DUE, OTHER, UNIT, Work, add_stranger

SignIn = Callable[[str], FlaskClient]
Csrf = Callable[[FlaskClient], str]
LATER = "2017-06-26"
PHONE = "13800138012"
TABLES = ("finding_events", "findings", "audit")


class Person:
    """Somebody who exports a list, changes cells and brings it back."""

    def __init__(self, client: FlaskClient, csrf: Csrf) -> None:
        self.client, self.token = client, csrf(client)

    def export(self, name: str = "repairs", kind: str = "xlsx") -> bytes:
        return download(self.client, f"/ledger/{name}.{kind}?sort=number")

    def bring(self, content: bytes, name: str = "整改清单.xlsx") -> str:
        """Upload a file and return the address of what it would change, or the page that refuses it."""
        answer = self.client.post(
            "/ledger/import",
            data={"file": (io.BytesIO(content), name), "csrf_token": self.token},
            content_type="multipart/form-data",
            buffered=True,
        )
        return answer.headers["Location"] if answer.status_code == 302 else answer.text

    def look(self, content: bytes) -> str:
        """Return the page that says what a file would change."""
        return self.client.get(self.bring(content)).text

    def confirm(self, address: str, page: str = "") -> Any:
        page = page or self.client.get(address).text
        plan = re.search(r'name="plan" type="hidden" value="(\w+)"', page)
        return self.client.post(address, data={"plan": plan[1] if plan else "", "csrf_token": self.token})

    def take(self, content: bytes) -> Any:
        """Bring a file back and confirm."""
        return self.confirm(self.bring(content))


@pytest.fixture
def office(sign_in: SignIn, csrf: Csrf) -> Person:
    """The reform office."""
    return Person(sign_in("office"), csrf)


@pytest.fixture
def unit(work: Work, sign_in: SignIn, csrf: Csrf) -> Person:
    """The responsible unit."""
    return Person(sign_in("unit"), csrf)


def write(content: bytes, **cells: str | date) -> bytes:
    """Return a workbook in which cells were written, named by heading and row: 措施2=…"""

    def change(sheet: Worksheet) -> None:
        for name, value in cells.items():
            heading, row = name[:-1], name[-1]
            sheet[f"{column_of(sheet, heading)}{row}"] = value

    return changed(content, change)


def kept(store: SQLiteStore) -> dict[str, list[dict[str, object]]]:
    return {table: store.query(f"select * from {table}") for table in TABLES}


def bad_cells(page: str) -> dict[str, str]:
    """Return what a page says of cells, by their address."""
    told = re.findall(r"<b>(\S+![A-Z]+\d+)</b><span[^>]*>.*?</span><span>(.*?)</span>", page)
    return dict(told)


def test_a_unit_writes_measure_owner_progress_and_asks_for_time_in_one_file(
    work: Work, unit: Person, store: SQLiteStore
) -> None:
    finding_id = work.fixing()
    content = write(unit.export("all"), 措施2="换两台取号机", 责任人2="综合科科长", 进展2="已经下单",
                    新时限2=date(2017, 6, 26), 改时限的理由2="等配件")  # fmt: skip
    address = unit.bring(content, "六月台账.xlsx")
    page = unit.client.get(address).text
    assert "会改 5 格" in page
    assert re.search(r"换一台取号机</td>\s*<td[^>]*>换两台取号机", page)
    assert unit.confirm(address).headers["Location"] == "/ledger?done=5"
    row = work.row(finding_id)
    assert (row["measure"], row["owner"], row["progress"]) == ("换两台取号机", "综合科科长", "已经下单")
    assert (row["deadline_on"], row["extension_until"], row["extension_reason"]) == (DUE, LATER, "等配件")
    last = findings.list_history(store, finding_id)[-3:]
    assert [(one["action"], one["post"]) for one in last] == [
        ("plan", "测试岗位 unit"), ("progress", "测试岗位 unit"), ("ask_extension", "测试岗位 unit"),
    ]  # fmt: skip
    assert all(findings.read_event(one).facts["file"] == "六月台账.xlsx" for one in last)
    assert "随表格：六月台账.xlsx" in unit.client.get(f"/findings/{finding_id}").text
    assert list(audit.broken_links(store)) == []
    assert "改了 5 格" in unit.client.get("/ledger?done=5").text


def test_what_comes_back_as_it_went_changes_nothing(
    work: Work, unit: Person, office: Person, store: SQLiteStore
) -> None:
    work.fixing(f"=1+1，打{PHONE}\n第二行 ")
    work.closed("改好的")
    before = kept(store)
    for person in (unit, office):
        for name in ("all", "problems", "duties", "repairs"):
            for kind in ("xlsx", "csv"):
                page = person.look(person.export(name, kind))
                assert "没有要收的改动，没变的有 2 条" in page, (name, kind)
                assert "没有收（" not in page
    assert kept(store) == before


def test_a_csv_that_excel_saved_again_comes_back_too(work: Work, unit: Person) -> None:
    finding_id = work.fixing()
    rows = list(csv.reader(io.StringIO(unit.export(kind="csv").decode("utf-8-sig"), newline="")))
    for place, cell in enumerate(rows[1]):
        rows[1][place] = cell.replace("2017-06-19", "2017/6/19")
    rows[1][rows[0].index("进展")] = "已经下单"
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    address = unit.bring(text.getvalue().encode("gb18030"), "整改清单.csv")
    page = unit.client.get(address).text
    assert "会改 1 格" in page
    assert "改了但没有收" not in page
    unit.confirm(address)
    assert work.row(finding_id)["progress"] == "已经下单"


def test_every_bad_cell_is_named_with_what_to_write_and_nothing_is_taken(
    work: Work, unit: Person, store: SQLiteStore
) -> None:
    for _ in range(6):
        work.fixing()
    before = kept(store)
    content = write(
        unit.export(),
        措施2="", 进展2="好的",
        新时限3="下周", 改时限的理由3="等配件",
        新时限4=date(2017, 6, 19), 改时限的理由4="等配件",
        新时限5=date(2017, 6, 26),
        改时限的理由6="等配件",
        进展7="长" * 2001, 措施7="=A1",
    )  # fmt: skip
    address = unit.bring(content)
    page = unit.client.get(address).text
    named = bad_cells(page)
    assert [cell[-1] for cell in named] == list("2345677")
    assert named == {
        "整改清单!C2": "不能清空。请写上，或恢复原来的内容。",
        "整改清单!E3": "“下周”不是日期。请写成 2017-06-12 这样。",
        "整改清单!E4": "要晚于现在的时限。请换一天。",
        "整改清单!F5": "还要写“改时限的理由”才能收下。请一起填上。",
        "整改清单!F6": "写了理由，没有写新时限。请在“新时限”里写延到哪天，或删掉理由。",
        "整改清单!G7": "超过 2000 个字。请删短些。",
        "整改清单!C7": "是公式。请复制后用“选择性粘贴”只粘贴值，再上传。",
    }
    assert "有 7 处要改，一格也没有收" in page
    assert unit.confirm(address, page).status_code == 409
    assert kept(store) == before


def test_what_was_changed_elsewhere_is_named_and_not_taken(work: Work, unit: Person) -> None:
    finding_id = work.fixing()
    content = write(unit.export("all"), 问题2="没有问题", 销号日期2=date(2017, 6, 12), 时限2=date(2017, 7, 1),
                    进展2="已经下单")  # fmt: skip
    address = unit.bring(content)
    page = unit.client.get(address).text
    assert "改了但没有收（3 格）" in page
    assert list(bad_cells(page)) == ["台账!B2", "台账!R2", "台账!AA2"]
    assert unit.confirm(address).status_code == 302
    row = work.row(finding_id)
    assert (row["text"], row["deadline_on"], row["closed_on"]) == ("取号机停用", DUE, None)
    assert row["progress"] == "已经下单"


def test_what_changed_since_the_export_is_shown_and_not_overwritten(work: Work, unit: Person) -> None:
    mine, theirs = work.fixing("没人动过"), work.fixing("有人动过")
    content = write(unit.export(), 进展2="我写的", 进展3="我也写了")
    work.do(theirs, "progress", "unit", text="别人写的")
    address = unit.bring(content)
    page = unit.client.get(address).text
    assert "导出以后有人动过，没有收（1 格）" in page
    assert re.search(r"别人写的</td>\s*<td[^>]*>我也写了", page)
    unit.confirm(address)
    assert (work.row(mine)["progress"], work.row(theirs)["progress"]) == ("我写的", "别人写的")


def test_a_line_that_nobody_touched_is_no_conflict_however_old(work: Work, unit: Person) -> None:
    finding_id = work.fixing()
    content = unit.export()
    work.do(finding_id, "progress", "unit", text="别人写的")
    page = unit.look(content)
    assert "没有要收的改动，没变的有 1 条" in page
    assert "有人动过" not in page


def test_what_changes_between_the_look_and_the_confirmation_is_shown_again(work: Work, unit: Person) -> None:
    finding_id = work.fixing()
    address = unit.bring(write(unit.export(), 进展2="我写的"))
    page = unit.client.get(address).text
    work.do(finding_id, "progress", "unit", text="别人写的")
    answer = unit.confirm(address, page)
    assert answer.status_code == 409
    assert "您查看以后，这些问题有了变动" in answer.text
    assert work.row(finding_id)["progress"] == "别人写的"


def test_others_write_while_a_file_that_comes_back_is_read(
    work: Work, unit: Person, store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.fixing()
    address = unit.bring(write(unit.export(), 进展2="写好了"))
    page = unit.client.get(address).text
    free = writers_while_reading(store, monkeypatch)
    assert unit.confirm(address, page).status_code == 302
    assert free == [True]


def test_the_office_agrees_to_more_time_by_the_day_that_was_asked_for(work: Work, office: Person) -> None:
    asked, other, unsigned = work.fixing(), work.fixing(), work.assigned()
    for one in (asked, other):
        work.do(one, "ask_extension", "unit", until=LATER, reason="等配件")
    content = write(office.export(), 新时限2=date(2017, 6, 26), 新时限3=date(2017, 6, 27),
                    新时限4=date(2017, 6, 28), 改时限的理由4="节前来不及")  # fmt: skip
    address = office.bring(content)
    page = office.client.get(address).text
    assert bad_cells(page) == {
        "整改清单!E3": "要改时限，先由责任单位申请延期；同意的话，这里写申请的那一天。没有收。"
    }
    office.confirm(address)
    assert [work.row(one)["deadline_on"] for one in (asked, other, unsigned)] == [LATER, DUE, "2017-06-28"]
    assert (work.row(unsigned)["state"], work.row(unsigned)["unit_id"]) == ("assigned", UNIT)


def test_the_office_gives_a_reason_when_it_sets_another_limit(work: Work, office: Person) -> None:
    work.assigned()
    page = office.look(write(office.export(), 新时限2=date(2017, 6, 28)))
    assert bad_cells(page) == {"整改清单!F2": "还要写“改时限的理由”才能收下。请一起填上。"}
    past = write(office.export(), 新时限2=date(2017, 6, 1), 改时限的理由2="早些")
    assert bad_cells(office.look(past)) == {"整改清单!E2": "时限不能早于今天。请换一天。"}


def test_what_is_not_ones_own_to_do_is_not_done_by_a_file(
    work: Work, office: Person, store: SQLiteStore
) -> None:
    work.fixing()
    before = kept(store)
    page = office.look(write(office.export("all"), 措施2="别的措施", 责任人2="别人", 进展2="改好了"))
    assert set(bad_cells(page).values()) == {
        "措施和责任人由责任单位写，没有收。",
        "进展由责任单位写，没有收。",
    }
    assert "确认，都改" not in page
    assert kept(store) == before


def test_another_units_rows_cannot_be_reached_by_their_numbers(
    work: Work, office: Person, store: SQLiteStore, sign_in: SignIn, csrf: Csrf
) -> None:
    work.fixing("不给别人看的")
    add_stranger(store)
    stranger = Person(sign_in("stranger"), csrf)
    page = stranger.look(write(office.export(), 进展2="我写的"))
    assert bad_cells(page) == {"整改清单!A2": "没有这个编号，或它不归您的单位。请删掉这一行。"}
    assert "不给别人看的" not in page
    address = office.bring(office.export())
    assert stranger.client.get(address).status_code == 404
    assert stranger.confirm(address, "<>").status_code == 404


def test_a_helping_unit_reads_a_row_and_changes_nothing(work: Work, unit: Person, store: SQLiteStore) -> None:
    helping = work.open()
    work.do(helping, "assign", unit_id=OTHER, deadline_on=DUE, supporting_ids=[UNIT])
    page = unit.look(write(unit.export(), 措施2="我来改"))
    assert bad_cells(page) == {"整改清单!C2": "措施和责任人由责任单位写，没有收。"}


def test_a_state_that_does_not_take_it_is_said(work: Work, unit: Person) -> None:
    work.assigned()
    page = unit.look(write(unit.export(), 措施2="换一台"))
    assert bad_cells(page) == {"整改清单!C2": "现在的状态是“待签收”，没有收。"}


def test_a_first_plan_needs_both_what_and_who(work: Work, unit: Person) -> None:
    finding_id = work.assigned()
    work.do(finding_id, "sign", "unit")
    page = unit.look(write(unit.export("all"), 措施2="换一台"))
    assert bad_cells(page) == {"台账!O2": "还要写“责任人”才能收下。请一起填上。"}
    page = unit.look(write(unit.export("repairs"), 措施2="换一台"))
    assert bad_cells(page) == {"整改清单!C2": "还要写“责任人”才能收下。请一起填上。"}
    unit.take(write(unit.export("all"), 措施2="换一台", 责任人2="大厅主任", 进展2="定好了"))
    row = work.row(finding_id)
    assert (row["state"], row["planned_on"], row["progress"]) == ("fixing", DUE, "定好了")


def test_more_time_cannot_be_asked_for_too_late(work: Work, unit: Person, clock: Any) -> None:
    work.fixing()
    content = unit.export()
    clock.now += timedelta(days=10)
    page = unit.look(write(content, 新时限2=date(2017, 6, 30), 改时限的理由2="等配件"))
    assert set(bad_cells(page).values()) == {"时限已过，不能再申请延期，没有收。"}


def test_a_hidden_number_is_never_lost_by_a_file(work: Work, unit: Person) -> None:
    finding_id = work.fixing()
    work.do(finding_id, "plan", "unit", measure=f"打{PHONE}找厂家", owner="大厅主任", planned_on=DUE)
    page = unit.look(write(unit.export(), 措施2="打138******12找厂家，催一催"))
    assert list(bad_cells(page).values()) == [
        "原来的内容里有隐去的号码，从表格里改会丢掉它。请到这个问题的页面上改。"
    ]
    unit.take(write(unit.export("duties"), 责任人2="综合科科长"))
    assert work.row(finding_id)["measure"] == f"打{PHONE}找厂家"
    assert work.row(finding_id)["owner"] == "综合科科长"


def test_lines_that_were_added_doubled_or_renumbered_are_named(work: Work, unit: Person) -> None:
    for _ in range(3):
        work.fixing()

    def change(sheet: Worksheet) -> None:
        sheet.append([cell.value for cell in sheet[2]])
        sheet["A3"] = "2017-0009"
        sheet.append(["2017-0010", "新问题"])

    page = unit.look(changed(unit.export(), change))
    assert bad_cells(page) == {
        "整改清单!A3": "编号被改过。请改回原来的编号，或重新导出一份再改。",
        "整改清单!A5": "这个编号上面已经有一行。请只留一行。",
        "整改清单!A6": "这一行没有核对码，可能是新加的。这里不能新增；请删掉这一行，或重新导出一份再改。",
    }


def test_columns_may_be_moved_and_left_out_and_lines_sorted(work: Work, unit: Person) -> None:
    first, second = work.fixing("甲"), work.fixing("乙")

    def change(sheet: Worksheet) -> None:
        sheet[f"{column_of(sheet, '进展')}2"] = "到货了"
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        keep = [rows[0].index(name) for name in ("核对码（请勿改动）", "进展", "编号")]
        sheet.delete_rows(1, 3)
        for n, row in enumerate((rows[0], rows[2], rows[1]), 1):
            for place, column in enumerate(keep, 1):
                sheet.cell(n, place, row[column])

    unit.take(changed(unit.export(), change))
    assert (work.row(first)["progress"], work.row(second)["progress"]) == ("到货了", "")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("代码,名称\r\nX1,车管所\r\n".encode(), "这不是从台账导出的表"),
        ("编号,核对码（请勿改动）\r\n".encode(), "这不是从台账导出的表"),
        ("编号,核对码（请勿改动）\r\n2017-0001,repairs:1:abc\r\n".encode(), "核对码都不能用了"),
        (b"PK\x03\x04 broken", "打不开"),
        (b"", "空的"),
    ],
)
def test_what_is_no_list_of_ours_is_refused_in_words(unit: Person, content: bytes, words: str) -> None:
    assert words in unit.bring(content)


def test_a_file_is_chosen_first_and_confirmed_once(work: Work, unit: Person) -> None:
    assert "请先选一个文件" in unit.client.post("/ledger/import", data={"csrf_token": unit.token}).text
    assert "措施、新时限、改时限的理由、进展" in unit.client.get("/ledger/import").text
    work.fixing()
    address = unit.bring(write(unit.export(), 进展2="到货了"))
    assert unit.confirm(address).status_code == 302
    answer = unit.client.get(address)
    assert (answer.status_code, "已经导入过" in answer.text) == (404, True)
