"""What each is reminded of on the first page: what waits for them, how much of it, and where it is done."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.catalog.workdays import Calendar
from survey_app.rectification.deadlines import colour
from survey_app.reminders.reminder import LINES, URGENCY, Count, last_blue, last_red, remind
from survey_app.store import SQLiteStore
from tests.clock import NOON, Clock
from tests.problems import DUE, Work
from tests.voices.data import put

SignIn = Callable[[str], FlaskClient]
REMINDER = re.compile(r'class="reminder reminder--(\w+)"(?: href="([^"]*)")?>(?:<b>(\d+)</b> )?<span>([^<]*)')
CALENDAR = Calendar(frozenset({date(2017, 10, 2), date(2017, 10, 3)}), frozenset({date(2017, 9, 30)}))


def read(client: FlaskClient, path: str = "/") -> dict[str, tuple[str, str, str]]:
    """Return the reminders of a page: their number, tone and address by their words."""
    page = client.get(path, follow_redirects=True).text
    return {words: (number, tone, href) for tone, href, number, words in REMINDER.findall(page)}


def test_the_most_urgent_comes_first_and_of_what_there_is_none_nothing_is_said() -> None:
    everything = {name: Count(2, "id") for name in LINES}
    tones = [one.tone for one in remind(everything)]
    assert len(tones) == len(LINES)
    assert tones == sorted(tones, key=URGENCY.index)
    assert remind({name: Count(0) for name in LINES}) == []
    assert [one.name for one in remind({"blue": Count(1), "red": Count(1), "held": Count(0)})] == [
        "red",
        "blue",
    ]


@pytest.mark.parametrize("day", [date(2017, 9, 25) + timedelta(days=n) for n in range(14)])
def test_what_is_counted_by_colour_is_what_is_coloured(day: date) -> None:
    near = [day + timedelta(days=n) for n in range(30) if colour(day + timedelta(days=n), day, CALENDAR)]
    past = [day - timedelta(days=n) for n in range(30)]
    assert last_blue(day, CALENDAR) == max(near)
    assert last_red(day, CALENDAR) == max(one for one in past if colour(one, day, CALENDAR) == "red")


def test_where_nothing_waits_nobody_is_reminded_of_anything(sign_in: SignIn) -> None:
    for login in ("office", "leader", "aide", "unit"):
        assert read(sign_in(login)) == {}


def test_the_office_sees_each_thing_that_waits_for_it_with_its_number_and_place(
    work: Work, sign_in: SignIn, clock: Clock
) -> None:
    work.report("没人管的")  # said by the inbox itself
    work.open("等交办的")
    for text in ("要延期的一", "要延期的二"):
        work.do(work.fixing(text), "ask_extension", "unit", until="2017-06-30", reason="等设备")
    work.verified("核过的")
    back = work.assigned("退回来的")
    work.do(back, "return", "unit", reason="不归我们管")
    clock.now = NOON
    assert read(sign_in("office")) == {
        "申请延期，等您答复": ("2", "warn", "/findings?state=asking"),
        "退件，等您定由谁来改": ("1", "warn", "/findings?state=returned"),
        "待回访": ("1", "info", "/findings?state=verified"),
        "待交办": ("1", "info", "/findings?state=judged"),
    }


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2017-06-14", None),
        ("2017-06-15", "蓝：2 个工作日内到期"),
        ("2017-06-19", "蓝：2 个工作日内到期"),
        ("2017-06-20", "黄：已经超期"),
        ("2017-06-23", "黄：已经超期"),
        ("2017-06-26", "红：超期 5 个工作日以上"),
    ],
)
def test_a_limit_is_told_to_office_and_unit_in_its_colour(
    work: Work, sign_in: SignIn, clock: Clock, today: str, words: str | None
) -> None:
    finding_id = work.fixing()
    assert DUE == "2017-06-19"
    clock.now = NOON + (date.fromisoformat(today) - NOON.date())
    assert set(read(sign_in("office"))) == ({words} if words else set())
    unit = read(sign_in("unit"))
    assert set(unit) == ({words} if words else set())
    if words:
        assert unit[words][2] == f"/findings/{finding_id}"


def test_a_unit_sees_what_to_sign_for_what_came_back_and_what_was_answered(
    work: Work, sign_in: SignIn
) -> None:
    first = work.assigned("先交办的")
    work.assigned("后交办的")
    back = work.verified("没改好的")
    work.do(back, "rework", reason="又坏了")
    asked = work.fixing("要延期的")
    work.do(asked, "ask_extension", "unit", until="2017-06-30", reason="等设备")
    assert "延期有了答复" not in read(sign_in("unit"))
    work.do(asked, "refuse", reason="设备有现货")
    assert read(sign_in("unit")) == {
        "发回重办": ("1", "warn", f"/findings/{back}"),
        "等您签收": ("2", "info", f"/findings/{first}"),
        "延期有了答复": ("1", "info", f"/findings/{asked}"),
    }
    work.do(asked, "plan", "unit", measure="借一台", owner="大厅主任", planned_on=DUE)
    assert "延期有了答复" not in read(sign_in("unit")), "the unit went on"


def test_a_finder_is_asked_to_look_again_once_it_was_verified_and_until_somebody_did(
    work: Work, sign_in: SignIn
) -> None:
    finding_id = work.verified()
    words = "改好并核过了，等您回头看"
    assert read(sign_in("leader")) == {words: ("1", "info", f"/findings/{finding_id}")}
    assert read(sign_in("aide")) == {}, "it is not theirs"
    work.do(finding_id, "follow_up", "leader", result="better")
    assert read(sign_in("leader")) == {}


def test_the_administrator_is_told_of_backups_and_the_chain(
    app: Flask, store: SQLiteStore, sign_in: SignIn, clock: Clock
) -> None:
    assert set(read(sign_in("admin"))) == {"还没有备份过：请在服务器上用 backup 做一份"}
    with store.writing() as tx:
        tx.upsert("settings", {"id": "backed_up_at", "value": "2017-06-12T04:00:00.000Z"})
    assert read(sign_in("admin")) == {}
    clock.now = NOON + timedelta(days=31)
    assert read(sign_in("admin")) == {
        "天没有备份了：看看定时备份为什么停了": ("31", "warn", ""),
        "天没有核对过改动记录了": ("31", "warn", "/audit"),
    }
    assert app.test_cli_runner().invoke(args=["audit", "verify"]).exit_code == 0
    assert "天没有核对过改动记录了" not in read(sign_in("admin"))


def test_reminders_stand_only_on_the_first_page(work: Work, sign_in: SignIn) -> None:
    work.open("等交办的")
    office = sign_in("office")
    assert set(read(office)) == {"待交办"}
    for path in ("/findings", "/inbox?state=reported", "/records", "/nowhere"):
        assert read(office, path) == {}


@pytest.mark.usefixtures("work")
def test_reminders_are_found_by_an_index(store: SQLiteStore) -> None:
    for sql in (
        "select count(*) from findings where state in ('assigned', 'signed') and deadline_on <= '2017-06-19'",
        "select id from findings where unit_id = 'u' and state in ('assigned', 'signed', 'fixing')",
        "select count(*) from findings where state = 'shelved' and review_on <= '2017-06-19'",
    ):
        plan = " ".join(row["detail"] for row in store.query(f"explain query plan {sql}"))
        assert "SCAN" not in plan, plan


def test_netizens_who_wait_for_an_answer_are_told_to_the_office_and_to_the_unit_that_has_to(
    work: Work, store: SQLiteStore, sign_in: SignIn
) -> None:
    put(store, "编号,类别,原文,收到日期,涉及单位代码\nN1,网友留言,电话打不通,2017-06-01,U2\n"
               "N2,网友留言,要跑几次,2017-06-02,U3\nN3,表扬信,谢谢,2017-06-02,U2\n")  # fmt: skip
    assert read(sign_in("office"))["网友留言等答复"] == ("2", "warn", "/voices/next")
    assert read(sign_in("unit"))["网友留言等答复"] == ("1", "warn", "/voices/next")
