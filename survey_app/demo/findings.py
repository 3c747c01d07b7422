"""The demo's problems: made of its records, and gone as far as a few weeks would take them."""

from __future__ import annotations

import csv
import json
from datetime import datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

from survey_app.accounts import queries as accounts
from survey_app.catalog import queries as catalog
from survey_app.catalog.tables import UNITS
from survey_app.demo.records import record_id
from survey_app.rectification import queries, recording
from survey_app.rectification.deadlines import default_deadline
from survey_app.rectification.workflow import Actor, NotAllowedError
from survey_app.store import Reader, Store, Writer

FILE = Path(__file__).parent / "data" / "findings.csv"
MORNING = time(9, 30)
DAYS = ("planned_on", "until", "review_on", "deadline_on")
Line = dict[str, str]


def add_findings(store: Store, *, now: datetime, zone: tzinfo) -> int:
    """Make a problem of each record that the demo's file names and that is none; return how many."""
    with FILE.open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    added = 0
    with store.writing() as tx:
        for number in dict.fromkeys(line["记录"] for line in lines):
            record = queries.find_record(tx, record_id(number))
            if record is not None and record["state"] == "triaged" and not record["finding_id"]:
                _play(tx, record, [line for line in lines if line["记录"] == number], now.astimezone(zone))
                added += 1
    return added


def _play(tx: Writer, record: dict[str, Any], lines: list[Line], now: datetime) -> None:
    """Let a problem begin on the day after its record and take one step after the other, until now."""
    made_on = datetime.fromisoformat(record["made_on"]).date()
    judged = {"severity": record["severity"] or "normal"}
    finding_id = ""
    for line in lines:
        at = datetime.combine(made_on + timedelta(days=int(line["第几天"])), MORNING, now.tzinfo)
        at = min(max(at, datetime.fromisoformat(record["received_at"]).astimezone(now.tzinfo)), now)
        actor = _actor(tx, line["谁"])
        if not finding_id:
            finding_id = recording.open_finding(tx, record, judged, actor=actor, now=at).id
        facts = _facts(tx, json.loads(line["内容"] or "{}"), record, at)
        try:
            recording.record_action(tx, finding_id, line["动作"], actor, facts, now=at)
        except NotAllowedError:  # somebody moved this account to another unit: the problem stays where it is
            return


def _actor(reader: Reader, login: str) -> Actor:
    person = accounts.find_person_by_login(reader, login)
    if person is None:
        raise LookupError(f"the demo has no account {login}")
    return Actor(person["id"], frozenset(person["roles"]), person["unit_id"])


def _facts(reader: Reader, said: dict[str, Any], record: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Return facts with units by their codes, and days by how many they are from then."""
    calendar = catalog.get_calendar(reader)
    facts = {**said}
    if "unit" in said:
        facts["unit_id"] = _unit(reader, said["unit"])
        facts["supporting_ids"] = [_unit(reader, code) for code in said.get("supporting", [])]
        facts["deadline_on"] = default_deadline(record["severity"], at.date(), calendar).isoformat()
    for name in DAYS:
        if isinstance(said.get(name), int):
            facts[name] = calendar.after(at.date(), said[name]).isoformat()
    return facts


def _unit(reader: Reader, code: str) -> str:
    unit = catalog.find_row_by_code(reader, UNITS, code)
    if unit is None:
        raise LookupError(f"the demo has no unit {code}")
    return str(unit["id"])
