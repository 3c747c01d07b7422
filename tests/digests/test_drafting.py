"""From a period to a text: figures, picks, the draft, and what the office types."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app import audit
from survey_app.digests import queries
from survey_app.digests.drafting import PAGE
from survey_app.digests.figures import Period
from survey_app.digests.named import plain
from survey_app.store import Row, SQLiteStore
from tests.digests.data import add_observation
from tests.digests.steps import PERIOD, Post, drafted, row_of, squeezed, start, typed
from tests.pages import words_of

SignIn = Callable[[str], FlaskClient]


def test_the_figures_of_a_period_are_shown_as_n_of_n(office: FlaskClient, records: list[str]) -> None:
    page = squeezed(office.get("/digests/new", query_string=PERIOD).text)
    assert "共3条记录" in page
    for label, share in (("当场解决的问题", "1</strong>/2"), ("对应改革事项的记录", "1</strong>/3")):
        assert f'{label}</th><tdclass="number"><strong>{share}' in page
    assert "咨询告知</th>" in page


def test_a_shortcut_of_ten_days_ends_today(office: FlaskClient, records: list[str]) -> None:
    page = office.get("/digests/new?days=10").text
    assert 'value="2017-06-03"' in page
    assert 'value="2017-06-12"' in page


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"first": "2017-06-12", "last": "2017-06-01"}, "结束的日子早于开始的日子"),
        ({"first": "2017-02-30", "last": "2017-06-01"}, "日期写成"),
        ({"first": "2010-01-01", "last": "2017-06-01"}, "一次最多选一年"),
        ({"first": "", "last": ""}, "请选一个日期"),
        ({"first": "2017-01-01", "last": "2017-01-02"}, "没有记录，编不了简报"),
    ],
)
def test_a_period_that_cannot_be_briefed_on_is_refused_with_what_to_do(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore, form: Row, message: str
) -> None:
    answer = post(office, "/digests/new", **form)
    assert answer.status_code == 422
    assert message in answer.text
    assert store.value("select count(*) from digests") == 0


def test_a_withdrawn_record_is_neither_counted_nor_offered(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    with store.writing() as tx:
        tx.update("observations", records[1], {"state": "withdrawn"})
    assert "共 2 条记录" in office.get("/digests/new", query_string=PERIOD).text
    assert "排队四十分钟" not in office.get(f"{start(office, post)}/pick").text


def test_picking_on_one_page_keeps_what_was_picked_on_another(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = start(office, post)
    post(office, f"{path}/pick", action="keep", shown=records[:1], pick=records[:1], quote=records[:1])
    post(office, f"{path}/pick", action="all", shown=records[1:])
    picks = queries.list_picks(store, row_of(store, path)["id"])
    assert list(picks) == records
    assert (picks[records[0]]["with_quote"], picks[records[0]]["with_photos"]) == (1, 0)
    post(office, f"{path}/pick", action="none", shown=records[1:])
    assert list(queries.list_picks(store, row_of(store, path)["id"])) == records[:1]


def test_records_are_found_by_two_characters(office: FlaskClient, post: Post, records: list[str]) -> None:
    page = office.get(f"{start(office, post)}/pick?q=排队").text
    assert "排队四十分钟" in page
    assert "自助机停用" not in page


def test_a_long_list_is_offered_page_by_page(
    app: Flask, office: FlaskClient, post: Post, person_id: Callable[[str], str]
) -> None:
    leader = person_id("leader")
    for number in range(PAGE + 1):
        add_observation(app, leader, text=f"第{number}件事")
    path = start(office, post)
    first, second = (office.get(f"{path}/pick?page={page}").text for page in (0, 1))
    assert first.count('name="shown"') == PAGE
    assert f"{path}/pick?page=1" in first
    assert second.count('name="shown"') == 1
    assert f"第{PAGE}件事" in second


def test_what_is_offered_is_masked(office: FlaskClient, post: Post, records: list[str]) -> None:
    page = words_of(office.get(f"{start(office, post)}/pick").text)
    assert "138******00" in page
    assert "0013" not in page


def test_a_draft_without_a_picked_record_is_refused(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = start(office, post)
    answer = post(office, f"{path}/pick", action="draft", shown=records)
    assert answer.status_code == 422
    assert "至少选一条" in answer.text
    assert row_of(store, path)["body"] == ""


def test_a_draft_with_nothing_picked_is_refused_on_the_page_with_the_ticks_as_they_were_sent(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = start(office, post)
    post(office, f"{path}/pick", action="keep", shown=records, pick=records[:1], quote=records[:1])
    answer = post(office, f"{path}/pick?q=自助机", action="draft", shown=records, photos=records[:1])
    assert answer.status_code == 422
    assert f'name="pick" value="{records[0]}">' in answer.text
    assert f'name="quote" value="{records[0]}">' in answer.text
    assert f'name="photos" value="{records[0]}" checked>' in answer.text
    assert "请返回上一页" not in answer.text
    assert len(queries.list_picks(store, path.removeprefix("/digests/"))) == 1  # nothing was thrown away


def test_the_draft_is_written_from_the_records(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    body = plain(row_of(store, drafted(office, post, records))["body"])
    assert "共记录3条" in body
    assert "车管所一楼大厅3号窗口（现场看）：自助机停用，没有告示。" in body
    assert "『我打138******00三次都没人接』——办事群众" in body
    assert "〔照片 1-1〕车管所一楼大厅" in body
    assert "〔待补写〕" in body


def test_what_a_rewritten_draft_replaces_is_kept_in_the_history(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = drafted(office, post, records)
    post(office, f"{path}/edit", **typed(row_of(store, path), body="手写的正文"))
    post(office, f"{path}/pick", action="draft", shown=records, pick=records)
    history = audit.history(store, "digest", row_of(store, path)["id"])
    assert history[-1]["detail"]["before"]["body"] == "手写的正文\n"
    assert [row["action"] for row in history] == [
        "digest.add", "digest.pick", "digest.edit", "digest.edit", "digest.pick", "digest.edit",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title_1": ""}, "请写标题"),
        ({"title_1": "长" * 41}, "最多 40 字"),
        ({"issued_on": "6月12日"}, "日期写成"),
        ({"issuer": ""}, "请写编印单位"),
        ({"copies": "-3"}, "请填一个整数"),
        ({"body": "字" * 100_001}, "正文太长"),
    ],
)
def test_bad_input_is_named_and_what_was_typed_is_still_there(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore, changes: Row, message: str
) -> None:
    path = drafted(office, post, records)
    before = row_of(store, path)
    answer = post(office, f"{path}/edit", **{**typed(before, contributor="市局供稿"), **changes})
    assert answer.status_code == 422
    assert message in answer.text
    assert "市局供稿" in answer.text
    assert row_of(store, path) == before


def test_a_new_briefing_takes_over_what_the_last_one_had(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = drafted(office, post, records)
    post(office, f"{path}/edit", **typed(row_of(store, path), report_to="市委、市政府", copies="60"))
    again = row_of(store, start(office, post))
    assert (again["issuer"], again["report_to"], again["copies"]) == ("市公安局改革办", "市委、市政府", 60)


def test_a_period_is_counted_by_the_day_of_the_record(
    app: Flask, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    leader = person_id("leader")
    for day in (date(2017, 5, 31), date(2017, 6, 1), date(2017, 6, 11), date(2017, 6, 12)):
        add_observation(app, leader, made_on=day)
    period = Period(date(2017, 6, 1), date(2017, 6, 11))
    assert [record.made_on.day for record in queries.list_records(store, period)] == [1, 11]
