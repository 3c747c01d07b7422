"""Everything that is done about a problem, through the forms of those who do it, and what is refused."""

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from survey_app.accounts import queries as accounts
from survey_app.rectification import findings
from survey_app.store import SQLiteStore
from tests.clock import NOON, Clock
from tests.pages import words_of
from tests.pictures import encode, picture
from tests.problems import DUE, OTHER, UNIT, Desk, Work, add_stranger

SignIn = Callable[[str], FlaskClient]


def test_the_unit_signs_plans_and_reports_back_with_photos(
    work: Work, desk: Callable[[str], Desk], store: SQLiteStore
) -> None:
    finding_id, unit = work.assigned(), desk("unit")
    tasks = unit.open("/tasks")
    assert "要我们办的" in tasks
    assert "还有 5 个工作日" in tasks
    assert unit.act(finding_id, "sign").status_code == 302
    plan = {"measure": "换一台取号机", "owner": "大厅主任", "planned_on": DUE}
    assert unit.act(finding_id, "plan", **plan).status_code == 302
    assert unit.act(finding_id, "progress", text="新机器到了").status_code == 302
    photo = encode(picture(80, 60))
    answer = unit.act(
        finding_id, "feed_back", text="换好了", photos=(io.BytesIO(photo), "new.jpg", "image/jpeg")
    )
    assert answer.status_code == 302
    row = work.row(finding_id)
    assert (row["state"], row["progress"], row["answer"]) == ("fed_back", "新机器到了", "换好了")
    (sha256,) = findings.list_photos(store, finding_id)
    served = unit.client.get(f"/findings/{finding_id}/photos/{sha256}.jpg")
    assert (served.status_code, served.mimetype) == (200, "image/jpeg")
    assert "附了 1 张照片" in unit.open(f"/findings/{finding_id}")
    assert "等别人办的" in unit.open("/tasks")


def test_whom_the_rules_keep_from_verifying_is_told_before_it_is_too_late(
    work: Work, desk: Callable[[str], Desk], store: SQLiteStore
) -> None:
    said = "核验、批延期和销号要由别的单位的改革办人员来办"
    finding_id = work.assigned()
    assert said not in desk("office").open(f"/findings/{finding_id}")
    with store.writing() as tx:
        tx.update("people", work.person_id("office"), {"unit_id": UNIT})
    assert said in desk("office").open(f"/findings/{finding_id}")
    assert said not in desk("unit").open(f"/findings/{finding_id}"), "who never verifies"


def test_what_was_refused_says_once_why_and_that_what_was_typed_is_still_there(
    work: Work, desk: Callable[[str], Desk]
) -> None:
    finding_id, office = work.fixing(), desk("office")
    work.do(finding_id, "feed_back", "unit", text="换好了")
    assert office.act(finding_id, "verify", note="到现场看过").status_code == 302
    late = office.act(finding_id, "verify", note="我也去看过")
    assert (late.status_code, late.text.count("现在不能这样做"), "我也去看过" in late.text) == (409, 1, True)
    assert "您填的还在这里" in late.text


def test_the_office_verifies_asks_a_citizen_and_closes(work: Work, desk: Callable[[str], Desk]) -> None:
    finding_id, office = work.fixing(), desk("office")
    work.do(finding_id, "feed_back", "unit", text="换好了")
    assert office.act(finding_id, "verify", note="到现场看过").status_code == 302
    early = office.act(finding_id, "close")
    assert (early.status_code, "现在不能这样做" in early.text) == (409, True)
    unasked = office.act(finding_id, "follow_up", result="better", text="说快多了")
    assert (unasked.status_code, "请写问了谁" in unasked.text, "说快多了" in unasked.text) == (
        422,
        True,
        True,
    )
    asked = {"result": "better", "asked": "取号的群众", "how": "face", "rating": "5", "text": "快多了"}
    assert office.act(finding_id, "follow_up", **asked).status_code == 302
    assert office.act(finding_id, "close").status_code == 302
    page = office.open(f"/findings/{finding_id}")
    for words in ("已销号", "核验人", "问了谁：取号的群众", "满意程度：非常满意", "现在没有要您办的。"):
        assert words in page


