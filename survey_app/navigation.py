"""Where a person can go: the entries of the menu, by permission."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request

from survey_app.i18n import _l

FIELD, DESK, SELDOM = "field", "desk", "seldom"


@dataclass(frozen=True)
class Entry:
    """One place of the menu: where people are visited, where work is done, or where one seldom goes."""

    endpoint: str
    label: Any
    permission: str
    icon: str
    where: str = DESK


ENTRIES = (
    Entry("visits.capture", _l("记一条"), "capture", "pen", FIELD),
    Entry("field.visit", _l("体验"), "capture", "walk", FIELD),
    Entry("visits.records", _l("我的记录"), "capture", "list", FIELD),
    Entry("rectification.inbox", _l("收件箱"), "triage", "inbox"),
    Entry("tasks.index", _l("我的任务"), "findings.work", "list"),
    Entry("findings.index", _l("问题整改"), "findings.manage", "flag"),
    Entry("ledger.index", _l("台账"), "ledger.read", "table"),
    Entry("digests.index", _l("简报"), "digest.read", "paper"),
    Entry("rectification.reform", _l("改革事项"), "reform.read", "flag"),
    Entry("voices.index", _l("群众声音"), "voices.read", "voice"),
    Entry("insights.index", _l("看一眼"), "insights.read", "chart"),
    Entry("weekly.index", _l("每周情况"), "weekly.read", "paper"),
    Entry("campaigns.index", _l("体验活动"), "campaigns.edit", "flag"),
    Entry("accounts.people", _l("人员"), "people.manage", "people"),
    Entry("catalog.index", _l("目录"), "catalog.read", "book"),
    Entry("sync.held_ops", _l("待确认"), "triage", "inbox", SELDOM),
    Entry("sync.in_custody", _l("代为递交的"), "people.manage", "inbox", SELDOM),
    Entry("trail.index", _l("改动记录"), "audit.read", "list", SELDOM),
    Entry("feedback.entries", _l("意见箱"), "feedback.read", "note", SELDOM),
)
TABS = 4  # how many fit at the bottom of a phone, beside "more"
BAR = 9  # and at the top of a desk


def entries() -> list[Entry]:
    """Return the entries that the person who is signed in may open, those of their daily work first."""
    user, known = g.get("user"), current_app.view_functions
    mine = [entry for entry in ENTRIES if user and user.can(entry.permission) and entry.endpoint in known]
    at_desk = user and (user.can("triage") or user.can("findings.work"))
    order = (DESK, FIELD, SELDOM) if at_desk else (FIELD, DESK, SELDOM)
    return sorted(mine, key=lambda entry: order.index(entry.where))


def bar() -> list[Entry]:
    """Return the entries that stand in the bar; the others are under "more"."""
    return [entry for entry in entries() if entry.where != SELDOM][:BAR]


def is_here(entry: Entry) -> bool:
    """Tell whether the page being shown belongs to this entry."""
    endpoint = request.endpoint or ""
    feature = entry.endpoint.split(".")[0]
    siblings = [other for other in ENTRIES if other.endpoint.split(".")[0] == feature]
    return endpoint == entry.endpoint or (len(siblings) == 1 and endpoint.split(".")[0] == feature)


def init_app(app: Flask) -> None:
    """Give templates the menu."""
    words = {"menu_entries": entries, "bar_entries": bar, "is_here": is_here, "tab_count": TABS}
    app.context_processor(lambda: words)
