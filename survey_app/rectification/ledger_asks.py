"""What the cells of a line that came back ask the workflow to do, and why it may not. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.catalog.texts import gettext
from survey_app.catalog.vocabulary import FINDING_STATES
from survey_app.rectification import workflow
from survey_app.rectification.finding import Finding
from survey_app.rectification.ledger import BY_KEY, Column
from survey_app.rectification.ledger_line import Remark, Written
from survey_app.rectification.workflow import Actor

TAKING = {column.takes: column for column in BY_KEY.values() if column.takes}
FACTS = {**TAKING, "deadline_on": TAKING["until"], "note": TAKING["reason"]}
"""The column in which a fact is written."""
NOT_ALLOWED = {
    "plan": gettext("措施和责任人由责任单位写，没有收。"),
    "progress": gettext("进展由责任单位写，没有收。"),
    "ask_extension": gettext("要改时限，先由责任单位申请延期；同意的话，这里写申请的那一天。没有收。"),
}
BAD = {
    "until": gettext("要晚于现在的时限。请换一天。"),
    "deadline_on": gettext("时限不能早于今天。请换一天。"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One action of the workflow, its facts, and the cells (by what they take) that ask for it."""

    action: str
    facts: Mapping[str, Any]
    cells: tuple[str, ...]


def asked(finding: Finding, said: Mapping[str, str], actor: Actor) -> Iterator[Asked]:
    """Return what the changed cells of a line (``said``, by what they take) ask for, in order."""
    if "measure" in said or "owner" in said:
        facts = {
            "measure": said.get("measure", finding.measure),
            "owner": said.get("owner", finding.owner),
            "planned_on": finding.planned_on or finding.deadline_on,
        }
        yield Asked("plan", facts, ("measure", "owner"))
    if "progress" in said:
        yield Asked("progress", {"text": said["progress"]}, ("progress",))
    if "until" in said:
        yield _limit(finding, said["until"], said.get("reason", ""), actor)


def _limit(finding: Finding, until: str, reason: str, actor: Actor) -> Asked:
    """Return how a limit changes: the unit asks, the office agrees, or hands over anew what is unsigned."""
    cells = ("until", "reason")
    if workflow.is_allowed(finding, "ask_extension", actor):
        return Asked("ask_extension", {"until": until, "reason": reason}, cells)
    if finding.extension and finding.extension.until == until:
        return Asked("grant", {}, cells)
    if finding.state == "assigned" and workflow.is_allowed(finding, "assign", actor):
        facts = {
            "unit_id": finding.unit_id,
            "deadline_on": until,
            "supporting_ids": list(finding.supporting_ids),
            "lead_post": finding.lead_post,
            "note": reason,
        }
        return Asked("assign", facts, cells)
    return Asked("ask_extension", {}, cells)


def check(one: Asked) -> None:
    """Raise MissingFactError where a file has to say more than the page of a problem: why another limit."""
    if one.action == "assign" and not one.facts["note"]:
        raise workflow.MissingFactError("note")


def wanting(written: Written, error: workflow.MissingFactError, columns: list[Column]) -> Remark:
    """Name the cell that is lacking or cannot be, or where the list has none, the one that needs it."""
    column = FACTS.get(error.name, columns[0])
    shown = column if written.has(column) else columns[0]
    if isinstance(error, workflow.BadFactError):
        return written.remark(shown, BAD.get(error.name, gettext("这一天不行。请换一天。")))
    return written.remark(shown, gettext("还要写“%(heading)s”才能收下。请一起填上。"), heading=column.heading)


def refusal(error: workflow.WorkflowError, action: str, finding: Finding) -> tuple[str, dict[str, Any]]:
    """Return why an action is not done, as a text with its parameters."""
    if isinstance(error, workflow.TooLateError):
        return gettext("时限已过，不能再申请延期，没有收。"), {}
    if isinstance(error, workflow.NotAllowedError):
        return NOT_ALLOWED.get(action, gettext("这一步不归您办，没有收。")), {}
    return gettext("现在的状态是“%(state)s”，没有收。"), {"state": FINDING_STATES[finding.state]}