def test_a_follow_up_without_a_change_sends_it_back(work: Work, desk: Callable[[str], Desk]) -> None:
    finding_id = work.verified()
    desk("office").act(finding_id, "follow_up", result="same", asked="群众", text="还是不出号")
    assert work.row(finding_id)["state"] == "fixing"
    assert "发回重办" in desk("unit").open("/tasks")


def test_more_time_is_asked_for_and_granted_or_refused(work: Work, desk: Callable[[str], Desk]) -> None:
    unit, office = desk("unit"), desk("office")
    first, second = work.fixing(), work.fixing("排队太久")
    for finding_id in (first, second):
        early = unit.act(finding_id, "ask_extension", until="2017-06-15", reason="等配件")
        assert (early.status_code, "要晚于现在的时限" in early.text) == (422, True)
        assert "等配件" in early.text
        assert unit.act(finding_id, "ask_extension", until="2017-06-26", reason="等配件").status_code == 302
    assert "申请延期 2" in office.open("/findings")
    assert "等配件" in office.open(f"/findings/{first}")
    assert office.act(first, "grant").status_code == 302
    assert office.act(second, "refuse", reason="").status_code == 422
    assert office.act(second, "refuse", reason="可以先借一台").status_code == 302
    assert [work.row(one)["deadline_on"] for one in (first, second)] == ["2017-06-26", DUE]
    assert "可以先借一台" in unit.open(f"/findings/{second}")


def test_after_the_limit_more_time_is_refused_and_what_was_typed_stays(
    work: Work, desk: Callable[[str], Desk], clock: Clock
) -> None:
    finding_id, unit = work.fixing(), desk("unit")
    clock.now = NOON.replace(day=20)
    page = unit.open("/tasks")
    assert "黄 · 超期 1 个工作日" in page
    assert "problem--warn" in page
    answer = unit.act(finding_id, "ask_extension", until="2017-06-30", reason="配件还没有到")
    assert (answer.status_code, "时限已过" in answer.text, "配件还没有到" in answer.text) == (409, True, True)


def test_a_unit_sends_back_what_is_not_its_own_and_the_office_decides(
    work: Work, desk: Callable[[str], Desk]
) -> None:
    unit, office = desk("unit"), desk("office")
    first, second = work.assigned(), work.assigned("排队太久")
    for finding_id in (first, second):
        assert unit.act(finding_id, "return", reason="大厅不归我们管").status_code == 302
    assert office.act(first, "insist", reason="合同上写着归你们").status_code == 302
    handed = {"unit_id": OTHER, "severity": "normal", "deadline_on": DUE}
    assert office.act(second, "assign", **handed).status_code == 302
    assert (work.row(first)["unit_id"], work.row(second)["unit_id"]) == (UNIT, OTHER)
    assert unit.client.get(f"/findings/{second}").status_code == 404


def test_what_cannot_be_changed_is_explained_and_still_verified_and_followed_up(
    work: Work, desk: Callable[[str], Desk]
) -> None:
    finding_id, office = work.fixing(), desk("office")
    assert desk("unit").act(finding_id, "explain", ground="上级规定要本人到场").status_code == 302
    assert office.act(finding_id, "verify", note="查了规定").status_code == 302
    assert "听明白了，认可" in office.open(f"/findings/{finding_id}")
    assert office.act(finding_id, "follow_up", result="better", asked="群众").status_code == 302
    assert office.act(finding_id, "close").status_code == 302


def test_the_office_returns_for_rework_and_shelves_and_takes_up_again(
    work: Work, desk: Callable[[str], Desk]
) -> None:
    finding_id, office = work.fixing(), desk("office")
    work.do(finding_id, "feed_back", "unit", text="换好了")
    empty = office.act(finding_id, "rework", reason="", deadline_on="2017-06-21")
    assert (empty.status_code, 'value="2017-06-21"' in empty.text) == (422, True)
    sent_back = office.act(finding_id, "rework", reason="还是不出号", deadline_on="2017-06-21")
    assert sent_back.status_code == 302
    late = office.act(finding_id, "shelve", reason="等新大厅", review_on="2017-06-12")
    assert (late.status_code, "请选今天以后的一天。" in late.text, "等新大厅" in late.text) == (
        422,
        True,
        True,
    )
    assert office.act(finding_id, "shelve", reason="等新大厅", review_on="2017-09-01").status_code == 302
    assert "哪天再看？" in office.open(f"/findings/{finding_id}")
    assert office.act(finding_id, "take_up").status_code == 302
    assert work.row(finding_id)["state"] == "judged"


