"""Where a person can go: the entries of the menu, by permission."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request

from survey_app.i18n import _l


@dataclass(frozen=True)
class Entry:
    """One place of the menu; a ``seldom`` one stands only there, not in the bar."""

    endpoint: str
    label: Any
    permission: str
    icon: str
    seldom: bool = False


ENTRIES = (
    Entry("visits.capture", _l("记一条"), "capture", "pen"),
    Entry("field.visit", _l("体验"), "capture", "walk"),
    Entry("visits.records", _l("我的记录"), "capture", "list"),
    Entry("tasks.index", _l("我的任务"), "findings.work", "list"),
    Entry("rectification.inbox", _l("收件箱"), "triage", "inbox"),
    Entry("findings.index", _l("问题整改"), "findings.manage", "flag"),
    Entry("ledger.index", _l("台账"), "ledger.read", "table"),
    Entry("weekly.index", _l("每周情况"), "weekly.read", "paper"),
    Entry("rectification.reform", _l("改革事项"), "reform.read", "flag"),
    Entry("insights.index", _l("看一眼"), "insights.read", "chart"),
    Entry("campaigns.index", _l("体验活动"), "campaigns.edit", "flag"),
    Entry("voices.index", _l("群众声音"), "voices.read", "voice"),
    Entry("digests.index", _l("简报"), "digest.read", "paper"),
    Entry("catalog.index", _l("目录"), "catalog.read", "book"),
    Entry("sync.held_ops", _l("待确认"), "triage", "inbox"),
    Entry("sync.in_custody", _l("代为递交的"), "people.manage", "inbox"),
    Entry("accounts.people", _l("人员"), "people.manage", "people"),
    Entry("trail.index", _l("改动记录"), "audit.read", "list", seldom=True),
    Entry("feedback.entries", _l("意见箱"), "feedback.read", "note", seldom=True),
)
TABS = 4  # how many fit at the bottom of a phone, beside "more"


def entries() -> list[Entry]:
    """Return the entries that the person who is signed in may open."""
    user = g.get("user")
    known = current_app.view_functions
    return [entry for entry in ENTRIES if user and user.can(entry.permission) and entry.endpoint in known]


def is_here(entry: Entry) -> bool:
    """Tell whether the page being shown belongs to this entry."""
    endpoint = request.endpoint or ""
    feature = entry.endpoint.split(".")[0]
    siblings = [other for other in ENTRIES if other.endpoint.split(".")[0] == feature]
    return endpoint == entry.endpoint or (len(siblings) == 1 and endpoint.split(".")[0] == feature)


def init_app(app: Flask) -> None:
    """Give templates the menu."""
    app.context_processor(lambda: {"menu_entries": entries, "is_here": is_here, "tab_count": TABS})
