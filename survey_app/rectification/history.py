"""What happened to a record, oldest first, as sentences that a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.catalog.vocabulary import KINDS, LEVELS, SEVERITIES, STAGES
from survey_app.i18n import _
from survey_app.privacy import mask
from survey_app.store import Row
from survey_app.sync.kinds import WITHDRAW

WORDS: Mapping[str, Mapping[str, str]] = {
    "kind": KINDS,
    "stage": STAGES,
    "severity": SEVERITIES,
    "level": LEVELS,
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: an instant as stored, the post of who did it, what, and its particulars."""

    at: str
    who: str
    what: str
    particulars: tuple[str, ...] = ()


def tell(ops: Iterable[Row], decisions: Iterable[Row], names: Mapping[str, str]) -> list[Event]:
    """Return the events of a record.

    ``ops`` as of ``queries.list_record_ops``, ``decisions`` as of ``audit.history``, ``names`` those of
    categories by code and of reform items by id.
    """
    events = [_arrival(op) for op in ops] + [_decision(row, names) for row in decisions]
    return sorted(events, key=lambda event: event.at)


def _arrival(op: Row) -> Event:
    if op["status"] == "held":
        what = _("又发来一处修改，等改革办处理")
    elif op["kind"] == WITHDRAW:
        what = _("收回了记录")
    elif op["base"]:
        what = _("修改了记录")
    else:
        what = _("上报了记录")
    carried = (_("由%(post)s代为递交", post=op["carrier"]),) if op["carrier_id"] != op["author_id"] else ()
    return Event(op["received_at"], op["author"], what, carried)


def _decision(row: Row, names: Mapping[str, str]) -> Event:
    first = row["detail"].get("version", 1) == 1
    what = _("研判了这条记录") if first else _("改了研判")
    lines = describe(row["detail"].get("changes", {}), names)
    return Event(row["at"], row["post"] or _("系统"), what, tuple(lines))


def describe(changes: Mapping[str, list[Any]], names: Mapping[str, str]) -> list[str]:
    """Return a decision's changes, one sentence a field."""
    labels = {
        "kind": _("是什么"),
        "category": _("堵点分类"),
        "stage": _("环节"),
        "severity": _("严重程度"),
        "level": _("哪一级能解决"),
        "reform_item_ids": _("改革事项"),
        "note": _("说明"),
    }
    return [
        _(
            "%(label)s：%(old)s → %(new)s",
            label=labels[field],
            old=_say(field, old, names),
            new=_say(field, new, names),
        )
        for field, (old, new) in changes.items()
        if field in labels
    ]


def _say(field: str, value: Any, names: Mapping[str, str]) -> str:
    if not value:
        return _("没有")
    if field == "reform_item_ids":
        return _("、").join(names.get(one, one) for one in value)
    if field in WORDS:
        return _(WORDS[field].get(value, value))
    return names.get(value, value) if field == "category" else mask(str(value))
