"""What the office reads about an op that was kept but could not be shown."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from survey_app.i18n import Lazy, _, _l
from survey_app.privacy import mask
from survey_app.store import Row
from survey_app.sync.envelope import Envelope
from survey_app.sync.kinds import Registry

REASONS: dict[str, Lazy] = {
    "version_unknown": _l("手机上的程序比服务器新，这里还看不懂它。请管理员升级服务器。"),
    "malformed": _l("有几项的格式不对，不知道该放在哪里。请看下面的原文，再向填写人核实。"),
    "bad_text": _l("文字里有残缺的字符，多半是一个表情符号被截断了。"),
    "kind_unknown": _l("这类内容服务器还不认识。请管理员升级服务器。"),
    "base_unknown": _l("这是一次修改，它要改的那一条还没有送到。送到后会自动合上，不用处理。"),
    "base_held": _l("这是一次修改，它要改的那一条也在待确认。"),
    "other_record": _l("这是一次修改，但它说的记录和原来那条不是同一个。"),
    "other_kind": _l("这是一次修改，但它的类别和原来那条不一样。"),
    "not_author": _l("修改的人不是原来那条的填写人。"),
    "record_of_another": _l("这个记录编号已经属于另一个人。"),
    "invalid": _l("内容没有通过检查："),
    "custody": _l("这是别人代为递交的，要等填写人本人（或管理员）确认是本人写的。"),
    "set_aside": _l("已经另存，不在任何列表里出现。"),
    "failed": _l("内容没有问题，但服务器显示它时出了错。请联系管理员。"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One held op in words: what it is, from whom, why it waits, and everything that it says."""

    op_id: str
    title: str
    author_post: str
    received_at: str
    reason: str
    faults: Sequence[str]
    lines: Sequence[tuple[str, str]]
    photos: int
    text: str


def read(row: Row, registry: Registry, faults: Sequence[str]) -> Case:
    """Return the case of one row of ``queries.list_held``; ``faults`` are its kind's own sentences."""
    envelope: Envelope = row["envelope"]
    kind = registry.get(envelope.kind)
    labels = kind.labels if kind else {}
    other = _("内容")
    shown = [(str(labels.get(key, other)), _spell(value)) for key, value in envelope.payload.items()]
    return Case(
        op_id=row["id"],
        title=str(kind.title) if kind else _("还不认识的内容"),
        author_post=row["author_post"],
        received_at=row["received_at"],
        reason=str(REASONS.get(row["code"], row["code"])),
        faults=faults,
        lines=[(label, value) for label, value in shown if value],
        photos=len(envelope.photos),
        text=_readable(envelope.raw.decode()),
    )


def _spell(value: Any) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return _readable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _readable(text: str) -> str:
    """Return a text fit for a screen: numbers of people hidden, half a character a question mark."""
    return mask(text.encode("utf-8", "replace").decode())
