"""The rows that screens read of what was found on a visit: the same history leaves the same rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from survey_app.catalog import queries as catalog
from survey_app.catalog.hours import read as read_hours
from survey_app.catalog.tables import COUNTERS, HALLS, SERVICE_PHONES
from survey_app.privacy import mask
from survey_app.store import Reader, Row, Writer
from survey_app.sync.history import assemble
from survey_app.sync.kinds import History
from survey_app.sync.queries import list_ops
from survey_app.visits import effective, facts
from survey_app.visits.observation import OP_KIND, day_of, read

UNHEARD_CATEGORY = "A1"  # 电话无人接


def place(reader: Reader, said: Mapping[str, Any]) -> Row:
    """Return where it was: a counter says its hall, a hall its unit."""
    counter = catalog.find_row(reader, COUNTERS, said["counter_id"]) if said.get("counter_id") else None
    hall_id = counter["hall_id"] if counter else said.get("hall_id") or None
    hall = catalog.find_row(reader, HALLS, hall_id) if hall_id else None
    return {"hall_id": hall_id, "counter_id": said.get("counter_id") or None,
            "unit_id": hall["unit_id"] if hall else None}  # fmt: skip


def next_number(tx: Writer, table: str, record_id: str) -> int:
    """Return the number of a record in the order of arrival: the one it has, or the next."""
    earlier = tx.find(f"select n from {table} where id = :id", {"id": record_id})  # noqa: S608  our own name
    return earlier["n"] if earlier else int(tx.value(f"select coalesce(max(n), 0) + 1 from {table}"))  # noqa: S608


def times(history: History, zone: tzinfo) -> Row:
    """Return when a record was made and on which day."""
    first = history.first
    return {"made_at": first.made_at, "received_at": first.received_at,
            "made_on": day_of(first.made_at, first.received_at, zone).isoformat()}  # fmt: skip


def _basics(history: History, zone: tzinfo) -> Row:
    return {"id": history.record_id, "author_id": history.first.author_id,
            "withdrawn": int(history.withdrawn), **times(history, zone)}  # fmt: skip


def visitor_of(history: History) -> str:
    """Return whom a record was entered for, or else its author; no later version changes that."""
    named = (op.payload.get("for_person_id") for op in history.ops)
    return next(filter(None, named), history.first.author_id)


def _only(said: Mapping[str, Any], *names: str) -> Row:
    return {name: said.get(name) or None for name in names}


def project_observation(tx: Writer, history: History, *, zone: tzinfo) -> None:
    """Write one thing seen, done or heard."""
    record_id, said = history.record_id, read(history.head.payload)
    n, author_id = next_number(tx, "observations", record_id), history.first.author_id
    row: Row = {
        "id": record_id,
        "n": n,
        "head_op_id": history.head.id,
        "forked": int(history.forked),
        "author_id": author_id,
        "visitor_id": visitor_of(history),
        "standing": "own",
        **place(tx, history.head.payload),
        "visit_id": said.visit_id,
        "item_id": said.item_id,
        "asked": said.asked,
        "rating": said.rating,
        "follow_up_on": _day_after(history, said.follow_up_days, zone),
        "matter_id": said.matter_id,
        "method": said.method,
        "kind": said.kind,
        "text": said.text,
        "quote": said.quote,
        "category": said.category,
        "stage": said.stage,
        "severity": said.severity,
        "resolved_on_spot": int(said.resolved_on_spot),
        "state": "withdrawn" if history.withdrawn else "reported",
        **times(history, zone),
    }
    tx.upsert("observations", row)
    effective.set_reform_items(tx, record_id, said.reform_item_ids)
    photos = [{"position": i, "sha256": photo.sha256} for i, photo in enumerate(history.head.photos)]
    tx.execute("delete from observation_photos where observation_id = :id", {"id": record_id})
    tx.insert_all("observation_photos", [{"observation_id": record_id, **photo} for photo in photos])
    effective.apply_classification(tx, record_id)
    effective.apply_confirmation(tx, "observations", record_id)
    words = tx.find("select text, quote from observations where id = :id", {"id": record_id}) or row
    tx.set_search_text("observations", n, mask(f"{words['text']}\n{words['quote']}"))


def _day_after(history: History, days: str | None, zone: tzinfo) -> str | None:
    first = history.first
    made_on = day_of(first.made_at, first.received_at, zone)
    return (made_on + timedelta(days=int(days))).isoformat() if days else None


def project_visit(tx: Writer, history: History, *, zone: tzinfo) -> None:
    """Write a visit; whom an aide entered it for is its visitor."""
    said, record_id = history.head.payload, history.record_id
    where = place(tx, said)
    del where["counter_id"]
    row = {
        **_basics(history, zone),
        "n": next_number(tx, "visits", record_id),
        "head_op_id": history.head.id,
        "forked": int(history.forked),
        "visitor_id": visitor_of(history),
        "standing": "own",
        **where,
        **_only(said, "assignment_id", "capacity", "started_at", "ended_at"),
        "announced": int(said.get("announced", False)),
        "informed": said.get("informed", ""),
        "note": said.get("note", ""),
    }
    tx.upsert("visits", row)
    effective.apply_confirmation(tx, "visits", record_id)


def project_look(tx: Writer, history: History, *, zone: tzinfo) -> None:
    """Write a look round and its answers."""
    said = history.head.payload
    where = place(tx, said)
    del where["unit_id"]
    tx.upsert("looks", {**_basics(history, zone), **_only(said, "visit_id", "checklist_id"), **where})
    tx.execute("delete from look_answers where look_id = :id", {"id": history.record_id})
    answers = sorted(said.get("answers", {}).items())
    tx.insert_all(
        "look_answers",
        [{"look_id": history.record_id, "item_id": item, "answer": word} for item, word in answers],
    )


def project_journey(tx: Writer, history: History, *, zone: tzinfo) -> None:
    """Write how a matter went, with the minutes from stamp to stamp."""
    said = history.head.payload
    where = place(tx, said)
    del where["unit_id"]
    stamps = _only(said, "took_number_at", "called_at", "accepted_at", "done_at")
    first = stamps["took_number_at"] or stamps["called_at"] or stamps["accepted_at"]
    row = {
        **_basics(history, zone),
        **_only(said, "visit_id", "matter_id", "complete", "told_once", "outcome"),
        **where,
        **stamps,
        "wait_minutes": facts.minutes_between(stamps["took_number_at"], stamps["called_at"]),
        "minutes": facts.minutes_between(first, stamps["done_at"]),
        "trips": said.get("trips"),
        "materials": said.get("materials", ""),
        "note": said.get("note", ""),
    }
    tx.upsert("journeys", row)


def project_dial_test(tx: Writer, history: History, *, zone: tzinfo) -> None:
    """Write a call; one that nobody answered in hours is a finding by itself, whose consequence is open."""
    said = history.head.payload
    phone = catalog.find_row(tx, SERVICE_PHONES, said["phone_id"]) if said.get("phone_id") else None
    at, sure = _dialled(history, zone)
    in_hours = _in_hours(tx, phone, at) if sure else None
    row = {
        **_basics(history, zone),
        **_only(said, "visit_id", "phone_id"),
        "number": said.get("number", "") or (phone["number"] if phone else ""),
        "hall_id": phone["hall_id"] if phone else None,
        "dialled_at": at.isoformat(),
        "seconds": said.get("seconds"),
        "result": said["result"],
        "in_hours": None if in_hours is None else int(in_hours),
        "note": said.get("note", ""),
    }
    tx.upsert("dial_tests", row)
    found = facts.is_a_finding(said["result"], in_hours) and not history.withdrawn
    _set_finding(tx, history, row, found, zone)


def _dialled(history: History, zone: tzinfo) -> tuple[datetime, bool]:
    """Return when a call was made, never later than word of it arrived, and whether that is sure enough."""
    said = history.head.payload.get("dialled_at") or ""
    op = history.head if said else history.first
    arrived = datetime.fromisoformat(op.received_at)
    at = datetime.fromisoformat(said or op.made_at or op.received_at)
    sure = bool(said or op.made_at) and not facts.lies_ahead(at, arrived)
    return min(at, arrived).astimezone(zone), sure


def _in_hours(reader: Reader, phone: Row | None, at: datetime) -> bool | None:
    """Tell whether the phone's own hours, or where it says none those of its hall, cover a call."""
    if phone is None:
        return None
    text = phone["hours"]
    if not text.strip():
        hall = catalog.find_row(reader, HALLS, phone["hall_id"])
        text = hall["opening_hours"] if hall else ""
    calendar = catalog.get_calendar(reader)
    return facts.is_in_hours(at, read_hours(text), calendar, around_the_clock=bool(phone["around_the_clock"]))


