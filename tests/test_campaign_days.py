"""The days of a campaign: what is past is neither proposed nor agreed to."""

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from tests.clock import Clock
from tests.halls import OTHER_HALL
from tests.test_campaigns import ROW, WEEK, assigned, office, plan
from tests.test_field import Press, press

__all__ = ["office", "press"]
OVER = "活动的日子已经过去了"


def test_no_day_is_proposed_that_is_past(
    office: FlaskClient, press: Press, store: SQLiteStore, clock: Clock
) -> None:
    clock.now += timedelta(days=4)
    _address, form = plan(office, press, store)
    assert form["visits-0-due_on"] == "2017-06-16", "the only working day that is left"


def test_a_day_that_is_past_is_refused_and_what_was_typed_is_kept(
    office: FlaskClient, press: Press, store: SQLiteStore, clock: Clock, person_id: Callable[[str], str]
) -> None:
    address, form = plan(office, press, store)
    clock.now += timedelta(days=2)
    past, to_come = {"due_on": "2017-06-13"}, {"due_on": "2017-06-14"}
    by_hand = {"person_id": person_id("leader"), "hall_id": OTHER_HALL}
    agreed = {name: value for name, value in form.items() if not name.endswith("due_on")}
    for answer in (
        press(office, f"{address}/agree", **agreed, **{"visits-0-due_on": "2017-06-13"}),
        press(office, f"{address}/assign", **by_hand, **past),
    ):
        assert answer.status_code == 422
        assert "那天已经过去了" in answer.text
        assert f'<option selected value="{OTHER_HALL}">' in answer.text
        assert 'value="2017-06-13"' in answer.text
    assert assigned(store) == []
    press(office, f"{address}/assign", **by_hand, **to_come)
    one = store.value("select id from assignments")
    moved = press(office, f"{address}/assignments/{one}", **past)
    assert (moved.status_code, "那天已经过去了" in moved.text) == (422, True)
    assert 'value="2017-06-13"' in moved.text
    assert assigned(store) == [(OTHER_HALL, "2017-06-14")]


def test_a_campaign_that_is_over_says_so_and_offers_nothing(
    office: FlaskClient, press: Press, store: SQLiteStore, clock: Clock
) -> None:
    address, form = plan(office, press, store)
    assert OVER not in office.get(address).text
    press(office, f"{address}/agree", **form)
    one = f"{address}/assignments/{store.value('select id from assignments')}"
    clock.now += timedelta(days=7)
    page, shown = office.get(address).text, office.get(one).text
    for text in (page, shown):
        assert OVER in text
        assert f'href="{address}/edit"' in text
    for offer in (f'action="{address}/propose"', f'action="{address}/assign"', "没排到"):
        assert offer not in page
    assert f'action="{one}"' not in shown
    answer = press(office, f"{address}/propose", each="2")
    assert (answer.status_code, ROW.findall(answer.text)) == (422, [])
    press(office, f"{address}/edit", **(WEEK | {"ends_on": "2017-06-30"}))
    assert OVER not in office.get(address).text
    assert OVER not in office.get(one).text


def test_a_page_from_before_a_campaign_was_over_keeps_what_was_typed(
    office: FlaskClient, press: Press, store: SQLiteStore, clock: Clock, person_id: Callable[[str], str]
) -> None:
    address, form = plan(office, press, store)
    by_hand = {"person_id": person_id("leader"), "hall_id": OTHER_HALL, "due_on": "2017-06-16"}
    clock.now += timedelta(days=7)
    for path, fields in (("/agree", form | {"visits-0-due_on": "2017-06-16"}), ("/assign", by_hand)):
        refused = press(office, address + path, **fields)
        assert refused.status_code == 422
        assert OVER in refused.text
        assert "那天已经过去了" in refused.text
        assert f'<option selected value="{OTHER_HALL}">' in refused.text
        assert 'value="2017-06-16"' in refused.text
    assert assigned(store) == []
