"""What the sync engine calls for the facts of a visit: one kind of op each, and a record of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import partial
from typing import Any

from survey_app.i18n import _, _l
from survey_app.store import Reader
from survey_app.sync.kinds import Op, OpKind
from survey_app.visits import fact_forms, facts, projections, queries
from survey_app.visits.kind import may_record
from survey_app.visits.spelling import spell
from survey_app.visits.values import misshapen

TITLES: Mapping[str, object] = {
    facts.VISIT: _l("体验"),
    facts.LOOK: _l("现场看"),
    facts.JOURNEY: _l("具体办"),
    facts.DIAL: _l("拨测"),
    facts.FOLLOW_UP: _l("跟踪问"),
    facts.CONFIRMATION: _l("本人确认"),
}


def op_kinds(zone: tzinfo) -> list[OpKind]:
    """Return the kinds; ``zone`` is where the product is used, which decides a day and what an hour is."""
    return [_op_kind(kind, title, zone) for kind, title in TITLES.items()]


def _op_kind(kind: str, title: object, zone: tzinfo) -> OpKind:
    return OpKind(
        name=kind,
        title=title,
        validate=partial(validate, kind, zone),
        project=partial(projections.PROJECT[kind], zone=zone),
        salvage=partial(salvage, kind, zone),
        labels=fact_forms.labels(kind),
        spell=spell,
    )


def validate(kind: str, zone: tzinfo, reader: Reader, op: Op) -> list[str]:
    """Return what is wrong with an op, as sentences for the office; by the rules of the form."""
    names = fact_forms.labels(kind)
    faults = misshapen(facts.SHAPES[kind], op.payload)
    if faults:
        return [_("这几项的格式不对：%(names)s。", names="、".join(str(names[name]) for name in faults))]
    form = _form(kind, op.payload, zone, reader, op)
    sentences = [] if form.validate() else [
        f"{names[name]}：{' '.join(map(str, errors))}" for name, errors in form.errors.items() if name
    ]  # fmt: skip
    if not may_record(reader, op.author_id):
        sentences.append(_("写这条的人没有“记一条”的权限。"))
    return sentences


def salvage(kind: str, zone: tzinfo, reader: Reader, op: Op) -> Mapping[str, Any] | None:
    """Return the payload without what cannot be shown, or None where what it is about would be lost."""
    shapes = facts.SHAPES[kind]
    shaped = {name: value for name, value in op.payload.items() if name in shapes and shapes[name](value)}
    form = _form(kind, shaped, zone, reader, op)
    form.validate()
    kept = {name: value for name, value in shaped.items() if name not in form.errors}
    again = _form(kind, kept, zone, reader, op)
    if kind == facts.DIAL and op.payload.get("dialled_at") and "dialled_at" not in kept:
        return None  # when it was saved would stand in, and might accuse
    return kept if kept and again.validate() else None


def _form(kind: str, payload: Mapping[str, Any], zone: tzinfo, reader: Reader, op: Op) -> fact_forms.FactForm:
    known = partial(queries.is_known, reader, author_id=op.author_id)
    return fact_forms.of_payload(kind, payload, known, zone, datetime.fromisoformat(op.received_at))
