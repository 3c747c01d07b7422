"""Visits, what is said of them, and who goes where."""

from sqlite_utils import Database

from survey_app.store.migrations.registry import migrations, run


@migrations()
def m0009_field(database: Database) -> None:
    """Visits and what is said of them; campaigns, who goes where in them, and what is looked at there."""
    run(
        database,
        """
        create table checklists (
            id text primary key, code text not null unique, name text not null, retired_on text
        ) strict;
        create table checklist_items (
            id text primary key, code text not null unique, checklist_id text not null references checklists,
            position integer not null, name text not null, finding text not null default '',
            reform_item_id text references reform_items, category_code text references categories (code),
            retired_on text
        ) strict;
        create index checklist_items_by_list on checklist_items (checklist_id, position);
        create index checklist_items_by_reform_item on checklist_items (reform_item_id);
        create index checklist_items_by_category on checklist_items (category_code);
        create table contact_points (
            person_id text not null references people, hall_id text not null references halls,
            primary key (person_id, hall_id)
        ) strict, without rowid;
        create table campaigns (
            id text primary key, name text not null, plan text not null default '',
            begins_on text not null, ends_on text not null,
            tier text not null check (tier in ('bureau', 'department', 'branch', 'station')),
            checklist_id text references checklists, created_by text not null references people,
            created_at text not null, closed_on text
        ) strict;
        create table assignments (
            id text primary key, campaign_id text not null references campaigns,
            person_id text not null references people, hall_id text not null references halls,
            due_on text not null, reason text not null default '', withdrawn_at text,
            unique (campaign_id, person_id, hall_id)
        ) strict;
        create index assignments_by_person on assignments (person_id, due_on);
        create index assignments_by_hall on assignments (hall_id);
        create table visits (
            id text primary key, n integer not null unique, head_op_id text not null references ops,
            forked integer not null check (forked in (0, 1)),
            author_id text not null references people, visitor_id text not null references people,
            standing text not null check (standing in ('own', 'entered', 'confirmed', 'refused')),
            hall_id text references halls, unit_id text references units, assignment_id text,
            capacity text, announced integer not null check (announced in (0, 1)),
            informed text not null default '', note text not null default '',
            started_at text, ended_at text, made_on text not null,
            withdrawn integer not null check (withdrawn in (0, 1)), made_at text not null,
            received_at text not null
        ) strict;
        create index visits_by_visitor on visits (visitor_id, n);
        create index visits_by_day on visits (made_on, n);
        create index visits_by_hall on visits (hall_id, n);
        create index visits_by_assignment on visits (assignment_id);
        create table looks (
            id text primary key, author_id text not null references people, visit_id text,
            hall_id text references halls, counter_id text references counters, checklist_id text,
            withdrawn integer not null check (withdrawn in (0, 1)), made_at text not null,
            made_on text not null, received_at text not null
        ) strict;
        create index looks_by_visit on looks (visit_id);
        create index looks_by_hall on looks (hall_id, made_on);
        create table look_answers (
            look_id text not null references looks, item_id text not null references checklist_items,
            answer text not null check (answer in ('yes', 'no', 'unseen')), primary key (look_id, item_id)
        ) strict, without rowid;
        create index look_answers_by_item on look_answers (item_id, answer);
        create table journeys (
            id text primary key, author_id text not null references people, visit_id text,
            hall_id text references halls, counter_id text references counters,
            matter_id text references matters, took_number_at text, called_at text, accepted_at text,
            done_at text, wait_minutes integer, minutes integer, materials text not null default '',
            complete text, told_once text, trips integer, outcome text, note text not null default '',
            withdrawn integer not null check (withdrawn in (0, 1)), made_at text not null,
            made_on text not null, received_at text not null
        ) strict;
        create index journeys_by_visit on journeys (visit_id);
        create index journeys_by_matter on journeys (matter_id, made_on);
        create table dial_tests (
            id text primary key, author_id text not null references people, visit_id text,
            phone_id text references service_phones, number text not null default '',
            hall_id text references halls, dialled_at text not null, seconds integer,
            result text not null, in_hours integer check (in_hours in (0, 1)),
            note text not null default '', withdrawn integer not null check (withdrawn in (0, 1)),
            made_at text not null, made_on text not null, received_at text not null
        ) strict;
        create index dial_tests_by_phone on dial_tests (phone_id, made_on);
        create index dial_tests_by_day on dial_tests (made_on);
        create table follow_ups (
            id text primary key, author_id text not null references people, observation_id text not null,
            asked_at text, asked text not null default '', how text, result text not null, rating text,
            text text not null default '', withdrawn integer not null check (withdrawn in (0, 1)),
            made_at text not null, made_on text not null, received_at text not null
        ) strict;
        create index follow_ups_by_observation on follow_ups (observation_id, made_at);
        create table confirmations (
            id text primary key, author_id text not null references people, record_id text not null,
            says text not null, text text not null default '',
            withdrawn integer not null check (withdrawn in (0, 1)), made_at text not null,
            made_on text not null, received_at text not null
        ) strict;
        create index confirmations_by_record on confirmations (record_id, made_at);
        alter table observations add column visit_id text;
        alter table observations add column visitor_id text references people;
        alter table observations add column standing text not null default 'own'
            check (standing in ('own', 'entered', 'confirmed', 'refused'));
        alter table observations add column item_id text;
        alter table observations add column asked text;
        alter table observations add column rating text;
        alter table observations add column accountability text not null default ''
            check (accountability in ('', 'pending', 'held', 'cleared'));
        alter table observations add column follow_up_on text;
        update observations set visitor_id = author_id;
        create index observations_by_visit on observations (visit_id);
        create index observations_by_visitor on observations (visitor_id, n);
        """,
    )
