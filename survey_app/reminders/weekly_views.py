"""每周情况: what came in, was handed over, closed, overdue, sent back and came again, by unit."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from survey_app import current
from survey_app.catalog import queries as catalog
from survey_app.form_fields import read_day
from survey_app.i18n import _
from survey_app.reminders.figures import TITLES, Row, alphabetical, cells, compared
from survey_app.reminders.week import Counts, Week, total, week_of
from survey_app.reminders.weekly import count_week
from survey_app.security import requires

bp = Blueprint("weekly", __name__)


@bp.get("/weekly")
@requires("weekly.read")
def index() -> str:
    """Show a week (the last whole one, unless the address names a day of another) against the one before."""
    today = current.today()
    now = week_of(today)
    day = read_day(request.args.get("week", ""))
    week = min(week_of(day), now) if day else now.before
    counts, earlier = _count(week), _count(week.before)
    return render_template(
        "weekly/index.html",
        week=week,
        is_under_way=week == now,
        later=week.after if week < now else None,
        compared=compared(total(counts.values()), total(earlier.values())),
        titles=TITLES,
        rows=_by_unit(counts),
        own_only=_own_only(),
    )


def _own_only() -> bool:
    """Tell whether this person sees the figures of the own unit only."""
    user = current.user()
    return not (user.can("findings.manage") or user.can("capture"))


def _count(week: Week) -> dict[str, Counts]:
    counts, own = count_week(current.store(), week, current.today()), current.user().unit_id
    return {unit: one for unit, one in counts.items() if unit == own} if _own_only() else counts


def _by_unit(counts: dict[str, Counts]) -> list[Row]:
    """Return a line for each unit that had anything, by name; what has none stands last."""
    names = {row["id"]: row["name"] for row in catalog.list_units(current.store(), retired=True)}
    ids = sorted(counts, key=lambda one: (one == "", alphabetical(names.get(one, ""))))
    return [Row(names.get(one) or _("还没有定单位"), cells(counts[one])) for one in ids]
