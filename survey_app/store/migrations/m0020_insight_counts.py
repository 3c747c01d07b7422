"""What 看一眼 reads, counted by day and by week: records of a unit, and what each rate is made of.

A view says what a row counts for; triggers take that out of the counts before the row changes and put in what
it counts for after. ``hits`` of ``n`` is a rate. ``unit_id`` is '' where all units are counted together.
"""

from sqlite_utils import Database

from survey_app.store.migrations.registry import migrations, run

FACETS = (("category", "category"), ("matter", "matter_id"))
COUNTED = "made_on", "unit_id", "category", "matter_id", "kind", "state"
OBSERVED = ", ".join(COUNTED)
OBSERVED_CHANGED = " or ".join(f"old.{name} is not new.{name}" for name in COUNTED)
WEEK_KEY = "unit_id, facet, week, code, kind"
RATE_KEY = "unit_id, grain, metric, counted_on, then_on"
OPEN = """('judged', 'returned', 'shelved', 'assigned', 'signed', 'fixing', 'fed_back', 'explained',
    'verified', 'followed_up')"""
FINDING = "unit_id, state, deadline_on, fed_back_at, verified_at, followed_up"
AGAIN = "unit_id, category, recurs_until, found_on, year, position"

VIEWS = f"""
    create view visit_rates as
        select id, visitor_id, unit_id, 'in_person' as metric, made_on as counted_on, '' as then_on,
            case capacity when 'handle' then 1 else 0 end as hits, 1 as n
            from visits where withdrawn = 0 and capacity is not null
        union all select id, visitor_id, unit_id, 'unannounced', made_on, '', 1 - announced, 1
            from visits where withdrawn = 0
        union all select v.id, v.visitor_id, v.unit_id, 'crossing', v.made_on, '',
            case when p.unit_id <> v.unit_id then 1 else 0 end, 1
            from visits v join people p on p.id = v.visitor_id
            where v.withdrawn = 0 and v.unit_id is not null and p.unit_id is not null;
    create view journey_rates as
        select j.id, j.visit_id, j.hall_id, j.matter_id, h.unit_id, 'trips' as metric,
            j.made_on as counted_on, '' as then_on,
            case when j.trips <= m.promised_trips then 1 else 0 end as hits, 1 as n
            from journeys j join matters m on m.id = j.matter_id left join halls h on h.id = j.hall_id
            where j.withdrawn = 0 and j.trips is not null and m.promised_trips is not null
        union all select j.id, j.visit_id, j.hall_id, j.matter_id, h.unit_id, 'told_once', j.made_on, '',
            case j.told_once when 'yes' then 1 else 0 end, 1
            from journeys j left join halls h on h.id = j.hall_id
            where j.withdrawn = 0 and j.told_once in ('yes', 'no');
    create view call_rates as
        select d.id, d.visit_id, d.hall_id, h.unit_id, 'answered' as metric, d.made_on as counted_on,
            '' as then_on, case d.result when 'answered' then 1 else 0 end as hits, 1 as n
            from dial_tests d left join halls h on h.id = d.hall_id where d.withdrawn = 0 and d.in_hours = 1;
    create view finding_answers as
        select id, unit_id, deadline_on, case when fed_back_at is not null then (
            select max(e.done_on) from finding_events e
            where e.finding_id = findings.id and e.action in ('feed_back', 'explain')) end as answered_on
        from findings where unit_id is not null and deadline_on is not null
            and state not in ('merged', 'settled', 'shelved', 'judged', 'returned');
    create view finding_signings as
        select a.finding_id as id, f.unit_id, a.done_on as counted_on, s.action, s.done_on as then_on
        from finding_events a join findings f on f.id = a.finding_id and f.unit_id is not null
            left join finding_events s on s.finding_id = a.finding_id and s.n = (
                select min(later.n) from finding_events later where later.finding_id = a.finding_id
                    and later.n > a.n and later.action <> 'attach')
        where a.action = 'assign';
    create view finding_verifications as
        select f.id, f.unit_id, e.done_on as counted_on, (
                select min(later.done_on) from finding_events later where later.finding_id = f.id
                    and later.action = 'verify' and later.done_on > e.done_on) as then_on,
            case when f.followed_up <> '' then 1 else 0 end as hits
        from findings f join finding_events e on e.finding_id = f.id and e.action = 'verify'
        where f.unit_id is not null and f.verified_at is not null and not exists (
            select 1 from finding_events earlier where earlier.finding_id = f.id
                and earlier.action = 'verify' and earlier.done_on = e.done_on and earlier.n < e.n);
    create view finding_rates as
        select id, unit_id, 'done' as metric, deadline_on as counted_on, '' as then_on,
            case when answered_on <= deadline_on then 1 else 0 end as hits, 1 as n
            from finding_answers where answered_on is not null
        union all select id, unit_id, 'unanswered', deadline_on, '', 0, 1
            from finding_answers where answered_on is null
        union all select id, unit_id, 'signed', counted_on, then_on, 0, 1
            from finding_signings where action = 'sign'
        union all select id, unit_id, 'unsigned', counted_on, '', 0, 1
            from finding_signings where action is null
        union all select id, unit_id, 'followed_up', counted_on, '', hits, 1 from finding_verifications
        union all select id, unit_id, 'verified_again', counted_on, then_on, hits, 1
            from finding_verifications where then_on is not null
        union all select id, unit_id, 'open', '9999-12-31', '', 0, 1
            from findings where unit_id is not null and state in {OPEN}
        union all select id, unit_id, 'in_limit', coalesce(deadline_on, '9999-12-31'), '', 0, 1
            from findings where unit_id is not null and state in {OPEN};
    create view recurrence_rates as
        select id, unit_id, 'recurring' as metric, found_on as counted_on, '' as then_on,
            case when exists (select 1 from findings earlier
                where earlier.unit_id = later.unit_id and earlier.category = later.category
                    and earlier.id <> later.id and later.found_on <= earlier.recurs_until
                    and (later.found_on, later.year, later.position)
                        > (earlier.found_on, earlier.year, earlier.position)
                ) then 1 else 0 end as hits, 1 as n
        from findings later where unit_id is not null and recurs_until is not null;
    create view rate_grains as
        select 'day' as grain, 0 as own union all select 'day', 1
        union all select 'week', 0 union all select 'week', 1;
"""  # noqa: S608  our own words


