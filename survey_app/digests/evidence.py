"""What a briefing rests on, as tables that are attached to it: the records counted, the problems handed over.

Of a record that was not picked stand the facts that were counted and none of its words: what the office did
not choose to print is not sent along either. Nobody is named, and numbers of people are masked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from survey_app.catalog import spreadsheet
from survey_app.catalog.texts import gettext
from survey_app.catalog.vocabulary import FINDING_STATES, KINDS, METHODS
from survey_app.digests.compile import printable
from survey_app.digests.figures import Record
from survey_app.printing.render import Attachment
from survey_app.store import Row

RECORDS, FINDINGS = "本期记录.csv", "本期问题整改.csv"
RECORD_HEADINGS = (
    "编号", "日期", "方式", "类型", "分类", "办事大厅", "窗口", "单位", "事项", "当场解决", "照片",
    "改革事项", "选入简报", "内容", "群众原话",
)  # fmt: skip
FINDING_HEADINGS = (
    "编号", "问题", "分类", "发现日期", "责任单位", "状态", "措施", "期限", "进展", "销号日期",
)  # fmt: skip


def attachments(
    records: Sequence[Record], picks: Mapping[str, Row], findings: Sequence[Row], made_on: date
) -> tuple[Attachment, ...]:
    """Return the files of a briefing; one that would be empty is left out."""
    tables = (
        (
            RECORDS,
            gettext("本期数据所依据的全部记录"),
            RECORD_HEADINGS,
            [_record(record, picks.get(record.id)) for record in records],
        ),
        (
            FINDINGS,
            gettext("选入记录对应的问题和整改情况"),
            FINDING_HEADINGS,
            [_finding(row) for row in findings],
        ),
    )
    return tuple(
        Attachment(name, description, spreadsheet.write_csv(headings, lines), made_on)
        for name, description, headings, lines in tables
        if lines
    )


def _record(record: Record, pick: Row | None) -> list[str]:
    facts = (
        str(record.n),
        record.made_on.isoformat(),
        METHODS[record.method],
        KINDS[record.kind],
        record.category,
        record.hall,
        record.counter,
        record.unit,
        record.matter,
        "是" if record.resolved_on_spot else "",
        str(sum(map(bool, record.photos))),
        str(len(record.reform_items)),
        "是" if pick else "",
    )
    words = (record.text if pick else "", record.quote if pick and pick["with_quote"] else "")
    return [printable(cell) for cell in (*facts, *words)]


def _finding(row: Row) -> list[str]:
    cells = (
        row["number"], row["text"], row["category"], row["found_on"], row["unit"],
        FINDING_STATES[row["state"]], row["measure"], row["deadline_on"], row["progress"], row["closed_on"],
    )  # fmt: skip
    return [printable(cell or "") for cell in cells]