def _set_finding(tx: Writer, history: History, dial: Row, found: bool, zone: tzinfo) -> None:
    """Show the finding that a call makes under the call's own id; take it back where it is none any more."""
    record_id = history.record_id
    there = tx.find("select id from observations where id = :id", {"id": record_id})
    if not found and there is None:
        return
    text = f"{dial['number']} 在服务时间内无人接。"
    row = {
        "id": record_id,
        "n": next_number(tx, "observations", record_id),
        "head_op_id": history.head.id,
        "forked": int(history.forked),
        "author_id": history.first.author_id,
        "visitor_id": history.first.author_id,
        **place(tx, {"hall_id": dial["hall_id"]}),
        "method": "ask",
        "kind": "blockage",
        "text": f"{text}\n{dial['note']}".strip(),
        "category": _known_category(tx),
        "visit_id": dial["visit_id"],
        "accountability": "pending" if found else "",
        "state": "reported" if found else "withdrawn",
        **times(history, zone),
    }
    tx.upsert("observations", row)
    effective.set_reform_items(tx, record_id, ())
    effective.apply_classification(tx, record_id)
    tx.set_search_text("observations", row["n"], mask(row["text"]))


def _known_category(reader: Reader) -> str | None:
    found = reader.find("select code from categories where code = :code", {"code": UNHEARD_CATEGORY})
    return UNHEARD_CATEGORY if found else None


