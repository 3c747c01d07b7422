"""What it took beside what was promised."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from survey_app.catalog.workdays import Calendar
from survey_app.visits.promise import Measure, compare

HANGZHOU = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(frozenset({date(2017, 5, 29)}), frozenset({date(2017, 5, 27)}))
NOTHING = dict.fromkeys(("trips", "minutes", "took_number_at", "called_at", "accepted_at", "done_at"))
PROMISED = {"promised_trips": 0, "promised_minutes": None, "promised_days": 3}


def test_what_is_not_known_of_both_is_not_compared() -> None:
    assert compare(NOTHING, PROMISED, CALENDAR, HANGZHOU) == ()
    journey = {**NOTHING, "minutes": 30, "trips": 1}
    assert compare(journey, PROMISED, CALENDAR, HANGZHOU) == (Measure("trips", 1, 0),)
    assert not Measure("trips", 1, 0).kept
    assert Measure("trips", 0, 0).kept


def test_days_are_counted_from_acceptance_where_the_product_is_used() -> None:
    stamps = {"took_number_at": "2017-06-12T01:00:00+00:00", "accepted_at": "2017-06-12T16:30:00+00:00",
              "done_at": "2017-06-14T02:00:00+00:00"}  # fmt: skip
    journey = {**NOTHING, **stamps}
    assert compare(journey, PROMISED, CALENDAR, HANGZHOU) == (Measure("days", 1, 3),), "13 June there"


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2017, 6, 12), date(2017, 6, 12), 0),
        (date(2017, 6, 9), date(2017, 6, 12), 1),
        (date(2017, 6, 9), date(2017, 6, 11), 0),
        (date(2017, 6, 12), date(2017, 6, 19), 5),
        (date(2017, 5, 26), date(2017, 5, 30), 2),
    ],
)
def test_a_weekend_or_a_holiday_is_no_working_day_and_a_make_up_day_is_one(
    first: date, last: date, days: int
) -> None:
    assert CALENDAR.between(first, last) == days
