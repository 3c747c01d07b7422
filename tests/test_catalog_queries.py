"""What others read from the catalogue."""

import json

import pytest

from survey_app.catalog import queries
from survey_app.store import SQLiteStore

RETIRED = {"retired_on": "2017-06-01"}


@pytest.fixture
def filled(store: SQLiteStore) -> SQLiteStore:
    """Two halls (one retired), counters in both, a matter, reform items with and without a title."""
    with store.writing() as tx:
        tx.insert("halls", {"id": "h1", "code": "H1", "unit_id": "unit-1", "name": "车管大厅"})
        tx.insert("halls", {"id": "h2", "code": "H2", "unit_id": "unit-1", "name": "旧大厅", **RETIRED})
        tx.insert(
            "counters", {"id": "c1", "code": "C1", "hall_id": "h1", "name": "1 号", "channel": "counter"}
        )
        tx.insert(
            "counters",
            {"id": "c2", "code": "C2", "hall_id": "h1", "name": "旧机", "channel": "kiosk", **RETIRED},
        )
        tx.insert("matters", {"id": "m1", "code": "M1", "name": "补领行驶证", "owner_unit_id": "unit-1"})
        for position, family, title in (
            (2, "requirement", "二"),
            (1, "requirement", ""),
            (1, "project", "攻"),
        ):
            code = f"{family}-{position}"
            tx.insert(
                "reform_items",
                {"id": code, "code": code, "family": family, "position": position, "title": title},
            )
        tx.insert("categories", {"id": "a", "code": "A", "name": "咨询告知"})
        tx.insert("categories", {"id": "a1", "code": "A1", "name": "电话无人接", "parent_code": "A"})
    return store


def test_lists_leave_out_what_is_retired_unless_asked(filled: SQLiteStore) -> None:
    assert [row["code"] for row in queries.list_halls(filled)] == ["H1"]
    assert [row["code"] for row in queries.list_halls(filled, retired=True)] == ["H1", "H2"]


def test_a_row_says_the_code_and_name_of_what_it_refers_to(filled: SQLiteStore) -> None:
    (counter,) = queries.list_counters(filled, hall_id="h1")
    assert (counter["hall_code"], counter["hall_name"]) == ("H1", "车管大厅")
    (matter,) = queries.list_matters(filled, owner_unit_id="unit-1")
    assert (matter["owner_unit_code"], matter["owner_unit_name"]) == ("U1", "市公安局")


def test_reform_items_come_by_family_and_position_with_their_empty_slots(filled: SQLiteStore) -> None:
    assert [(row["code"], row["title"]) for row in queries.list_reform_items(filled)] == [
        ("requirement-1", ""),
        ("requirement-2", "二"),
        ("project-1", "攻"),
    ]
    assert [row["code"] for row in queries.list_reform_items(filled, family="project")] == ["project-1"]


def test_a_retired_counter_is_not_found_by_its_label(filled: SQLiteStore) -> None:
    found = queries.find_counter_by_code(filled, "C1")
    assert found is not None
    assert found["id"] == "c1"
    assert queries.find_counter_by_code(filled, "C2") is None


def test_a_phone_gets_what_it_needs_and_nothing_more(filled: SQLiteStore) -> None:
    catalog = queries.capture_catalog(filled)
    stages, severities = catalog.pop("stages"), catalog.pop("severities")
    assert (catalog.pop("phones"), catalog.pop("checklists")) == ([], [])
    assert catalog == {
        "halls": [
            {
                "id": "h1",
                "name": "车管大厅",
                "counters": [{"id": "c1", "code": "C1", "name": "1 号", "channel": "counter"}],
            }
        ],
        "matters": [
            {
                "id": "m1",
                "name": "补领行驶证",
                "materials": "",
                "promised_trips": None,
                "promised_minutes": None,
                "promised_days": None,
            }
        ],
        "reform_items": [
            {"id": "requirement-2", "code": "requirement-2", "family": "requirement", "title": "二"},
            {"id": "project-1", "code": "project-1", "family": "project", "title": "攻"},
        ],
        "categories": [
            {"code": "A", "name": "咨询告知", "parent": None},
            {"code": "A1", "name": "电话无人接", "parent": "A"},
        ],
    }
    assert stages[0] == {"code": "query", "name": "查询"}
    assert severities[-1] == {"code": "severe", "name": "严重"}


def test_the_same_catalogue_reads_the_same_twice(filled: SQLiteStore) -> None:
    first, second = (json.dumps(queries.capture_catalog(filled)) for _ in range(2))
    assert first == second