def project_follow_up(tx: Writer, history: History, *, zone: tzinfo) -> None:
    """Write what was asked afterwards; the record that it is about may come later."""
    said = history.head.payload
    row = {
        **_basics(history, zone),
        **_only(said, "asked_at", "how", "rating"),
        "observation_id": said["observation_id"],
        "result": said["result"],
        "asked": said.get("asked", ""),
        "text": said.get("text", ""),
    }
    tx.upsert("follow_ups", row)


def project_confirmation(tx: Writer, history: History, *, zone: tzinfo) -> None:
    """Write what a leader says of what was written for them, and show it on that record where it is here."""
    said = history.head.payload
    earlier = tx.find("select record_id from confirmations where id = :id", {"id": history.record_id})
    row = {**_basics(history, zone), **_only(said, "record_id", "version", "says"),
           "text": said.get("text", "")}  # fmt: skip
    tx.upsert("confirmations", row)
    for record_id in sorted({said["record_id"], *([earlier["record_id"]] if earlier else [])}):
        _project_again(tx, record_id, zone)


def _project_again(tx: Writer, record_id: str, zone: tzinfo) -> None:
    """Write a record's rows anew, where it is here: what was laid over its words may be another now."""
    ops = list_ops(tx, record_id)
    history = assemble(record_id, ops) if ops else None
    if history and history.head.kind in CONFIRMABLE:
        CONFIRMABLE[history.head.kind](tx, history, zone=zone)


CONFIRMABLE: Mapping[str, Callable[..., None]] = {OP_KIND: project_observation, facts.VISIT: project_visit}
"""What an aide can enter for a leader; a word about anything else is kept and changes nothing."""


PROJECT: Mapping[str, Callable[..., None]] = {
    facts.VISIT: project_visit,
    facts.LOOK: project_look,
    facts.JOURNEY: project_journey,
    facts.DIAL: project_dial_test,
    facts.FOLLOW_UP: project_follow_up,
    facts.CONFIRMATION: project_confirmation,
}
"""What writes the rows of each kind of op."""
