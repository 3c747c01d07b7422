"""What was seen, handled and dialled, from any browser: changed and taken back by who said it alone."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html  # type: ignore[import-untyped]

from survey_app.store import SQLiteStore
from tests.halls import CHECKLIST, HALL, MATTER, PHONE, TICKS
from tests.pages import words_of
from tests.phone import Caller
from tests.test_field import Press, press, visit_id

__all__ = ["press"]


@pytest.fixture
def leader(sign_in: Callable[[str], FlaskClient], press: Press) -> FlaskClient:
    """A leader on a visit."""
    made = sign_in("leader")
    press(made, "/visit", hall_id=HALL, capacity="handle")
    return made


def as_sent(client: FlaskClient, path: str) -> dict[str, str]:
    """Return what a browser would send of a page's form as it was opened."""
    [form] = [one for one in html.fromstring(client.get(path).text).forms if one.method == "POST"]
    said = {name: value.removeprefix("\n") for name, value in form.form_values() if name != "csrf_token"}
    return {name: "" if value == "on" else value for name, value in said.items()}  # lxml's word for no value


def test_an_answer_of_a_look_round_is_changed(leader: FlaskClient, press: Press, store: SQLiteStore) -> None:
    said = {"hall_id": HALL, "visit_id": visit_id(store), "checklist_id": CHECKLIST}
    press(leader, "/look", **said, **{f"answers-{TICKS[0]}": "no"})
    path = f"/said/{store.value('select id from looks')}/edit"
    assert path in leader.get(f"/visit/{visit_id(store)}").text
    fields = as_sent(leader, path)
    assert fields.items() >= {**said, f"answers-{TICKS[0]}": "no"}.items()
    assert leader.get(path).text.count('class="field looked"') == len(TICKS) + 1, "and the template of one"
    fields |= {f"answers-{TICKS[0]}": "yes", f"answers-{TICKS[1]}": "unseen"}
    told = words_of(press(leader, path, **fields).text)
    assert "改好了。" in told
    assert "1/2 项为是" in told
    assert store.query("select item_id, answer from look_answers order by item_id") == sorted(
        [{"item_id": TICKS[0], "answer": "yes"}, {"item_id": TICKS[1], "answer": "unseen"}],
        key=lambda row: row["item_id"],
    )
    assert store.value("select visit_id from looks") == visit_id(store)
    press(leader, path, **fields)
    assert store.value("select count(*) from ops where kind = 'look'") == 2, "sent twice is one change"


def test_what_cannot_be_is_shown_again_and_nothing_is_lost(
    leader: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    press(leader, "/journey", matter_id=MATTER, visit_id=visit_id(store), trips="1", note="排了很久")
    path = f"/said/{store.value('select id from journeys')}/edit"
    fields = as_sent(leader, path)
    assert (fields["matter_id"], fields["note"], fields["trips"]) == (MATTER, "排了很久", "1")
    fields["note"] = "排了四十分钟"
    again = press(leader, path, **fields | {"trips": "100"})
    assert again.status_code == 422
    assert "排了四十分钟" in again.text
    assert '<div class="narrow">' in again.text, "as wide as the screen it was written on"
    assert press(leader, path, **fields | {"trips": "2"}).status_code == 200
    assert store.query("select trips, note, visit_id from journeys") == [
        {"trips": 2, "note": "排了四十分钟", "visit_id": visit_id(store)}
    ]


def test_a_call_that_was_answered_after_all_accuses_nobody(
    leader: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    press(leader, "/dial", phone_id=PHONE, result="unanswered", dialled_at="2017-06-12T10:00")
    assert store.value("select accountability from observations") == "pending"
    path = f"/said/{store.value('select id from dial_tests')}/edit"
    assert path in leader.get("/records").text
    press(leader, path, **as_sent(leader, path) | {"result": "answered"})
    assert store.query("select result from dial_tests") == [{"result": "answered"}]
    assert store.query("select state, accountability from observations") == [
        {"state": "withdrawn", "accountability": ""}
    ]


def test_a_call_is_taken_back_with_a_reason(leader: FlaskClient, press: Press, store: SQLiteStore) -> None:
    press(leader, "/dial", phone_id=PHONE, result="unanswered", dialled_at="2017-06-12T10:00")
    call = store.value("select id from dial_tests")
    path = f"/said/{call}/withdraw"
    asked = leader.get(path).text
    assert "拨测" in words_of(asked)
    assert f'href="/visit/{visit_id(store)}"' not in asked, "it was dialled on no visit"
    assert 'href="/records"' in asked
    told = press(leader, path, **as_sent(leader, path) | {"reason": "拨错了"})
    assert "收回了。" in told.text
    assert store.value("select withdrawn from dial_tests") == 1
    assert store.value("select state from observations") == "withdrawn"
    assert leader.get(path).status_code == leader.get(f"/said/{call}/edit").status_code == 409


def test_what_the_office_decided_about_stays(leader: FlaskClient, press: Press, store: SQLiteStore) -> None:
    press(leader, "/dial", phone_id=PHONE, result="unanswered", dialled_at="2017-06-12T10:00")
    call = store.value("select id from dial_tests")
    with store.writing() as tx:
        tx.update("observations", call, {"state": "triaged"})
    for action in ("edit", "withdraw"):
        answer = leader.get(f"/said/{call}/{action}")
        assert answer.status_code == 409
        assert "改革办已研判，不能再改" in answer.text


def test_nobody_else_changes_it_or_sees_the_way(
    leader: FlaskClient, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    press(leader, "/journey", matter_id=MATTER, visit_id=visit_id(store), trips="1")
    journey = store.value("select id from journeys")
    aide, office = sign_in("aide"), sign_in("office")
    for action in ("edit", "withdraw"):
        path = f"/said/{journey}/{action}"
        assert aide.get(path).status_code == 404
        assert press(aide, path, trips="9").status_code == 404
        assert office.get(path).status_code in (403, 404)
    assert leader.get(f"/said/{visit_id(store)}/edit").status_code == 404, "a visit is ended, not changed"
    with store.writing() as tx:
        tx.update(
            "visits",
            visit_id(store),
            {"author_id": store.value("select id from people where login = 'aide'")},
        )
    assert f"/said/{journey}" not in aide.get(f"/visit/{visit_id(store)}").text
    assert f"/said/{journey}/edit" in leader.get(f"/visit/{visit_id(store)}").text


def test_what_was_said_on_a_phone_stays_as_it_was_but_for_what_is_changed(
    leader: FlaskClient, press: Press, store: SQLiteStore, app: Flask
) -> None:
    """Seconds, another zone, and what has left the catalogue since."""
    phone = Caller(leader)
    stamps = {"took_number_at": "2017-06-12T01:05:30+00:00", "done_at": "2017-06-12T01:25:50+00:00"}
    op = phone.envelope(kind="journey", payload={"hall_id": HALL, "matter_id": MATTER, "trips": 1, **stamps})
    assert phone.send(op).json["receipts"][0]["status"] == "stored"  # type: ignore[index]
    with store.writing() as tx:
        tx.update("matters", MATTER, {"retired_on": "2017-06-12"})
    path = f"/said/{op['rec_id']}/edit"
    press(leader, path, **as_sent(leader, path) | {"note": "补一句"})
    [row] = store.query("select * from journeys")
    assert (row["note"], row["trips"], row["hall_id"], row["matter_id"]) == ("补一句", 1, HALL, MATTER)
    assert (row["took_number_at"], row["done_at"], row["minutes"]) == (
        "2017-06-12T09:05:30+08:00", "2017-06-12T09:25:50+08:00", 20,
    )  # fmt: skip
