"""Spreadsheets go out and come back as they were, and nothing in a file can bite."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.catalog import spreadsheet, workbook
from survey_app.catalog.problems import SpreadsheetError

HEADINGS = ["代码", "名称", "说明"]
ILLEGAL = [chr(code) for code in range(32) if chr(code) != "\n"] + ["\x7f", "\ufffe", "\uffff"]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=ILLEGAL), max_size=30)
LINES = st.lists(st.tuples(TEXTS, TEXTS, TEXTS).filter(any), min_size=1, max_size=5)


def cells(content: bytes) -> list[tuple[str | date, ...]]:
    sheet = spreadsheet.read(content)
    assert sheet.problems == ()
    assert list(sheet.headings) == HEADINGS
    return [line.cells for line in sheet.lines]


def book(*rows: Sequence[object]) -> bytes:
    made = openpyxl.Workbook()
    assert made.active is not None
    for row in rows:
        made.active.append(list(row))
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def repacked(content: bytes, parts: dict[str, bytes]) -> bytes:
    """Return a package with parts added or replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        kept = {item.filename: old.read(item.filename) for item in old.infolist()}
        for name, data in (kept | parts).items():
            new.writestr(name, data)
    return file.getvalue()


@given(LINES)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_text_comes_back_from_csv_as_it_went(lines: list[tuple[str, ...]]) -> None:
    assert cells(spreadsheet.write_csv(HEADINGS, lines)) == lines


@given(LINES)
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_text_comes_back_from_xlsx_as_it_went(lines: list[tuple[str, ...]]) -> None:
    assert cells(workbook.write("事项", HEADINGS, lines)) == lines


@given(LINES)
@settings(max_examples=100, deadline=None)
def test_no_cell_of_a_csv_file_begins_like_a_formula(lines: list[tuple[str, ...]]) -> None:
    text = spreadsheet.write_csv(HEADINGS, lines).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline="")):
        assert not [
            cell for cell in row if cell.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
        ]


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-5", "@x", "'=1", " =1", "\n=1", "_x0041_", "_x005F_x0041_", "_x000D_", "007"]
)
def test_text_that_looks_like_something_else_stays_text(text: str) -> None:
    line = ("a", text, "b")
    assert cells(spreadsheet.write_csv(HEADINGS, [line])) == [line]
    content = workbook.write("事项", HEADINGS, [line])
    assert cells(content) == [line]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert sheet["B2"].data_type == "s"


def test_dates_and_numbers_come_back_from_xlsx() -> None:
    content = workbook.write("事项", HEADINGS, [("a", date(2017, 6, 12), 68)])
    assert cells(content) == [("a", date(2017, 6, 12), "68")]


