"""The demo's records: sent as a phone would send them, then partly decided as the office would."""

import csv
import hashlib
import json
import uuid
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from survey_app.accounts import queries as accounts
from survey_app.catalog import queries as catalog
from survey_app.catalog.tables import COUNTERS, MATTERS, REFORM_ITEMS, Table
from survey_app.catalog.vocabulary import KINDS, LEVELS, METHODS, SEVERITIES, STAGES, Words
from survey_app.rectification import queries as rectification
from survey_app.rectification.triage import Decision
from survey_app.store import Reader, Store
from survey_app.sync import intake
from survey_app.sync.kinds import Registry
from survey_app.visits.observation import OP_KIND, Observation

FILE = Path(__file__).parent / "data" / "records.csv"
NAMES = uuid.UUID("5d3e6f0a-8f6b-5b7e-9f1c-d3300a7a2017")
FRIDAY = 4
UNTIL_SENT = timedelta(minutes=4)
UNTIL_DECIDED = timedelta(hours=5)

Line = dict[str, str]


def add_records(store: Store, registry: Registry, *, now: datetime, zone: tzinfo) -> int:
    """Add the demo's records that are not there: some of June 2017, the rest of the weeks before ``now``.

    Return how many were added.
    """
    with FILE.open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    new = [
        line for line in lines if not store.find("select id from ops where id = :id", {"id": _id(line, "op")})
    ]
    for made_at, line in sorted(
        ((_made_at(line, now, zone), line) for line in new), key=lambda pair: pair[0]
    ):
        author = accounts.find_person_by_login(store, line["谁"])
        if author is not None and made_at < now:
            seq = 1 + sum(one["谁"] == line["谁"] for one in lines[: lines.index(line)])
            item = _op(store, line, author["id"], seq, made_at, str(zone))
            received_at = min(made_at + UNTIL_SENT, now)
            intake.accept_ops(store, registry, [item], carrier_id=author["id"], now=received_at)
            if line["改革办定的层级"] or line["改革办定的改革事项"]:
                _decide(store, line, min(made_at + UNTIL_DECIDED, now))
    return len(new)


def _id(line: Line, what: str) -> str:
    return str(uuid.uuid5(NAMES, f"{line['序']} {what}"))


def _made_at(line: Line, now: datetime, zone: tzinfo) -> datetime:
    hour, minute = (int(part) for part in line["时刻"].split(":"))
    if not line["哪天"].isdecimal():  # a day of the seed's own weeks
        return datetime.fromisoformat(f"{line['哪天']}T{line['时刻']}").replace(tzinfo=zone)
    day = now.astimezone(zone) - timedelta(days=int(line["哪天"]))
    day -= timedelta(days=max(day.weekday() - FRIDAY, 0))  # halls are closed at the weekend
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def _op(reader: Reader, line: Line, author_id: str, seq: int, made_at: datetime, zone: str) -> dict[str, str]:
    raw = json.dumps(
        {
            "v": 1,
            "op_id": _id(line, "op"),
            "rec_id": _id(line, "record"),
            "base": None,
            "author": author_id,
            "install_id": str(NAMES),
            "seq": seq,
            "made_at": made_at.isoformat(),
            "tz": zone,
            "app_ver": "demo",
            "kind": OP_KIND,
            "payload": _observation(reader, line).payload(),
            "photos": [],
        },
        ensure_ascii=False,
    )
    return {"raw": raw, "sha256": hashlib.sha256(raw.encode()).hexdigest()}


def _observation(reader: Reader, line: Line) -> Observation:
    counter = _row(reader, COUNTERS, line["窗口代码"])
    matter = _row(reader, MATTERS, line["事项代码"]) if line["事项代码"] else None
    return Observation(
        method=_code(METHODS, line["方式"]) or "",
        kind=_code(KINDS, line["类型"]) or "",
        text=line["看到了什么"],
        quote=line["群众原话"],
        hall_id=counter["hall_id"],
        counter_id=counter["id"],
        matter_id=matter["id"] if matter else None,
        category=line["分类"] or None,
        stage=_code(STAGES, line["环节"]),
        severity=_code(SEVERITIES, line["程度"]),
        resolved_on_spot=line["当场解决"] == "是",
        reform_item_ids=_items(reader, line["本人选的改革事项"]),
    )


def _row(reader: Reader, table: Table, code: str) -> dict[str, Any]:
    row = catalog.find_row_by_code(reader, table, code)
    if row is None:
        raise LookupError(f"the demo's catalogue has no {code} in {table.name}")
    return row


def _code(words: Words, word: str) -> str | None:
    return next((code for code, shown in words.items() if shown == word), None)


def _items(reader: Reader, codes: str) -> tuple[str, ...]:
    return tuple(sorted(_row(reader, REFORM_ITEMS, code)["id"] for code in codes.split()))


def _decide(store: Store, line: Line, at: datetime) -> None:
    office = accounts.find_person_by_login(store, "office")
    with store.writing() as tx:
        record = rectification.find_record(tx, _id(line, "record"))
        if record is None or office is None:
            return
        decision = Decision(
            kind=record["kind"],
            category=record["category"],
            stage=record["stage"],
            severity=record["severity"],
            level=_code(LEVELS, line["改革办定的层级"]),
            reform_item_ids=_items(tx, line["改革办定的改革事项"]),
        )
        rectification.set_classification(tx, record["id"], decision, version=0, actor_id=office["id"], at=at)
