"""看一眼: one page of counts and rates over a period, for who decides what is put right first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from markupsafe import Markup

from survey_app import current
from survey_app.campaigns import queries as campaigns
from survey_app.catalog import queries as catalog
from survey_app.catalog.queries import get_calendar
from survey_app.catalog.tables import MATTERS
from survey_app.catalog.vocabulary import KINDS
from survey_app.i18n import _, format_day
from survey_app.insights import charts, glance, queries, rates
from survey_app.insights.charts import Bar, Column
from survey_app.insights.forms import GlanceForm
from survey_app.insights.glance import OVERDUE, PROBLEMS, Line
from survey_app.insights.metrics import METRICS, Rate
from survey_app.insights.scope import QUICK_DAYS, Scope, last_days, quarter
from survey_app.rectification.sources import list_members
from survey_app.security import requires
from survey_app.store import Row

bp = Blueprint("insights", __name__)

ALL_UNITS = frozenset({"office", "leader"})
TALL, SMALL = 150, 96  # units of the drawing
Weeks = Mapping[str, Mapping[date, int]]


@bp.get("/insights")
@requires("insights.read")
def index() -> str:
    """Show what blocks people, where, whether it gets better, and how things are done."""
    units, campaigns = _units(), _campaigns()
    form = GlanceForm(request.args, current.today())
    form.offer(units=units, campaigns=campaigns)
    scope = _scope(form, units)
    order = OVERDUE if form.is_by_overdue() else ""
    return render_template(
        "insights/index.html",
        form=form,
        scope=scope,
        address=_address(form, scope),
        periods=_periods(),
        order=order,
        kinds=PROBLEMS,
        linked=current.user().can("triage") and not scope.campaign_id,
        parents={unit["parent_id"] for unit in units},
        **_where(scope, units, order),
        **_what(scope),
        **_which_matters(scope),
    )


def _what(scope: Scope) -> dict[str, Any]:
    """Return what blocks people, now and before, and by week."""
    store = current.store()
    now, before = (queries.count_by(store, one, "category") for one in (scope, scope.before()))
    weeks = queries.count_by_week(store, scope.over_weeks())
    categories = glance.by_category(now, before, catalog.list_categories(store, retired=True))
    return {
        "records": sum(sum(kinds.values()) for kinds in now.values()),
        "problems": glance.total(now),
        "problems_before": glance.total(before),
        "categories": categories,
        "category_chart": _bars("categories", _("什么在堵？"), categories),
        **_whether_better(weeks, categories, scope),
    }


def _whether_better(weeks: Weeks, categories: list[Line], scope: Scope) -> dict[str, Any]:
    """Return the problems of each week, all together and by group."""
    labels = [format_day(week) for week in scope.weeks()]

    def draw(key: str, title: str, counts: Weeks, height: int) -> Markup:
        steps = zip(labels, glance.by_week(counts, scope), strict=True)
        found = [Column(label, n, inside) for label, (_week, n, inside) in steps]
        return charts.columns(key, title, found, height=height)

    return {
        "weeks": glance.by_week(weeks, scope),
        "week_chart": draw("weeks", _("每周的问题"), weeks, TALL),
        "groups": [
            (line, draw(f"weeks-{n}", line.name or _("未分类"), {"": weeks.get(line.code, {})}, SMALL))
            for n, line in enumerate(categories)
        ],
    }


def _which_matters(scope: Scope) -> dict[str, Any]:
    """Return the matters in which people are blocked most."""
    store = current.store()
    now, before = (queries.count_by(store, one, "matter") for one in (scope, scope.before()))
    matters = glance.by_matter(now, before, catalog.list_rows(store, MATTERS, retired=True))
    return {"matters": matters, "matter_chart": _bars("matters", _("哪些事项？"), matters)}


def _where(scope: Scope, units: list[Row], order: str) -> dict[str, Any]:
    """Return where and how: each unit with its problems and what is overdue, each metric now and before."""
    store, today = current.store(), current.today()
    overdue, calendar = rates.list_overdue(store, scope, today), get_calendar(store)
    now, before = (rates.list_rates(store, one, today, calendar) for one in (scope, scope.before()))
    now["overdue"] = sum(overdue.values(), Rate())
    return {
        "places": glance.by_unit(queries.count_by(store, scope, "unit"), overdue, units, order),
        "rates": [(metric, now[code], before.get(code, Rate())) for code, metric in METRICS.items()],
    }


def _units() -> list[Row]:
    """Return the units that the person may look at: all, or the own one and those below it."""
    user, units = current.user(), catalog.list_units(current.store(), retired=True)
    if _sees_all():
        return units
    own = set(list_members(current.store(), "unit", user.unit_id)) if user.unit_id else set()
    return [unit for unit in units if unit["id"] in own]


def _campaigns() -> list[Row]:
    """Return the campaigns that have begun; a unit that is visited is not told of any."""
    return campaigns.list_begun_campaigns(current.store(), current.today()) if _sees_all() else []


def _scope(form: GlanceForm, units: list[Row]) -> Scope:
    """Return what is looked at; the unit that all others are below is as good as all."""
    first, last = form.period()
    chosen, known = form.chosen("unit"), tuple(unit["id"] for unit in units)
    members = tuple(list_members(current.store(), "unit", chosen)) if chosen else known
    everything = _sees_all() and set(members) == set(known)
    return Scope(first, last, None if everything else members, form.chosen("campaign"))


def _address(form: GlanceForm, scope: Scope) -> dict[str, str]:
    """Return what is looked at as it stands in an address."""
    asked = {"since": scope.first.isoformat(), "until": scope.last.isoformat()}
    unit = "" if scope.unit_ids is None else form.chosen("unit")
    more = {"unit": unit, "campaign": scope.campaign_id}
    return asked | {name: value for name, value in more.items() if value}


def _sees_all() -> bool:
    return not current.user().roles.isdisjoint(ALL_UNITS)


def _periods() -> list[tuple[str, dict[str, str]]]:
    """Return the periods that are one tap, with their addresses."""
    today = current.today()
    named = [(_("近 %(n)s 天", n=days), last_days(days, today)) for days in QUICK_DAYS]
    named.append((_("本季度"), quarter(today)))
    return [
        (words, {"since": first.isoformat(), "until": last.isoformat()}) for words, (first, last) in named
    ]


def _bars(key: str, title: str, lines: list[Line]) -> Markup:
    bars = [Bar(line.words or _("未分类"), line.parts, line.of) for line in lines]
    return charts.bar_list(key, title, bars, [_(KINDS[kind]) for kind in PROBLEMS])
