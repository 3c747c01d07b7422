"""Writes the draft of a 督办通报: what is overdue and what came back, unit by unit. Pure.

It states facts; what follows from them for anybody is for a person to write.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from survey_app.catalog.vocabulary import FINDING_STATES
from survey_app.digests.compile import numbered, numeral, spoken
from survey_app.digests.counting import count_named
from survey_app.digests.marks import TO_WRITE, Block, Heading, Paragraph, Row, write
from survey_app.digests.named import AS_OF
from survey_app.digests.weekly import Count, say
from survey_app.digests.work import Problem, Source

NOBODY = "责任单位待定"
HEAD = Row(("问题", "时限", "现在"))


def chase(source: Source) -> str:
    """Write the draft as marked text."""
    figures, problems = count_named(source), to_chase(source)
    overdue = [one for one in problems if one.is_overdue(source.as_of)]
    back = [one for one in problems if one.came_back]
    return write([
        Paragraph(_overview(figures)),
        *numbered([
            ("到期未销号的问题", list(_by_unit(overdue))),
            ("退件和发回重办的问题", list(_by_unit(back))),
            ("工作要求", [Paragraph(TO_WRITE)]),
        ]),
    ])  # fmt: skip


def to_chase(source: Source) -> list[Problem]:
    """Return the problems that are overdue or came back."""
    return [one for one in source.work.problems if one.is_overdue(source.as_of) or one.came_back]


def _overview(figures: Count) -> str:
    parts = [("到期未销号", "到期未销号{}"), ("退件待定", "退件待定{}个"), ("发回重办", "发回重办{}个")]
    said = [text.format(say(figures, name)) for name, text in parts if figures[name].counted]
    about = f"，其中{'、'.join(said)}" if said else ""
    return f"截至{say(figures, AS_OF)}，还没有销号的问题{say(figures, '未销号')}个{about}。"


def _by_unit(problems: Iterable[Problem]) -> Iterator[Block]:
    """Yield a heading and a table for each unit, by the sound of its name, those due first first."""
    ordered = sorted(problems, key=lambda one: (by_sound(_unit(one)), one.deadline_on or one.found_on))
    for number, (unit, found) in enumerate(groupby(ordered, key=_unit), start=1):
        yield Heading(2, f"（{numeral(number)}）{spoken(unit)}")
        yield HEAD
        yield from map(_row, found)


def _unit(problem: Problem) -> str:
    return problem.unit or NOBODY


def by_sound(name: str) -> bytes:
    """Return what sorts common Chinese words by their sound: GB 2312 has its first 3755 characters so."""
    return name.encode("gb18030")


def _row(problem: Problem) -> Row:
    day = f"{problem.deadline_on.month}月{problem.deadline_on.day}日" if problem.deadline_on else "待定"
    cells = (f"{problem.text}（{problem.number}）", day, FINDING_STATES[problem.state])
    return Row(tuple(spoken(cell).replace("|", "／").replace("｜", "／") for cell in cells))
