"""Contact points: who looks after which halls, set by the office, taken along as a spreadsheet."""

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from survey_app.store import SQLiteStore
from tests.halls import HALL, OTHER_HALL
from tests.test_field import Press, press

__all__ = ["press"]


@pytest.fixture
def office(sign_in: Callable[[str], FlaskClient], press: Press) -> FlaskClient:
    """The office, in a bureau whose leader has no contact point yet."""
    return sign_in("office")


def chosen(store: SQLiteStore) -> set[str]:
    return {row["hall_id"] for row in store.query("select hall_id from contact_points")}


def test_contact_points_are_set_and_changed_one_leader_at_a_time(
    office: FlaskClient, press: Press, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    assert "这些市局领导还没有联系点，体验活动排不到：测试岗位 leader。" in office.get("/contact-points").text
    leader = f"/contact-points/{person_id('leader')}"
    page = press(office, leader, halls=[HALL, OTHER_HALL]).text
    assert "车管所办事大厅、白杨派出所" in page
    assert "还没有联系点" not in page
    assert office.get(leader).text.count("checked") == 2
    press(office, leader, halls=[OTHER_HALL])
    assert chosen(store) == {OTHER_HALL}
    press(office, leader)
    assert chosen(store) == set()
    assert store.value("select count(*) from audit where action = 'contact_points.set'") == 3


def test_what_is_no_hall_and_who_is_no_leader_is_refused(
    office: FlaskClient, press: Press, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    assert press(office, f"/contact-points/{person_id('leader')}", halls=["nowhere"]).status_code == 422
    assert press(office, f"/contact-points/{person_id('aide')}", halls=[HALL]).status_code == 404
    assert chosen(store) == set()


def test_a_bureau_leader_is_sent_to_contact_points_only(
    office: FlaskClient, press: Press, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    press(office, f"/contact-points/{person_id('leader')}", halls=[OTHER_HALL])
    week = {"name": "市局体验周", "begins_on": "2017-06-12", "ends_on": "2017-06-18", "tier": "bureau"}
    press(office, "/campaigns", **week)
    page = press(office, f"/campaigns/{store.value('select id from campaigns')}/propose", each="2").text
    assert "本人的联系点" in page
    assert "visits-0-keep" in page
    assert "visits-1-keep" not in page


def test_contact_points_are_taken_along_as_a_spreadsheet(
    office: FlaskClient, press: Press, person_id: Callable[[str], str]
) -> None:
    press(office, f"/contact-points/{person_id('leader')}", halls=[HALL])
    lines = [
        ("账号", "职务", "单位", "大厅代码", "办事大厅"),
        ("leader", "测试岗位 leader", "市公安局", "H1", "车管所办事大厅"),
    ]
    book = load_workbook(io.BytesIO(office.get("/contact-points/export.xlsx").data))
    assert list(book.worksheets[0].iter_rows(values_only=True)) == lines
    text = office.get("/contact-points/export.csv").data.decode("utf-8-sig")
    assert [tuple(line.split(",")) for line in text.splitlines()] == lines


@pytest.mark.parametrize("login", ["leader", "aide", "unit", "admin"])
def test_only_the_office_sees_and_sets_contact_points(
    login: str, sign_in: Callable[[str], FlaskClient], press: Press, store: SQLiteStore,
    person_id: Callable[[str], str],
) -> None:  # fmt: skip
    client = sign_in(login)
    leader = f"/contact-points/{person_id('leader')}"
    for path in ("/contact-points", leader, "/contact-points/export.csv", "/contact-points/export.xlsx"):
        assert client.get(path).status_code == 403
    assert press(client, leader, halls=[HALL]).status_code == 403
    assert chosen(store) == set()
