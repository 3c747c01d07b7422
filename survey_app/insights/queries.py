"""What is counted of records for 看一眼: from the counts kept by week and day, or from a campaign's rows."""

from __future__ import annotations

from datetime import date

from survey_app.catalog.vocabulary import KINDS
from survey_app.insights.scope import Scope, monday
from survey_app.store import Reader, Row
from survey_app.visits.agenda import of_campaign

COLUMNS = {"unit": "unit_id", "category": "category", "matter": "matter_id"}


def count_by(reader: Reader, scope: Scope, facet: str) -> dict[str, dict[str, int]]:
    """Return how many records of each kind there are, by unit, category or matter ('' for none)."""
    counted, params = _counted(scope, facet)
    found: dict[str, dict[str, int]] = {}
    sql = f"select code, kind, sum(n) as n from ({counted}) as counted group by code, kind having sum(n) > 0"  # noqa: S608
    for row in reader.query(sql, params):
        found.setdefault(row["code"], dict.fromkeys(KINDS, 0))[row["kind"]] = row["n"]
    return found


def count_by_week(reader: Reader, scope: Scope) -> dict[str, dict[date, int]]:
    """Return how many problems there are of each group of categories ('' for none) by the week's Monday."""
    counted, params = _counted(scope, "category")
    rows = reader.query(
        f"""
        select counted_on, coalesce(c.parent_code, c.code, '') as code, sum(n) as n from (
            select counted_on, code, sum(n) as n from ({counted}) as counted
            where kind in ('blockage', 'difficulty') group by counted_on, code
        ) as days left join categories c on c.code = days.code group by 1, 2
        """,  # noqa: S608  our own words
        params,
    )
    mondays = {day: monday(date.fromisoformat(day)) for day in {row["counted_on"] for row in rows}}
    found: dict[str, dict[date, int]] = {}
    for row in rows:
        weeks, week = found.setdefault(row["code"], {}), mondays[row["counted_on"]]
        weeks[week] = weeks.get(week, 0) + row["n"]
    return found


def _counted(scope: Scope, facet: str) -> tuple[str, Row]:
    """Return SQL for counted_on (of a week its Monday), code, kind, n."""
    if scope.campaign_id:
        return _of_rows(scope, facet, "between :first and :last"), params_of(scope)
    found = []
    for n, piece in enumerate(scope.pieces()):
        between = f"between :first{n} and :last{n}"
        if piece.grain == "week":
            found.append(_of_weeks(scope, facet, between))
        elif scope.unit_ids is None:
            found.append(_of_days(facet, between))
        else:
            found.append(_of_rows(scope, facet, between))
    return " union all ".join(found), params_of(scope)


def _of_weeks(scope: Scope, facet: str, between: str) -> str:
    """Return SQL for whole weeks; those of a unit are kept by category and by matter."""
    of_own = facet == "unit" and scope.unit_ids is not None
    code, kept = ("unit_id", "category") if of_own else ("code", facet)
    return f"""select week as counted_on, {code} as code, kind, n from observation_weeks
        where {of_units(scope)} and facet = '{kept}' and week {between}"""  # noqa: S608  our own words


def _of_days(facet: str, between: str) -> str:
    """Return SQL for days of all units."""
    return f"""select made_on as counted_on, code, kind, n from observation_days
        where facet = '{facet}' and made_on {between}"""  # noqa: S608  our own words


def _of_rows(scope: Scope, facet: str, between: str) -> str:
    """Return SQL for a few days of some units, or for a campaign."""
    conditions = [f"made_on {between}", "state <> 'withdrawn'"]
    if scope.unit_ids is not None:
        conditions.append(of_units(scope))
    if scope.campaign_id:
        conditions.append(f"id in ({of_campaign('observations')})")
    where = " and ".join(conditions)
    return f"""select made_on as counted_on, coalesce({COLUMNS[facet]}, '') as code, kind, 1 as n
        from observations where {where}"""  # noqa: S608  our own words


def of_units(scope: Scope) -> str:
    """Return the condition on ``unit_id``: of the units, or of what counts all of them together."""
    names = [f":unit{n}" for n in range(len(scope.unit_ids or ()))]
    return "unit_id = ''" if scope.unit_ids is None else f"unit_id in ({', '.join(names) or 'null'})"


def params_of(scope: Scope) -> Row:
    """Return what conditions on a scope name: its days, its pieces (first0, last0, …), units, campaign."""
    found: Row = {"first": scope.first.isoformat(), "last": scope.last.isoformat()}
    for n, piece in enumerate(scope.pieces()):
        found |= {f"first{n}": piece.first.isoformat(), f"last{n}": piece.last.isoformat()}
    units = {f"unit{n}": unit_id for n, unit_id in enumerate(scope.unit_ids or ())}
    return {**found, **units, "campaign": scope.campaign_id}
