"""Writes what happens to a problem: the event, what it comes to, and the audit, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from survey_app import audit
from survey_app.rectification import findings, workflow
from survey_app.rectification.finding import Event, Facts, Finding
from survey_app.rectification.workflow import Actor
from survey_app.store import Row, Writer
from survey_app.store.ids import uuid7
from survey_app.store.instants import from_text, to_text
from survey_app.sync.kinds import History, OpKind

RECURS = timedelta(days=90)
DIALLED = "dial"


class AlreadyAFindingError(Exception):
    """A record belongs to a problem already; ``finding_id`` says to which."""

    def __init__(self, finding_id: str) -> None:
        super().__init__(finding_id)
        self.finding_id = finding_id


def open_finding(
    tx: Writer, record: Row, facts: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Finding:
    """Make a problem of a record and return it, judged and not yet handed over.

    ``record`` is a row of ``queries.find_record``, ``facts`` those of ``judge``; ``now`` is local. Raise
    AlreadyAFindingError.
    """
    if record["finding_id"]:
        raise AlreadyAFindingError(record["finding_id"])
    finder = Actor(record["author_id"], frozenset(), _unit_of(tx, record["author_id"]))
    made, received = (_local(record[name] or record["received_at"], now.tzinfo) for name in
                      ("made_at", "received_at"))  # fmt: skip
    finding = _find(tx, _found(tx, record), finder, min(made, received), now)
    _do(tx, finding.id, "report", finder, {}, received)
    return record_action(tx, finding.id, "judge", actor, facts, now=now)


def open_from_voice(tx: Writer, found: Facts, facts: Facts, *, actor: Actor, now: datetime) -> Finding:
    """Make a problem of what a citizen, a leader or a medium said, and return it, judged.

    ``found`` are the facts of ``find`` but for who entered it: the office does, and a citizen is asked later.
    """
    finding = _find(tx, {**found, "found_by": actor.id}, actor, now, now)
    _do(tx, finding.id, "report", actor, {}, now)
    return record_action(tx, finding.id, "judge", actor, facts, now=now)


def _find(tx: Writer, found: Facts, finder: Actor, at: datetime, now: datetime) -> Finding:
    finding = Finding(uuid7())
    event = replace(workflow.act(finding, "find", finder, found, at), on=str(found["found_on"]))
    finding = workflow.follow(finding, event)
    _number(tx, finding, event, now)
    _keep(tx, finding, event)
    return finding


def record_action(
    tx: Writer, finding_id: str, action: str, actor: Actor, facts: Mapping[str, Any], *, now: datetime
) -> Finding:
    """Do something to a problem, whatever else that moves, and return it; ``now`` is local.

    Raise the errors of ``workflow.act``.
    """
    finding = _do(tx, finding_id, action, actor, facts, now)
    if action == "merge":
        _receive(tx, finding_id, str(facts["into_id"]), actor, now)
    return finding


def attach(tx: Writer, finding_id: str, record: Row, *, actor: Actor, now: datetime) -> Finding:
    """Add a record to a problem and return it; raise AlreadyAFindingError where it belongs to one."""
    if record["finding_id"]:
        raise AlreadyAFindingError(record["finding_id"])
    found = _found(tx, record)
    facts = {name: found[name] for name in ("observation_ids", "finder_ids", "reform_item_ids")}
    return _do(tx, finding_id, "attach", actor, facts, now)


def heeding(kind: OpKind, zone: tzinfo) -> OpKind:
    """Return the kind of follow-ups so that what a finder asks counts for the problem it is about."""

    def project(tx: Writer, history: History) -> None:
        kind.project(tx, history)
        heed(tx, history, zone)

    return replace(kind, project=project)


def heed(tx: Writer, history: History, zone: tzinfo) -> None:
    """Let a follow-up that arrived since its problem was verified count, once; others say what they like."""
    said = tx.find(
        """
        select f.*, o.finding_id, findings.verified_at, people.unit_id as author_unit_id from follow_ups f
            join observations o on o.id = f.observation_id join findings on findings.id = o.finding_id
            join people on people.id = f.author_id
        where f.id = :id and not f.withdrawn and o.state <> 'withdrawn'
        """,
        {"id": history.record_id},
    )
    head = history.head
    if said is None or head.received_at < (said["verified_at"] or head.received_at):
        return
    events = map(findings.read_event, findings.list_history(tx, said["finding_id"]))
    if any(event.facts.get("op_id") == head.id for event in events):
        return
    facts = {name: said[name] for name in ("result", "asked", "how", "rating", "text")}
    actor = Actor(said["author_id"], frozenset(), said["author_unit_id"])
    try:
        at = _local(head.received_at, zone)
        _do(tx, said["finding_id"], "follow_up", actor, {**facts, "op_id": head.id}, at)
    except workflow.WorkflowError:
        return  # it stays what it is: something that was asked about a record


def rebuild(tx: Writer) -> int:
    """Write what screens read of every problem anew from its events and return how many there are."""
    rows = tx.query("select id, updated_at from findings order by merged_into is null, year, position")
    for row in rows:
        _project(tx, findings.load(tx, row["id"]), row["updated_at"])
    return len(rows)


def _do(
    tx: Writer, finding_id: str, action: str, actor: Actor, facts: Mapping[str, Any], now: datetime
) -> Finding:
    finding = findings.load(tx, finding_id)
    event = workflow.act(finding, action, actor, facts, now)
    finding = workflow.follow(finding, event)
    _keep(tx, finding, event)
    return finding


def _keep(tx: Writer, finding: Finding, event: Event) -> None:
    facts = json.dumps(dict(event.facts), ensure_ascii=False, sort_keys=True)
    tx.insert("finding_events", {
        "id": uuid7(), "finding_id": finding.id, "n": finding.version, "action": event.action,
        "actor_id": event.actor_id, "actor_unit_id": event.actor_unit_id, "at": to_text(event.at),
        "done_on": event.on, "facts": facts,
    })  # fmt: skip
    _project(tx, finding, to_text(event.at))
    audit.record(tx, actor_id=event.actor_id, action=f"finding.{event.action}", entity="finding",
                 entity_id=finding.id, detail=dict(event.facts), at=event.at)  # fmt: skip


def _number(tx: Writer, finding: Finding, event: Event, now: datetime) -> None:
    """Give a problem its number, the next of the year, and the row that its events will fill."""
    last = tx.value("select coalesce(max(position), 0) from findings where year = :year", {"year": now.year})
    tx.insert("findings", {
        "id": finding.id, "number": f"{now.year}-{last + 1:04}", "year": now.year, "position": last + 1,
        "version": 0, "state": finding.state, "text": event.facts["text"], "created_at": to_text(now),
        "found_by": event.facts["found_by"], "found_on": event.on, "updated_at": to_text(now),
    })  # fmt: skip


def _found(tx: Writer, record: Row) -> dict[str, Any]:
    """Return the facts of finding, as a record says them."""
    items = tx.query(
        "select reform_item_id as id from observation_reform_items where observation_id = :id order by 1",
        {"id": record["id"]},
    )
    finder_id = record["visitor_id"] or record["author_id"]
    dialled = tx.find("select 1 as known from dial_tests where id = :id", {"id": record["id"]})
    where = (record["hall_name"], record["counter_name"])
    return {
        "observation_ids": [record["id"]],
        "finder_ids": sorted({record["author_id"], finder_id}),
        "found_by": finder_id,
        "found_on": record["made_on"],
        "text": record["text"] or record["quote"] or "（只有照片）",
        "on_the_spot": bool(record["resolved_on_spot"]),
        "source": DIALLED if dialled else record["method"],
        "place": "，".join(filter(None, where)),
        "reform_item_ids": [row["id"] for row in items],
        **{name: record[name] for name in ("hall_id", "matter_id", "category", "severity")},
    }


def _receive(tx: Writer, from_id: str, into_id: str, actor: Actor, now: datetime) -> None:
    """Give the records of a problem that was merged to the one that it was merged into."""
    events = map(findings.read_event, findings.list_history(tx, from_id))
    before = workflow.replay(list(events)[:-1], from_id)
    facts = {
        "observation_ids": list(before.observation_ids),
        "finder_ids": sorted(before.finder_ids),
        "reform_item_ids": list(before.about.get("reform_item_ids", ())),
        "from_id": from_id,
    }
    _do(tx, into_id, "attach", actor, facts, now)


def _project(tx: Writer, finding: Finding, updated_at: str) -> None:
    """Write the rows that screens read of a problem; the same problem leaves the same rows."""
    tx.update("findings", finding.id, {**projection(finding), "updated_at": updated_at})
    supporting = [{"finding_id": finding.id, "unit_id": one} for one in finding.supporting_ids]
    items = [{"finding_id": finding.id, "reform_item_id": one}
             for one in finding.about.get("reform_item_ids", ())]  # fmt: skip
    for table, rows in (("finding_supporting_units", supporting), ("finding_reform_items", items)):
        tx.execute(f"delete from {table} where finding_id = :id", {"id": finding.id})  # noqa: S608  ours
        tx.insert_all(table, rows)
    tx.execute("delete from photo_uses where entity = 'finding' and entity_id = :id", {"id": finding.id})
    tx.insert_all("photo_uses", [
        {"sha256": one, "entity": "finding", "entity_id": finding.id, "position": n}
        for n, one in enumerate(finding.photos)
    ])  # fmt: skip
    tx.execute("delete from finding_observations where finding_id = :id", {"id": finding.id})
    for n, one in enumerate(finding.observation_ids):
        _project_observation(tx, finding, one, n)


def _project_observation(tx: Writer, finding: Finding, observation_id: str, position: int) -> None:
    row = {"observation_id": observation_id, "finding_id": finding.id, "position": position}
    tx.execute(
        """
        insert into finding_observations (observation_id, finding_id, position)
        values (:observation_id, :finding_id, :position) on conflict (observation_id)
        do update set finding_id = excluded.finding_id, position = excluded.position
        """,
        row,
    )
    seen = {"finding_id": finding.id, "progress": finding.state, "answer": finding.answer}
    tx.update("observations", observation_id, seen)


def projection(finding: Finding) -> Row:
    """Return a problem as columns of the table of findings."""
    about, extension = finding.about, finding.extension
    ended = date.fromisoformat(finding.closed_on or about["found_on"])
    counts = finding.unit_id is not None and finding.state not in ("merged", "settled")
    return {
        "version": finding.version,
        "state": finding.state,
        **{name: about.get(name) for name in ("text", "hall_id", "matter_id", "category", "severity")},
        "source": about.get("source", ""),
        "place": about.get("place", ""),
        "found_by": about["found_by"],
        "found_on": about["found_on"],
        **{name: getattr(finding, name) for name in (
            "unit_id", "lead_post", "owner", "measure", "planned_on", "deadline_on", "progress", "answer",
            "verified_by", "followed_up", "reworks", "review_on", "closed_on", "merged_into",
        )},
        **{name: to_text(at) if (at := getattr(finding, name)) else None
           for name in ("signed_at", "fed_back_at", "verified_at")},
        "extension_until": extension.until if extension else None,
        "extension_reason": extension.reason if extension else "",
        "recurs_until": (ended + RECURS).isoformat() if counts else None,
    }  # fmt: skip


def _unit_of(tx: Writer, person_id: str) -> str | None:
    found: str | None = tx.value("select unit_id from people where id = :id", {"id": person_id})
    return found


def _local(text: str, zone: tzinfo | None) -> datetime:
    return from_text(text).astimezone(zone)
