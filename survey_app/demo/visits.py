"""The demo's visits: what was looked at, handled, dialled and asked again, sent as a phone would send it."""

import json
from datetime import datetime, time, tzinfo
from pathlib import Path
from typing import Any

from survey_app.accounts import queries as accounts
from survey_app.catalog.tables import (
    CHECKLIST_ITEMS,
    CHECKLISTS,
    COUNTERS,
    HALLS,
    MATTERS,
    SERVICE_PHONES,
)
from survey_app.catalog.vocabulary import STAMPS
from survey_app.demo import phone
from survey_app.store import Reader, Store
from survey_app.sync.kinds import Registry

FILE = Path(__file__).parent / "data" / "visits.json"
INSTALL = phone.name_of("visits", "install")  # a phone of its own: its numbers have no gap either
REFERENCES = {"hall": HALLS, "counter": COUNTERS, "matter": MATTERS, "phone": SERVICE_PHONES,
              "checklist": CHECKLISTS}  # fmt: skip
INSTANTS = {"started_at", "ended_at", "dialled_at", "asked_at", *STAMPS}

Line = dict[str, Any]


def add_visits(store: Store, registry: Registry, *, now: datetime, zone: tzinfo) -> int:
    """Add what the demo's visits came to and is not there, of the days before ``now``; return how much."""
    lines: list[Line] = json.loads(FILE.read_text(encoding="utf-8"))
    added = 0
    for place, line in enumerate(lines):
        author = accounts.find_person_by_login(store, line["who"])
        if author is None or phone.is_sent(store, line["name"]):
            continue
        made_at = phone.days_before(now, line["days"], line["at"], zone)
        seq = 1 + sum(one["who"] == line["who"] for one in lines[:place])
        said = _payload(store, line, made_at)
        note = phone.Note(line["name"], author["id"], seq, made_at, line["kind"], said)
        phone.send(store, registry, note, install=INSTALL, now=now, zone=zone)
        added += 1
    return added


def _payload(reader: Reader, line: Line, made_at: datetime) -> Line:
    """Return what an op says: codes as ids, times of day as instants of its day."""
    said = {
        name: datetime.combine(made_at.date(), time.fromisoformat(value), made_at.tzinfo).isoformat()
        if name in INSTANTS
        else value
        for name, value in line.get("said", {}).items()
    }
    for name, table in REFERENCES.items():
        if name in line:
            said[f"{name}_id"] = phone.entry(reader, table, line[name])["id"]
    if "visit" in line:
        said["visit_id"] = phone.name_of(line["visit"], "record")
    if "record" in line:
        said["observation_id"] = phone.name_of(line["record"], "record")
    if "answers" in line:
        said["answers"] = {
            phone.entry(reader, CHECKLIST_ITEMS, code)["id"]: word for code, word in line["answers"].items()
        }
    return said
