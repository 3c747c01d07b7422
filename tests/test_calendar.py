"""Calendars to subscribe to: one's own assignments at a private address, and nothing for anybody else."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from icalendar.cal.component import Component

from survey_app.accounts import queries as accounts
from survey_app.store import SQLiteStore
from tests.clock import NOON
from tests.halls import HALL, OTHER_HALL
from tests.test_campaigns import office, plan
from tests.test_field import Press, press

__all__ = ["office", "press"]
ADDRESS = re.compile(r"http://localhost(/calendar/[\w-]{43}\.ics)")


def subscribe(client: FlaskClient, press: Press, scope: str = "own") -> str:
    """Ask for an address and return it."""
    answer = press(client, f"/calendar/{scope}")
    assert answer.headers["Cache-Control"] == "no-store"
    [address] = ADDRESS.findall(answer.text)
    assert ADDRESS.search(client.get("/calendar").text) is None, "it is shown once"
    return str(address)


def events(client: FlaskClient, address: str) -> list[Component]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n")), "folded as the format wants it"
    read = Calendar.from_ical(answer.data)
    assert read["method"] == "PUBLISH"
    return list(read.walk("VEVENT"))


@pytest.fixture
def agreed(office: FlaskClient, press: Press, store: SQLiteStore) -> str:
    """A campaign with one assignment of the leader, on 14 June; its address."""
    address, form = plan(office, press, store)
    press(office, f"{address}/agree", **(form | {"visits-0-due_on": "2017-06-14"}))
    return address


def test_a_leader_subscribes_to_the_own_assignments(
    agreed: str, press: Press, store: SQLiteStore, client: FlaskClient, sign_in: Callable[[str], FlaskClient]
) -> None:
    with store.writing() as tx:
        tx.update("halls", OTHER_HALL, {"address": "白杨街道 1 号"})
    [event] = events(client, subscribe(sign_in("leader"), press))
    assignment = store.value("select id from assignments")
    assert (event["uid"], event["status"], event["sequence"]) == (
        f"{assignment}@walk-in-survey",
        "CONFIRMED",
        1,
    )
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2017, 6, 14), date(2017, 6, 15))
    assert event.decoded("last-modified") == NOON
    assert (event["summary"], event["location"]) == ("去白杨派出所体验", "白杨派出所，白杨街道 1 号")
    assert event["url"] == f"http://localhost/visit?assignment={assignment}"
    assert sign_in("leader").get(event["url"]).status_code == 200


def test_to_reload_the_page_of_an_address_makes_no_other(
    office: FlaskClient, press: Press, csrf: Callable[[FlaskClient], str], client: FlaskClient
) -> None:
    asked = office.post("/calendar/all", data={"csrf_token": csrf(office)})
    assert (asked.status_code, asked.headers["Location"]) == (302, "/calendar")
    page = office.get("/calendar").text
    [address] = ADDRESS.findall(page)
    assert '<a class="crumb" href="/campaigns">' in page
    assert ADDRESS.search(office.get("/calendar").text) is None
    assert client.get(address).status_code == 200


def test_a_calendar_follows_what_is_moved_taken_back_and_closed(
    agreed: str, office: FlaskClient, press: Press, store: SQLiteStore, client: FlaskClient,
    sign_in: Callable[[str], FlaskClient],
) -> None:  # fmt: skip
    address, one = subscribe(sign_in("leader"), press), store.value("select id from assignments")

    def now() -> tuple[str, date, int]:
        [event] = events(client, address)
        assert event["uid"] == f"{one}@walk-in-survey"
        return str(event["status"]), event.decoded("dtstart"), event.decoded("sequence")

    press(office, f"{agreed}/assignments/{one}", due_on="2017-06-16")
    assert now() == ("CONFIRMED", date(2017, 6, 16), 2)
    press(office, f"{agreed}/close")
    assert now() == ("CANCELLED", date(2017, 6, 16), 3)
    press(office, f"{agreed}/reopen")
    assert now() == ("CONFIRMED", date(2017, 6, 16), 4)
    press(office, f"{agreed}/withdraw/{one}")
    assert now() == ("CANCELLED", date(2017, 6, 16), 5)


def test_a_visit_that_was_made_stays_in_the_calendar_of_a_closed_campaign(
    agreed: str, office: FlaskClient, press: Press, client: FlaskClient, sign_in: Callable[[str], FlaskClient]
) -> None:
    leader = sign_in("leader")
    press(leader, "/visit", hall_id=OTHER_HALL, capacity="handle")
    press(office, f"{agreed}/close")
    [event] = events(client, subscribe(leader, press))
    assert event["status"] == "CONFIRMED"


def test_each_leader_sees_the_own_and_the_office_all(
    agreed: str, office: FlaskClient, press: Press, store: SQLiteStore, client: FlaskClient,
    sign_in: Callable[[str], FlaskClient], person_id: Callable[[str], str],
) -> None:  # fmt: skip
    with store.writing() as tx:
        tx.insert("person_roles", {"person_id": person_id("unit"), "role": "leader"})
    press(office, f"{agreed}/assign", person_id=person_id("unit"), hall_id=HALL, due_on="2017-06-15")
    every = events(client, subscribe(office, press, "all"))
    assert [event["summary"] for event in every] == [
        "测试岗位 leader → 白杨派出所",
        "测试岗位 unit → 车管所办事大厅",
    ]
    [own] = events(client, subscribe(sign_in("unit"), press))
    assert own["summary"] == "去车管所办事大厅体验", "nothing of who comes to the own hall"


def test_a_new_address_ends_the_one_before_and_only_its_digest_is_kept(
    agreed: str, press: Press, store: SQLiteStore, client: FlaskClient, sign_in: Callable[[str], FlaskClient]
) -> None:
    leader = sign_in("leader")
    first = subscribe(leader, press)
    second = subscribe(leader, press)
    assert first != second
    assert client.get(first).status_code == 404
    assert len(events(client, second)) == 1
    token = second.removeprefix("/calendar/").removesuffix(".ics")
    files = list(store.path.parent.glob(f"{store.path.name}*"))
    assert len(files) > 1, "its log of what is new beside it"
    assert not any(token.encode() in file.read_bytes() for file in files)
    press(leader, "/calendar/own/end")
    assert client.get(second).status_code == 404
    actions = store.query("select action from audit where action like 'calendar.%' order by seq")
    assert [row["action"] for row in actions] == ["calendar.renew", "calendar.renew", "calendar.end"]


def test_an_address_ends_with_the_account_for_good_and_with_the_role(
    agreed: str, office: FlaskClient, press: Press, store: SQLiteStore, client: FlaskClient,
    sign_in: Callable[[str], FlaskClient], person_id: Callable[[str], str],
) -> None:  # fmt: skip
    own, every = subscribe(sign_in("leader"), press), subscribe(office, press, "all")
    admin = person_id("admin")
    with store.writing() as tx:
        tx.execute("delete from person_roles where role = 'office'")
        accounts.set_disabled(tx, person_id("leader"), True, actor_id=admin, at=NOON)
        accounts.set_disabled(tx, person_id("leader"), False, actor_id=admin, at=NOON)
    assert client.get(own).status_code == 404
    assert client.get(every).status_code == 404


@pytest.mark.parametrize("login", ["unit", "aide", "admin"])
def test_who_sends_nobody_and_goes_nowhere_has_no_calendar(
    login: str, agreed: str, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    client = sign_in(login)
    assert client.get("/calendar").status_code == 403
    for path in ("/calendar/own", "/calendar/all", "/calendar/own/end"):
        assert press(client, path).status_code == 403
    assert "/calendar" not in client.get("/menu").text
    wrong = client.get(f"/calendar/{'x' * 43}.ics")
    assert wrong.status_code == 404
    assert "白杨派出所" not in wrong.text
    assert store.value("select count(*) from calendar_feeds") == 0


def test_a_leader_cannot_ask_for_everybodys(
    agreed: str, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    assert press(sign_in("leader"), "/calendar/all").status_code == 403
    assert press(sign_in("office"), "/calendar/own").status_code == 403
    assert store.value("select count(*) from calendar_feeds") == 0
