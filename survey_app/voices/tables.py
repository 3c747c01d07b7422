"""Voices and figures as tables: what may stand in each column, and what each form asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from survey_app.catalog.columns import CATEGORY, HALL, MATTER, Column, Entry, Table
from survey_app.catalog.problems import CellError
from survey_app.catalog.texts import gettext
from survey_app.catalog.vocabulary import SEVERITIES
from survey_app.voices import figure, voice

LINK = re.compile(r"https?://\S+")


def _link(text: str) -> str:
    if not LINK.fullmatch(text):
        raise CellError(gettext("网址请从浏览器里整条复制，以 http:// 或 https:// 开头。"))
    return text


def _figure(text: str) -> str:
    try:
        return str(figure.parse(text))
    except ValueError as error:
        raise CellError(
            gettext("“%(given)s”看不懂。请写成“超过1174万次”“90%%以上”这样：一个数，前后的词照写。"),
            given=text[:30],
        ) from error


CODE = Column(
    "code",
    gettext("编号"),
    "code",
    required=True,
    hint=gettext("认得出是同一条：再次导入时按它更新"),
    also=("留言编号",),
)


def _figure_faults(entry: Entry, today: date) -> Iterator[tuple[str, str]]:
    if entry["as_of"] and str(entry["as_of"]) > today.isoformat():
        yield "as_of", gettext("是将来的日期。请核对。")


VOICES = Table(
    "voices",
    gettext("群众声音"),
    "voice",
    "text",
    (
        CODE,
        Column(
            "kind",
            gettext("类别"),
            "choice",
            choices=voice.KINDS,
            default="netizen",
            hint=gettext("不填就是网友留言"),
        ),
        Column("level", gettext("批示级别"), "choice", choices=voice.LEVELS, label=gettext("哪一级的领导")),
        Column(
            "author_post",
            gettext("批示领导职务"),
            label=gettext("哪位领导批示的"),
            hint=gettext("写职务，不写姓名"),
        ),
        Column("title", gettext("标题"), also=("留言主题",)),
        Column("text", gettext("原文"), "long", required=True, label=gettext("说了什么"), also=("留言详情",)),
        Column(
            "source",
            gettext("来源"),
            label=gettext("从哪里来的"),
            hint=gettext("网站、媒体或单位，不写姓名"),
        ),
        Column("link", gettext("网址"), normal=_link),
        Column(
            "received_on",
            gettext("收到日期"),
            "date",
            required=True,
            label=gettext("哪天收到的"),
            also=("留言时间",),
        ),
        Column(
            "unit_id", gettext("涉及单位代码"), "reference", reference="units", label=gettext("涉及哪个单位")
        ),
        HALL,
        MATTER,
        CATEGORY,
        Column("severity", gettext("严重程度"), "choice", choices=SEVERITIES),
        Column(
            "reform_item_codes",
            gettext("改革事项代码"),
            "references",
            reference="reform_items",
            label=gettext("对应哪项改革"),
        ),
        Column("due_on", gettext("答复期限"), "date", label=gettext("哪天前答复")),
        Column("reply", gettext("答复"), "long", label=gettext("怎么答复的"), also=("答复意见",)),
        Column("replied_on", gettext("答复日期"), "date", label=gettext("哪天答复的"), also=("答复时间",)),
        Column(
            "reply_unit_id",
            gettext("答复单位代码"),
            "reference",
            reference="units",
            label=gettext("哪个单位答复的"),
        ),
        Column(
            "excerpt",
            gettext("简报可引用"),
            "long",
            label=gettext("简报可以引用哪句话"),
            hint=gettext("从原文里原样摘一句，不带姓名；不引用就不填"),
        ),
        Column("withdrawn_on", gettext("撤下日期"), "date", hint=gettext("在用的不填")),
    ),
    gettext("网友留言、表扬信、领导批示和媒体报道。"),
    retired="withdrawn_on",
    order=("received_on", "code"),
    private=True,
    faults=voice.faults,
)
FIGURES = Table(
    "figures",
    gettext("数据"),
    "figure",
    "meaning",
    (
        CODE,
        Column(
            "meaning",
            gettext("说的是什么"),
            required=True,
            hint=gettext("同一件事每次写得一样，前后的数才连得起来"),
        ),
        Column(
            "value",
            gettext("数"),
            required=True,
            label=gettext("是多少"),
            hint=gettext("限定的词和单位一起写：超过1174万次、90%以上、共计9113名"),
            normal=_figure,
        ),
        Column("as_of", gettext("截至日期"), "date", required=True, label=gettext("截至哪天")),
        Column(
            "unit_id",
            gettext("来源单位代码"),
            "reference",
            reference="units",
            label=gettext("哪个单位提供的"),
        ),
        Column("source", gettext("来源文件"), label=gettext("出自哪份材料")),
        Column(
            "reform_item_id",
            gettext("改革事项代码"),
            "reference",
            reference="reform_items",
            label=gettext("对应哪项改革"),
        ),
        Column("retired_on", gettext("撤下日期"), "date", hint=gettext("在用的不填")),
    ),
    gettext("简报可以引用的数：多少、截至哪天、谁提供的。"),
    order=("meaning", "as_of", "code"),
    faults=_figure_faults,
)
TABLES: Final = (VOICES, FIGURES)

_FIRST = {
    "comment": ("level", "author_post", "text"),
    "netizen": ("title", "text", "source", "link"),
    "letter": ("text", "source"),
    "media": ("title", "text", "source", "link"),
}
_ALWAYS = ("received_on", "unit_id", "hall_id", "matter_id", "category_code", "severity", "reform_item_codes")
_LAST = {"netizen": ("due_on", "reply", "replied_on", "reply_unit_id")}
_NEEDED = {"comment": "author_post"}  # what one kind cannot do without, as ``voice.faults`` has it


def _asked(kind: str) -> Table:
    keys = (*_FIRST[kind], *_ALWAYS, *_LAST.get(kind, ()), "excerpt")
    columns = (VOICES.column(key) for key in keys)
    needed = _NEEDED.get(kind)
    return replace(
        VOICES,
        columns=tuple(replace(one, required=True) if one.key == needed else one for one in columns),
    )


ASKED: Final[Mapping[str, Table]] = {kind: _asked(kind) for kind in voice.KINDS}
"""The table of voices with only what one kind is asked for, in the order of its form."""
ANSWER: Final = ("reply", "replied_on")
ANSWERING: Final = replace(
    VOICES,
    columns=tuple(replace(one, required=one.required or one.key in ANSWER) for one in VOICES.columns),
)
"""The table of voices where an answer is given and may not be left out."""
ASKED_OF_ANSWERS: Final = replace(ANSWERING, columns=tuple(ANSWERING.column(key) for key in ANSWER))
ASKED_OF_FIGURES: Final = replace(
    FIGURES, columns=tuple(column for column in FIGURES.columns if column.key != "code")
)
