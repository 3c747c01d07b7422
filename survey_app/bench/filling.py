"""Two years of a bureau's records, made up, put straight into the tables: as many as no phone could send."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from survey_app.bench.records import wrap
from survey_app.bench.words import DETAILS, KINDS, METHODS, PLACES, QUOTES, SEEN
from survey_app.demo.catalogue import add_catalogue
from survey_app.store import Row, SQLiteStore, Writer
from survey_app.store.ids import uuid7
from survey_app.store.instants import to_text

DAYS = 730
CHUNK = 5000
A_VISIT = 10  # records
INSTALL = "0193f3a1-0000-7000-8000-000000000001"
STATES = ("closed",) * 16 + ("assigned", "fixing", "fed_back", "verified")
EVENTS = (
    ("assign", "found_on"),
    ("sign", "signed_at"),
    ("feed_back", "fed_back_at"),
    ("verify", "verified_at"),
)
Rows = dict[str, list[Row]]


@dataclass(frozen=True, slots=True)
class Ground:
    """What the records refer to: rows of the catalogue, who writes, and the last of the days."""

    halls: list[Row]
    matters: list[str]
    items: list[str]
    phones: list[str]
    author_id: str
    today: date


@dataclass(slots=True)
class Visit:
    """The visit that the next records belong to."""

    id: str = ""
    hall: Row = field(default_factory=dict)
    on: date = date.min


def fill(store: SQLiteStore, count: int, author_id: str, now: datetime) -> None:
    """Add the demo's catalogue and ``count`` records with what belongs to them (no audit) to a new stage."""
    with store.writing() as tx:
        add_catalogue(tx, today=now.date(), at=now)
        top = tx.value("select id from units where parent_id is null and tier = 'bureau' and id <> 'unit'")
        tx.update("units", "unit", {"parent_id": top})
    ground = _ground(store, author_id, now.date())
    dice, visit = random.Random(count), Visit()  # noqa: S311  not a secret
    for numbers in _chunks(count):
        rows: Rows = {name: [] for name in ORDER}
        for n in numbers:
            if n % A_VISIT == 1 or not visit.id:
                visit = _begin(rows, ground, dice, n, count)
            _record(rows, ground, dice, visit, n)
        with store.writing() as tx:
            _insert(tx, rows)


ORDER = ("ops", "visits", "journeys", "dial_tests", "findings", "finding_events", "observations",
         "observation_reform_items", "finding_observations")  # fmt: skip


def _insert(tx: Writer, rows: Rows) -> None:
    for table in ORDER:
        tx.insert_all(table, rows[table])
    for row in rows["observations"]:
        tx.set_search_text("observations", row["n"], f"{row['text']}\n{row['quote']}")


def _chunks(count: int) -> Iterator[range]:
    for first in range(1, count + 1, CHUNK):
        yield range(first, min(first + CHUNK, count + 1))


def _ground(store: SQLiteStore, author_id: str, today: date) -> Ground:
    def ids(table: str) -> list[str]:
        return [row["id"] for row in store.query(f"select id from {table} order by code")]  # noqa: S608

    halls = store.query("select id, unit_id from halls order by code")
    titled = store.query("select id from reform_items where title <> '' order by code")
    return Ground(
        halls, ids("matters"), [row["id"] for row in titled], ids("service_phones"), author_id, today
    )