def _monday(day: str) -> str:
    return f"date({day}, 'weekday 0', '-6 days')"


def _rates(view: str, where: str, by: int) -> str:
    """Return what the rows of a view add to the counts (or take from them): by day and week, own and all."""
    return f"""
        select case own when 1 then unit_id else '' end as unit_id, grain, metric,
            case grain when 'week' then {_monday("counted_on")} else counted_on end as counted_on, then_on,
            {by} * sum(hits) as hits, {by} * sum(n) as n
        from {view} cross join rate_grains
        where {where} and (own = 0 or unit_id is not null) and (grain = 'day' or then_on = '')
        group by 1, 2, 3, 4, 5"""  # noqa: S608


def _count(view: str, where: str, by: int) -> str:
    return f"""insert into rate_counts ({RATE_KEY}, hits, n) {_rates(view, where, by)}
        on conflict ({RATE_KEY}) do update set hits = hits + excluded.hits, n = n + excluded.n;"""


def _triggers(table: str, columns: str, view: str, which: str, *, only_updates: bool = False) -> list[str]:
    """Return the triggers that keep what the rows of a view come to while a row of a table changes."""
    out, back = (_count(view, which.format(row=row), by) for row, by in (("old", -1), ("new", 1)))
    changed = " or ".join(f"old.{name} is not new.{name}" for name in columns.split(", "))
    update = f"update of {columns} on {table} when {changed}"
    moments = [
        ("rates_out", f"before {update}", out),
        ("rates_in", f"after {update}", back),
        ("rates_added", f"after insert on {table}", back),
        ("rates_removed", f"before delete on {table}", out),
    ]
    return [
        f"create trigger {view}_of_{table}_{name} {moment} begin {body} end"
        for name, moment, body in (moments[:2] if only_updates else moments)
    ]


def _event_triggers() -> list[str]:
    """Return the triggers of a problem's history: what it came to before an event, and after."""
    where = "id = new.finding_id"
    return [
        f"create trigger finding_rates_of_events_{moment} {moment} insert on finding_events"
        f" begin {_count('finding_rates', where, by)} end"
        for moment, by in (("before", -1), ("after", 1))
    ]


def _again_triggers() -> list[str]:
    """Return the triggers of what comes back: a problem may make each of its kind that followed one again."""

    def followed(row: str, until: str) -> str:
        return (
            f"select id from findings where unit_id = {row}.unit_id and category = {row}.category"  # noqa: S608
            f" and found_on between {row}.found_on and {until}"
        )

    longest = "max(coalesce(old.recurs_until, ''), coalesce(new.recurs_until, ''))"
    changed = f"id in (select new.id union {followed('old', longest)} union {followed('new', longest)})"
    added = f"id in (select new.id union {followed('new', 'new.recurs_until')})"
    differs = " or ".join(f"old.{name} is not new.{name}" for name in AGAIN.split(", "))
    update = f"update of {AGAIN} on findings when {differs}"
    return [
        f"create trigger recurrence_rates_{name} {moment} begin {_count('recurrence_rates', which, by)} end"
        for name, moment, which, by in (
            ("out", f"before {update}", changed, -1),
            ("in", f"after {update}", changed, 1),
            ("before", "before insert on findings", added, -1),
            ("after", "after insert on findings", added, 1),
        )
    ]


