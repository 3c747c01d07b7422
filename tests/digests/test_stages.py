"""The way of a briefing: sent for review, signed by somebody else, numbered without a gap, corrected."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from survey_app import audit
from survey_app.accounts import queries as accounts
from survey_app.digests.stages import STATES, STEPS, may_sign
from survey_app.store import SQLiteStore
from tests.clock import NOON
from tests.digests.steps import Post, confirmed, drafted, issued, pdf_text, row_of, signed, squeezed, typed

SignIn = Callable[[str], FlaskClient]
CITIZEN = "请打13800138000"


@pytest.fixture
def colleague(store: SQLiteStore, sign_in: SignIn) -> FlaskClient:
    """Somebody else of the reform office."""
    with store.writing() as tx:
        accounts.add_person(
            tx, login="colleague", name="改革办主任", post="改革办主任", unit_id="unit-1", roles=["office"],
            actor_id=None, at=NOON,
        )  # fmt: skip
    return sign_in("colleague")


def submitted(office: FlaskClient, post: Post, store: SQLiteStore, path: str) -> int:
    assert post(office, f"{path}/edit", **typed(row_of(store, path))).status_code == 302
    version = row_of(store, path)["version"]
    assert post(office, f"{path}/submit", version=version, accepted="y").status_code == 302
    return int(row_of(store, path)["version"])


def test_every_step_leads_on_and_every_state_is_reached() -> None:
    reached = {"draft"} | {step.target for step in STEPS.values()}
    assert reached == set(STATES)
    assert all(step.target not in step.sources for step in STEPS.values())
    assert not any("issued" in step.sources for step in STEPS.values())


def test_who_typed_last_signs_only_where_nobody_else_could() -> None:
    digest = {"edited_by": "a"}
    assert [may_sign(digest, *case) for case in (("a", ["a", "b"]), ("b", ["a", "b"]), ("a", ["a"]))] == [
        False, True, True,
    ]  # fmt: skip


def test_who_typed_last_does_not_sign(
    office: FlaskClient, colleague: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = drafted(office, post, records)
    version = submitted(office, post, store, path)
    answer = post(office, f"{path}/sign", version=version, accepted="y")
    assert answer.status_code == 403
    assert "请另一位同事来签发" in answer.text
    assert "看过了，签发" not in office.get(f"{path}/issue").text
    assert post(colleague, f"{path}/sign", version=version, accepted="y").status_code == 302
    row = row_of(store, path)
    assert row["state"] == "signed"
    assert accounts.find_person(store, row["signed_by"])["post"] == "改革办主任"  # type: ignore[index]


def test_the_mark_of_a_draft_goes_only_when_it_is_signed(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = drafted(office, post, records)
    version = submitted(office, post, store, path)
    assert "排版稿" in pdf_text(office.get(f"{path}/briefing.pdf").data)
    post(office, f"{path}/sign", version=version, accepted="y")
    assert "排版稿" not in pdf_text(office.get(f"{path}/briefing.pdf").data)


def test_what_is_on_its_way_is_not_changed_but_sent_back_with_a_reason(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = drafted(office, post, records)
    submitted(office, post, store, path)
    row = row_of(store, path)
    for name in ("edit", "pick"):
        assert "已经送审" in office.get(f"{path}/{name}").text
    assert post(office, f"{path}/edit", **typed(row, title_1="改了")).status_code == 409
    answer = post(office, f"{path}/return", version=row["version"], reason="")
    assert answer.status_code == 422
    assert "请写哪里要改" in answer.text
    assert post(office, f"{path}/return", version=row["version"], reason="第二段数不对").status_code == 302
    row = row_of(store, path)
    assert (row["state"], row["submitted_by"], row["signed_by"]) == ("draft", None, None)
    assert "第二段数不对" in office.get(path).text
    assert audit.history(store, "digest", row["id"])[-1]["action"] == "digest.return"


def test_a_step_is_taken_only_with_what_was_looked_at(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = drafted(office, post, records)
    version = submitted(office, post, store, path)
    assert post(office, f"{path}/sign", version=version - 1, accepted="y").status_code == 409
    assert post(office, f"{path}/issue", version=version, number=1, issued_on="2017-06-12").status_code == 409
    assert post(office, f"{path}/submit", version=version, accepted="y").status_code == 409
    assert row_of(store, path)["state"] == "review"


def test_the_first_number_is_free_and_from_then_on_none_is_left_out_or_given_twice(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    first, second = (drafted(office, post, records) for _ in range(2))
    signed(office, post, store, second)
    assert "可以接着纸质的号填" in office.get(f"{second}/issue").text
    assert issued(office, post, store, first, number=3).status_code == 302
    assert 'value="4"' in office.get(f"{second}/issue").text
    for wrong in (3, 5):
        answer = confirmed(office, post, store, second, number=wrong)
        assert answer.status_code == 409
        assert "接下来是第4期" in answer.text
    assert row_of(store, second)["state"] == "signed"
    assert confirmed(office, post, store, second, number=4).status_code == 302


def test_a_remark_is_overruled_only_by_saying_so_and_that_is_kept(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = drafted(office, post, records)
    body = "一、空的一节\n二、下一步\n由测试leader来办。〔待补写〕\n〔照片 9-9〕\n{没有写完"
    post(office, f"{path}/edit", **typed(row_of(store, path), body=body))
    version = row_of(store, path)["version"]
    answer = post(office, f"{path}/submit", version=version)
    assert answer.status_code == 422
    for expected in (
        "第 1 行：“一、空的一节”下面没有内容",
        "第 3 行：写了姓名“测试leader”",
        "第 3 行：还有“〔待补写〕”",
        "第 4 行：照片 9-9 没有选入",
        "第 5 行：“{没有写完”不是认得的记号",
    ):
        assert expected in answer.text
    assert row_of(store, path)["state"] == "draft"
    assert post(office, f"{path}/submit", version=version, accepted="y").status_code == 302
    said = audit.history(store, "digest", row_of(store, path)["id"])[-1]["detail"]["in_spite_of"]
    assert set(said) >= {"section", "name", "to_write", "photo", "mark"}


@pytest.mark.parametrize("field", ["body", "title_1", "send_to"])
def test_nobody_sends_on_a_briefing_with_a_citizens_number(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore, field: str
) -> None:
    path = drafted(office, post, records)
    post(office, f"{path}/edit", **typed(row_of(store, path), **{field: CITIZEN}))
    version = row_of(store, path)["version"]
    answer = post(office, f"{path}/submit", version=version, accepted="y")
    assert answer.status_code == 422
    assert "里有手机号或身份证号" in answer.text
    assert "138******00" in answer.text
    assert row_of(store, path)["state"] == "draft"


def test_a_correction_is_a_new_number_that_names_the_old_one_whose_page_says_so(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore, sign_in: SignIn
) -> None:
    old = drafted(office, post, records)
    issued(office, post, store, old, number=3)
    before = row_of(store, old)
    answer = post(office, f"{old}/correct")
    new = answer.headers["Location"].split("/edit")[0]
    assert "本期更正2017年第3期《6月1日至12日办事体验情况》" in row_of(store, new)["body"]
    assert "正在编一期来更正" in office.get(old).text
    assert "正在编一期来更正" not in sign_in("leader").get(old).text
    assert issued(office, post, store, new, number=4).status_code == 302
    assert "第4期（更正第3期）" in squeezed(pdf_text(office.get(f"{new}/briefing.pdf").data))
    assert "这一期已由2017年第4期更正" in sign_in("leader").get(old).text
    assert row_of(store, old) == before


def test_only_what_is_issued_is_corrected(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    assert post(office, f"{drafted(office, post, records)}/correct").status_code == 409


def test_its_history_is_read_by_who_makes_it_with_typing_as_one_line(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore, sign_in: SignIn
) -> None:
    path = drafted(office, post, records)
    issued(office, post, store, path)
    page = squeezed(office.get(path).text)
    places = [
        page.index(f"<li>{word}") for word in ("开始编", "选记录", "改文字（2次）", "送审", "签发", "印发")
    ]
    assert places == sorted(places)
    assert "改文字（" not in sign_in("leader").get(path).text