def _begin(rows: Rows, ground: Ground, dice: random.Random, n: int, count: int) -> Visit:
    """Begin a visit, the days ever later; busier halls are visited more often."""
    on = ground.today - timedelta(days=DAYS - 1 - DAYS * (n - 1) // count)
    hall = ground.halls[min(int(dice.expovariate(3 / len(ground.halls))), len(ground.halls) - 1)]
    op = _op(ground, f"v{n}", "visit", {"hall_id": hall["id"]}, on, 2 * count + n)
    rows["ops"].append(op)
    common = _common(ground, op, on)
    rows["visits"].append({
        **common, "n": n, "head_op_id": op["id"], "forked": 0, "visitor_id": ground.author_id,
        "standing": "own", "hall_id": hall["id"], "unit_id": hall["unit_id"],
        "capacity": dice.choice(("handle", "handle", "accompany", "sit", "research")),
        "announced": int(dice.random() < 0.2),
    })  # fmt: skip
    visit = Visit(op["record_id"], hall, on)
    kept = {**common, "visit_id": visit.id, "hall_id": hall["id"]}
    if dice.random() < 0.5:
        rows["journeys"].append({
            **kept, "id": uuid7(), "matter_id": dice.choice(ground.matters), "outcome": "done",
            "trips": dice.choice((0, 1, 1, 2)), "told_once": dice.choice(("yes", "yes", "no")),
        })  # fmt: skip
    else:
        rows["dial_tests"].append({
            **kept, "id": uuid7(), "phone_id": dice.choice(ground.phones), "dialled_at": op["received_at"],
            "result": dice.choice(("answered", "answered", "unanswered")), "in_hours": 1,
        })  # fmt: skip
    return visit


def _record(rows: Rows, ground: Ground, dice: random.Random, visit: Visit, n: int) -> None:
    said = _said(ground, dice, visit.hall)
    op = _op(ground, f"r{n}", "observation", said, visit.on, n)
    state = dice.choices(("triaged", "reported", "withdrawn"), (90, 7, 3))[0]
    observation = {
        "id": op["record_id"], "n": n, "head_op_id": op["id"], "author_id": ground.author_id,
        "visitor_id": ground.author_id, "unit_id": visit.hall["unit_id"], "visit_id": visit.id, **said,
        "state": state, "made_at": op["made_at"], "made_on": visit.on.isoformat(),
        "received_at": op["received_at"], "finding_id": None, "progress": "",
    }  # fmt: skip
    del observation["reform_item_ids"]
    rows["ops"].append(op)
    rows["observations"].append(observation)
    rows["observation_reform_items"] += [
        {"observation_id": op["record_id"], "reform_item_id": item} for item in said["reform_item_ids"]
    ]
    if state == "triaged" and dice.random() < 0.05:
        _finding(rows, ground, dice, observation)


def _said(ground: Ground, dice: random.Random, hall: Row) -> dict[str, Any]:
    category, seen = dice.choice(SEEN)
    items = dice.sample(ground.items, dice.choice((0, 0, 1, 1, 1, 2)))
    return {
        "method": dice.choice(METHODS),
        "kind": dice.choices(KINDS, (45, 30, 15, 10))[0],
        "text": f"{dice.choice(PLACES)}：{seen}，{dice.choice(DETAILS)}。编号{dice.randrange(10**6):06d}。",
        "quote": dice.choice(QUOTES),
        "hall_id": hall["id"],
        "matter_id": dice.choice(ground.matters) if dice.random() < 0.4 else None,
        "category": category if dice.random() < 0.9 else None,
        "resolved_on_spot": int(dice.random() < 0.1),
        "reform_item_ids": sorted(items),
    }


def _op(ground: Ground, key: str, kind: str, said: dict[str, Any], on: date, number: int) -> Row:
    at = datetime.combine(on, time(1 + number % 8, number % 60), UTC)
    op_id, record_id = uuid7(), uuid7()
    fields = {
        "v": 1, "op_id": op_id, "rec_id": record_id, "base": None, "author": ground.author_id,
        "install_id": INSTALL, "seq": number, "made_at": at.isoformat(), "tz": "Asia/Shanghai",
        "app_ver": f"bench {key}", "kind": kind, "payload": said, "photos": [],
    }  # fmt: skip
    item = wrap(fields)
    return {
        "id": op_id, "record_id": record_id, "base": None, "author_id": ground.author_id,
        "carrier_id": ground.author_id, "install_id": INSTALL, "seq": number, "kind": kind,
        "made_at": fields["made_at"], "app_version": "bench", "raw": item["raw"].encode(),
        "sha256": item["sha256"], "status": "stored", "code": "", "server_seq": number,
        "received_at": to_text(at),
    }  # fmt: skip


def _common(ground: Ground, op: Row, on: date) -> Row:
    return {"id": op["record_id"], "author_id": ground.author_id, "withdrawn": 0, "made_on": on.isoformat(),
            "made_at": op["made_at"], "received_at": op["received_at"]}  # fmt: skip


def _finding(rows: Rows, ground: Ground, dice: random.Random, record: Row) -> None:
    """Make a problem of a record: most are closed, some late."""
    found = date.fromisoformat(record["made_on"])
    due, done = found + timedelta(days=14), found + timedelta(days=dice.randrange(3, 25))
    over = done <= ground.today
    state = dice.choice(STATES) if over else "fixing"
    fed_back = state in ("closed", "verified", "fed_back")
    finding = {
        "id": uuid7(), "number": f"{found.year}-{record['n']}", "year": found.year, "position": record["n"],
        "version": 1, "state": state, "text": record["text"], "found_by": ground.author_id,
        "found_on": record["made_on"], "hall_id": record["hall_id"], "matter_id": record["matter_id"],
        "category": record["category"], "severity": "normal", "unit_id": record["unit_id"],
        "deadline_on": due.isoformat(), "signed_at": record["received_at"],
        "fed_back_at": f"{done}T02:00:00.000Z" if fed_back else None,
        "verified_at": f"{done}T08:00:00.000Z" if state in ("closed", "verified") else None,
        "followed_up": "better" if state == "closed" else "",
        "closed_on": done.isoformat() if state == "closed" else None,
        "recurs_until": (done + timedelta(days=90)).isoformat(),
        "created_at": record["received_at"], "updated_at": record["received_at"],
    }  # fmt: skip
    rows["findings"].append(finding)
    rows["finding_events"] += [
        {
            "id": uuid7(), "finding_id": finding["id"], "n": n, "action": action, "facts": "{}",
            "actor_id": ground.author_id, "actor_unit_id": None, "at": finding["created_at"],
            "done_on": finding[column][:10],
        }
        for n, (action, column) in enumerate(EVENTS, 1)
        if finding[column]
    ]  # fmt: skip
    rows["finding_observations"].append(
        {"observation_id": record["id"], "finding_id": finding["id"], "position": 0}
    )
    record.update(finding_id=finding["id"], progress=finding["state"])