def test_two_problems_that_are_one_are_merged(work: Work, desk: Callable[[str], Desk]) -> None:
    target, merged, office = work.assigned(), work.assigned("不出号"), desk("office")
    itself = office.act(merged, "merge", into_id=merged)
    assert itself.status_code == 422
    assert office.act(merged, "merge", into_id=target).status_code == 302
    for seen, told in ((merged, "并到：2017-0001"), (target, "并进来的：2017-0002")):
        page = office.open(f"/findings/{seen}")
        assert told in page
        assert f"/findings/{target if seen == merged else merged}" in page


@pytest.mark.parametrize("roles", [["office", "unit"], ["office"]])
def test_nobody_of_the_responsible_unit_verifies_whatever_roles_they_have(
    work: Work, desk: Callable[[str], Desk], store: SQLiteStore, roles: list[str]
) -> None:
    finding_id = work.fixing()
    work.do(finding_id, "feed_back", "unit", text="换好了")
    person_id = add_stranger(store, "both", UNIT, "office")
    with store.writing() as tx:
        accounts.set_person(tx, person_id, name="x", post="x", unit_id=UNIT, roles=roles,
                            actor_id=person_id, at=NOON)  # fmt: skip
    both = desk("both")
    assert "/verify" not in both.open(f"/findings/{finding_id}")
    assert both.act(finding_id, "verify", note="我看过了").status_code == 403
    assert work.row(finding_id)["state"] == "fed_back"


def test_nobody_of_a_supporting_unit_verifies_either(
    work: Work, desk: Callable[[str], Desk], store: SQLiteStore
) -> None:
    finding_id = work.open()
    work.do(finding_id, "assign", unit_id=UNIT, deadline_on=DUE, supporting_ids=[OTHER])
    work.do(finding_id, "sign", "unit")
    work.do(finding_id, "plan", "unit", measure="换一台", owner="主任", planned_on=DUE)
    work.do(finding_id, "feed_back", "unit", text="换好了")
    add_stranger(store, "helper", OTHER, "office")
    helper = desk("helper")
    assert "要由别的单位的改革办人员来办" in helper.open(f"/findings/{finding_id}")
    assert helper.act(finding_id, "verify", note="我看过了").status_code == 403
    assert desk("office").act(finding_id, "verify", note="到现场看过").status_code == 302


def test_strangers_and_other_units_do_not_learn_that_a_problem_exists(
    work: Work, desk: Callable[[str], Desk], store: SQLiteStore
) -> None:
    finding_id = work.assigned()
    add_stranger(store)
    stranger = desk("stranger")
    assert stranger.client.get(f"/findings/{finding_id}").status_code == 404
    assert stranger.act(finding_id, "sign").status_code == 404
    assert stranger.client.get(f"/findings/{finding_id}/photos/{'0' * 64}.jpg").status_code == 404
    assert "现在没有任务" in stranger.open("/tasks")
    assert desk("aide").client.get(f"/findings/{finding_id}").status_code == 404
    assert desk("admin").client.get(f"/findings/{finding_id}").status_code == 403


def test_a_supporting_unit_reads_and_does_nothing(
    work: Work, desk: Callable[[str], Desk], store: SQLiteStore
) -> None:
    finding_id = work.open()
    work.do(finding_id, "assign", unit_id=UNIT, deadline_on=DUE, supporting_ids=[OTHER])
    add_stranger(store)
    helper = desk("stranger")
    assert "我们配合的" in helper.open("/tasks")
    assert "现在没有要您办的。" in helper.open(f"/findings/{finding_id}")
    assert helper.act(finding_id, "sign").status_code == 403


