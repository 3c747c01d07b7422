"""Which records are shown as telling of the same thing, and which only as another of the same half day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from survey_app.rectification.duplicates import (
    LATEST_DAYS,
    MOST,
    SOON_DAYS,
    Sighting,
    find_duplicates,
    find_hotspot,
)
from survey_app.rectification.likeness import words_of
from tests.matching.notes import TUNING_OTHER, TUNING_SAME

DAY = date(2017, 6, 12)
NOTE, AGAIN, OTHER = "取号机停用，没有贴告示", "取号机停用了，也没贴告示", "取号机旁没有人引导"
HERE = Sighting("here", words_of(NOTE), DAY, morning=True, unit_id="u", hall_id="h")


def other(text: str = AGAIN, **changes: object) -> Sighting:
    return replace(HERE, id="other", words=words_of(text), **changes)  # type: ignore[arg-type]


def found(*candidates: Sighting) -> list[str]:
    return [one.id for one in find_duplicates(HERE, candidates)]


def test_the_same_thing_in_other_words_at_one_place_is_shown_with_how_near_it_is() -> None:
    (one,) = find_duplicates(HERE, [other(day=DAY - timedelta(days=3))])
    assert (one.id, one.days, one.place) == ("other", 3, "hall")
    assert 0.7 < one.like < 0.75


@pytest.mark.parametrize(("one", "another"), TUNING_SAME[:6])
def test_notes_on_one_thing_are_shown(one: str, another: str) -> None:
    assert find_duplicates(other(one), [replace(other(another), id="again")])


@pytest.mark.parametrize(("one", "another"), TUNING_OTHER[:6])
def test_notes_on_two_things_are_not(one: str, another: str) -> None:
    assert not find_duplicates(other(one), [replace(other(another), id="again")])


def test_the_farther_apart_in_time_and_place_the_more_alike_they_have_to_be() -> None:
    halves = "服务电话打了三次无人接听", "等了四十分钟，没有座位", "排队四十分钟，座位不够"
    first = other(halves[1])
    assert find_duplicates(first, [replace(other(halves[2]), id="a")])
    late = DAY + timedelta(days=SOON_DAYS + 1)
    assert not find_duplicates(first, [replace(other(halves[2]), id="a", day=late)])
    assert found(other(day=late)) == ["other"]
    assert found(other(day=DAY + timedelta(days=LATEST_DAYS + 1))) == []
    assert found(other(unit_id="elsewhere", hall_id="e")) == []
    assert found(other(NOTE, unit_id="elsewhere", hall_id="e")) == ["other"]


def test_different_matters_or_categories_and_praise_and_blame_are_never_the_same() -> None:
    record = replace(HERE, matter_id="m1", group="F")
    assert not find_duplicates(record, [other(NOTE, matter_id="m2", group="F")])
    assert not find_duplicates(record, [other(NOTE, matter_id="m1", group="A")])
    (one,) = find_duplicates(record, [other(NOTE, matter_id="m1", group="F")])
    assert one.same_matter
    assert find_duplicates(record, [other(NOTE)])
    assert not find_duplicates(record, [other(NOTE, is_praise=True)])


CALLED = "0571-8765 0000 在服务时间内无人接。"


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({}, True),
        ({"day": DAY + timedelta(days=3)}, True),
        ({"phone": "12345"}, False),
        ({"phone": "12345", "unit_id": "elsewhere", "hall_id": "e"}, False),
        ({"phone": None}, True),  # somebody wrote the same of this hall's phone by hand
        ({"phone": None, "unit_id": "elsewhere", "hall_id": "e"}, False),
    ],
)
def test_two_calls_are_of_one_thing_only_where_one_phone_was_called(
    changes: dict[str, object], is_same: bool
) -> None:
    call = replace(other(CALLED), id="call", phone="057187650000")
    assert bool(find_duplicates(call, [replace(call, id="again", **changes)])) is is_same  # type: ignore[arg-type]


def test_what_two_checklists_wrote_of_two_halls_is_not_one_thing() -> None:
    tick = replace(other("咨询台没有人。"), id="tick", is_formula=True)
    assert find_duplicates(tick, [replace(tick, id="again")])
    assert not find_duplicates(tick, [replace(tick, id="again", hall_id="next door")])
    assert not find_duplicates(tick, [replace(tick, id="again", unit_id="elsewhere", hall_id="e")])


def test_a_record_without_words_is_like_no_other() -> None:
    silent = replace(HERE, words=frozenset())
    assert find_duplicates(silent, [replace(silent, id="other")]) == []


def test_a_record_is_no_duplicate_of_itself() -> None:
    assert found(HERE) == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"counter_id": "c", "is_station": True}, "counter"),
        ({"is_station": True}, "station"),
        ({}, "hall"),
        ({"hall_id": None}, "unit"),
    ],
)
def test_the_nearest_shared_place_is_told(changes: dict[str, str], place: str) -> None:
    record = replace(HERE, **changes)  # type: ignore[arg-type]
    (one,) = find_duplicates(record, [replace(record, id="other")])
    assert one.place == place


def test_the_likest_come_first_and_only_a_few_whatever_the_order() -> None:
    many = [replace(other(AGAIN if n % 2 else NOTE), id=f"{n:02}") for n in range(3 * MOST)]
    expected = found(*many)
    assert expected == [f"{n:02}" for n in range(0, 2 * MOST, 2)]
    assert found(*reversed(many)) == expected


def test_other_things_of_the_same_unit_and_half_day_are_its_hotspot_and_no_duplicates() -> None:
    near = [
        other(),
        replace(other(OTHER), id="hotspot"),
        replace(other(NOTE, matter_id="m2", hall_id="h2"), id="another matter"),
        replace(other(OTHER, morning=False), id="afternoon"),
        replace(other(OTHER, day=DAY + timedelta(days=1)), id="next day"),
        replace(other(OTHER, unit_id="elsewhere"), id="elsewhere"),
    ]
    record = replace(HERE, matter_id="m1")
    duplicates = find_duplicates(record, near)
    assert [one.id for one in duplicates] == ["other"]
    assert find_hotspot(record, near, duplicates) == ["another matter", "hotspot"]
    assert find_hotspot(replace(record, unit_id=None), near, duplicates) == []
