"""Every rate of 看一眼 read from the rows, one by one: what the counts that are kept have to come to."""

from __future__ import annotations

from datetime import date

from survey_app.catalog.workdays import Calendar
from survey_app.insights.metrics import SIGN_DAYS, Rate
from survey_app.insights.scope import Scope
from survey_app.rectification.findings import AGAIN
from survey_app.rectification.workflow import OPEN
from survey_app.store import Reader, Row

OPEN_STATES = ", ".join(f"'{state}'" for state in OPEN)
IN_PERIOD = "made_on between :first and :last"
CAMPAIGN_VISITS = """select v.id from visits v where v.withdrawn = 0 and exists (
    select 1 from assignments a join campaigns k on k.id = a.campaign_id
    where k.id = :campaign and a.person_id = v.visitor_id and a.hall_id = v.hall_id
        and (a.id = v.assignment_id
            or (a.withdrawn_at is null and v.made_on between k.begins_on and k.ends_on)))"""


def _params(scope: Scope) -> Row:
    units = {f"unit{n}": unit_id for n, unit_id in enumerate(scope.unit_ids or ())}
    period = {"first": scope.first.isoformat(), "last": scope.last.isoformat()}
    return {**period, **units, "campaign": scope.campaign_id}


def _of_units(scope: Scope, column: str) -> list[str]:
    """Return the condition that a row is of the units, or none where all are looked at."""
    if scope.unit_ids is None:
        return []
    names = ", ".join(f":unit{n}" for n in range(len(scope.unit_ids))) or "null"
    return [f"{column} in ({names})"]


def list_rates(reader: Reader, scope: Scope, today: date, calendar: Calendar) -> dict[str, Rate]:
    """Return every metric of a period by its code."""
    return {
        **_visits(reader, scope),
        **_journeys(reader, scope),
        "answered": _calls(reader, scope),
        "signed": _signed(reader, scope, today, calendar),
        "done": _done(reader, scope, today),
        "followed_up": _followed_up(reader, scope),
        "recurring": _recurring(reader, scope),
    }


def _rates(reader: Reader, sql: str, params: Row, *names: str) -> dict[str, Rate]:
    """Return rates from one row whose columns are ``<name>_n`` and ``<name>_of``."""
    row = reader.find(sql, params) or {}
    return {name: Rate(row.get(f"{name}_n") or 0, row.get(f"{name}_of") or 0) for name in names}


def _visits(reader: Reader, scope: Scope) -> dict[str, Rate]:
    conditions = [f"v.{IN_PERIOD}", "v.withdrawn = 0", *_of_units(scope, "v.unit_id")]
    if scope.campaign_id:
        conditions.append(f"v.id in ({CAMPAIGN_VISITS})")
    sql = f"""
        select count(v.capacity) as in_person_of, count(*) as unannounced_of,
            count(case v.capacity when 'handle' then 1 end) as in_person_n,
            count(case v.announced when 0 then 1 end) as unannounced_n,
            count(case when p.unit_id is not null and v.unit_id is not null then 1 end) as crossing_of,
            count(case when p.unit_id <> v.unit_id then 1 end) as crossing_n
        from visits v join people p on p.id = v.visitor_id where {" and ".join(conditions)}
        """
    return _rates(reader, sql, _params(scope), "in_person", "unannounced", "crossing")


def _at_halls(scope: Scope, table: str) -> str:
    """Return the conditions on facts that name their hall and their visit."""
    conditions = [f"{table}.{IN_PERIOD}", f"{table}.withdrawn = 0"]
    if scope.unit_ids is not None:
        conditions += [f"{table}.hall_id in (select id from halls where {_of_units(scope, 'unit_id')[0]})"]
    if scope.campaign_id:
        conditions += [f"{table}.visit_id in ({CAMPAIGN_VISITS})"]
    return " and ".join(conditions)


def _journeys(reader: Reader, scope: Scope) -> dict[str, Rate]:
    sql = f"""
        select count(case when j.trips is not null and m.promised_trips is not null then 1 end) as trips_of,
            count(case when j.trips <= m.promised_trips then 1 end) as trips_n,
            count(case when j.told_once in ('yes', 'no') then 1 end) as told_once_of,
            count(case when j.told_once = 'yes' then 1 end) as told_once_n
        from journeys j left join matters m on m.id = j.matter_id where {_at_halls(scope, "j")}
        """
    return _rates(reader, sql, _params(scope), "trips", "told_once")