def test_the_photos_of_a_problem_are_shown_to_those_who_see_it_and_to_nobody_else(
    work: Work, desk: Callable[[str], Desk], store: SQLiteStore
) -> None:
    finding_id = work.fixing()
    desk("unit").act(
        finding_id,
        "feed_back",
        text="好",
        photos=(io.BytesIO(encode(picture(60, 60))), "a.jpg", "image/jpeg"),
    )
    (sha256,) = findings.list_photos(store, finding_id)
    path = f"/findings/{finding_id}/photos/{sha256}.jpg"
    assert desk("leader").client.get(path).status_code == 200
    add_stranger(store)
    assert desk("stranger").client.get(path).status_code == 404
    assert desk("unit").client.get(f"/findings/{work.assigned()}/photos/{sha256}.jpg").status_code == 404


def test_a_photo_that_came_with_an_answer_that_was_not_taken_is_kept(
    work: Work, desk: Callable[[str], Desk], store: SQLiteStore
) -> None:
    finding_id, unit = work.fixing(), desk("unit")
    photo = (io.BytesIO(encode(picture(60, 60))), "a.jpg", "image/jpeg")
    refused = unit.act(finding_id, "feed_back", text="", photos=photo)
    assert refused.status_code == 422
    kept = re.search(r'checked[^>]*name="feed_back-kept"[^>]*value="([0-9a-f]{64})"', refused.text)
    assert kept
    assert unit.act(finding_id, "feed_back", text="换好了", kept=[kept[1]]).status_code == 302
    assert findings.list_photos(store, finding_id) == [kept[1]]
    spoilt = unit.act(work.fixing("又一个"), "feed_back", text="好", photos=(io.BytesIO(b"no"), "b.jpg"))
    assert (spoilt.status_code, "不是能用的照片" in spoilt.text) == (422, True)


def test_numbers_of_people_are_hidden_on_every_page(work: Work, desk: Callable[[str], Desk]) -> None:
    finding_id = work.fixing("打 138 0013 8000 没人接")
    work.do(finding_id, "feed_back", "unit", text="请打 13900139000")
    for login, path in (("office", "/findings"), ("unit", "/tasks"), ("office", f"/findings/{finding_id}")):
        page = words_of(desk(login).open(path))
        assert "8000" not in page
        assert "39000" not in page


def test_the_urgent_stand_first_in_word_and_colour(
    work: Work, desk: Callable[[str], Desk], clock: Clock
) -> None:
    late, near = work.assigned("最急的"), work.assigned("不太急的")
    work.do(near, "assign", unit_id=UNIT, deadline_on="2017-06-29")
    clock.now = NOON.replace(day=27)
    page = desk("unit").open("/tasks")
    assert page.index("最急的") < page.index("不太急的")
    assert "红 · 超期 6 个工作日" in page
    assert "蓝 · 还有 2 个工作日" in page
    assert f"/findings/{late}" in page


def test_what_comes_back_is_shown_on_both_pages(work: Work, desk: Callable[[str], Desk]) -> None:
    first, again = work.closed(), work.assigned()
    office = desk("office")
    assert "以前有过" in office.open(f"/findings/{again}")
    assert "后来又有" in office.open(f"/findings/{first}")


def test_a_finder_reads_where_each_record_stands_and_what_the_unit_answered(
    work: Work, desk: Callable[[str], Desk]
) -> None:
    finding_id, leader = work.assigned(), desk("leader")
    assert "已交给责任单位，等它签收" in leader.open("/records")
    work.do(finding_id, "sign", "unit")
    work.do(finding_id, "plan", "unit", measure="换一台", owner="大厅主任", planned_on=DUE)
    work.do(finding_id, "feed_back", "unit", text="换好了，问 13800138000")
    work.do(finding_id, "verify", note="到现场看过")
    page = leader.open("/records")
    assert "改革办核过了，请您回头看一看" in page
    assert "责任单位说：换好了，问 138" in page
    assert "0138000" not in page
    assert f"/findings/{finding_id}" in page
    assert leader.act(finding_id, "follow_up", result="better").status_code == 302
    work.do(finding_id, "close")
    assert "改好了，已销号" in leader.open("/records")