def _count_week(row: str, by: int) -> str:
    """Return what counts a record in its week: of all units by unit, category, matter; of its own by two."""
    week = _monday(f"{row}.made_on")
    facets = [(name, f"coalesce({row}.{column}, '')") for name, column in FACETS]
    every = [("''", *facet) for facet in (("unit", f"coalesce({row}.unit_id, '')"), *facets)]
    own = [(f"coalesce({row}.unit_id, '-')", *facet) for facet in facets]
    values = ", ".join(
        f"({unit}, '{facet}', {week}, {code}, {row}.kind, {by})" for unit, facet, code in (*every, *own)
    )
    return f"""insert into observation_weeks ({WEEK_KEY}, n) values {values}
        on conflict ({WEEK_KEY}) do update set n = n + excluded.n;"""  # noqa: S608


def _week_triggers() -> list[str]:
    shown, changed = "{row}.state <> 'withdrawn'", f"({OBSERVED_CHANGED})"
    update = f"after update of {OBSERVED} on observations when {changed} and"
    return [
        f"create trigger observation_weeks_{name} {moment} {shown.format(row=row)}"
        f" begin {_count_week(row, by)} end"
        for name, moment, row, by in (
            ("added", "after insert on observations when", "new", 1),
            ("removed", "after delete on observations when", "old", -1),
            ("out", update, "old", -1),
            ("in", update, "new", 1),
        )
    ]


def _recount_weeks() -> str:
    """Return the view that counts all weeks again."""
    facets = [("''", "unit", "unit_id")]
    facets += [(unit, *facet) for unit in ("''", "coalesce(unit_id, '-')") for facet in FACETS]
    return " union all ".join(
        f"select {unit} as unit_id, '{facet}' as facet, {_monday('made_on')} as week,"  # noqa: S608
        f" coalesce({column}, '') as code, kind, count(*) as n from observations"
        " where state <> 'withdrawn' group by 1, 2, 3, 4, 5"
        for unit, facet, column in facets
    )


def _recount_rates() -> str:
    """Return the view that counts all rates again."""
    views = ("visit_rates", "journey_rates", "call_rates", "finding_rates", "recurrence_rates")
    return " union all ".join(_rates(view, "true", 1) for view in views)


TRIGGERS = [
    *_week_triggers(),
    *_triggers("visits", "unit_id, visitor_id, capacity, announced, made_on, withdrawn",
               "visit_rates", "id = {row}.id"),
    *_triggers("people", "unit_id", "visit_rates", "visitor_id = {row}.id and metric = 'crossing'",
               only_updates=True),
    *_triggers("journeys", "hall_id, matter_id, trips, told_once, made_on, withdrawn",
               "journey_rates", "id = {row}.id"),
    *_triggers("matters", "promised_trips", "journey_rates", "matter_id = {row}.id", only_updates=True),
    *_triggers("halls", "unit_id", "journey_rates", "hall_id = {row}.id", only_updates=True),
    *_triggers("dial_tests", "hall_id, result, in_hours, made_on, withdrawn", "call_rates", "id = {row}.id"),
    *_triggers("halls", "unit_id", "call_rates", "hall_id = {row}.id", only_updates=True),
    *_triggers("findings", FINDING, "finding_rates", "id = {row}.id")[:3],
    *_event_triggers(),
    *_again_triggers(),
]  # fmt: skip


@migrations()
def m0020_insight_counts(database: Database) -> None:
    """Weeks of records by unit, and rates by day and week, kept by triggers like the days of records."""
    run(
        database,
        f"""
        create table observation_weeks (
            unit_id text not null, facet text not null check (facet in ('unit', 'category', 'matter')),
            week text not null, code text not null, kind text not null, n integer not null,
            primary key ({WEEK_KEY})
        ) strict, without rowid;
        create table rate_counts (
            unit_id text not null, grain text not null check (grain in ('day', 'week')),
            metric text not null, counted_on text not null, then_on text not null,
            hits integer not null, n integer not null, primary key ({RATE_KEY})
        ) strict, without rowid;
        drop index finding_events_by_day;
        create index finding_events_by_action on finding_events (finding_id, action, done_on);
        create index journeys_by_hall on journeys (hall_id);
        create index dial_tests_by_hall on dial_tests (hall_id, dialled_at);
        create index finding_events_by_day_done on finding_events (done_on, action);
        {VIEWS};
        create view recounted_weeks as {_recount_weeks()};
        create view recounted_rates as {_recount_rates()};
        insert into observation_weeks select * from recounted_weeks;
        insert into rate_counts select * from recounted_rates;
        """,  # noqa: S608  our own words
    )
    for trigger in TRIGGERS:
        database.execute(trigger)