def _calls(reader: Reader, scope: Scope) -> Rate:
    sql = f"""
        select count(*) as answered_of, count(case d.result when 'answered' then 1 end) as answered_n
        from dial_tests d where d.in_hours = 1 and {_at_halls(scope, "d")}
        """
    return _rates(reader, sql, _params(scope), "answered")["answered"]


def _of_problems(scope: Scope, table: str = "f") -> str:
    """Return the conditions on problems of the units that have to put them right."""
    conditions = [f"{table}.unit_id is not null", *_of_units(scope, f"{table}.unit_id")]
    if scope.campaign_id:
        conditions.append(
            f"""{table}.id in (select finding_id from observations
                where visit_id in ({CAMPAIGN_VISITS}) and finding_id is not null)"""
        )
    return " and ".join(conditions)


def _signed(reader: Reader, scope: Scope, today: date, calendar: Calendar) -> Rate:
    """Count by day of handing over and of what came next: the calendar says which is in time."""
    rows = reader.query(
        f"""
        select given_on, next_action, next_on, count(*) as n from (
            select a.done_on as given_on, s.action as next_action, s.done_on as next_on
            from finding_events a join findings f on f.id = a.finding_id
                left join finding_events s on s.finding_id = a.finding_id and s.n = (
                    select min(n) from finding_events later where later.finding_id = a.finding_id
                        and later.n > a.n and later.action <> 'attach')
            where a.action = 'assign' and a.done_on between :first and :last and {_of_problems(scope)}
        ) as given group by given_on, next_action, next_on
        """,
        _params(scope),
    )
    found = Rate()
    for row in rows:
        limit = calendar.after(date.fromisoformat(row["given_on"]), SIGN_DAYS)
        waiting = row["next_action"] is None and today > limit
        signed = row["next_action"] == "sign"
        in_time = signed and date.fromisoformat(row["next_on"]) <= limit
        found = Rate(found.n + in_time * row["n"], found.of + (signed or waiting) * row["n"])
    return found


def _done(reader: Reader, scope: Scope, today: date) -> Rate:
    sql = f"""
        select count(*) as done_of, count(case when answered_on <= deadline_on then 1 end) as done_n from (
            select f.deadline_on, case when f.fed_back_at is not null then (
                select max(case when e.action in ('feed_back', 'explain') then e.done_on end)
                from finding_events e where e.finding_id = f.id) end as answered_on
            from findings f where f.deadline_on between :first and :last
                and f.state not in ('merged', 'settled', 'shelved', 'judged', 'returned')
                and {_of_problems(scope)}
        ) as due where answered_on is not null or deadline_on < :today
        """
    return _rates(reader, sql, _params(scope) | {"today": today.isoformat()}, "done")["done"]


def _followed_up(reader: Reader, scope: Scope) -> Rate:
    sql = f"""
        select count(*) as asked_of, count(case when f.followed_up <> '' then 1 end) as asked_n
        from findings f where f.verified_at is not null and {_of_problems(scope)} and f.id in (
            select finding_id from finding_events
            where action = 'verify' and done_on between :first and :last)
        """
    return _rates(reader, sql, _params(scope), "asked")["asked"]


def _recurring(reader: Reader, scope: Scope) -> Rate:
    sql = f"""
        select count(*) as again_of,
            count(case when exists (select 1 from findings earlier where {AGAIN}) then 1 end) as again_n
        from findings later where later.recurs_until is not null
            and later.found_on between :first and :last and {_of_problems(scope, "later")}
        """
    return _rates(reader, sql, _params(scope), "again")["again"]


def list_overdue(reader: Reader, scope: Scope, today: date) -> dict[str, Rate]:
    """Return by unit how many problems are open today and how many of them are overdue."""
    rows = reader.query(
        f"""
        select f.unit_id, count(*) as total, count(case when f.deadline_on < :today then 1 end) as late
        from findings f where f.state in ({OPEN_STATES}) and {_of_problems(scope)} group by f.unit_id
        """,
        _params(scope) | {"today": today.isoformat()},
    )
    return {row["unit_id"]: Rate(row["late"], row["total"]) for row in rows}
