"""What the store holds near a record: the few rows that its suggestions are made from, of however many."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import partial

from survey_app.catalog import queries as catalog
from survey_app.rectification import matching
from survey_app.rectification.duplicates import (
    LATEST_DAYS,
    Duplicate,
    Sighting,
    find_duplicates,
    find_hotspot,
)
from survey_app.rectification.likeness import Words, words_in_order, words_of
from survey_app.rectification.matching import Cue, Decided, Item, Practice, Suggestion
from survey_app.store import Reader, Row, Store

MOST_ALIKE = 100
MOST_BEFORE = 100  # of the same unit, this day among them
MOST_AFTER = 50
PRACTISED = 200  # records that tell what is usual for a category
PRAISE = "good_practice"

SELECT = """
    select observations.id, observations.n, observations.text, observations.quote, observations.kind,
        observations.state, observations.forked, observations.standing, observations.accountability,
        observations.category, observations.unit_id, observations.hall_id, observations.counter_id,
        observations.matter_id, observations.item_id, observations.made_at,
        observations.made_on, observations.received_at,
        units.tier as unit_tier, units.name as unit_name, halls.name as hall_name,
        counters.name as counter_name
    from observations left join units on units.id = observations.unit_id
        left join halls on halls.id = observations.hall_id
        left join counters on counters.id = observations.counter_id
"""
OF_A_UNIT_BEFORE = f"""{SELECT}
    where observations.unit_id = :unit and observations.made_on between :since and :day
        and observations.state <> 'withdrawn' and observations.id <> :id
    order by observations.made_on desc, observations.n desc limit :most"""
OF_A_UNIT_AFTER = f"""{SELECT}
    where observations.unit_id = :unit and observations.made_on > :day and observations.made_on <= :until
        and observations.state <> 'withdrawn'
    order by observations.made_on, observations.n limit :most"""
OF_A_CATEGORY = """
    select id from (select id, state from observations where category = :category order by n desc limit :most)
    where state = 'triaged' and id <> :id"""


@dataclass(frozen=True, slots=True)
class Advice:
    """Everything that is suggested about a record, ``here``; duplicates and hotspot with their rows.

    ``more`` where the unit had more on that day than were looked at.
    """

    here: Sighting
    categories: list[Suggestion]
    items: list[Suggestion]
    duplicates: list[tuple[Duplicate, Row]]
    hotspot: list[Row]
    more: bool


def advise(store: Store, record: Row, zone: tzinfo) -> Advice:
    """Return what is suggested about a record, as of ``queries.find_record``."""
    categories = {row["code"]: row for row in catalog.list_categories(store)}
    rows = {row["id"]: row for row in list_near(store, record)}
    others = [row for row in rows.values() if row["id"] != record["id"]]
    found = [] if record["kind"] == PRAISE else _categories(store, record, categories, others)
    code = record["category"] or (found[0].value if found else "")
    called = _numbers_called(store, [record["id"], *rows])
    sight = partial(sighting, categories=categories, called=called, zone=zone)
    here, there = sight(record), [sight(row) for row in others]
    duplicates = find_duplicates(here, there)
    return Advice(
        here=here,
        categories=found,
        items=_items(store, record, others, find_practice(store, code, record["id"])),
        duplicates=[(one, rows[one.id]) for one in duplicates],
        hotspot=[rows[row_id] for row_id in find_hotspot(here, there, duplicates)],
        more=sum((one.unit_id, one.day) == (here.unit_id, here.day) for one in there) >= MOST_BEFORE,
    )


def words_said(record: Row) -> str:
    """Return all that a record says: what was seen, and a citizen's words."""
    return f"{record['text']}\n{record['quote']}".strip()


def words_compared(record: Row) -> Words:
    """Return the words that tell whether two records are of one thing: two citizens say it in two ways."""
    return words_of(record["text"] or record["quote"])


def list_near(store: Store, record: Row) -> list[Row]:
    """Return the records that share a record's rarest words, and those of its unit round its day."""
    day = date.fromisoformat(record["made_on"])
    near = {
        "id": record["id"],
        "unit": record["unit_id"],
        "day": record["made_on"],
        "since": (day - timedelta(days=LATEST_DAYS)).isoformat(),
        "until": (day + timedelta(days=LATEST_DAYS)).isoformat(),
    }
    return [
        *list_alike(store, words_said(record)),
        *store.query(OF_A_UNIT_BEFORE, {**near, "most": MOST_BEFORE}),
        *store.query(OF_A_UNIT_AFTER, {**near, "most": MOST_AFTER}),
    ]


