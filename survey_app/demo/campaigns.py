"""The demo's 体验活动: a bureau leader's contact points, and a campaign under way with its assignments."""

from datetime import date, datetime, timedelta, tzinfo

from survey_app.accounts import queries as accounts
from survey_app.campaigns import assignments, points, queries
from survey_app.campaigns.planner import Proposal, working_days
from survey_app.catalog.tables import CHECKLISTS, HALLS
from survey_app.catalog.workdays import Calendar
from survey_app.demo import phone
from survey_app.store import Writer

CAMPAIGN = phone.name_of("cross-visits", "campaign")
CONTACT_POINTS = ("D-CGS", "D-110", "D-330106")
GONE_TO = {"D-CGS": 6, "D-BY": 3}
"""Hall → how many days ago; the visits themselves are in ``visits.json``."""
TO_GO_TO = {"D-XF": 2, "D-330106": 5}
"""Hall → in how many days."""
BEGAN, ENDS = timedelta(days=9), timedelta(days=9)
PLAN = (
    "先拨服务电话，再到大厅：看标识、排队和取号；照群众的办法办一件事；走时问三位群众。\n不打招呼，不要陪同。"
)


def add_campaign(tx: Writer, *, now: datetime, zone: tzinfo) -> int:
    """Add the contact points and the campaign where they never were; return how many assignments that was."""
    office, bureau, visitor = (
        accounts.find_person_by_login(tx, login) for login in ("office", "bureau", "department")
    )
    if office is None or tx.find("select id from campaigns where id = :id", {"id": CAMPAIGN}):
        return 0
    if bureau:
        halls = [phone.entry(tx, HALLS, code)["id"] for code in CONTACT_POINTS]
        points.set_points(tx, bureau["id"], halls, actor_id=office["id"], at=now)
    today = now.astimezone(zone).date()
    fields = {
        "name": "交叉体验", "tier": "department", "plan": PLAN,
        "checklist_id": phone.entry(tx, CHECKLISTS, "L1")["id"],
        "begins_on": (today - BEGAN).isoformat(), "ends_on": (today + ENDS).isoformat(),
    }  # fmt: skip
    queries.add_campaign(tx, fields, actor_id=office["id"], at=now, campaign_id=CAMPAIGN)
    days = {code: phone.days_before(now, n, "09:00", zone).date() for code, n in GONE_TO.items()}
    days |= {code: _working_day(today + timedelta(days=n)) for code, n in TO_GO_TO.items()}
    agreed = [
        Proposal(visitor["id"], phone.entry(tx, HALLS, code)["id"], day, "crossing")
        for code, day in days.items()
        if visitor
    ]
    assignments.add_assignments(tx, CAMPAIGN, agreed, actor_id=office["id"], at=now)
    return len(agreed)


def _working_day(day: date) -> date:
    """Return ``day``, or the first after it on which halls are open."""
    return working_days(day, day + timedelta(days=2), Calendar())[0]
