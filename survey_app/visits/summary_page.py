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


def show(reader: Reader, visit: Row, zone: tzinfo) -> dict[str, Any]:
    """Return what the page shows of a row of ``summary.find_visit``, without anybody's number."""
    visit_id, calendar = visit["id"], get_calendar(reader)
    return {
        **WORDS,
        "visit": {**visit, "note": mask(visit["note"]), "said": record_page.said_of(reader, visit)},
        "found": [
            {
                **row,
                "text": mask(row["text"]),
                "quote": mask(row["quote"]),
                "asked": record_page.asked_of(row),
            }
            for row in summary.list_found(reader, visit_id)
        ],
        "answers": summary.list_answers(reader, visit_id),
        "calls": [{**row, "note": mask(row["note"])} for row in summary.list_calls(reader, visit_id)],
        "journeys": [
            {
                **row,
                "note": mask(row["note"]),
                "materials": mask(row["materials"]),
                "measures": promise.compare(row, row, calendar, zone),
            }
            for row in summary.list_journeys(reader, visit_id)
        ],
    }
