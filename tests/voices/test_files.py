"""Voices come and go as spreadsheets: whole or not at all, nothing lost, no number shown."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.catalog import queries as catalog
from survey_app.catalog import spreadsheet
from survey_app.privacy import mask
from survey_app.store import SQLiteStore
from survey_app.voices.tables import VOICES
from tests.clock import Clock
from tests.test_citizen_messages import messages
from tests.voices.data import TODAY

IMPORT = "/voices/tables/voices/import"


@pytest.fixture
def office(store: SQLiteStore, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("office")


def upload(office: FlaskClient, token: str, content: bytes, name: str = "留言.csv") -> str:
    """Upload a file and return the address of its preview."""
    form = {"csrf_token": token, "file": (io.BytesIO(content), name)}
    sent = office.post(IMPORT, data=form, content_type="multipart/form-data")
    assert sent.status_code == 302, sent.text
    return str(sent.headers["Location"])


def confirm(office: FlaskClient, path: str) -> str:
    """Confirm what a preview shows and return the list that follows."""
    page = office.get(path).text
    fields = {
        name: page.split(f'name="{name}"')[1].split('value="')[1].split('"')[0]
        for name in ("csrf_token", "plan")
    }
    done = office.post(path, data=fields)
    assert done.status_code == 302, done.text
    return office.get(done.headers["Location"]).text


def as_csv(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def test_a_hundred_and_one_messages_come_in_as_they_were_published(
    store: SQLiteStore,
    clock: Clock,
    sign_in: Callable[[str], FlaskClient],
    csrf: Callable[[FlaskClient], str],
) -> None:
    clock.now = datetime(2020, 6, 12, 4, 0, tzinfo=UTC)  # the messages are of the years before
    office, rows = sign_in("office"), messages()
    answered = [row for row in rows if row["答复意见"].strip()]
    path = upload(office, csrf(office), as_csv(rows))
    preview = office.get(path).text
    assert f"新增 {len(rows)}，更新 0，未变 0" in preview
    assert store.value("select count(*) from voices") == 0, "nothing before it was confirmed"
    page = confirm(office, path)
    assert f"<b>{len(answered)}/{len(rows)}</b><span>网友留言已答复</span>" in page
    assert f"<b>{len(rows) - len(answered)}</b><span>等答复的</span>" in page
    kept = {row["code"]: row for row in store.query("select * from voices")}
    for row in rows:
        voice = kept[row["留言编号"]]
        assert (voice["kind"], voice["title"]) == ("netizen", " ".join(row["留言主题"].split("\n")).strip())
        assert voice["text"] == row["留言详情"].strip().replace("\r\n", "\n")
        assert voice["reply"] == row["答复意见"].strip().replace("\r\n", "\n")
        year, month, day = row["留言时间"].split(" ")[0].split("/")
        assert voice["received_on"] == f"{year}-{int(month):02}-{int(day):02}"
        shown = office.get(f"/voices/{voice['id']}").text
        assert mask(shown) == shown


def test_every_bad_cell_is_named_and_nothing_is_imported(
    store: SQLiteStore, office: FlaskClient, csrf: Callable[[FlaskClient], str]
) -> None:
    text = """编号,类别,原文,收到日期,涉及单位代码,改革事项代码,答复,答复日期,简报可引用,网址
N1,网友留言,好的,2017-06-01,,,,,,
N2,微博,好的,2017-06-01,NOBODY,R1、X9,,,,
N3,,,2017-06-01,,,,,,javascript:alert(1)
N4,,好的,2017-06-05,,,收到,2017-06-01,不在原文里,
N5,领导批示,好的,2017-07-01,,,,2017-06-02,,
"""
    page = office.get(upload(office, csrf(office), text.encode())).text
    for said in (
        "有 12 处要改，一行也没有导入。",
        "“微博”不在可选的词里。请填：领导批示、网友留言、表扬信、媒体报道。",
        "没有代码为 NOBODY 的单位。",
        "没有代码为 R1 的改革事项。",
        "没有代码为 X9 的改革事项。",
        "没有填写。请补上。",
        "网址请从浏览器里整条复制",
        "答复早于收到。",
        "这句话在原文里找不到。",
        "是将来的日期。请核对。",
        "有答复的日期，没有答复。",
        "批示要写明是哪位领导",
    ):
        assert said in page, said
    assert store.value("select count(*) from voices") == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_is_masked_and_comes_back_without_a_loss(
    voices: SQLiteStore, office: FlaskClient, csrf: Callable[[FlaskClient], str], kind: str
) -> None:
    exported = office.get(f"/voices/tables/voices/export.{kind}").data
    words = str(spreadsheet.read(exported))
    assert "138******78" in words
    assert "1234 5678" not in words
    before = voices.query("select * from voices order by id")
    again = catalog.make_plan(voices, VOICES, spreadsheet.read(exported), TODAY)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 8)
    office.post(upload(office, csrf(office), exported, f"a.{kind}"))
    assert voices.query("select * from voices order by id") == before


def test_a_preview_shows_no_number_of_a_person(
    store: SQLiteStore, office: FlaskClient, csrf: Callable[[FlaskClient], str]
) -> None:
    good = "编号,原文,收到日期\nN1,请回 138 1234 5678,2017-06-01\n"
    bad = "编号,原文,收到日期\nN1,2017-06-01,13812345678\n"
    for text, word in ((good, "新增 1"), (bad, "不是日期")):
        page = office.get(upload(office, csrf(office), text.encode())).text
        assert word in page
        assert "138******78" in page
        assert mask(page) == page


def test_no_word_of_a_citizen_can_act_as_a_formula(voices: SQLiteStore, office: FlaskClient) -> None:
    with voices.writing() as tx:
        tx.execute("update voices set text = '=1+1' where code = 'N4'")
    lines = office.get("/voices/tables/voices/export.csv").data.decode("utf-8-sig")
    assert ",'=1+1," in lines
    book = openpyxl.load_workbook(io.BytesIO(office.get("/voices/tables/voices/export.xlsx").data))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_a_template_offers_the_kinds(office: FlaskClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(office.get("/voices/tables/voices/template.xlsx").data))
    offered = {one.formula1 for one in book.worksheets[0].data_validations.dataValidation}
    assert '"领导批示,网友留言,表扬信,媒体报道"' in offered


def test_the_shell_exports_masked_and_imports_without_a_loss(
    app: Flask, voices: SQLiteStore, tmp_path: Path
) -> None:
    path = tmp_path / "voices.xlsx"
    shell = app.test_cli_runner()
    made = shell.invoke(args=["export", "voices", "--format", "xlsx", "--out", str(path)])
    assert "群众声音：8 条" in made.output
    assert "群众声音：新增 0 更新 0 未变 8" in shell.invoke(args=["import", "voices", str(path)]).output
