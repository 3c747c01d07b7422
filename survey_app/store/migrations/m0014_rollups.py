"""Counts that are kept with the rows they count, and numbers by which long lists are read in order."""

from sqlite_utils import Database

from survey_app.store.migrations.registry import migrations, run

ADD = "on conflict (facet, made_on, code, kind) do update set n = n + excluded.n"
ADD_ITEM = "on conflict (reform_item_id, kind) do update set n = n + excluded.n"
CHANGED = " or ".join(
    f"old.{name} is not new.{name}"
    for name in ("made_on", "unit_id", "category", "matter_id", "kind", "state")
)


def _count_day(row: str, by: int) -> str:
    values = ", ".join(
        f"('{facet}', {row}.made_on, coalesce({row}.{column}, ''), {row}.kind, {by})"
        for facet, column in (("unit", "unit_id"), ("category", "category"), ("matter", "matter_id"))
    )
    return f"insert into observation_days (facet, made_on, code, kind, n) values {values} {ADD};"  # noqa: S608


def _count_items(row: str, by: int) -> str:
    return (
        "insert into reform_item_counts (reform_item_id, kind, n) "  # noqa: S608  our own words
        f"select reform_item_id, {row}.kind, {by} from observation_reform_items "
        f"where observation_id = {row}.id {ADD_ITEM};"
    )


def _count_tag(row: str, by: int) -> str:
    return (
        f"update observations set tags = tags + {by} where id = {row}.observation_id; "  # noqa: S608
        f"insert into reform_item_counts (reform_item_id, kind, n) select {row}.reform_item_id, kind, {by} "
        f"from observations where id = {row}.observation_id and state <> 'withdrawn' {ADD_ITEM};"
    )


TRIGGERS = f"""
    create trigger observations_counted_in after insert on observations
        when new.state <> 'withdrawn' begin {_count_day("new", 1)} end;
    create trigger observations_counted_out after delete on observations
        when old.state <> 'withdrawn' begin {_count_day("old", -1)} end;
    create trigger observations_recounted_out
        after update of made_on, unit_id, category, matter_id, kind, state on observations
        when old.state <> 'withdrawn' and ({CHANGED})
        begin {_count_day("old", -1)} {_count_items("old", -1)} end;
    create trigger observations_recounted_in
        after update of made_on, unit_id, category, matter_id, kind, state on observations
        when new.state <> 'withdrawn' and ({CHANGED})
        begin {_count_day("new", 1)} {_count_items("new", 1)} end;
    create trigger tags_counted_in after insert on observation_reform_items
        begin {_count_tag("new", 1)} update observation_reform_items set n =
            (select n from observations where id = new.observation_id)
            where observation_id = new.observation_id and reform_item_id = new.reform_item_id; end;
    create trigger tags_counted_out after delete on observation_reform_items
        begin {_count_tag("old", -1)} end;
"""  # noqa: S608


@migrations()
def m0014_rollups(database: Database) -> None:
    """Records by day and by reform item, counted by triggers, so that no writer can forget."""
    run(
        database,
        """
        create table observation_days (
            facet text not null check (facet in ('unit', 'category', 'matter')), made_on text not null,
            code text not null, kind text not null, n integer not null,
            primary key (facet, made_on, code, kind)
        ) strict, without rowid;
        create table reform_item_counts (
            reform_item_id text not null references reform_items, kind text not null, n integer not null,
            primary key (reform_item_id, kind)
        ) strict, without rowid;
        alter table observations add column tags integer not null default 0;
        alter table observation_reform_items add column n integer;
        update observation_reform_items
            set n = (select n from observations where observations.id = observation_id);
        update observations set tags =
            (select count(*) from observation_reform_items t where t.observation_id = observations.id);
        insert into observation_days (facet, made_on, code, kind, n)
            select 'unit', made_on, coalesce(unit_id, ''), kind, count(*) from observations
                where state <> 'withdrawn' group by made_on, unit_id, kind
            union all select 'category', made_on, coalesce(category, ''), kind, count(*) from observations
                where state <> 'withdrawn' group by made_on, category, kind
            union all select 'matter', made_on, coalesce(matter_id, ''), kind, count(*) from observations
                where state <> 'withdrawn' group by made_on, matter_id, kind;
        insert into reform_item_counts (reform_item_id, kind, n)
            select reform_item_id, kind, count(*) from observation_reform_items tagged
                join observations on observations.id = tagged.observation_id
                where state <> 'withdrawn' group by reform_item_id, kind;
        drop index observations_by_reform_item;
        create index observations_by_reform_item on observation_reform_items (reform_item_id, n);
        create index observations_untagged on observations (n) where tags = 0 and state <> 'withdrawn';
        create index observations_by_unit_day on observations
            (unit_id, made_on, n, state, kind, category, matter_id);
        create index journeys_by_day on journeys (made_on);
        create index findings_again on findings (unit_id, category, recurs_until, found_on);
        create index findings_open on findings (state, unit_id, deadline_on);
        create index findings_due on findings (deadline_on);
        create index finding_events_by_day on finding_events (action, done_on, finding_id);
        """,
    )
    for trigger in TRIGGERS.split("create trigger ")[1:]:
        database.execute(f"create trigger {trigger}")
