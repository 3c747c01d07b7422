"""The demo's records: sent as a phone would send them, then partly decided as the office would."""

import csv
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from survey_app.accounts import queries as accounts
from survey_app.catalog.tables import COUNTERS, MATTERS, REFORM_ITEMS
from survey_app.catalog.vocabulary import KINDS, LEVELS, METHODS, SEVERITIES, STAGES, Words
from survey_app.demo import phone
from survey_app.rectification import queries as rectification
from survey_app.rectification.triage import Decision
from survey_app.store import Reader, Store
from survey_app.sync.kinds import Registry
from survey_app.visits.observation import OP_KIND, Observation

FILE = Path(__file__).parent / "data" / "records.csv"
UNTIL_DECIDED = timedelta(hours=5)

Line = dict[str, str]


def add_records(store: Store, registry: Registry, *, now: datetime, zone: tzinfo) -> int:
    """Add the demo's records that are not there: some of June 2017, the rest of the weeks before ``now``.

    Return how many were added.
    """
    with FILE.open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    new = [line for line in lines if not phone.is_sent(store, line["序"])]
    for made_at, line in sorted(
        ((_made_at(line, now, zone), line) for line in new), key=lambda pair: pair[0]
    ):
        author = accounts.find_person_by_login(store, line["谁"])
        if author is not None and made_at < now:
            seq = 1 + sum(one["谁"] == line["谁"] for one in lines[: lines.index(line)])
            said = _observation(store, line).payload()
            note = phone.Note(line["序"], author["id"], seq, made_at, OP_KIND, said)
            phone.send(store, registry, note, install=str(phone.NAMES), now=now, zone=zone)
            if line["改革办定的层级"] or line["改革办定的改革事项"]:
                _decide(store, line, min(made_at + UNTIL_DECIDED, now))
    return len(new)


def record_id(number: str) -> str:
    """Return the id of the record that has this number in the demo's file."""
    return phone.name_of(number, "record")


def _made_at(line: Line, now: datetime, zone: tzinfo) -> datetime:
    if not line["哪天"].isdecimal():  # a day of the seed's own weeks
        return datetime.fromisoformat(f"{line['哪天']}T{line['时刻']}").replace(tzinfo=zone)
    return phone.days_before(now, int(line["哪天"]), line["时刻"], zone)


def _observation(reader: Reader, line: Line) -> Observation:
    counter = phone.entry(reader, COUNTERS, line["窗口代码"])
    matter = phone.entry(reader, MATTERS, line["事项代码"]) if line["事项代码"] else None
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


def _code(words: Words, word: str) -> str | None:
    return next((code for code, shown in words.items() if shown == word), None)


def _items(reader: Reader, codes: str) -> tuple[str, ...]:
    return tuple(sorted(phone.entry(reader, REFORM_ITEMS, code)["id"] for code in codes.split()))


def _decide(store: Store, line: Line, at: datetime) -> None:
    office = accounts.find_person_by_login(store, "office")
    with store.writing() as tx:
        record = rectification.find_record(tx, phone.name_of(line["序"], "record"))
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
