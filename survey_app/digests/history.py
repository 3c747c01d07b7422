"""The history of a briefing as a person reads it: who did what when, typing without a break as one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from survey_app.catalog.texts import gettext
from survey_app.catalog.vocabulary import Words
from survey_app.store import Row

ACTIONS: Words = {
    "digest.add": gettext("开始编"),
    "digest.pick": gettext("选记录"),
    "digest.edit": gettext("改文字"),
    "digest.type": gettext("改文字"),
    "digest.print": gettext("排版"),
    "digest.submit": gettext("送审"),
    "digest.sign": gettext("签发"),
    "digest.return": gettext("退回修改"),
    "digest.issue": gettext("印发"),
    "digest.correct": gettext("另编一期更正"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was done, ``times`` over without a break, last at an instant; with the reason given."""

    at: str
    post: str
    action: str
    reason: str = ""
    times: int = 1


def tell(rows: Iterable[Row]) -> list[Told]:
    """Return the rows of ``audit.history`` as they are read, the first first."""
    told: list[Told] = []
    for row in rows:
        one = Told(row["at"], row["post"] or "", ACTIONS[row["action"]], row["detail"].get("reason", ""))
        last = told[-1] if told else None
        if last and not one.reason and (last.post, last.action) == (one.post, one.action):
            told[-1] = replace(one, times=last.times + 1)
        else:
            told.append(one)
    return told
