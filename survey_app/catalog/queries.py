"""The catalogue in the store: what is where, what it is for, what is being reformed."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from survey_app import audit
from survey_app.catalog import plan, vocabulary
from survey_app.catalog.plan import Change, Plan
from survey_app.catalog.spreadsheet import Sheet
from survey_app.catalog.tables import (
    CATEGORIES,
    CHECKLIST_ITEMS,
    CHECKLISTS,
    COUNTERS,
    HALLS,
    MATTERS,
    REFORM_ITEMS,
    SERVICE_PHONES,
    TABLES,
    UNITS,
    Column,
    Entry,
    Table,
)
from survey_app.catalog.workdays import Calendar
from survey_app.store import Reader, Row, Writer
from survey_app.store.ids import uuid7

NOTHING: Mapping[str, Any] = {}
PROMISED = ("promised_trips", "promised_minutes", "promised_days")


def reference_key(column: Column) -> str:
    """Return the column of the referred table that a reference stores: a category's code, else an id."""
    return "code" if column.key.endswith("_code") else "id"


def reference_name(column: Column) -> str:
    """Return what a reference is called in a row, before ``_code`` and ``_name``: ``unit_id`` → ``unit``."""
    return column.key.removesuffix("_id").removesuffix("_code")


def select(table: Table) -> str:
    """Return the SQL that reads a table, each reference also as ``<name>_ref`` (id), ``_code``, ``_name``."""
    fields, joins = [f"{table.name}.*"], []
    for column in table.references:
        name, other = reference_name(column), TABLES[column.reference]
        fields += [
            f"{name}.id as {name}_ref",
            f"{name}.code as {name}_code",
            f"{name}.{other.label} as {name}_name",
        ]
        joins.append(
            f"left join {other.name} as {name} on {name}.{reference_key(column)} = {table.name}.{column.key}"
        )
    return " ".join(["select", ", ".join(fields), "from", table.name, *joins])


def order(table: Table) -> str:
    """Return the SQL that puts a table in its order."""
    return " order by " + ", ".join(_order(table, key) for key in table.order)


def _order(table: Table, key: str) -> str:
    column = table.column(key)
    if not column.choices:
        return f"{table.name}.{key}"
    ranks = " ".join(f"when '{code}' then {rank}" for rank, code in enumerate(column.choices))
    return f"case {table.name}.{key} {ranks} end"


def list_rows(
    reader: Reader,
    table: Table,
    condition: str = "",
    params: Mapping[str, Any] = NOTHING,
    *,
    retired: bool = False,
) -> list[Row]:
    """Return the rows of a table in its order, those in use only unless ``retired``."""
    conditions = [part for part in (condition, "" if retired else in_use(table)) if part]
    where = " where " + " and ".join(conditions) if conditions else ""
    return reader.query(select(table) + where + order(table), params)


def in_use(table: Table) -> str:
    """Return the SQL condition that an entry has not been retired."""
    return f"{table.name}.{table.retired} is null"


def find_row(reader: Reader, table: Table, row_id: str) -> Row | None:
    """Return one row by id, or None."""
    return reader.find(f"{select(table)} where {table.name}.id = :id", {"id": row_id})


def find_row_by_code(reader: Reader, table: Table, code: str) -> Row | None:
    """Return one row by code, or None."""
    return reader.find(f"{select(table)} where {table.name}.code = :code", {"code": code})


def search_rows(
    reader: Reader, table: Table, text: str, *, retired: bool, limit: int, offset: int
) -> tuple[list[Row], int]:
    """Return one page of the rows whose code or label holds ``text``, and how many there are in all."""
    conditions = [
        f"({table.name}.code like :like escape '!' or {table.name}.{table.label} like :like escape '!')"
    ]
    if not retired:
        conditions.append(in_use(table))
    where = " where " + " and ".join(conditions)
    escaped = re.sub(r"([!%_])", r"!\1", text)
    params = {"like": f"%{escaped}%", "limit": limit, "offset": offset}
    rows = reader.query(select(table) + where + order(table) + " limit :limit offset :offset", params)
    return rows, int(reader.value(f"select count(*) from {table.name}" + where, params))  # noqa: S608


def count_entries(reader: Reader, table: Table) -> int:
    """Return how many entries of a table are in use."""
    return int(reader.value(f"select count(*) from {table.name} where {in_use(table)}"))  # noqa: S608


