"""Which records tell of the same thing, and which only of the same unit on the same half day. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from survey_app.rectification.likeness import Words, likeness

# How alike two notes have to be: the less, the closer they are in place and time. The first was found on
# pairs of notes (docs/matching.md); the others are higher: fewer reports of one thing come late or from afar.
SOON_DAYS = 7
LIKE_HERE_AND_SOON = 0.45
LATEST_DAYS = 30
LIKE_HERE = 0.6
LIKE_ELSEWHERE = 0.85  # the same words: somebody may have chosen another hall
MOST = 5


@dataclass(frozen=True, slots=True)
class Sighting:
    """What counts of a record: its words, where (ids), what about, and which half of which day.

    ``group`` is the letter of its category, ``phone`` the digits that were called where it tells of a call;
    ``is_formula`` where a checklist worded it.
    """

    id: str
    words: Words
    day: date
    morning: bool
    unit_id: str | None = None
    hall_id: str | None = None
    counter_id: str | None = None
    matter_id: str | None = None
    group: str | None = None
    is_station: bool = False
    is_praise: bool = False
    phone: str | None = None
    is_formula: bool = False


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A record that may tell of the same thing; ``place`` as of ``place_of``, ``days`` lie between."""

    id: str
    like: float
    days: int
    place: str
    same_matter: bool


def find_duplicates(record: Sighting, candidates: Iterable[Sighting]) -> list[Duplicate]:
    """Return the records that may tell of the same thing as this one, the likest first.

    What two people say of different matters, file under different categories, or praise where the other
    complains, is never the same; nor are two calls to different phones, nor what the product worded of
    different halls: there the words are alike whatever happened.
    """
    found = [made for one in candidates if one.id != record.id and (made := _compare(record, one))]
    found.sort(key=lambda one: (-one.like, one.days, one.id))
    return found[:MOST]


def find_hotspot(
    record: Sighting, candidates: Iterable[Sighting], duplicates: Iterable[Duplicate]
) -> list[str]:
    """Return the ids of what else was noted at the same unit on the same half day, and is no duplicate."""
    same = {one.id for one in duplicates} | {record.id}
    return sorted(
        {
            one.id
            for one in candidates
            if record.unit_id
            and one.id not in same
            and (one.unit_id, one.day, one.morning) == (record.unit_id, record.day, record.morning)
        }
    )


def place_of(record: Sighting, other: Sighting) -> str:
    """Return the nearest thing that both records share: counter, station, hall, unit, or nothing."""
    if record.counter_id and record.counter_id == other.counter_id:
        return "counter"
    if record.unit_id and record.unit_id == other.unit_id:
        if record.is_station:
            return "station"
        return "hall" if record.hall_id and record.hall_id == other.hall_id else "unit"
    return ""


def _compare(record: Sighting, other: Sighting) -> Duplicate | None:
    days = abs((record.day - other.day).days)
    if days > LATEST_DAYS or record.is_praise != other.is_praise:
        return None
    if _differ(record.matter_id, other.matter_id) or _differ(record.group, other.group):
        return None
    if _differ(record.phone, other.phone) or _only_worded_alike(record, other):
        return None
    place = place_of(record, other)
    like = likeness(record.words, other.words)
    if like < _least(place, days):
        return None
    same_matter = record.matter_id is not None and record.matter_id == other.matter_id
    return Duplicate(other.id, like, days, place, same_matter)


def _only_worded_alike(record: Sighting, other: Sighting) -> bool:
    if record.phone and record.phone == other.phone:
        return False
    is_worded = any(one.phone or one.is_formula for one in (record, other))
    return is_worded and _differ(record.hall_id, other.hall_id)


def _least(place: str, days: int) -> float:
    if not place:
        return LIKE_ELSEWHERE
    return LIKE_HERE_AND_SOON if days <= SOON_DAYS else LIKE_HERE


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other