def list_alike(store: Store, text: str) -> list[Row]:
    """Return the records that share the rarest words of a text, withdrawn ones left out."""
    numbers = store.list_alike("observations", words_in_order(text), limit=MOST_ALIKE)
    names, params = _listed("n", numbers)
    return store.query(f"{SELECT} where observations.n in ({names}) and state <> 'withdrawn'", params)


def _listed(prefix: str, values: Iterable[object]) -> tuple[str, Row]:
    """Return values as named parameters of an ``in (…)``."""
    params = {f"{prefix}{i}": value for i, value in enumerate(values)}
    return ", ".join(f":{name}" for name in params), params


def find_practice(reader: Reader, category: str, record_id: str) -> Practice:
    """Return what is usual for a category: how its newest records were tagged, this one left out."""
    about = {"category": category, "id": record_id, "most": PRACTISED}
    of = int(reader.value(f"select count(*) from ({OF_A_CATEGORY})", about))  # noqa: S608
    items = reader.query(
        f"""select reform_item_id, count(*) as n from observation_reform_items
        where observation_id in ({OF_A_CATEGORY}) group by reform_item_id order by reform_item_id""",  # noqa: S608
        about,
    )
    ticks = reader.query(
        """select distinct reform_item_id from checklist_items
        where category_code = :category and reform_item_id is not null and retired_on is null order by 1""",
        about,
    )
    return Practice(
        of,
        tuple((row["reform_item_id"], row["n"]) for row in items),
        tuple(row["reform_item_id"] for row in ticks),
    )


def _numbers_called(reader: Reader, ids: Iterable[str]) -> dict[str, str]:
    """Return the digits that were called, by the id of the call and of the record that it made."""
    names, params = _listed("id", ids)
    rows = reader.query(f"select id, number from dial_tests where id in ({names})", params)  # noqa: S608
    return {row["id"]: re.sub(r"\D", "", row["number"]) for row in rows}


def sighting(record: Row, categories: Mapping[str, Row], called: Mapping[str, str], zone: tzinfo) -> Sighting:
    """Return what counts of a record when it is compared."""
    category = categories.get(record["category"] or "")
    made, received = (
        datetime.fromisoformat(record[name] or record["received_at"]) for name in ("made_at", "received_at")
    )
    return Sighting(
        id=record["id"],
        words=words_compared(record),
        day=date.fromisoformat(record["made_on"]),
        morning=min(made, received).astimezone(zone).hour < 12,
        unit_id=record["unit_id"],
        hall_id=record["hall_id"],
        counter_id=record["counter_id"],
        matter_id=record["matter_id"],
        group=(category["parent_code"] or category["code"]) if category else None,
        is_station=record["unit_tier"] == "station",
        is_praise=record["kind"] == PRAISE,
        phone=called.get(record["id"]),
        is_formula=record["item_id"] is not None,
    )


def _categories(
    store: Store, record: Row, categories: Mapping[str, Row], others: Sequence[Row]
) -> list[Suggestion]:
    cues = [Cue.of(row["code"], row["name"], row["words"], row["parent_code"]) for row in categories.values()]
    blocking = [row for row in others if row["kind"] != PRAISE]
    return matching.suggest_categories(words_said(record), cues, _decided(store, blocking))


def _items(store: Store, record: Row, others: Sequence[Row], practice: Practice) -> list[Suggestion]:
    items = [
        Item(row["id"], row["title"], row["words"], row["matter_id"])
        for row in catalog.list_reform_items(store)
        if row["title"]
    ]
    decided = _decided(store, others)
    return matching.suggest_items(words_said(record), record["matter_id"], items, practice, decided)


def _decided(reader: Reader, rows: Sequence[Row]) -> list[Decided]:
    """Return those that the office has decided about, with their tags."""
    triaged = [row for row in rows if row["state"] == "triaged"]
    names, params = _listed("id", (row["id"] for row in triaged))
    tags: dict[str, list[str]] = defaultdict(list)
    for tag in reader.query(
        f"select * from observation_reform_items where observation_id in ({names}) order by reform_item_id",  # noqa: S608
        params,
    ):
        tags[tag["observation_id"]].append(tag["reform_item_id"])
    return [
        Decided(row["id"], words_of(words_said(row)), row["category"], tuple(tags[row["id"]]))
        for row in triaged
    ]
