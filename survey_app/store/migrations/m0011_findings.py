"""Problems and their histories, and the days that are not worked on."""

from sqlite_utils import Database

from survey_app.store.migrations.registry import migrations, run


@migrations()
def m0011_findings(database: Database) -> None:
    """A problem is its events, which nothing changes; the other tables are projections of them."""
    run(
        database,
        """
        create table holidays (
            id text primary key, code text not null unique, day text not null,
            kind text not null check (kind in ('off', 'work')), name text not null default '',
            retired_on text
        ) strict;
        create index holidays_by_day on holidays (day);
        create table findings (
            id text primary key, number text not null unique, year integer not null,
            position integer not null, version integer not null, state text not null,
            text text not null, source text not null default '', place text not null default '',
            found_by text not null references people, found_on text not null,
            hall_id text references halls, matter_id text references matters,
            category text references categories (code), severity text,
            unit_id text references units, lead_post text not null default '',
            owner text not null default '', measure text not null default '', planned_on text,
            deadline_on text, extension_until text, extension_reason text not null default '',
            progress text not null default '', answer text not null default '',
            signed_at text, fed_back_at text, verified_by text references people, verified_at text,
            followed_up text not null default '', reworks integer not null default 0,
            review_on text, closed_on text, merged_into text references findings,
            recurs_until text, created_at text not null, updated_at text not null,
            unique (year, position)
        ) strict;
        create index findings_by_unit on findings (unit_id, state);
        create index findings_by_state on findings (state, deadline_on);
        create index findings_by_kind on findings (unit_id, category, found_on);
        create index findings_by_day on findings (found_on);
        create index findings_by_hall on findings (hall_id);
        create index findings_by_category on findings (category);
        create index findings_by_merged on findings (merged_into);
        create table finding_events (
            id text primary key, finding_id text not null references findings, n integer not null,
            action text not null, actor_id text not null references people,
            actor_unit_id text references units, at text not null, done_on text not null,
            facts text not null, unique (finding_id, n)
        ) strict;
        create trigger finding_events_stay before update on finding_events
            begin select raise(abort, 'history is never changed'); end;
        create trigger finding_events_last before delete on finding_events
            begin select raise(abort, 'history is never deleted'); end;
        create table finding_observations (
            observation_id text primary key references observations,
            finding_id text not null references findings, position integer not null
        ) strict, without rowid;
        create index finding_observations_by_finding on finding_observations (finding_id, position);
        create table finding_supporting_units (
            finding_id text not null references findings, unit_id text not null references units,
            primary key (finding_id, unit_id)
        ) strict, without rowid;
        create index finding_supporting_by_unit on finding_supporting_units (unit_id);
        create table finding_reform_items (
            finding_id text not null references findings,
            reform_item_id text not null references reform_items,
            primary key (finding_id, reform_item_id)
        ) strict, without rowid;
        create index finding_reform_by_item on finding_reform_items (reform_item_id);
        create table photo_uses (
            sha256 text not null references photos, entity text not null, entity_id text not null,
            position integer not null, primary key (entity, entity_id, position)
        ) strict, without rowid;
        create index photo_uses_by_photo on photo_uses (sha256);
        alter table observations add column finding_id text references findings;
        alter table observations add column progress text not null default '';
        alter table observations add column answer text not null default '';
        """,
    )
