"""每周情况: what came in, was handed over, closed, overdue, sent back and came again, by unit."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from survey_app import current
from survey_app.catalog import queries as catalog
from survey_app.form_fields import read_day
from survey_app.i18n import _, _l
from survey_app.reminders.week import Counts, Week, total, week_of
from survey_app.reminders.weekly import count_week
from survey_app.security import requires

bp = Blueprint("weekly", __name__)

SHARES = {
    "closed": (_l("销号"), "had"),
    "overdue": (_l("超期"), "with_limit"),
    "reopened": (_l("发回重办"), "looked_at"),
    "recurring": (_l("复发"), "found"),
}
NUMBERS = {"received": _l("记录"), "assigned": _l("交办")}
TITLES = (*NUMBERS.values(), *(title for title, _of in SHARES.values()))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the summary: a unit, or a thing that is counted, with its cells."""

    label: str
    cells: tuple[str, ...]


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
        compared=_compared(total(counts.values()), total(earlier.values())),
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


def _compared(counts: Counts, earlier: Counts) -> list[Row]:
    """Return what is counted, a line each: the week's number, and that of the week before."""
    lines = zip(TITLES, _cells(counts), _cells(earlier), strict=True)
    return [Row(str(title), (now, before)) for title, now, before in lines]


def _by_unit(counts: dict[str, Counts]) -> list[Row]:
    """Return a line for each unit that had anything, by name; what has none stands last."""
    names = {row["id"]: row["name"] for row in catalog.list_units(current.store(), retired=True)}
    ids = sorted(counts, key=lambda one: (one == "", _alphabetical(names.get(one, ""))))
    return [Row(names.get(one) or _("还没有定单位"), _cells(counts[one])) for one in ids]


def _alphabetical(name: str) -> bytes:
    """Return what sorts Chinese names by their sounds, as the national character set does."""
    return name.encode("gb18030")


def _cells(counts: Counts) -> tuple[str, ...]:
    shares = [(getattr(counts, name), getattr(counts, of)) for name, (_title, of) in SHARES.items()]
    return tuple(str(getattr(counts, name)) for name in NUMBERS) + tuple(
        f"{n}/{of}" if of else "—" for n, of in shares
    )
