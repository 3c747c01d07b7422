"""However a list is read from the store, it is the records that fit, in their order, each once."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.rectification import queries
from survey_app.rectification.filters import UNTAGGED, Filter
from survey_app.store import SQLiteStore
from tests.clock import NOON
from tests.halls import HALL, ITEMS, OTHER_HALL, add_halls
from tests.records import fill

MANY, PAGE = 240, 7
TODAY = NOON.date()
BELOW = {"unit-1": {"unit-1", "unit-2"}, "unit-2": {"unit-2"}, "unit-3": {"unit-3"}}
GROUPS = {"A": {"A", "A1"}, "A1": {"A1"}, "D": {"D"}}
FILTERS = st.builds(
    Filter,
    q=st.sampled_from(("", "", "停用", "电话无人接", "机", "没有的")),
    state=st.sampled_from(("", "", "reported", "withdrawn")),
    kind=st.sampled_from(("", "", "blockage", "suggestion")),
    method=st.sampled_from(("", "", "see")),
    category=st.sampled_from(("", "A", "A1", "D")),
    hall=st.sampled_from(("", "", HALL)),
    unit=st.sampled_from(("", "unit-1", "unit-2", "unit-3")),
    item=st.sampled_from(("", "", UNTAGGED, ITEMS[0])),
    since=st.sampled_from((None, None, TODAY - timedelta(days=6))),
    until=st.sampled_from((None, None, TODAY - timedelta(days=3))),
)


@pytest.fixture
def filled(store: SQLiteStore, person_id: Callable[[str], str]) -> SQLiteStore:
    """A store with records of two units, one below the other, some of them withdrawn."""
    add_halls(store)
    fill(store, person_id("leader"), MANY, (HALL, OTHER_HALL), ITEMS)
    with store.writing() as tx:
        tx.insert_all("units", [
            {"id": "unit-2", "code": "U2", "name": "车管所", "tier": "department", "parent_id": "unit-1"},
            {"id": "unit-3", "code": "U3", "name": "出入境", "tier": "department", "parent_id": None},
        ])  # fmt: skip
        tx.execute("update observations set unit_id = 'unit-2' where n % 3 = 0")
        tx.execute("update observations set state = 'withdrawn' where n % 11 = 0")
    return store


def fits(row: dict[str, Any], wanted: Filter) -> bool:
    day = date.fromisoformat(row["made_on"])
    return (
        wanted.q in row["text"]
        and (row["state"] == wanted.state if wanted.state else row["state"] != "withdrawn")
        and wanted.kind in ("", row["kind"])
        and wanted.method in ("", row["method"])
        and (not wanted.category or row["category"] in GROUPS[wanted.category])
        and wanted.hall in ("", row["hall_id"])
        and (not wanted.unit or row["unit_id"] in BELOW[wanted.unit])
        and (
            not wanted.item or (wanted.item if wanted.item != UNTAGGED else None) in (row["items"] or [None])
        )
        and (wanted.since or day) <= day <= (wanted.until or day)
    )


@settings(max_examples=150)
@given(wanted=FILTERS)
def test_pages_hold_what_fits_in_its_order_each_once(filled: SQLiteStore, wanted: Filter) -> None:
    tags = filled.query("select observation_id, reform_item_id from observation_reform_items")
    items: dict[str, list[str]] = {}
    for tag in tags:
        items.setdefault(tag["observation_id"], []).append(tag["reform_item_id"])
    rows = [{**row, "items": items.get(row["id"])} for row in filled.query("select * from observations")]
    expected = sorted((row["n"] for row in rows if fits(row, wanted)), reverse=True)
    assert queries.count_records(filled, wanted) == len(expected)
    seen: list[int] = []
    while page := queries.list_records(
        filled, wanted, before=seen[-1] if seen else queries.BEYOND, limit=PAGE
    ):
        seen += [row["n"] for row in page]
    assert seen == expected
    if seen:
        newer = queries.list_newer_records(filled, wanted, after=seen[-1], limit=PAGE)
        assert [row["n"] for row in newer] == expected[-1 - PAGE : -1]
        assert queries.find_newer(filled, wanted, seen[0]) is None
        assert queries.find_older(filled, wanted, seen[-1]) is None
