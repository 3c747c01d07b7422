"""What is counted for 看一眼 of how things are done: from the counts kept, or from the rows of a campaign.

What a row counts for is said once, by the views of the migration that also keeps the counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache

from survey_app.catalog.workdays import Calendar
from survey_app.insights.metrics import SIGN_DAYS, Rate
from survey_app.insights.queries import of_units, params_of
from survey_app.insights.scope import ONE_DAY, Scope
from survey_app.store import Reader, Row
from survey_app.visits.agenda import CAMPAIGN_VISITS, of_campaign

PLAIN = ("in_person", "unannounced", "crossing", "trips", "told_once", "answered", "done", "followed_up",
         "recurring")  # fmt: skip
SIGNING = ("signed", "unsigned")
SOURCES = {
    "visit_rates": f"id in ({CAMPAIGN_VISITS})",
    "journey_rates": f"id in ({of_campaign('journeys')})",
    "call_rates": f"id in ({of_campaign('dial_tests')})",
    **dict.fromkeys(
        ("finding_rates", "recurrence_rates"),
        f"id in (select finding_id from observations where id in ({of_campaign('observations')})"  # noqa: S608
        " and finding_id is not null)",
    ),
}


def list_rates(reader: Reader, scope: Scope, today: date, calendar: Calendar) -> dict[str, Rate]:
    """Return every metric of a period by its code."""
    rates = dict.fromkeys(PLAIN, Rate()) | _sum(reader, scope, PLAIN)
    rates["done"] += _unanswered(reader, scope, today)
    twice, followed = _verified_again(reader, scope), rates["followed_up"]
    rates["followed_up"] = Rate(followed.n - twice.n, followed.of - twice.of)
    return rates | {"signed": _signed(_by_day(reader, scope, SIGNING), today, calendar)}


def _unanswered(reader: Reader, scope: Scope, today: date) -> Rate:
    """Return the problems without an answer whose limit has passed: of the days before today."""
    late = replace(scope, last=min(scope.last, today - ONE_DAY))
    if late.first > late.last:
        return Rate()
    return _sum(reader, late, ("unanswered",)).get("unanswered", Rate())


def _verified_again(reader: Reader, scope: Scope) -> Rate:
    """Return by how much problems that were verified on several days of a period count too often."""
    rows = _by_day(reader, scope, ("verified_again",))
    again = [Rate(row["hits"], row["n"]) for row in rows if row["then_on"] <= scope.last.isoformat()]
    return sum(again, Rate())


def _signed(rows: Iterable[Row], today: date, calendar: Calendar) -> Rate:
    """Count by day of handing over and of signing: the calendar says which is in time."""

    @cache
    def limit(given_on: str) -> str:
        return calendar.after(date.fromisoformat(given_on), SIGN_DAYS).isoformat()

    found = Rate()
    for row in rows:
        until = limit(row["counted_on"])
        if row["metric"] == "signed":
            found += Rate(row["n"] if row["then_on"] <= until else 0, row["n"])
        elif today.isoformat() > until:
            found += Rate(0, row["n"])
    return found


def _sum(reader: Reader, scope: Scope, metrics: tuple[str, ...]) -> dict[str, Rate]:
    """Return what metrics come to over a period, those that come to something."""
    counted = _of_campaign(scope, metrics) if scope.campaign_id else _of_pieces(scope, metrics)
    rows = reader.query(
        f"select metric, sum(hits) as hits, sum(n) as n from ({counted}) as counted group by metric",  # noqa: S608
        params_of(scope),
    )
    return {row["metric"]: Rate(row["hits"], row["n"]) for row in rows}


def _by_day(reader: Reader, scope: Scope, metrics: tuple[str, ...]) -> list[Row]:
    """Return metrics by their days and the days of what followed: metric, counted_on, then_on, hits, n."""
    counted = _of_campaign(scope, metrics) if scope.campaign_id else _of_days(scope, metrics)
    return reader.query(
        f"""
        select metric, counted_on, then_on, sum(hits) as hits, sum(n) as n from ({counted}) as counted
        group by metric, counted_on, then_on having sum(n) > 0
        """,  # noqa: S608  our own words
        params_of(scope),
    )


def _of_pieces(scope: Scope, metrics: tuple[str, ...]) -> str:
    """Return SQL for what was counted by week, and by day before and after whole weeks."""
    spans = " union all ".join(
        f"select '{piece.grain}' as grain, :first{n} as first, :last{n} as last"
        for n, piece in enumerate(scope.pieces())
    )
    return f"""select metric, hits, n from ({spans}) as span cross join rate_counts c
        where {of_units(scope)} and c.grain = span.grain and metric in ({_names(metrics)})
            and counted_on between span.first and span.last"""  # noqa: S608  our own words


def _of_days(scope: Scope, metrics: tuple[str, ...]) -> str:
    """Return SQL for what was counted day by day."""
    return f"""select metric, counted_on, then_on, hits, n from rate_counts
        where {of_units(scope)} and grain = 'day' and metric in ({_names(metrics)})
            and counted_on between :first and :last"""  # noqa: S608  our own words


def _of_campaign(scope: Scope, metrics: tuple[str, ...]) -> str:
    """Return SQL for what was found on the visits of a campaign."""
    conditions = [f"metric in ({_names(metrics)})", "counted_on between :first and :last"]
    if scope.unit_ids is not None:
        conditions.append(of_units(scope))
    where = " and ".join(conditions)
    return " union all ".join(
        f"select metric, counted_on, then_on, hits, n from {view} where {of_it} and {where}"  # noqa: S608
        for view, of_it in SOURCES.items()
    )


def list_overdue(reader: Reader, scope: Scope, today: date) -> dict[str, Rate]:
    """Return by unit how many problems are open today and how many of them are overdue."""
    which = "true" if scope.unit_ids is None else of_units(scope)
    if scope.campaign_id:
        counted = f"select unit_id, metric, counted_on, n from finding_rates where {SOURCES['finding_rates']}"  # noqa: S608
    else:
        counted = """select c.unit_id, metric, counted_on, n from units
            cross join rate_counts c on c.unit_id = units.id and grain = 'day'"""
    rows = reader.query(
        f"""
        select unit_id, sum(case metric when 'open' then n else 0 end) as total,
            sum(case metric when 'in_limit' then n else 0 end) as in_limit
        from ({counted}) as counted
        where metric in ('open', 'in_limit') and counted_on >= :today and {which}
        group by unit_id having sum(n) > 0
        """,  # noqa: S608  our own words
        params_of(scope) | {"today": today.isoformat()},
    )
    return {row["unit_id"]: Rate(row["total"] - row["in_limit"], row["total"]) for row in rows}


def _names(metrics: tuple[str, ...]) -> str:
    return ", ".join(f"'{metric}'" for metric in metrics)
