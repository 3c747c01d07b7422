"""What the office reads about an op that was kept but could not be shown."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey_app.accounts import queries as accounts
from survey_app.i18n import Lazy, _, _l
from survey_app.privacy import mask, mask_within
from survey_app.store import Reader, Row
from survey_app.sync.envelope import Envelope
from survey_app.sync.history import versions
from survey_app.sync.kinds import History, OpKind, Registry

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
    "too_many_versions": _l("这条记录已经改过太多次。请填写人另记一条。"),
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
    code: str
    carrier_post: str
    note: str
    fits: Sequence[tuple[str, str]]
    left_out: Sequence[str]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record: who wrote it when, and its words; ``True`` marks those that differ."""

    op_id: str
    author_post: str
    made_at: str
    withdrawn: bool
    lines: Sequence[tuple[str, str, bool]]
    photos: int


def read(
    row: Row,
    registry: Registry,
    reader: Reader,
    faults: Sequence[str] = (),
    fits: Mapping[str, Any] | None = None,
) -> Case:
    """Return the case of one row of ``queries.list_held``; ``faults`` are its kind's own sentences, ``fits``
    what of its words could be taken.
    """
    envelope: Envelope = row["envelope"]
    kind = registry.get(envelope.kind)
    said = _lines(kind, envelope.payload, reader)
    kept = _lines(kind, fits or {}, reader)
    return Case(
        op_id=row["id"],
        title=str(kind.title) if kind else _("还不认识的内容"),
        author_post=row["author_post"],
        received_at=row["received_at"],
        reason=str(REASONS.get(row["code"], row["code"])),
        faults=faults,
        lines=said,
        photos=len(envelope.photos),
        text=_original(envelope.raw.decode()),
        code=row["code"],
        carrier_post=row["carrier_post"] if row["carrier_id"] != row["author_id"] else "",
        note=mask(row["note"]),
        fits=kept,
        left_out=sorted({label for label, value in said if (label, value) not in kept}) if fits else [],
    )


def compare(history: History, registry: Registry, reader: Reader) -> list[Version]:
    """Return the versions of a record beside each other, the one that counts first."""
    standing = versions(history)
    said = [_lines(registry.get(words.kind), words.payload, reader) for _leaf, words, _gone in standing]
    same = set.intersection(*(set(lines) for lines in said))
    return [
        Version(
            op_id=leaf.id,
            author_post=(accounts.find_person(reader, leaf.author_id) or {}).get("post", ""),
            made_at=leaf.made_at or leaf.received_at,
            withdrawn=gone,
            lines=[(*line, line not in same) for line in lines],
            photos=len(words.photos),
        )
        for (leaf, words, gone), lines in zip(standing, said, strict=True)
    ]


def _lines(kind: OpKind | None, payload: Mapping[str, Any], reader: Reader) -> list[tuple[str, str]]:
    labels, other = (kind.labels if kind else {}), _("内容")
    words = {
        key: kind.spell(reader, key, value) if kind and value else None for key, value in payload.items()
    }
    shown = [(str(labels.get(key, other)), words[key] or _spell(value)) for key, value in payload.items()]
    return [(label, value) for label, value in shown if value]


def _spell(value: Any) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return _readable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _original(raw: str) -> str:
    """Return an op's own text, fit for a screen: what JSON escapes hides no number either."""
    return _readable(json.dumps(mask_within(json.loads(raw)), ensure_ascii=False) if "\\" in raw else raw)


def _readable(text: str) -> str:
    """Return a text fit for a screen: numbers of people hidden, half a character a question mark."""
    return mask(text.encode("utf-8", "replace").decode())
