"""The page of one visit: what was found, looked at, handled and dialled on it."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from survey_app.catalog.queries import get_calendar
from survey_app.catalog.vocabulary import CAPACITIES, DIAL_RESULTS, KINDS, OUTCOMES, TICK_ANSWERS
from survey_app.i18n import _l
from survey_app.privacy import mask
from survey_app.store import Reader, Row
from survey_app.visits import promise, record_page, summary

MEASURES = {"trips": _l("跑几次"), "minutes": _l("几分钟"), "days": _l("几个工作日")}
WORDS = {
    "measures": MEASURES, "kinds": KINDS, "outcomes": OUTCOMES, "ticks": TICK_ANSWERS,
    "results": DIAL_RESULTS, "capacities": CAPACITIES,
}  # fmt: skip


def show(reader: Reader, visit: Row, person_id: str, zone: tzinfo) -> dict[str, Any]:
    """Return what the page shows a person of a row of ``summary.find_visit``, without anybody's number."""
    visit_id = visit["id"]
    answers = summary.list_answers(reader, visit_id)
    return {
        **WORDS,
        "visit": {**_masked(visit, "informed", "note"), "said": record_page.said_of(reader, visit)},
        "found": [
            {**_masked(row, "text", "quote"), "asked": record_page.asked_of(row)}
            for row in summary.list_found(reader, visit_id)
        ],
        "answers": answers,
        "own_looks": list(dict.fromkeys(one["look_id"] for one in answers if one["author_id"] == person_id)),
        "calls": [_call(row) for row in summary.list_calls(reader, visit_id)],
        "journeys": _journeys(reader, summary.list_journeys(reader, visit_id), zone),
    }


def show_alone(reader: Reader, person_id: str, zone: tzinfo) -> dict[str, Any]:
    """Return what a person handled and dialled on no visit, as the page of a visit shows it."""
    return {
        **WORDS,
        "calls": [_call(row) for row in summary.list_calls_alone(reader, person_id)],
        "journeys": _journeys(reader, summary.list_journeys_alone(reader, person_id), zone),
    }


def _journeys(reader: Reader, rows: list[Row], zone: tzinfo) -> list[Row]:
    calendar = get_calendar(reader)
    return [
        {**_masked(row, "note", "materials"), "measures": promise.compare(row, row, calendar, zone)}
        for row in rows
    ]


def _call(row: Row) -> Row:
    """Return a call; a number that is in no register may be a person's own."""
    return _masked(row, "note") if row["in_register"] else _masked(row, "number", "note")


def _masked(row: Row, *names: str) -> Row:
    return {**row, **{name: mask(row[name]) for name in names}}