def list_options(reader: Reader, table: Table, entry: Entry | None) -> dict[str, list[tuple[str, str]]]:
    """Return for each reference the (code, name) it may name: all in use, and what it names now."""
    options = {}
    for column in table.columns:
        if column.reference:
            other, now = TABLES[column.reference], str(entry[column.key] or "").split() if entry else []
            rows = [row for row in list_rows(reader, other, retired=True)
                    if row[other.retired] is None or row["code"] in now]  # fmt: skip
            options[column.key] = [(row["code"], row[other.label] or row["code"]) for row in rows]
    return options


def list_referring(reader: Reader, table: Table, row: Row) -> list[tuple[Table, Column, list[Row]]]:
    """Return what is in use and refers to one entry, by table and column; only those that have any."""
    found = []
    for other in TABLES.values():
        for column in other.references:
            if column.reference == table.name:
                condition = f"{other.name}.{column.key} = :wanted"
                rows = list_rows(reader, other, condition, {"wanted": row[reference_key(column)]})
                found.append((other, column, rows))
    return [(other, column, rows) for other, column, rows in found if rows]


def list_units(reader: Reader, *, tier: str | None = None, retired: bool = False) -> list[Row]:
    """Return units by code: id, code, name, tier, parent_id, parent_code, parent_name, valid_from/to."""
    return _list(reader, UNITS, "tier", tier, retired)


def list_halls(reader: Reader, *, unit_id: str | None = None, retired: bool = False) -> list[Row]:
    """Return halls by code: id, code, name, unit_id, unit_code, unit_name, address, opening_hours."""
    return _list(reader, HALLS, "unit_id", unit_id, retired)


def list_counters(reader: Reader, *, hall_id: str | None = None, retired: bool = False) -> list[Row]:
    """Return counters by code: id, code, name, channel, hall_id, hall_code, hall_name."""
    return _list(reader, COUNTERS, "hall_id", hall_id, retired)


def list_service_phones(reader: Reader, *, hall_id: str | None = None, retired: bool = False) -> list[Row]:
    """Return service phones by code: id, code, number, hours, around_the_clock, duty_post, hall_*."""
    return _list(reader, SERVICE_PHONES, "hall_id", hall_id, retired)


def list_matters(reader: Reader, *, owner_unit_id: str | None = None, retired: bool = False) -> list[Row]:
    """Return matters by code, every column and owner_unit_code, owner_unit_name."""
    return _list(reader, MATTERS, "owner_unit_id", owner_unit_id, retired)


def list_reform_items(reader: Reader, *, family: str | None = None, retired: bool = False) -> list[Row]:
    """Return reform items by family and place, every column, unit_*, matter_*; empty slots have no title."""
    return _list(reader, REFORM_ITEMS, "family", family, retired)


def list_categories(reader: Reader, *, retired: bool = False) -> list[Row]:
    """Return categories by code, each group before its members: code, name, parent_code, parent_name."""
    return _list(reader, CATEGORIES, "parent_code", None, retired)


def _list(reader: Reader, table: Table, key: str, wanted: str | None, retired: bool) -> list[Row]:
    if wanted is None:
        return list_rows(reader, table, retired=retired)
    return list_rows(reader, table, f"{table.name}.{key} = :wanted", {"wanted": wanted}, retired=retired)


def find_counter_by_code(reader: Reader, code: str) -> Row | None:
    """Return the counter in use whose QR label says ``code``, or None."""
    row = find_row_by_code(reader, COUNTERS, code)
    return row if row and row["retired_on"] is None else None


def capture_catalog(reader: Reader) -> dict[str, Any]:
    """Return what a phone needs to write a record without a network; nothing personal, nothing retired.

    ``{halls: [{id, name, counters: [{id, code, name, channel}]}],
    matters: [{id, name, materials, promised_trips, promised_minutes, promised_days}],
    reform_items: [{id, code, family, title}], categories: [{code, name, parent}],
    stages: [{code, name}], severities: [{code, name}], phones: [{id, number, hall_id, hall_name, hours}],
    checklists: [{id, name, items: [{id, name, finding, reform_item_id, category_code}]}]}``; a reform item
    without a title is left out.
    """
    counters: dict[str, list[Row]] = {}
    for row in list_counters(reader):
        counters.setdefault(row["hall_id"], []).append(_pick(row, "id", "code", "name", "channel"))
    return {
        "halls": [
            {**_pick(row, "id", "name"), "counters": counters.get(row["id"], [])}
            for row in list_halls(reader)
        ],
        "matters": [_pick(row, "id", "name", "materials", *PROMISED) for row in list_matters(reader)],
        "reform_items": [
            _pick(row, "id", "code", "family", "title") for row in list_reform_items(reader) if row["title"]
        ],
        "categories": [
            {**_pick(row, "code", "name"), "parent": row["parent_code"]} for row in list_categories(reader)
        ],
        "stages": _words(vocabulary.STAGES),
        "severities": _words(vocabulary.SEVERITIES),
        "phones": [_phone(row) for row in list_service_phones(reader)],
        "checklists": list_checklists(reader),
    }


