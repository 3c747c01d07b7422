"""What the sync engine calls for an op of kind ``observation``."""

from __future__ import annotations

from datetime import tzinfo
from functools import partial

from survey_app.accounts import queries as accounts
from survey_app.i18n import _, _l
from survey_app.permissions import PERMISSIONS
from survey_app.store import Reader
from survey_app.sync.kinds import Op, OpKind
from survey_app.visits import forms, projections, queries
from survey_app.visits.observation import OP_KIND, SHAPES, is_empty, read
from survey_app.visits.salvage import salvage
from survey_app.visits.spelling import spell
from survey_app.visits.values import misshapen


def validate(reader: Reader, op: Op) -> list[str]:
    """Return what is wrong with an op, as sentences for the office; by the rules of the form."""
    faults = misshapen(SHAPES, op.payload)
    if faults:
        names = "、".join(str(forms.LABELS[name]) for name in faults)
        return [_("这几项的格式不对：%(names)s。", names=names)]
    form = forms.of_payload(op.payload, partial(queries.is_known, reader, author_id=op.author_id))
    sentences = [] if form.validate() else [
        f"{forms.LABELS[name]}：{' '.join(map(str, errors))}" for name, errors in form.errors.items() if name
    ]  # fmt: skip
    if not may_record(reader, op.author_id):
        sentences.append(_("写这条的人没有“记一条”的权限。"))
    if is_empty(read(op.payload), len(op.photos)):
        sentences.append(_("没有文字、原话，也没有照片。"))
    return sentences


def may_record(reader: Reader, author_id: str) -> bool:
    """Tell whether the author may record today; what they wrote is held otherwise, never refused."""
    author = accounts.find_person(reader, author_id)
    return author is not None and not PERMISSIONS["capture"].isdisjoint(author["roles"])


def op_kind(zone: tzinfo) -> OpKind:
    """Return the kind; ``zone`` is where the product is used, which decides a record's day."""
    return OpKind(
        name=OP_KIND,
        title=_l("体验记录"),
        validate=validate,
        project=partial(projections.project_observation, zone=zone),
        salvage=salvage,
        labels=forms.LABELS,
        spell=spell,
    )
