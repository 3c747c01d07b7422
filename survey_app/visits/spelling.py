"""The words for what a payload says: codes by the vocabularies, ids by their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey_app.accounts import queries as accounts
from survey_app.catalog import queries as catalog
from survey_app.catalog import vocabulary
from survey_app.catalog.tables import CATEGORIES
from survey_app.catalog.vocabulary import YES_NO, Words
from survey_app.i18n import _, format_time
from survey_app.privacy import mask
from survey_app.store import Reader
from survey_app.visits import queries
from survey_app.visits.values import instant

WORDS: Mapping[str, Words] = {
    "method": vocabulary.METHODS,
    "kind": vocabulary.KINDS,
    "stage": vocabulary.STAGES,
    "severity": vocabulary.SEVERITIES,
    "rating": vocabulary.RATINGS,
    "capacity": vocabulary.CAPACITIES,
    "outcome": vocabulary.OUTCOMES,
    "how": vocabulary.ASKED_HOW,
    "says": vocabulary.CONFIRMATIONS,
    "follow_up_days": vocabulary.FOLLOW_UP_DAYS,
    "result": {**vocabulary.DIAL_RESULTS, **vocabulary.FOLLOW_UP_RESULTS},
    **dict.fromkeys(("complete", "told_once"), YES_NO),
}


def spell(reader: Reader, field: str, value: Any) -> str | None:
    """Return the words for a value of a field, or None for what reads as it is."""
    if field == "answers" and isinstance(value, dict):
        return "；".join(_answer(reader, item_id, word) for item_id, word in value.items())
    if not isinstance(value, (str, list)):
        return None
    if field in WORDS:
        word = WORDS[field].get(value) if isinstance(value, str) else None
        return _(word) if word else None
    names = [name for name in (value if isinstance(value, list) else [value]) if isinstance(name, str)]
    return _named(reader, field, names)


def _named(reader: Reader, field: str, names: list[str]) -> str | None:
    if field == "category" and names:
        row = catalog.find_row_by_code(reader, CATEGORIES, names[0])
        return f"{names[0]} {row['name']}" if row else None
    if field == "for_person_id" and names:
        return (accounts.find_person(reader, names[0]) or {}).get("post")
    if field.endswith("_at") and names:
        at = instant(names[0])
        return format_time(at) if at else None
    if field in queries.TABLES:
        table = queries.TABLES[field]
        rows = [catalog.find_row(reader, table, name) for name in names]
        return "、".join(row[table.label] for row in rows if row) or None
    return None


def _answer(reader: Reader, item_id: str, word: Any) -> str:
    name = spell(reader, "item_id", item_id) or mask(item_id)
    said = vocabulary.TICK_ANSWERS.get(word) if isinstance(word, str) else None
    return f"{name}：{_(said) if said else mask(str(word))}"