def test_an_instant_a_float_and_a_tick_are_read_as_a_person_wrote_them() -> None:
    content = book(HEADINGS, [1.5, True, datetime(2017, 6, 12, 9, 30)])  # noqa: DTZ001  Excel knows no zone
    assert cells(content) == [("1.5", "是", "2017-06-12 09:30")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_is_read_in_every_encoding_that_excel_writes(encoding: str) -> None:
    assert cells("代码,名称,说明\r\nX1,户口迁移,𠮷\r\n".encode(encoding)) == [("X1", "户口迁移", "𠮷")]


@pytest.mark.parametrize(
    "text",
    ["代码;名称;说明\nX1;a,b;c\n", "代码\t名称\t说明\nX1\ta,b\tc\n", "sep=;\n代码;名称;说明\nX1;a,b;c\n"],
)
def test_the_separator_is_found_from_the_first_line(text: str) -> None:
    assert cells(text.encode()) == [("X1", "a,b", "c")]


def test_lines_are_counted_as_excel_counts_them() -> None:
    text = '代码,名称,说明\r\n\r\nX1,"两\r\n行",\r\n,,\r\nX2,,\r\n'
    lines = spreadsheet.read(text.encode()).lines
    assert [(line.number, line.cells) for line in lines] == [(3, ("X1", "两\n行", "")), (5, ("X2", "", ""))]


def test_a_cell_beyond_the_headings_is_named() -> None:
    sheet = spreadsheet.read("代码,名称\nX1,a,b\n".encode())
    assert [str(problem) for problem in sheet.problems] == [
        "第 2 行：这一行比列名多出内容。请检查有没有串列。"
    ]


def test_a_formula_an_error_and_a_shortened_number_are_named_with_their_place() -> None:
    sheet = spreadsheet.read(book(HEADINGS, ["X1", "=1+1", ""], ["X2", "", 511602000000000000]))
    assert [str(problem) for problem in sheet.problems] == [
        "第 2 行「名称」：是公式。请复制后用“选择性粘贴”只粘贴值，再上传。",
        "第 3 行「说明」：数字太长，Excel 只保留了前 15 位。请把这一列设成“文本”格式，重新填写。",
    ]


def refusal(content: bytes) -> str:
    with pytest.raises(SpreadsheetError) as caught:
        spreadsheet.read(content)
    return str(caught.value)


GOOD = book(HEADINGS, ["X1", "a", "b"])


def test_a_workbook_with_a_macro_is_refused() -> None:
    with_macro = repacked(GOOD, {"xl/vbaProject.bin": b"\xd0\xcf"})
    assert "宏" in refusal(with_macro)
    assert "宏" in refusal(repacked(GOOD, {"xl/macrosheets/sheet1.xml": b"<x/>"}))


def test_a_macro_is_known_by_its_content_type_too() -> None:
    types = b'<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
    assert "宏" in refusal(repacked(GOOD, {"[Content_Types].xml": types}))


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    bomb = repacked(GOOD, {"xl/media/zeros": bytes(40 * 1024 * 1024)})
    assert len(bomb) < 100_000
    assert "展开后太大" in refusal(bomb)


def test_an_entity_bomb_is_refused() -> None:
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    assert "打不开" in refusal(repacked(GOOD, {"xl/worksheets/sheet1.xml": entities}))


@pytest.mark.parametrize("length", [10, 200, len(GOOD) // 2, len(GOOD) - 5])
def test_a_broken_workbook_is_refused(length: int) -> None:
    assert "打不开" in refusal(GOOD[:length])


def test_a_password_or_an_old_format_is_refused() -> None:
    assert "密码" in refusal(spreadsheet.OLE_FILE + bytes(500))


def test_a_package_that_is_not_a_workbook_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("word/document.xml", "<x/>")
    assert "不是 Excel" in refusal(file.getvalue())


def test_a_link_to_another_workbook_is_never_followed() -> None:
    link = b"<externalLink/>"
    assert cells(repacked(GOOD, {"xl/externalLinks/externalLink1.xml": link})) == [("X1", "a", "b")]


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", b",,,\n", book([])])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert "空的" in refusal(content)


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"\x89PNG\r\n\x1a\n" + bytes(99), b"\xff\xff\xff"])
def test_bytes_that_are_no_text_are_refused(content: bytes) -> None:
    assert "不是表格" in refusal(content)


def test_quotes_that_do_not_pair_are_named_with_their_line() -> None:
    assert "第 3 行" in refusal('代码,名称\nX1,a\nX2,"b\n'.encode())


def test_a_file_a_sheet_and_a_line_have_limits() -> None:
    assert "MB" in refusal(b"a" * (spreadsheet.MAX_BYTES + 1))
    assert "列" in refusal((",".join("列" * 61) + "\n").encode())
    many = [["X"]] * (spreadsheet.MAX_LINES + 1)
    assert "行" in refusal(spreadsheet.write_csv(["代码"], many))
    assert "行" in refusal(workbook.write("事项", ["代码"], many))


def test_a_row_number_far_below_the_sheet_ends_the_reading() -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").replace(b'<row r="2"', b'<row r="999999999"')
    assert "行" in refusal(repacked(GOOD, {"xl/worksheets/sheet1.xml": sheet}))


def test_a_long_cell_is_named() -> None:
    sheet = spreadsheet.read(spreadsheet.write_csv(HEADINGS, [("X1", "长" * 10_001, "")]))
    assert [str(problem) for problem in sheet.problems] == ["第 2 行「名称」：超过 10000 个字。请删短些。"]


def test_a_long_cell_of_a_workbook_is_named_as_the_file_has_it() -> None:
    sheet = spreadsheet.read(book(HEADINGS, ["X1", "_x000D_" * 2_000, ""]))
    assert [str(problem) for problem in sheet.problems] == ["第 2 行「名称」：超过 10000 个字。请删短些。"]


def test_one_text_in_very_many_cells_of_a_small_workbook_is_refused() -> None:
    content = book(HEADINGS, *[["_" * 9_000] * 3] * 400)
    assert len(content) < 50_000
    assert "字太多" in refusal(content)


def test_a_template_offers_the_words_of_a_column() -> None:
    content = workbook.write(
        "单位", ["代码", "层级"], [], choices={1: ["市局", "派出所"]}, notes=[["列", "要填", "说明"]]
    )
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    (offered,) = sheet.data_validations.dataValidation
    assert offered.formula1 == '"市局,派出所"'
    assert sheet.freeze_panes == "A2"


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    read_or_refused(content)


@pytest.mark.filterwarnings("ignore::UserWarning")  # openpyxl tells what it leaves out
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=300, deadline=None)
def test_a_damaged_workbook_is_read_or_refused_in_words(damage: list[tuple[int, int]]) -> None:
    content = bytearray(GOOD)
    for place, byte in damage:
        content[place] = byte
    read_or_refused(bytes(content))


PARTS = ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml"]


def test_a_workbook_whose_part_is_no_xml_at_all_is_refused_in_words() -> None:
    with pytest.raises(SpreadsheetError, match="打不开"):
        spreadsheet.read(repacked(GOOD, {"xl/workbook.xml": b"\0"}))


@pytest.mark.filterwarnings("ignore::UserWarning")  # openpyxl tells what it leaves out
@given(st.sampled_from(PARTS), st.integers(0, 2000), st.binary(max_size=20))
@settings(max_examples=200, deadline=None)
def test_a_workbook_with_a_damaged_part_is_read_or_refused_in_words(name: str, at: int, junk: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as package:
        part = package.read(name)
    read_or_refused(repacked(GOOD, {name: part[:at] + junk + part[at + len(junk) :]}))


def read_or_refused(content: bytes) -> None:
    try:
        assert spreadsheet.read(content).headings
    except SpreadsheetError:
        return
