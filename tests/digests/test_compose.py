"""A first draft from visits, problems and voices, whose figures know what they were counted from."""

import io
import re
from collections.abc import Callable

import docx
import pytest
from docx.enum.section import WD_ORIENT
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from survey_app.digests.named import plain
from survey_app.store import SQLiteStore
from tests.digests.steps import Post, issued, pdf_text, row_of, squeezed, typed
from tests.halls import HALL, ITEMS
from tests.problems import OTHER, Work

PERIOD = {"first": "2017-06-01", "last": "2017-06-30"}


@pytest.fixture
def work(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> Work:
    """One problem closed, one overdue, one returned, two visits, two calls, a leader's comment."""
    made = Work(app, store, person_id)
    made.closed("取号机停用", reform_item_ids=[ITEMS[0]])
    made.assigned("咨询台没有人", category="A1")
    made.do(made.assigned("材料多要一份"), "return", "unit", reason="不是本单位的事")
    with store.writing() as tx:
        for n, (capacity, announced, unit) in enumerate((("handle", 0, OTHER), ("research", 1, "unit-2"))):
            tx.insert("visits", visit(person_id("leader"), n, capacity, announced, unit, store))
        for n, result in enumerate(("answered", "unanswered")):
            tx.insert("dial_tests", call(person_id("leader"), n, result))
        tx.insert("voices", {
            "id": "v1", "code": "Q1", "kind": "comment", "level": "city", "author_post": "市领导",
            "text": "请逐项整改，电话13800138000", "excerpt": "请逐项整改，电话13800138000",
            "received_on": "2017-06-12",
        })  # fmt: skip
    return made


def visit(
    person: str, n: int, capacity: str, announced: int, unit: str, store: SQLiteStore
) -> dict[str, object]:
    head = store.value("select id from ops order by server_seq limit 1")
    return {
        "id": f"visit-{n}", "n": n + 1, "head_op_id": head, "forked": 0, "author_id": person,
        "visitor_id": person, "standing": "own", "hall_id": HALL, "unit_id": unit, "capacity": capacity,
        "announced": announced, "made_on": "2017-06-10", "withdrawn": 0, "made_at": "", "received_at": "",
    }  # fmt: skip


def call(person: str, n: int, result: str) -> dict[str, object]:
    return {
        "id": f"call-{n}", "author_id": person, "hall_id": HALL, "dialled_at": "", "result": result,
        "withdrawn": 0, "made_at": "", "made_on": "2017-06-10", "received_at": "",
    }  # fmt: skip


def begun(office: FlaskClient, post: Post, **said: str) -> str:
    answer = post(office, "/digests/new", **PERIOD, **said)
    assert answer.status_code == 302, answer.text
    return re.sub("/(pick|edit).*", "", answer.headers["Location"])


def drafted(office: FlaskClient, post: Post, store: SQLiteStore, **said: str) -> str:
    path = begun(office, post, **said)
    ids = [row["id"] for row in store.query("select id from observations order by n")]
    assert post(office, f"{path}/pick", action="draft", shown=ids, pick=ids).status_code == 302
    return path


def test_the_draft_says_what_was_done_found_and_put_right(
    office: FlaskClient, post: Post, work: Work, store: SQLiteStore
) -> None:
    body = plain(row_of(store, drafted(office, post, store))["body"])
    for expected in (
        "6月1日至30日，开展体验2次，共记录3条，其中堵点、难点3个。截至6月12日，立案的问题3个，已销号1/3。",
        "开展体验2次，其中市局领导2次；亲身办1/2，事先不打招呼1/2。",
        "拨打服务电话2个，接通1/2。",
        "对照改革事项，记录涉及“用好一个服务电话”1条。",
        "发现并立案的问题3个。截至6月12日，已销号1/3。",
        "取号机停用。车辆管理所反馈：换好了，有人引导。已销号。",
        "『请逐项整改，电话138******00』——市领导批示",
        "还有2个问题没有销号，按时限逐个办：",
        "1．6月19日前，车辆管理所：",
    ):
        assert expected in body, body
    assert "共计0" not in body
    assert "〔待补写〕" not in body


def test_every_figure_of_the_draft_leads_to_what_was_counted(
    office: FlaskClient, post: Post, work: Work, store: SQLiteStore
) -> None:
    path = drafted(office, post, store)
    page = office.get(f"{path}/edit").text
    assert "个数都和记录对得上" in page
    links = re.findall(r'href="([^"]+/behind\?figure=[^"]+)">([^<]+) (\d+)(?:/(\d+))?</a>', page)
    assert len(links) > 12
    for address, name, counted, total in links:
        listed = office.get(address).text
        if name != "整改用时":
            assert f"从下面 {counted} 条" in listed, name
        assert listed.count('class="plain__row"') == int(total or 0) or not total or name == "整改用时"


def test_figures_that_moved_are_named_and_one_button_takes_the_new_ones(
    office: FlaskClient, post: Post, work: Work, store: SQLiteStore
) -> None:
    path = drafted(office, post, store)
    row = row_of(store, path)
    post(office, f"{path}/edit", **typed(row, body=row["body"] + "手写的数：已销号1/3。\n"))
    work.closed("排队太久")
    page = squeezed(office.get(f"{path}/edit").text)
    assert "文中1/3，现在2/4" in page
    assert "数变了：已销号1/3→2/4" in squeezed(office.get(f"{path}/issue").text)
    answer = post(office, f"{path}/renew", version=row_of(store, path)["version"])
    assert answer.status_code == 302
    body = row_of(store, path)["body"]
    assert "{已销号=2/4}" in body
    assert "手写的数：已销号1/3。" in body
    assert "个数都和记录对得上" in office.get(f"{path}/edit").text
    assert "数变了" not in office.get(f"{path}/issue").text


def test_a_figure_is_printed_as_plain_digits(
    office: FlaskClient, post: Post, work: Work, store: SQLiteStore
) -> None:
    path = drafted(office, post, store)
    text = squeezed(pdf_text(office.get(f"{path}/briefing.pdf").data))
    assert "已销号1/3" in text
    assert "{" not in text


def test_a_briefing_on_one_reform_item_has_only_its_records_and_problems(
    office: FlaskClient, post: Post, work: Work, store: SQLiteStore
) -> None:
    assert "专题要选一个改革事项" in post(office, "/digests/new", **PERIOD, template="topic").text
    path = drafted(office, post, store, template="topic", item=ITEMS[0])
    row = row_of(store, path)
    assert row["title_1"] == "“用好一个服务电话”体验情况"
    assert "围绕“用好一个服务电话”，共记录1条" in plain(row["body"])
    assert "已销号1/1" in plain(row["body"])
    assert "开展体验" not in row["body"]
    assert "材料多要一份" not in row["body"]


def test_a_briefing_on_one_unit_leaves_the_others_out(
    office: FlaskClient, post: Post, work: Work, store: SQLiteStore
) -> None:
    answer = post(office, "/digests/new", **PERIOD, unit=OTHER)
    assert answer.status_code == 422
    assert "没有记录" in answer.text
    assert (
        row_of(store, begun(office, post, unit="unit-2"))["title_1"] == "6月1日至30日车辆管理所办事体验情况"
    )


def test_what_is_overdue_or_came_back_is_listed_unit_by_unit_as_facts(
    office: FlaskClient, post: Post, work: Work, store: SQLiteStore, clock: Callable[[], object]
) -> None:
    path = begun(office, post, template="chase")
    body = plain(row_of(store, path)["body"])
    assert "截至6月12日，还没有销号的问题2个，其中退件待定1个。" in body
    assert "（一）车辆管理所" in body
    assert "材料多要一份" in body
    assert "咨询台没有人" not in body
    assert not [
        page for page in ("", "/edit", "/issue") if f'href="{path}/pick"' in office.get(path + page).text
    ]
    clock.now = clock.now.replace(day=28)  # type: ignore[attr-defined]
    assert "到期未销号 0/2 → 2/2" not in office.get(f"{path}/issue").text
    later = plain(row_of(store, begun(office, post, template="chase"))["body"])
    assert "到期未销号2/2" in later
    assert "咨询台没有人" in later


def test_where_nothing_is_overdue_nobody_is_chased(
    office: FlaskClient, post: Post, app: Flask, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    Work(app, store, person_id).assigned("咨询台没有人")
    answer = post(office, "/digests/new", **PERIOD, template="chase")
    assert answer.status_code == 422
    assert "不用发督办通报" in answer.text
    assert "没有要督办的问题" in office.get("/digests/new", query_string={**PERIOD, "template": "chase"}).text


def test_an_issued_briefing_keeps_what_its_figures_were_counted_from(
    office: FlaskClient, post: Post, work: Work, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    path = drafted(office, post, store)
    assert issued(office, post, store, path).status_code == 302
    before = office.get(f"{path}/behind?figure=已销号").text
    work.closed("排队太久")
    assert "已销号 1/3</a>" in office.get(path).text
    page = office.get(f"{path}/behind?figure=已销号").text
    assert page == before
    assert "从下面 1 条" in page
    assert "取号机停用" in page
    assert sign_in("leader").get(f"{path}/behind?figure=已销号").status_code == 403
    assert "已销号 1/3</a>" not in sign_in("leader").get(path).text


def test_the_ledger_stands_behind_a_briefing_across_the_page(
    office: FlaskClient, post: Post, store: SQLiteStore, work: Work
) -> None:
    with store.writing() as tx:
        tx.execute("update findings set text = '请打 13800138000 | 没人接' where state = 'assigned'")
    path = drafted(office, post, store)
    kept = row_of(store, path)["body"]
    assert post(office, f"{path}/annex").headers["Location"].endswith("done=annex")
    once = row_of(store, path)["body"]
    assert once.startswith(kept.rstrip())
    post(office, f"{path}/annex")
    assert row_of(store, path)["body"] == once, "asked for again, it takes its own place"
    read = PdfReader(io.BytesIO(office.get(f"{path}/briefing.pdf").data))
    shapes = [page.mediabox.width > page.mediabox.height for page in read.pages]
    assert shapes == sorted(shapes), "the annex is the end"
    assert shapes[-1]
    assert not shapes[0]
    last = squeezed(read.pages[-1].extract_text())
    assert "附件：问题整改台账" in last
    numbers = [row["number"] for row in store.query("select number from findings order by year, position")]
    assert all(number in last for number in numbers)
    assert "13800138000" not in last
    assert "没人接" in last
    sheet = docx.Document(io.BytesIO(office.get(f"{path}/briefing.docx").data))
    assert [one.orientation for one in sheet.sections] == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]
    assert len(sheet.tables[-1].rows) == 1 + len(numbers)
