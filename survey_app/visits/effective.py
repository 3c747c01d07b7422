"""What a record counts as: the finder's own words for it until the office has decided."""

import json
from collections.abc import Iterable

from survey_app.store import Writer

STANDINGS = {"confirm": "confirmed", "change": "confirmed", "refuse": "refused"}


def apply_classification(tx: Writer, observation_id: str) -> None:
    """Lay the office's decision, where there is one, over what the finder's ops say.

    Call it at the end of every projection: the finder may edit afterwards, and the decision still stands.
    """
    decided = tx.find("select * from classifications where id = :id", {"id": observation_id})
    if decided is None:
        return
    tx.execute(
        """
        update observations
        set kind = coalesce(:kind, kind), category = :category, stage = :stage, severity = :severity,
            state = case state when 'withdrawn' then state else 'triaged' end
        where id = :id
        """,
        {name: decided[name] for name in ("id", "kind", "category", "stage", "severity")},
    )
    set_reform_items(tx, observation_id, json.loads(decided["reform_item_ids"]))


def set_reform_items(tx: Writer, observation_id: str, reform_item_ids: Iterable[str]) -> None:
    """Make these the reform items that a record is tagged to."""
    tx.execute("delete from observation_reform_items where observation_id = :id", {"id": observation_id})
    tx.insert_all(
        "observation_reform_items",
        [
            {"observation_id": observation_id, "reform_item_id": reform_item_id}
            for reform_item_id in sorted(set(reform_item_ids))
        ],
    )


def apply_confirmation(tx: Writer, table: str, record_id: str) -> None:
    """Say how a record stands with the leader it was entered for, and lay their words over the aide's.

    A confirmation holds for the version that it names, a refusal for the record. Of several that hold the one
    with the greatest id counts: neither clocks nor arrival decide.
    """
    query = f"select author_id, visitor_id, head_op_id from {table} where id = :id"  # noqa: S608
    row = tx.find(query, {"id": record_id})
    if row is None or row["author_id"] == row["visitor_id"]:
        return
    said = tx.find(
        """
        select says, text from confirmations
        where record_id = :id and author_id = :visitor and not withdrawn
            and (says = 'refuse' or coalesce(version = :head, id > :head))
        order by id desc limit 1
        """,  # a phone that shipped earlier names no version: it saw none that was made after it spoke
        {"id": record_id, "visitor": row["visitor_id"], "head": row["head_op_id"]},
    )
    says = said["says"] if said else ""
    tx.update(table, record_id, {"standing": STANDINGS.get(says, "entered")})
    words = "text" if table == "observations" else "note"
    if said and says == "change":
        tx.update(table, record_id, {words: said["text"]})
    if says == "refuse":
        tx.update(table, record_id, {"state": "withdrawn"} if table == "observations" else {"withdrawn": 1})
