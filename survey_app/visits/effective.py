"""What a record counts as: the finder's own words for it until the office has decided."""

import json
from collections.abc import Iterable

from survey_app.store import Writer


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
