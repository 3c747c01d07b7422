"""Voices are listed by what counts and who waits, answered one by one, and lead on to findings."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from survey_app import audit
from survey_app.rectification import findings, workflow
from survey_app.rectification.workflow import Actor
from survey_app.store import SQLiteStore
from survey_app.voices import queries, voice
from survey_app.voices.queries import Filter
from tests.halls import ITEMS, add_halls
from tests.voices.data import TODAY, id_of, put

SignIn = Callable[[str], FlaskClient]
Csrf = Callable[[FlaskClient], str]

ANSWER = "已查，电话现在有专人守。"


@pytest.fixture
def office(voices: SQLiteStore, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("office")


def opened(client: FlaskClient, path: str) -> dict[str, str]:
    """Return what a form that was just opened sends along."""
    page = client.get(path).text
    form = page[page.rindex("<form", 0, page.rindex('name="version"')) :]
    return {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', form)[1]  # type: ignore[index]
        for name in ("csrf_token", "version")
    }


def answer(client: FlaskClient, voice_id: str, text: str = ANSWER, **more: str) -> tuple[int, str]:
    form = opened(client, f"/voices/{voice_id}") | {"reply": text, "replied_on": "2017-06-12", **more}
    made = client.post(f"/voices/{voice_id}/answer", data=form)
    return made.status_code, made.headers.get("Location", made.text)


def codes(store: SQLiteStore, wanted: Filter) -> list[str]:
    return [row["code"] for row in queries.list_voices(store, wanted)]


def test_a_leaders_comment_stands_before_all_else_then_who_has_waited_longest(voices: SQLiteStore) -> None:
    assert codes(voices, Filter()) == ["C1", "C2", "N1", "N4", "N2", "L1", "M1", "N3"]


def test_how_many_netizens_were_answered_is_said_as_n_of_n_for_the_period(
    office: FlaskClient,
) -> None:
    assert "<b>1/4</b><span>网友留言已答复</span>" in office.get("/voices").text
    page = office.get("/voices?since=2017-06-02&until=2017-06-07&kind=letter&state=waiting").text
    assert "<b>1/2</b><span>网友留言已答复</span>" in page


def test_days_that_are_the_wrong_way_round_are_turned_round(voices: SQLiteStore, office: FlaskClient) -> None:
    first, last = date(2017, 6, 2), date(2017, 6, 7)
    assert Filter(since=last, until=first) == Filter(since=first, until=last)
    turned = office.get(f"/voices?since={last}&until={first}").text
    right = office.get(f"/voices?since={first}&until={last}").text
    assert turned[turned.index("<tbody") : turned.index("</tbody")] in right
    assert f'value="{first}"' in turned[: turned.index(f'value="{last}"')]


def test_what_still_waits_says_for_how_long_and_when_it_is_overdue(office: FlaskClient) -> None:
    rows = re.split("<tr>", office.get("/voices").text)
    waiting = {
        title: row for row in rows for title in ("电话打不通", "约不上号", "自助机黑屏") if title in row
    }
    assert "等了 11 天" in waiting["电话打不通"]
    assert "过了期限" in waiting["电话打不通"]
    assert 'badge--warn">等了 4 天' in waiting["约不上号"]
    assert "过了期限" not in waiting["自助机黑屏"]


def test_one_answers_one_after_another_until_nobody_waits(voices: SQLiteStore, office: FlaskClient) -> None:
    assert office.get("/voices/next").headers["Location"] == f"/voices/{id_of(voices, 'N1')}"
    places = [answer(office, id_of(voices, code), then="next") for code in ("N1", "N4", "N2")]
    assert places == [
        (302, f"/voices/{id_of(voices, 'N4')}"),
        (302, f"/voices/{id_of(voices, 'N2')}"),
        (302, "/voices?answered=all"),
    ]
    page = office.get("/voices?answered=all").text
    assert "网友留言都答复了。" in page
    assert "<b>4/4</b>" in page
    row = queries.find_voice(voices, id_of(voices, "N1"))
    assert row
    assert (row["reply"], row["replied_on"], row["reply_unit_code"]) == (ANSWER, "2017-06-12", "B1")
    last = audit.history(voices, "voice", row["id"])[-1]
    assert (last["post"], last["action"]) == ("测试岗位 office", "edit")
    assert set(last["detail"]["changes"]) == {"reply", "replied_on", "reply_unit_id"}


def test_who_skips_one_comes_back_to_it(voices: SQLiteStore) -> None:
    last = queries.find_voice(voices, id_of(voices, "N2"))
    assert queries.find_next_waiting(voices, None, last) == id_of(voices, "N1")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reply": " "}, "没有填写。请补上。"),
        ({"replied_on": "2017-05-31"}, "答复早于收到。请核对两个日期。"),
        ({"replied_on": "2017-06-13"}, "是将来的日期。请核对。"),
        ({"replied_on": "昨天"}, "不是日期"),
        ({"reply": "长" * 5001}, "超过 5000 个字。请删短些。"),
    ],
)
def test_an_answer_that_cannot_stand_is_not_lost(
    voices: SQLiteStore, office: FlaskClient, changed: dict[str, str], said: str
) -> None:
    form = opened(office, f"/voices/{id_of(voices, 'N1')}")
    typed = {"reply": ANSWER, "replied_on": "2017-06-12", **changed}
    sent = office.post(f"/voices/{id_of(voices, 'N1')}/answer", data=form | typed)
    status, page = sent.status_code, sent.text
    assert status == 422
    assert said in page
    assert changed.get("reply", ANSWER) in page
    assert voices.value("select count(*) from voices where replied_on is not null") == 1


def test_two_who_answer_at_once_lose_nothing_of_either(voices: SQLiteStore, office: FlaskClient) -> None:
    voice_id = id_of(voices, "N1")
    form = opened(office, f"/voices/{voice_id}")
    assert answer(office, voice_id)[0] == 302
    mine = {**form, "reply": "另一个答复。", "replied_on": "2017-06-12"}
    late = office.post(f"/voices/{voice_id}/answer", data=mine)
    assert late.status_code == 409
    assert ANSWER in late.text
    assert "另一个答复。" in late.text
    assert voices.value("select reply from voices where id = :id", {"id": voice_id}) == ANSWER
    assert answer(office, voice_id, "另一个答复。")[0] == 302


def test_only_a_netizen_is_answered(voices: SQLiteStore, office: FlaskClient) -> None:
    form = opened(office, f"/voices/{id_of(voices, 'N1')}") | {"reply": ANSWER, "replied_on": "2017-06-12"}
    for code in ("C1", "L1", "M1"):
        assert office.post(f"/voices/{id_of(voices, code)}/answer", data=form).status_code == 409


def test_a_unit_sees_and_answers_what_concerns_it_and_what_is_below_it(
    voices: SQLiteStore, unit: FlaskClient
) -> None:
    page = unit.get("/voices").text
    assert [title for title in ("电话打不通", "约不上号", "两个说法", "自助机黑屏") if title in page] == [
        "电话打不通", "约不上号", "两个说法",
    ]  # fmt: skip
    assert "<b>1/3</b>" in page
    assert unit.get(f"/voices/{id_of(voices, 'N4')}").status_code == 404
    assert answer(unit, id_of(voices, "N2"))[0] == 302
    row = queries.find_voice(voices, id_of(voices, "N2"))
    assert row
    assert row["reply_unit_code"] == "B1"


def test_a_unit_cannot_answer_for_another_nor_change_anybodys_words(
    voices: SQLiteStore, unit: FlaskClient
) -> None:
    form = opened(unit, f"/voices/{id_of(voices, 'N1')}") | {"reply": ANSWER, "replied_on": "2017-06-12"}
    before = voices.query("select * from voices")
    assert unit.post(f"/voices/{id_of(voices, 'N4')}/answer", data=form).status_code == 404
    for path in ("edit", "withdraw", "restore"):
        assert unit.post(f"/voices/{id_of(voices, 'N1')}/{path}", data=form).status_code == 403
    assert unit.get("/voices/tables/voices/export.csv").status_code == 403
    assert voices.query("select * from voices") == before


def test_a_leader_reads_every_voice_and_changes_none(
    voices: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    leader = sign_in("leader")
    assert "自助机黑屏" in leader.get("/voices").text
    page = leader.get(f"/voices/{id_of(voices, 'N4')}")
    assert page.status_code == 200
    assert "答复好" not in page.text
    assert leader.get("/voices/new/letter").status_code == 403


@pytest.mark.parametrize(
    ("kind", "said", "shown"),
    [
        ("netizen", {"title": "想问一问", "text": "周末办吗？"}, "网友留言"),
        ("letter", {"text": "谢谢窗口。", "excerpt": "谢谢窗口"}, "表扬信"),
        ("comment", {"text": "很好。", "author_post": "市委主要领导", "level": "city"}, "市 · 领导批示"),
        ("media", {"title": "报道", "text": "写了改革。", "link": "https://example.org/a"}, "媒体报道"),
    ],
)
def test_the_office_writes_each_kind_down(
    voices: SQLiteStore, office: FlaskClient, kind: str, said: dict[str, str], shown: str
) -> None:
    form = opened(office, f"/voices/new/{kind}") | {"received_on": "2017-06-12", **said}
    made = office.post(f"/voices/new/{kind}", data=form)
    assert made.status_code == 302
    page = office.get(made.headers["Location"]).text
    assert shown in page
    assert said["text"] in page
    assert voices.value("select code from voices where text = :text", {"text": said["text"]}) == "V1"


def test_what_was_typed_wrongly_is_said_beside_its_field_and_kept(office: FlaskClient) -> None:
    form = opened(office, "/voices/new/comment")
    typed = {"text": "改得好。", "received_on": "2017-06-31", "author_post": "", "excerpt": "没说过的话"}
    page = office.post("/voices/new/comment", data=form | typed)
    assert page.status_code == 422
    assert "不是日期" in page.text
    page = office.post("/voices/new/comment", data=form | typed | {"received_on": "2017-06-12"})
    assert "这句话在原文里找不到" in page.text
    assert "批示要写明是哪位领导" in page.text
    assert "改得好。" in page.text


def test_who_corrects_masked_words_loses_no_number(voices: SQLiteStore, office: FlaskClient) -> None:
    voice_id = id_of(voices, "N1")
    page = office.get(f"/voices/{voice_id}/edit").text
    assert "138 1234 5678" not in page
    assert "138******78" in page
    form = opened(office, f"/voices/{voice_id}/edit")
    typed = {
        "text": "打了七次都没有人接，我的手机 138******78。",
        "title": "电话",
        "excerpt": "我的手机 138******78",
        "received_on": "2017-06-01",
    }
    assert office.post(f"/voices/{voice_id}/edit", data=form | typed).status_code == 302
    kept = voices.value("select text from voices where id = :id", {"id": voice_id})
    assert kept == "打了七次都没有人接，我的手机 138 1234 5678。"


def test_two_who_change_one_voice_are_shown_both(voices: SQLiteStore, office: FlaskClient) -> None:
    path = f"/voices/{id_of(voices, 'L1')}/edit"
    form = opened(office, path) | {"text": "当场帮我联系老家补上。", "received_on": "2017-06-11"}
    assert office.post(path, data=form | {"source": "信访办转来"}).status_code == 302
    late = office.post(path, data=form | {"source": "市长信箱"})
    assert late.status_code == 409
    assert "信访办转来" in late.text
    assert 'value="市长信箱"' in late.text


def test_a_withdrawn_voice_is_in_no_list_and_comes_back(voices: SQLiteStore, office: FlaskClient) -> None:
    voice_id = id_of(voices, "N4")
    form = opened(office, f"/voices/{voice_id}")
    assert office.post(f"/voices/{voice_id}/withdraw", data=form).status_code == 302
    assert "自助机黑屏" not in office.get("/voices").text
    assert "<b>1/3</b>" in office.get("/voices").text
    assert "自助机黑屏" in office.get("/voices?state=withdrawn").text
    assert "撤下了" in office.get(f"/voices/{voice_id}").text
    assert office.post(f"/voices/{voice_id}/restore", data=form).status_code == 302
    assert "自助机黑屏" in office.get("/voices").text


def test_numbers_of_people_are_hidden_wherever_a_voice_is_shown(
    voices: SQLiteStore, office: FlaskClient
) -> None:
    phone = "13812345678"
    line = f"N9,拨１３８ １２３４ ５６７８,2017-06-10,{phone},请打{phone},2017-06-11"
    put(voices, f"编号,原文,收到日期,来源,答复,答复日期\n{line}\n")
    for path in ("/voices", f"/voices/{id_of(voices, 'N9')}", f"/voices/{id_of(voices, 'N9')}/edit"):
        page = office.get(path).text
        assert "138******78" in page
        assert "13812345678" not in page
        assert "５６７８" not in page


def test_a_problem_begins_with_what_the_voice_says(voices: SQLiteStore) -> None:
    add_halls(voices)
    put(voices, "编号,改革事项代码,分类代码,严重程度\nN1,R2、R1,A1,严重\n")
    row = queries.find_voice(voices, id_of(voices, "N1"))
    assert row
    assert voice.as_problem(row) == {
        "voice_id": row["id"],
        "text": "电话打不通\n打了六次都没有人接，我的手机 138 1234 5678。",
        "source": "网友留言（市局网站）",
        "unit_id": "u-B1",
        "place": row["unit_name"],
        "hall_id": None,
        "matter_id": None,
        "category": "A1",
        "reform_item_ids": list(ITEMS),
        "severity": "severe",
        "found_on": "2017-06-01",
    }


def test_a_voice_becomes_one_problem_that_a_citizen_is_asked_about_before_it_is_closed(
    voices: SQLiteStore, sign_in: SignIn, csrf: Csrf
) -> None:
    address, office = f"/voices/{id_of(voices, 'N1')}", sign_in("office")
    sent = office.post(f"{address}/problem", data={"csrf_token": csrf(office)})
    again = office.post(f"{address}/problem", data={"csrf_token": csrf(office)})
    assert sent.headers["Location"] == again.headers["Location"]
    [made] = voices.query("select * from findings")
    assert (made["state"], made["source"], made["found_on"]) == (
        "judged",
        "网友留言（市局网站）",
        "2017-06-01",
    )
    page = office.get(sent.headers["Location"]).text
    assert "打了六次都没有人接" in page
    assert "网友留言（市局网站）" in page
    assert "1234 5678" not in page
    assert 'selected value="u-B1"' in page, "who is concerned is offered to put it right"
    assert made["number"] in office.get(address).text
    finding = findings.load(voices, made["id"])
    someone = Actor("leader", frozenset({"leader"}), None)
    assert not workflow.is_allowed(finding, "follow_up", someone), "nobody found it: a citizen is asked"


def test_only_the_office_makes_a_problem_of_a_voice(
    voices: SQLiteStore, sign_in: SignIn, csrf: Csrf, unit: FlaskClient
) -> None:
    address = f"/voices/{id_of(voices, 'N1')}/problem"
    for client in (unit, sign_in("leader"), sign_in("aide"), sign_in("admin")):
        assert client.post(address, data={"csrf_token": csrf(client)}).status_code == 403
    assert voices.value("select count(*) from findings") == 0


def test_a_briefing_may_quote_what_was_picked_masked_without_names_leaders_first(voices: SQLiteStore) -> None:
    put(
        voices,
        "编号,原文,收到日期,简报可引用\nN8,打 138 1234 5678 没人接,2017-06-09,打 138 1234 5678 没人接\n",
    )
    first, last = date(2017, 5, 1), TODAY
    quotes = voice.quotable(queries.list_quotable(voices, first, last), first, last)
    assert [(one.said_by, one.text) for one in quotes] == [
        ("市委主要领导", "多替来办事的人想一步"),
        ("网友", "打了六次都没有人接"),
        ("网友", "打 138******78 没人接"),
        ("来信群众", "当场帮我联系老家补上"),
    ]
    assert [
        one.said_by for one in voice.quotable(queries.list_quotable(voices, TODAY, TODAY), TODAY, TODAY)
    ] == []


def test_the_history_names_no_words(voices: SQLiteStore, office: FlaskClient) -> None:
    answer(office, id_of(voices, "N1"))
    page = office.get(f"/voices/{id_of(voices, 'N1')}").text
    history = page[page.index('class="history"') :]
    assert all(word in history for word in ("怎么答复的", "哪天答复的", "哪个单位答复的"))
    assert ANSWER not in history
    assert json.dumps(ANSWER) not in history


def test_a_hidden_number_is_not_found_by_its_digits(voices: SQLiteStore) -> None:
    for hidden in ("1234", "138 1234", "5678"):
        assert codes(voices, Filter(q=hidden)) == []
        assert sum(queries.count_voices(voices, Filter(q=hidden)).values()) == 0
    assert codes(voices, Filter(q="六次")) == codes(voices, Filter(q="138")) == ["N1"]
    assert queries.count_voices(voices, Filter(q="六次"))["netizen"] == 1
