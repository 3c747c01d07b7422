"""What the office makes of a record: handed over as a problem, joined to one, or settled on the spot."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.rectification import findings
from survey_app.store import SQLiteStore
from tests.halls import HALL
from tests.problems import DUE, OTHER, UNIT, Desk, Work, just_before_writing
from tests.records import Sender

SignIn = Callable[[str], FlaskClient]
HANDED = {"text": "取号机停用，没有人引导", "unit_id": UNIT, "severity": "serious", "deadline_on": DUE}


def test_a_triaged_record_is_handed_over_with_what_is_known_filled_in(
    work: Work, desk: Callable[[str], Desk], store: SQLiteStore
) -> None:
    office, record_id = desk("office"), work.triaged()
    assert f"/inbox/{record_id}/finding" in office.open(f"/inbox/{record_id}")
    page = office.open(f"/inbox/{record_id}/finding")
    assert re.search(rf'<option selected value="{UNIT}"', page)
    assert f'value="{DUE}"' in page
    assert "严重 6月12日，较重 6月19日，一般 7月3日" in page
    answer = office.send(
        f"/inbox/{record_id}/finding", **HANDED, supporting_ids=[OTHER], lead_post="分管副局长"
    )
    finding = findings.find_finding(store, answer.headers["Location"].split("/")[2].split("?")[0])
    assert finding
    assert (finding["state"], finding["unit_id"], finding["deadline_on"]) == ("assigned", UNIT, DUE)
    assert (finding["text"], finding["lead_post"]) == (HANDED["text"], "分管副局长")
    assert [row["id"] for row in findings.list_supporting(store, finding["id"])] == [OTHER]
    assert "已立为问题：待签收。" in office.open(f"/inbox/{record_id}")
    assert "待签收" in office.open("/inbox")
    told = office.open(f"/findings/{finding['id']}")
    for words in ("发现", "上报", "研判", "交办", "配合单位：出入境管理局"):
        assert words in told


def test_handing_over_goes_on_to_the_next_record(work: Work, desk: Callable[[str], Desk]) -> None:
    record_id, following = work.triaged(), work.report("下一条")["id"]
    answer = desk("office").send(f"/inbox/{record_id}/finding", **HANDED, then="next")
    assert answer.headers["Location"].split("?")[0] == f"/inbox/{following}"


def test_classifying_leads_straight_to_handing_over(work: Work, desk: Callable[[str], Desk]) -> None:
    record = work.report()
    answer = desk("office").send(
        f"/inbox/{record['id']}", kind="blockage", category="D", stage="", severity="", level="", note="",
        version="0", then="finding",
    )  # fmt: skip
    assert answer.headers["Location"].split("?")[0] == f"/inbox/{record['id']}/finding"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("text", "", "请用一两句话写清楚是什么问题。"),
        ("unit_id", "", "请选责任单位。"),
        ("unit_id", "nowhere", "请从列出的里面选。"),
        ("deadline_on", "", "请选一个日期。"),
        ("deadline_on", "2017-06-11", "时限不能早于今天。"),
        ("severity", "endless", "请从列出的里面选。"),
    ],
)
def test_what_cannot_be_handed_over_is_shown_again_whole(
    work: Work, desk: Callable[[str], Desk], store: SQLiteStore, field: str, value: str, words: str
) -> None:
    record_id = work.triaged()
    said = {**HANDED, "lead_post": "还在这里的领导", field: value}
    answer = desk("office").send(f"/inbox/{record_id}/finding", **said)
    assert answer.status_code == 422
    assert words in answer.text
    assert "还在这里的领导" in answer.text
    assert store.value("select count(*) from findings") == 0


def test_a_record_is_classified_first_and_made_a_problem_once(
    work: Work, desk: Callable[[str], Desk], store: SQLiteStore
) -> None:
    office, untriaged, record_id = desk("office"), work.report()["id"], work.triaged()
    assert office.send(f"/inbox/{untriaged}/finding", **HANDED).status_code == 409
    assert office.send(f"/inbox/{record_id}/finding", **HANDED).status_code == 302
    answer = office.send(f"/inbox/{record_id}/finding", **HANDED)
    assert (answer.status_code, "已经立为问题了" in answer.text) == (409, True)
    assert store.value("select count(*) from findings") == 1


def test_a_record_can_join_a_problem_that_is_there(work: Work, desk: Callable[[str], Desk]) -> None:
    finding_id, record_id = work.assigned(), work.triaged("取号机还是不出号")
    office = desk("office")
    assert "和已有的问题是一回事" in office.open(f"/inbox/{record_id}/finding")
    answer = office.send(f"/inbox/{record_id}/attach", "into", into_id=finding_id)
    assert answer.headers["Location"].startswith(f"/findings/{finding_id}")
    assert "取号机还是不出号" in office.open(f"/findings/{finding_id}")
    other = work.triaged("又一条")
    refused = office.send(f"/inbox/{other}/attach", "into", into_id="nowhere")
    assert (refused.status_code, "请从列出的里面选。" in refused.text) == (422, True)


def test_only_what_the_finder_saw_settled_is_settled_on_the_spot(
    work: Work, desk: Callable[[str], Desk], store: SQLiteStore
) -> None:
    office = desk("office")
    seen, unseen = work.triaged("坡道被挡住", resolved_on_spot=True), work.triaged()
    assert "当场解决了，不用交办" in office.open(f"/inbox/{seen}/finding")
    assert "当场解决了，不用交办" not in office.open(f"/inbox/{unseen}/finding")
    assert office.send(f"/inbox/{unseen}/settle", "settle", note="说是好了").status_code == 409
    assert office.send(f"/inbox/{seen}/settle", "settle", note="").status_code == 422
    assert office.send(f"/inbox/{seen}/settle", "settle", note="挪开了，画了线").status_code == 302
    assert [row["state"] for row in store.query("select state from findings")] == ["settled"]


def test_two_records_of_one_thing_become_one_problem_by_the_key_m(
    work: Work, desk: Callable[[str], Desk], store: SQLiteStore
) -> None:
    office, one, two = desk("office"), work.triaged(), work.triaged()
    page = office.open(f"/inbox/{one}/beside/{two}")
    assert f'aria-keyshortcuts="m" href="/inbox/{one}/finding?with={two}"' in page.replace("&amp;", "&")
    assert "一起立为一个问题" in office.open(f"/inbox/{one}/finding?with={two}")
    office.send(f"/inbox/{one}/finding", **HANDED, **{"with": two})
    rows = store.query("select observation_id, finding_id from finding_observations order by position")
    assert [row["observation_id"] for row in rows] == [one, two]
    assert len({row["finding_id"] for row in rows}) == 1


def test_only_of_two_peoples_records_it_is_said_that_two_people_made_them(
    work: Work, desk: Callable[[str], Desk], app: Flask, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    one, two = work.triaged(), work.triaged()
    another = Sender(app, store, person_id("aide")).report("取号机停用", hall_id=HALL)
    assert "两个人记" not in desk("office").open(f"/inbox/{one}/beside/{two}")
    assert "两个人记" in desk("office").open(f"/inbox/{one}/beside/{another}")


def test_a_record_joins_the_problem_of_the_one_it_is_compared_with(
    work: Work, desk: Callable[[str], Desk], store: SQLiteStore
) -> None:
    office, one, two, raw = desk("office"), work.triaged(), work.triaged(), work.report("没有研判的")["id"]
    office.send(f"/inbox/{one}/finding", **HANDED)
    page = office.open(f"/inbox/{two}/beside/{one}")
    finding_id = store.value("select id from findings")
    assert f'name="into-into_id" value="{finding_id}"' in page
    office.send(f"/inbox/{two}/attach", **{"into-into_id": finding_id, "then": "next"})
    joined = store.query("select observation_id from finding_observations order by position")
    assert [row["observation_id"] for row in joined] == [one, two]
    assert "先回到这一条研判" in office.open(f"/inbox/{raw}/beside/{one}")
    assert "已经立为问题了" in office.open(f"/inbox/{one}/beside/{two}")


def test_two_who_attach_one_record_at_once_put_it_into_one_problem(
    work: Work, desk: Callable[[str], Desk], store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, record_id = work.assigned("问题甲"), work.assigned("问题乙"), work.triaged()
    office, path = desk("office"), f"/inbox/{record_id}/attach"
    just_before_writing(store, monkeypatch, lambda: office.send(path, "into", into_id=one))
    answer = office.send(path, "into", into_id=two)
    assert (answer.status_code, "已经立为问题了" in answer.text) == (409, True)
    assert record_id in findings.load(store, one).observation_ids
    assert record_id not in findings.load(store, two).observation_ids


@pytest.mark.parametrize("way", ["finding", "attach"])
def test_a_record_that_is_withdrawn_meanwhile_is_put_into_no_problem(
    work: Work, desk: Callable[[str], Desk], store: SQLiteStore, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    finding_id, record_id, office = work.assigned(), work.triaged(), desk("office")
    head = store.value("select head_op_id from observations where id = :id", {"id": record_id})
    about = {"rec_id": record_id, "base": head, "kind": "withdraw", "payload": {"reason": "记错了"}}
    just_before_writing(store, monkeypatch, lambda: work.leader.send({**work.leader.op(), **about}))
    said = {"into-into_id": finding_id} if way == "attach" else HANDED
    assert office.send(f"/inbox/{record_id}/{way}", **said).status_code == 409
    assert store.value("select finding_id from observations where id = :id", {"id": record_id}) is None
