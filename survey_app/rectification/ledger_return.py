"""What a list that comes back would do: every cell judged, nothing done. Pure.

Only cells that differ from what was exported count, and they become actions of the workflow, so a file can
do nothing that its sender could not do on the page of a problem.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from openpyxl.utils import get_column_letter

from survey_app.catalog.plan import fingerprint
from survey_app.catalog.problems import SpreadsheetError
from survey_app.catalog.spreadsheet import Sheet
from survey_app.catalog.texts import gettext
from survey_app.privacy import mask
from survey_app.rectification import ledger_asks, ledger_stamp, workflow
from survey_app.rectification.finding import Finding
from survey_app.rectification.ledger import BY_KEY, AsOf, Column, Listing, Row
from survey_app.rectification.ledger_asks import TAKING
from survey_app.rectification.ledger_line import NUMBER, Change, Remark, Written
from survey_app.rectification.ledger_stamp import Stamp, plain
from survey_app.rectification.workflow import Actor

NO_STAMP = Stamp(Listing("", "", ()), 0, ())


@dataclass(frozen=True, slots=True)
class Doing:
    """One action of the workflow on a problem at a version."""

    finding_id: str
    version: int
    action: str
    facts: Mapping[str, Any]


@dataclass(slots=True)
class Plan:
    """What a file would do; only where there are no ``problems`` may it.

    ``untaken`` was changed in the file and is left alone, ``conflicts`` were changed there and here.
    """

    listing: Listing
    doings: list[Doing] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    untaken: list[Remark] = field(default_factory=list)
    conflicts: list[Change] = field(default_factory=list)
    problems: list[Remark] = field(default_factory=list)
    unchanged: int = 0

    @property
    def fingerprint(self) -> str:
        """What tells this plan from one made after somebody else's change."""
        return fingerprint(
            [[one.finding_id, one.version, one.action, dict(one.facts)] for one in self.doings]
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """Who brings a file back, when, and what it is called; ``load`` returns a problem by its id."""

    actor: Actor
    now: datetime
    asof: AsOf
    file_name: str
    load: Callable[[str], Finding]


def numbers(sheet: Sheet) -> list[str]:
    """Return the numbers of the problems that a file is about; raise SpreadsheetError where it has none."""
    place = _headings(sheet).index(NUMBER)
    return [plain(line.cells[place]) for line in sheet.lines]


def make(sheet: Sheet, stored: Mapping[str, Row], desk: Desk) -> Plan:
    """Return what a file would do to the problems that are ``stored`` (rows of the ledger, by number).

    Raise SpreadsheetError for a file that was not exported from the ledger.
    """
    headings = _headings(sheet)
    listing = _listing(sheet, headings)
    letters = {heading: get_column_letter(place) for place, heading in enumerate(headings, 1)}
    plan, seen = Plan(listing), set[str]()
    for problem in sheet.problems:
        cell = f"{listing.title}!{letters.get(problem.heading, 'A')}{problem.line}"
        plan.problems.append(Remark(cell, problem.line, problem.heading, problem.text, problem.params))
    for line in sheet.lines:
        cells = dict(zip(headings, line.cells, strict=True))
        stamp = ledger_stamp.read(cells[ledger_stamp.HEADING]) or NO_STAMP
        unreadable = frozenset(one.heading for one in sheet.problems if one.line == line.number)
        written = Written(listing, line.number, letters, stamp, cells, unreadable)
        text = _wrong_line(written, stored, seen)
        if text:
            plan.problems.append(written.remark(BY_KEY["number"], text))
        else:
            _judge(plan, written, stored[written.number], desk)
        seen.add(written.number)
    plan.problems.sort(key=lambda one: one.line)
    return plan


def _headings(sheet: Sheet) -> list[str]:
    headings = list(sheet.headings)
    if any(headings.count(needed) != 1 for needed in (NUMBER, ledger_stamp.HEADING)) or not sheet.lines:
        raise SpreadsheetError(
            gettext("这不是从台账导出的表，或少了“编号”“核对码”两列。请重新导出，在那份表上改。")
        )
    return headings


def _listing(sheet: Sheet, headings: list[str]) -> Listing:
    place = headings.index(ledger_stamp.HEADING)
    stamps = (ledger_stamp.read(line.cells[place]) for line in sheet.lines)
    listing = next((stamp.listing for stamp in stamps if stamp), None)
    if listing is None:
        raise SpreadsheetError(gettext("表里的核对码都不能用了。请重新导出，在那份表上改。"))
    repeated = next((one.heading for one in listing.columns if headings.count(one.heading) > 1), None)
    if repeated:
        raise SpreadsheetError(gettext("有两列都叫“%(heading)s”。请删掉一列。"), heading=repeated)
    return listing


def _wrong_line(written: Written, stored: Mapping[str, Row], seen: set[str]) -> str:
    if written.stamp.listing != written.listing:
        return gettext("这一行没有核对码，可能是新加的。这里不能新增；请删掉这一行，或重新导出一份再改。")
    if ledger_stamp.digest(written.number) != written.stamp.digests[0]:
        return gettext("编号被改过。请改回原来的编号，或重新导出一份再改。")
    if written.number in seen:
        return gettext("这个编号上面已经有一行。请只留一行。")
    if written.number not in stored:
        return gettext("没有这个编号，或它不归您的单位。请删掉这一行。")
    return ""


def _judge(plan: Plan, written: Written, row: Row, desk: Desk) -> None:
    changed = written.changed()
    if not changed:
        plan.unchanged += 1
        return
    as_change = {column.key: written.change(column, row, desk.asof) for column in changed}
    if row["version"] != written.stamp.version:
        plan.conflicts += as_change.values()
        return
    said: dict[str, str] = {}
    for column in changed:
        left = _left_alone(column, row)
        wrong = None if left else written.judge(column)
        if left:
            plan.untaken.append(written.remark(column, left))
        elif wrong:
            plan.problems.append(wrong)
        else:
            said[column.takes] = written.value(column)
    until = TAKING["until"]
    if "reason" in said and until not in changed and until.heading not in written.unreadable:
        text = gettext("写了理由，没有写新时限。请在“新时限”里写延到哪天，或删掉理由。")
        plan.problems.append(written.remark(TAKING["reason"], text))
    if said:
        _act(plan, written, desk.load(row["id"]), said, as_change, desk)


def _left_alone(column: Column, row: Row) -> str:
    if not column.takes:
        return gettext("这一列不从表格里收。要改请到这个问题的页面上办。")
    if not column.asked and mask(row[column.key]) != row[column.key]:
        return gettext("原来的内容里有隐去的号码，从表格里改会丢掉它。请到这个问题的页面上改。")
    return ""


def _act(
    plan: Plan,
    written: Written,
    finding: Finding,
    said: Mapping[str, str],
    changes: Mapping[str, Change],
    desk: Desk,
) -> None:
    """Try the actions one after the other, as they would be done, and keep those that can be."""
    version = finding.version
    for one in ledger_asks.asked(finding, said, desk.actor):
        columns = [TAKING[name] for name in one.cells if name in said]
        facts = {**one.facts, workflow.FILE: desk.file_name}
        try:
            ledger_asks.check(one)
            event = workflow.act(finding, one.action, desk.actor, facts, desk.now)
        except workflow.MissingFactError as error:
            plan.problems.append(ledger_asks.wanting(written, error, columns))
        except workflow.WorkflowError as error:
            text, params = ledger_asks.refusal(error, one.action, finding)
            plan.untaken += [written.remark(column, text, **params) for column in columns]
        else:
            finding = workflow.follow(finding, event)
            plan.doings.append(Doing(finding.id, version, one.action, event.facts))
            plan.changes += [changes[column.key] for column in columns]
