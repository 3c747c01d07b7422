"""The problems that stand against each reform item, counted and listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from survey_app.rectification.findings import PAGE, SELECT, URGENT
from survey_app.rectification.share import Share
from survey_app.rectification.workflow import WITH_UNIT
from survey_app.store import Reader, Row

DONE = ("closed", "settled")


@dataclass(frozen=True, slots=True)
class Problems:
    """How many problems an item has; one that was merged into another is not counted."""

    total: int = 0
    done: int = 0
    overdue: int = 0

    @property
    def open(self) -> int:
        """How many are not done."""
        return self.total - self.done

    @property
    def closed(self) -> Share:
        """How many of all are done."""
        return Share(self.done, self.total)


NONE = Problems()


def count_by_item(reader: Reader, today: date) -> Mapping[str, Problems]:
    """Return the problems of each item that has any, by its id."""
    rows = reader.query(
        f"""
        select reform_item_id as id, count(*) as total,
            count(case when state in ({_names(DONE)}) then 1 end) as done,
            count(case when state in ({_names((*WITH_UNIT, "returned"))}) and deadline_on < :today
                then 1 end) as overdue
        from finding_reform_items join findings on findings.id = finding_id
        where state <> 'merged' group by reform_item_id
        """,  # noqa: S608  our own words
        {"today": today.isoformat()},
    )
    return {row["id"]: Problems(row["total"], row["done"], row["overdue"]) for row in rows}


def count_by_state(reader: Reader, item_id: str) -> Mapping[str, int]:
    """Return how many problems of an item are in each state."""
    rows = reader.query(
        """
        select state, count(*) as n from finding_reform_items join findings on findings.id = finding_id
        where reform_item_id = :item and state <> 'merged' group by state
        """,
        {"item": item_id},
    )
    return {row["state"]: row["n"] for row in rows}


def list_open(reader: Reader, item_id: str) -> list[Row]:
    """Return the problems of an item that are not done, those due first first."""
    return reader.query(
        f"""{SELECT} where findings.state not in ({_names((*DONE, "merged"))}) and findings.id in
            (select finding_id from finding_reform_items where reform_item_id = :item)
        order by {URGENT} limit :limit""",  # noqa: S608  our own words
        {"item": item_id, "limit": PAGE},
    )


def _names(states: tuple[str, ...]) -> str:
    return ", ".join(f"'{state}'" for state in states)
