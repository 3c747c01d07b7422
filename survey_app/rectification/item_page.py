"""The page of one reform item: its date and what moved it, its problems, and what it is measured by."""

from __future__ import annotations

from typing import Any

from survey_app import audit, current
from survey_app.catalog import moves
from survey_app.catalog import queries as catalog
from survey_app.catalog.tables import DELEGATIONS, MATTERS, OPEN_CHANNELS, REFORM_ITEMS, Table
from survey_app.catalog.vocabulary import FINDING_STATES, GUIDE_ASPECTS
from survey_app.i18n import _l
from survey_app.privacy import mask
from survey_app.rectification import board_page, guides, item_problems, promises, requirements
from survey_app.rectification.finding_views import shown
from survey_app.rectification.item_problems import NONE
from survey_app.rectification.sight import Sight
from survey_app.store import Reader, Row

COUNTED = {
    "phone": _l("上班时间打通"),
    "told_once": _l("一次讲清"),
    "one_time_notice": _l("看到一次性告知单"),
    "guide_visible": _l("看到指南在显眼处"),
    "guide_clear": _l("看到图文并茂"),
    "guide_same_online": _l("看到和网上一致"),
}
PROMISES = {"trips": _l("跑几次"), "minutes": _l("多少分钟"), "days": _l("几个工作日")}


def show(item: Row, seen: Sight) -> dict[str, Any]:
    """Return what the page of an item says beside its records, to somebody who has ``seen`` in sight."""
    store, today = current.store(), current.today()
    problems = item_problems.count_by_item(store, today).get(item["id"], NONE)
    states = item_problems.count_by_state(store, item["id"])
    open_ones = item_problems.list_open(store, item["id"]) if current.user().can("findings.manage") else []
    return {
        "moves": moves.read(audit.history(store, REFORM_ITEMS.entity, item["id"])),
        "due": board_page.due(item, problems, catalog.get_calendar(store)),
        "problems": problems,
        "states": {state: states[state] for state in FINDING_STATES if state in states},
        "open_ones": shown(open_ones),
        "counted": COUNTED,
        "aspects": GUIDE_ASPECTS,
        **_measured(store, item),
        **_promised(store, item, seen),
        "delegations": _belonging(store, DELEGATIONS, item),
        "channels": _belonging(store, OPEN_CHANNELS, item),
    }


def _measured(reader: Reader, item: Row) -> dict[str, Any]:
    indicator = item["indicator"]
    if not indicator:
        return {"lines": []}
    lines = requirements.list_lines(reader, indicator, item["id"])
    register = (
        {one: guides.count_register(reader, one) for one in GUIDE_ASPECTS} if indicator == "guide" else {}
    )
    return {"lines": lines, "totals": requirements.totals(lines), "register": register}


def _promised(reader: Reader, item: Row, seen: Sight) -> dict[str, Any]:
    matter = catalog.find_row(reader, MATTERS, item["matter_id"]) if item["matter_id"] else None
    if matter is None:
        return {"matter": None}
    journeys = promises.list_journeys(reader, matter["id"])
    zone = current.config().time_zone
    weighed = promises.weigh(journeys, matter, catalog.get_calendar(reader), zone)
    readable = [one for one in journeys if seen.has(one["hall_unit_id"])]
    listed = [{**one, "note": mask(one["note"])} for one in readable[: promises.MOST_LISTED]]
    return {"matter": matter, "journeys": listed, "tried": len(journeys), "promises": weighed,
            "promised_words": PROMISES}  # fmt: skip


def _belonging(reader: Reader, table: Table, item: Row) -> list[Row]:
    """Return the entries of a table that name an item, or the matter it publishes."""
    condition = f"({table.name}.reform_item_id = :item or {table.name}.matter_id = :matter)"
    wanted = {"item": item["id"], "matter": item["matter_id"] if item["family"] == "matter" else None}
    return catalog.list_rows(reader, table, condition, wanted)