def get_calendar(reader: Reader) -> Calendar:
    """Return which days are worked on, by the catalogue's table of holidays."""
    rows = reader.query("select day, kind from holidays where retired_on is null")
    days = {kind: frozenset(date.fromisoformat(row["day"]) for row in rows if row["kind"] == kind)
            for kind in ("off", "work")}  # fmt: skip
    return Calendar(days["off"], days["work"])


def _phone(row: Row) -> Row:
    hours = row["hours"] or ("24 小时" if row["around_the_clock"] else "")
    return {**_pick(row, "id", "number", "hall_id", "hall_name"), "hours": hours}


def list_checklists(reader: Reader) -> list[Row]:
    """Return the checklists in use with their items: ``[{id, name, items: [{id, name, finding, …}]}]``."""
    items: dict[str, list[Row]] = {}
    for row in list_rows(reader, CHECKLIST_ITEMS):
        item = _pick(row, "id", "name", "finding", "reform_item_id", "category_code")
        items.setdefault(row["checklist_id"], []).append(item)
    return [{**_pick(row, "id", "name"), "items": items.get(row["id"], [])}
            for row in list_rows(reader, CHECKLISTS)]  # fmt: skip


def _pick(row: Row, *keys: str) -> Row:
    return {key: row[key] for key in keys}


def _words(words: vocabulary.Words) -> list[Row]:
    return [{"code": code, "name": name} for code, name in words.items()]


def entry_of(table: Table, row: Row) -> Entry:
    """Return a row as an entry: its columns only, each reference as a code."""
    return {
        column.key: row[f"{reference_name(column)}_code" if column.kind == "reference" else column.key]
        for column in table.columns
    }


def list_entries(reader: Reader, table: Table) -> dict[str, Entry]:
    """Return every entry of a table, retired ones too, by code."""
    return {row["code"]: entry_of(table, row) for row in list_rows(reader, table, retired=True)}


def next_code(reader: Reader, table: Table, prefix: str) -> str:
    """Return the next free code ``<prefix><number>``, for what was typed and has no code of its own."""
    rows = reader.query(f"select code from {table.name} where code like :like", {"like": f"{prefix}%"})  # noqa: S608
    numbers = [row["code"].removeprefix(prefix) for row in rows]
    return f"{prefix}{max((int(number) for number in numbers if number.isdecimal()), default=0) + 1}"


def make_plan(reader: Reader, table: Table, sheet: Sheet, today: date) -> Plan:
    """Return what importing a sheet would change now."""
    referred = {column.reference for column in table.columns if column.reference}
    known = {name: set(_ids(reader, name)) for name in referred}
    return plan.make(table, sheet, list_entries(reader, table), known, today)


def _ids(reader: Reader, table_name: str) -> dict[str, str]:
    rows = reader.query(f"select code, id from {table_name}")  # noqa: S608
    return {row["code"]: row["id"] for row in rows}


def apply(tx: Writer, made: Plan, *, actor_id: str | None, at: datetime) -> None:
    """Do what a plan without problems says, each change with its row in the audit."""
    if made.problems:
        raise ValueError("a plan with problems is not done")
    table = made.table
    ids = {name: _ids(tx, name) for name in {table.name, *(column.reference for column in table.references)}}
    for change in made.changes:
        code = str(change.after["code"])
        row = {
            column.key: _stored(column, change.after[column.key], ids)
            for column in table.columns
            if change.before is None or column.key in change.keys
        }
        if change.before is None:
            ids[table.name][code] = uuid7()
            tx.insert(table.name, {"id": ids[table.name][code], **row})
        else:
            tx.update(table.name, ids[table.name][code], row)
        audit.record(
            tx,
            actor_id=actor_id,
            action=_action(table, change),
            entity=table.entity,
            entity_id=ids[table.name][code],
            detail={"code": code, "changes": {key: _pair(change, key) for key in change.keys}},
            at=at,
        )


def _stored(column: Column, value: Any, ids: Mapping[str, Mapping[str, str]]) -> Any:
    if column.kind != "reference" or value is None or reference_key(column) == "code":
        return value
    return ids[column.reference][str(value)]


def _action(table: Table, change: Change) -> str:
    if change.before is None:
        return "add"
    if table.retired in change.keys:
        return "restore" if change.after[table.retired] is None else "retire"
    return "edit"


def _pair(change: Change, key: str) -> list[Any]:
    return [change.before[key] if change.before else None, change.after[key]]
