"""The catalogue's screens: see, add, edit, retire, import with a look before, export."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app.catalog import queries, spreadsheet, workbook
from survey_app.catalog.slots import families
from survey_app.catalog.tables import REFORM_ITEMS, TABLES, UNITS
from survey_app.catalog.vocabulary import TICKS
from survey_app.store import SQLiteStore
from tests.clock import NOON
from tests.ledger import writers_while_reading

SignIn = Callable[[str], FlaskClient]
SLUGS = [table.slug for table in TABLES.values()]
UNITS_CSV = "代码,名称,层级,上级单位代码\nB1,西湖分局,分（县、市）局,U1\nS1,一号派出所,派出所,B1\n"


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" type="hidden" value="([^"]*)"', page)
    if found is None:
        found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found[1]


def post(client: FlaskClient, path: str, page_path: str = "", **fields: object) -> TestResponse:
    token = hidden(client.get(page_path or path).text, "csrf_token")
    return client.post(path, data={"csrf_token": token, **fields})


def send_file(client: FlaskClient, slug: str, content: bytes, name: str = "表.csv") -> TestResponse:
    return post(client, f"/catalog/{slug}/import", file=(io.BytesIO(content), name))


def add_unit(client: FlaskClient, code: str = "B1", name: str = "西湖分局", **fields: str) -> TestResponse:
    return post(client, "/catalog/units/new", code=code, name=name, tier="branch", parent_id="U1", **fields)


def unit(store: SQLiteStore, code: str) -> dict[str, str]:
    row = queries.find_row_by_code(store, UNITS, code)
    assert row is not None
    return row


def test_everyone_reads_and_only_office_and_administrator_edit(sign_in: SignIn) -> None:
    for role in ("leader", "aide", "unit", "office", "admin"):
        client = sign_in(role)
        may_edit = role in {"office", "admin"}
        for slug in SLUGS:
            assert client.get(f"/catalog/{slug}").status_code == 200
            assert client.get(f"/catalog/{slug}/export.csv").status_code == 200
            assert client.get(f"/catalog/{slug}/new").status_code == (200 if may_edit else 403)
            assert client.get(f"/catalog/{slug}/import").status_code == (200 if may_edit else 403)
        assert ("新增" in client.get("/catalog/units").text) is may_edit


def test_an_unknown_table_or_entry_is_a_page_that_was_not_found(sign_in: SignIn) -> None:
    office = sign_in("office")
    for path in ("/catalog/people", "/catalog/units/nobody", "/catalog/units/nobody/edit"):
        assert office.get(path).status_code == 404


def test_an_entry_is_added_seen_edited_and_the_history_says_who(sign_in: SignIn, store: SQLiteStore) -> None:
    office = sign_in("office")
    answer = add_unit(office)
    assert answer.status_code == 302
    page = office.get(answer.headers["Location"]).text
    assert "西湖分局" in page
    assert "市公安局" in page
    edit = answer.headers["Location"] + "/edit"
    version = hidden(office.get(edit).text, "version")
    changed = post(office, edit, version=version, name="西湖区分局", tier="branch", parent_id="U1")
    assert changed.status_code == 302
    page = office.get(changed.headers["Location"]).text
    assert "西湖区分局" in page
    assert "测试岗位 office" in page
    assert unit(store, "B1")["name"] == "西湖区分局"


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(sign_in: SignIn) -> None:
    office = sign_in("office")
    answer = post(office, "/catalog/units/new", code="西湖", name="留着的名称", valid_from="2017-13-01")
    assert answer.status_code == 422
    assert "代码只能用字母" in answer.text
    assert "不是日期" in answer.text
    assert "没有填写。请补上。" in answer.text
    assert 'value="留着的名称"' in answer.text
    assert 'value="西湖"' in answer.text


def test_a_code_that_exists_is_not_added_again(sign_in: SignIn, store: SQLiteStore) -> None:
    answer = add_unit(sign_in("office"), code="U1", name="另一个")
    assert answer.status_code == 422
    assert "这个代码已经有了" in answer.text
    assert unit(store, "U1")["name"] == "市公安局"


def test_two_people_who_edit_at_once_lose_nothing(sign_in: SignIn, store: SQLiteStore) -> None:
    office, admin = sign_in("office"), sign_in("admin")
    path = add_unit(office).headers["Location"] + "/edit"
    mine, theirs = (hidden(client.get(path).text, "version") for client in (office, admin))
    fields = {"tier": "branch", "parent_id": "U1"}
    assert post(admin, path, version=theirs, name="他改的", **fields).status_code == 302
    answer = post(office, path, version=mine, name="我改的", **fields)
    assert answer.status_code == 409
    assert "有人改过这一条" in answer.text
    assert "他改的" in answer.text
    assert 'value="我改的"' in answer.text
    assert unit(store, "B1")["name"] == "他改的"
    again = post(office, path, version=hidden(answer.text, "version"), name="我改的", **fields)
    assert again.status_code == 302
    assert unit(store, "B1")["name"] == "我改的"


def test_a_save_that_changes_nothing_leaves_no_trace(sign_in: SignIn, store: SQLiteStore) -> None:
    office = sign_in("office")
    path = add_unit(office).headers["Location"] + "/edit"
    before = store.value("select count(*) from audit")
    version = hidden(office.get(path).text, "version")
    post(office, path, version=version, name="西湖分局", tier="branch", parent_id="U1")
    assert store.value("select count(*) from audit") == before


def test_a_retired_entry_is_hidden_until_asked_for_and_comes_back(
    sign_in: SignIn, store: SQLiteStore
) -> None:
    office = sign_in("office")
    path = add_unit(office).headers["Location"]
    assert post(office, path + "/retire", path).status_code == 302
    assert unit(store, "B1")["valid_to"] == "2017-06-12"
    assert "西湖分局" not in office.get("/catalog/units").text
    assert "西湖分局" in office.get("/catalog/units?retired=1").text
    assert "已停用" in office.get(path).text
    assert post(office, path + "/restore", path).status_code == 302
    assert "西湖分局" in office.get("/catalog/units").text
    actions = [
        row["action"] for row in store.query("select action from audit where entity = 'unit' order by seq")
    ]
    assert actions == ["add", "retire", "restore"]


def test_nothing_in_the_catalogue_can_be_deleted(sign_in: SignIn) -> None:
    office = sign_in("office")
    path = add_unit(office).headers["Location"]
    assert office.delete(path).status_code in {400, 405}
    assert office.get(path).status_code == 200


def test_a_list_is_searched_by_name_and_code_and_paged(sign_in: SignIn, store: SQLiteStore) -> None:
    lines = [f"S{n:03d},{n} 号派出所,派出所" for n in range(120)]
    with store.writing() as tx:
        sheet = spreadsheet.read(("代码,名称,层级\n" + "\n".join(lines)).encode())
        queries.apply(tx, queries.make_plan(tx, UNITS, sheet, date(2017, 6, 12)), actor_id=None, at=NOON)
    leader = sign_in("leader")
    first = leader.get("/catalog/units").text
    assert "共 121 条" in first
    assert "49 号派出所" in first
    assert ">50 号派出所" not in first
    assert ">50 号派出所" in leader.get("/catalog/units?page=2").text
    assert "共 1 条" in leader.get("/catalog/units?q=119 号").text
    assert "共 10 条" in leader.get("/catalog/units?q=S01").text
    assert "没有找到" in leader.get("/catalog/units?q=%25").text


def test_quotes_and_code_in_a_name_are_only_text(sign_in: SignIn) -> None:
    office = sign_in("office")
    page = office.get(add_unit(office, name="<script>alert(1)</script>{{7*7}}").headers["Location"]).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page
    assert "<script>alert" not in page


def test_an_import_is_looked_at_before_it_is_done(sign_in: SignIn, store: SQLiteStore) -> None:
    office = sign_in("office")
    answer = send_file(office, "units", UNITS_CSV.encode())
    preview = answer.headers["Location"]
    page = office.get(preview).text
    assert "新增 2，更新 0，未变 0" in page
    assert store.value("select count(*) from units") == 1
    done = post(office, preview, plan=hidden(page, "plan"))
    assert "新增 2，更新 0，未变 0" in office.get(done.headers["Location"]).text
    assert unit(store, "S1")["parent_code"] == "B1"
    again = send_file(office, "units", UNITS_CSV.encode())
    assert "新增 0，更新 0，未变 2" in office.get(again.headers["Location"]).text


def test_a_bad_file_shows_every_bad_line_and_cannot_be_confirmed(sign_in: SignIn, store: SQLiteStore) -> None:
    office = sign_in("office")
    preview = send_file(office, "units", "代码,名称,层级\nX,,市局\nY,乙,处\n".encode()).headers["Location"]
    page = office.get(preview).text
    assert "有 2 处要改" in page
    assert "第 2 行" in page
    assert "第 3 行" in page
    assert "确认导入" not in page
    assert post(office, preview, "/feedback", plan="").status_code == 409
    assert store.value("select count(*) from units") == 1


def test_a_confirmation_counts_only_for_what_was_shown(sign_in: SignIn, store: SQLiteStore) -> None:
    office = sign_in("office")
    preview = send_file(office, "units", UNITS_CSV.encode()).headers["Location"]
    shown = hidden(office.get(preview).text, "plan")
    add_unit(office, name="抢先加的")
    answer = post(office, preview, plan=shown)
    assert answer.status_code == 409
    assert "目录有了变动" in answer.text
    assert "抢先加的" in answer.text
    assert unit(store, "B1")["name"] == "抢先加的"
    assert post(office, preview, plan=hidden(answer.text, "plan")).status_code == 302
    assert unit(store, "B1")["name"] == "西湖分局"


def test_others_write_while_a_confirmed_file_is_read(
    sign_in: SignIn, store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = sign_in("office")
    headings, *lines = csv.reader(io.StringIO(UNITS_CSV))
    preview = send_file(office, "units", workbook.write("单位", headings, lines)).headers["Location"]
    shown = hidden(office.get(preview).text, "plan")
    free = writers_while_reading(store, monkeypatch)
    assert post(office, preview, "/feedback", plan=shown).status_code == 302
    assert free == [True]


def test_a_confirmed_file_is_forgotten_and_nobody_else_sees_it(sign_in: SignIn, store: SQLiteStore) -> None:
    office = sign_in("office")
    preview = send_file(office, "units", UNITS_CSV.encode()).headers["Location"]
    assert sign_in("admin").get(preview).status_code == 404
    post(office, preview, plan=hidden(office.get(preview).text, "plan"))
    assert office.get(preview).status_code == 404
    assert store.value("select count(*) from catalog_uploads") == 0


@pytest.mark.parametrize(
    ("content", "word"), [(b"", "空的"), (b"PK\x03\x04junk", "打不开"), ("名称\n甲\n".encode(), "「代码」")]
)
def test_a_file_that_cannot_be_read_says_what_to_do(sign_in: SignIn, content: bytes, word: str) -> None:
    answer = send_file(sign_in("office"), "units", content)
    assert answer.status_code == 422
    assert word in answer.text


def test_no_file_at_all_says_so(sign_in: SignIn) -> None:
    answer = post(sign_in("office"), "/catalog/units/import")
    assert answer.status_code == 422
    assert "请先选一个文件" in answer.text


@pytest.mark.parametrize("slug", SLUGS)
def test_every_table_downloads_with_a_chinese_name_and_opens(sign_in: SignIn, slug: str) -> None:
    client = sign_in("leader")
    for path in (f"/catalog/{slug}/export.xlsx", f"/catalog/{slug}/template.xlsx"):
        answer = client.get(path)
        assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
        assert openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]["A1"].value == "代码"


def test_the_default_categories_come_with_one_press(sign_in: SignIn, store: SQLiteStore) -> None:
    office = sign_in("office")
    answer = post(office, "/catalog/categories/default", "/catalog/categories")
    assert answer.status_code == 302
    rows = {row["code"]: row for row in queries.list_categories(store)}
    assert [code for code in rows if len(code) == 1] == list("ABCDEFGHIJK")
    assert rows["A1"]["name"] == "电话无人接"
    assert all(row["parent_code"] == code[0] for code, row in rows.items() if len(code) == 2)
    with store.writing() as tx:
        tx.update("categories", rows["A1"]["id"], {"name": "我们的叫法"})
    post(office, "/catalog/categories/default", "/feedback")
    assert queries.list_categories(store)[1]["name"] == "我们的叫法"


def test_every_shipped_category_has_words_that_speak_for_it_and_can_be_changed(
    sign_in: SignIn, store: SQLiteStore
) -> None:
    office = sign_in("office")
    post(office, "/catalog/categories/default", "/catalog/categories")
    rows = queries.list_categories(store)
    assert {row["code"] for row in rows if not row["words"]} == set()
    assert [word for row in rows for word in row["words"].split() if len(word) < 2] == []
    phone = next(row for row in rows if row["code"] == "A1")
    page = office.get(f"/catalog/categories/{phone['id']}/edit").text
    assert "提示词" in page
    assert phone["words"] in page


def test_the_default_checklist_comes_with_one_press_and_with_what_it_names(
    sign_in: SignIn, store: SQLiteStore
) -> None:
    assert post(sign_in("office"), "/catalog/checklists/default", "/feedback").status_code == 302
    names = [row["name"] for row in queries.list_rows(store, TABLES["checklist_items"])]
    assert names == list(TICKS.values())
    assert post(sign_in("office"), "/catalog/halls/default", "/feedback").status_code == 404


def test_empty_places_of_the_reform_plan_wait_to_be_filled(sign_in: SignIn, store: SQLiteStore) -> None:
    office = sign_in("office")
    page = office.get("/catalog/reform-items").text
    for progress in ("已录入 0/10", "已录入 0/68", "待录入 68 项"):
        assert progress in page
    fields = {"family": "requirement", "position": "2", "title": "一次能讲清"}
    assert post(office, "/catalog/reform-items/new", code="R02", **fields).status_code == 302
    page = office.get("/catalog/reform-items").text
    assert "已录入 1/10" in page
    assert "一次能讲清" in page
    assert "待录入 9 项" in page


def test_a_family_counts_what_is_entered_of_what_there_shall_be(store: SQLiteStore) -> None:
    with store.writing() as tx:
        for position, title in ((1, "甲"), (2, ""), (11, "多出来的")):
            row = {"id": f"r{position}", "code": f"R{position}", "family": "requirement"}
            tx.insert("reform_items", {**row, "position": position, "title": title})
    first, *_rest, last = families(queries.list_rows(store, REFORM_ITEMS))
    assert (len(first.entered), first.target) == (2, 11)
    assert [slot.position for slot in first.empty] == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert first.empty[0].row is not None
    assert first.empty[1].row is None
    assert (last.code, last.target, last.empty) == ("measure", None, ())


def test_a_counter_shows_the_address_that_its_label_opens(sign_in: SignIn, store: SQLiteStore) -> None:
    office = sign_in("office")
    post(office, "/catalog/halls/new", code="H1", name="车管大厅", unit_id="U1")
    answer = post(
        office, "/catalog/counters/new", code="H1-3", name="3 号窗口", hall_id="H1", channel="counter"
    )
    page = office.get(answer.headers["Location"]).text
    assert "http://localhost/c/H1-3" in page
    assert "<svg" in page
    hall = queries.list_halls(store)[0]
    sheet = office.get(f"/catalog/halls/{hall['id']}/labels").text
    assert "3 号窗口" in sheet
    assert re.search(r'class="label__code"><svg[^>]* viewBox=', sheet), (
        "a drawing without one is cut off, not scaled"
    )


def test_in_english_the_headings_of_a_sheet_stay_as_the_sheet_has_them(sign_in: SignIn) -> None:
    office = sign_in("office")
    office.set_cookie("language", "en")
    page = office.get("/catalog/units/import").text
    assert "上级单位代码" in page
    assert "Parent unit code" in page
    preview = send_file(office, "units", "代码,名称,层级\nX,,市局\n".encode()).headers["Location"]
    assert "Line 2, 名称" in office.get(preview).text
