"""People, the catalogue, what phones send, briefings."""

from sqlite_utils import Database

from survey_app.store.migrations.registry import migrations, run


@migrations()
def m0001_accounts(database: Database) -> None:
    """Units, the people in them, how they sign in, and the audit chain over every change."""
    run(
        database,
        """
        create table settings (id text primary key, value text not null) strict;
        create table units (
            id text primary key, code text not null unique, name text not null,
            tier text not null check (tier in ('bureau', 'department', 'branch', 'station')),
            parent_id text references units, valid_from text, valid_to text
        ) strict;
        create index units_by_parent on units (parent_id);
        create table people (
            id text primary key, login text not null unique, name text not null, post text not null,
            unit_id text references units, password_hash text, disabled_at text, created_at text not null
        ) strict;
        create index people_by_unit on people (unit_id);
        create table person_roles (
            person_id text not null references people,
            role text not null check (role in ('leader', 'aide', 'office', 'unit', 'admin')),
            primary key (person_id, role)
        ) strict, without rowid;
        create table sessions (
            id text primary key, person_id text not null references people,
            created_at text not null, expires_at text not null
        ) strict;
        create index sessions_by_person on sessions (person_id);
        create table invitations (
            id text primary key, person_id text not null references people,
            created_by text not null references people, created_at text not null,
            expires_at text not null, used_at text
        ) strict;
        create index invitations_by_person on invitations (person_id);
        create table sign_in_failures (login text not null, at text not null) strict;
        create index sign_in_failures_by_login on sign_in_failures (login, at);
        create table audit (
            seq integer primary key, at text not null, actor_id text, action text not null,
            entity text not null, entity_id text not null, detail text not null,
            previous_hash text not null, hash text not null
        ) strict;
        create index audit_by_entity on audit (entity, entity_id, seq);
        create table feedback (
            id text primary key, person_id text references people, text text not null,
            page text not null, created_at text not null
        ) strict;
        """,
    )


@migrations()
def m0002_catalog(database: Database) -> None:
    """Where people go (halls, counters, phones), what for (matters), and what is being reformed."""
    run(
        database,
        """
        create table halls (
            id text primary key, code text not null unique, unit_id text not null references units,
            name text not null, address text not null default '', opening_hours text not null default '',
            retired_on text
        ) strict;
        create index halls_by_unit on halls (unit_id);
        create table counters (
            id text primary key, code text not null unique, hall_id text not null references halls,
            name text not null,
            channel text not null check (channel in
                ('counter', 'kiosk', 'phone', 'app', 'web', 'wechat', 'alipay', 'courier', '110')),
            retired_on text
        ) strict;
        create index counters_by_hall on counters (hall_id);
        create table service_phones (
            id text primary key, code text not null unique, hall_id text not null references halls,
            number text not null, hours text not null default '',
            around_the_clock integer not null default 0 check (around_the_clock in (0, 1)),
            duty_post text not null default '', retired_on text
        ) strict;
        create index service_phones_by_hall on service_phones (hall_id);
        create table matters (
            id text primary key, code text not null unique, name text not null,
            class text not null default '', owner_unit_id text references units,
            route text check (route in ('zero', 'near', 'once')),
            promised_trips integer, promised_days integer, promised_minutes integer,
            materials text not null default '', guide text not null default '',
            batch text not null default '', published_on text, source text not null default '',
            retired_on text
        ) strict;
        create index matters_by_owner on matters (owner_unit_id);
        create table reform_items (
            id text primary key, code text not null unique,
            family text not null check (family in ('requirement', 'project', 'matter', 'measure')),
            position integer not null, title text not null default '', text text not null default '',
            lead_post text not null default '', unit_id text references units,
            matter_id text references matters, deadline_on text,
            source text not null default '', retired_on text
        ) strict;
        create index reform_items_by_family on reform_items (family, position);
        create index reform_items_by_unit on reform_items (unit_id);
        create index reform_items_by_matter on reform_items (matter_id);
        create table categories (
            id text primary key, code text not null unique, name text not null,
            parent_code text references categories (code), retired_on text
        ) strict;
        create index categories_by_parent on categories (parent_code);
        """,
    )


@migrations()
def m0003_capture(database: Database) -> None:
    """What phones send (ops and photos, the truth) and what screens read (observations, a projection)."""
    run(
        database,
        """
        create table drafts (
            id text primary key, author_id text not null references people,
            payload text not null, updated_at text not null
        ) strict;
        create index drafts_by_author on drafts (author_id, updated_at);
        create table ops (
            id text primary key, record_id text not null, base text,
            author_id text not null references people, carrier_id text not null references people,
            install_id text not null, seq integer not null, kind text not null,
            made_at text not null, app_version text not null, raw blob not null, sha256 text not null,
            status text not null check (status in ('stored', 'held')), code text not null default '',
            server_seq integer not null unique, received_at text not null
        ) strict;
        create index ops_by_record on ops (record_id, server_seq);
        create index ops_by_install on ops (install_id, author_id, seq);
        create index ops_by_base on ops (base) where base is not null;
        create index ops_by_author on ops (author_id, server_seq);
        create index ops_held on ops (server_seq) where status = 'held';
        create table op_photos (
            op_id text not null references ops, position integer not null, sha256 text not null,
            bytes integer not null, mime text not null, primary key (op_id, position)
        ) strict, without rowid;
        create index op_photos_by_sha256 on op_photos (sha256);
        create table photos (
            id text primary key, bytes integer not null, mime text not null,
            width integer not null, height integer not null,
            received_at text not null, received_from text not null references people
        ) strict;
        create index photos_by_sender on photos (received_from);
        create table observations (
            id text primary key, n integer not null unique, head_op_id text not null references ops,
            forked integer not null default 0 check (forked in (0, 1)),
            author_id text not null references people, unit_id text references units,
            hall_id text references halls, counter_id text references counters,
            matter_id text references matters,
            method text not null check (method in ('see', 'handle', 'ask')),
            kind text not null check (kind in ('blockage', 'difficulty', 'good_practice', 'suggestion')),
            text text not null, quote text not null default '',
            category text references categories (code), stage text, severity text,
            resolved_on_spot integer not null default 0 check (resolved_on_spot in (0, 1)),
            state text not null default 'reported' check (state in ('reported', 'triaged', 'withdrawn')),
            made_at text not null, made_on text not null, received_at text not null
        ) strict;
        create index observations_by_state on observations (state, n);
        create index observations_by_hall on observations (hall_id, n);
        create index observations_by_counter on observations (counter_id, n);
        create index observations_by_unit on observations (unit_id, n);
        create index observations_by_method on observations (method, n);
        create index observations_by_category on observations (category, n);
        create index observations_by_author on observations (author_id, n);
        create index observations_by_day on observations (made_on, n);
        create index observations_by_matter on observations (matter_id);
        create table observation_reform_items (
            observation_id text not null references observations,
            reform_item_id text not null references reform_items,
            primary key (observation_id, reform_item_id)
        ) strict, without rowid;
        create index observations_by_reform_item on observation_reform_items (reform_item_id);
        create table observation_photos (
            observation_id text not null references observations, position integer not null,
            sha256 text not null, primary key (observation_id, position)
        ) strict, without rowid;
        create index observation_photos_by_sha256 on observation_photos (sha256);
        create table classifications (
            id text primary key references observations, category text references categories (code),
            kind text, stage text, severity text, level text, reform_item_ids text not null,
            note text not null default '', decided_by text not null references people,
            decided_at text not null
        ) strict;
        create virtual table observations_search using fts5(
            words, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0"
        );
        """,
    )


@migrations()
def m0004_digests(database: Database) -> None:
    """Briefings: what was picked, what was written, and what was issued and never changes again."""
    run(
        database,
        """
        create table digests (
            id text primary key, version integer not null default 1,
            state text not null default 'draft' check (state in ('draft', 'issued')),
            series text not null, year integer, number integer,
            period_from text not null, period_to text not null, issued_on text,
            issuer text not null, title_1 text not null, title_2 text not null default '',
            body text not null, contributor text not null default '',
            report_to text not null default '', send_to text not null default '',
            copies integer, figures text not null default '{}', frozen text,
            pdf_name text, pdf_sha256 text,
            created_by text not null references people, created_at text not null,
            updated_at text not null, issued_by text references people, issued_at text,
            unique (series, year, number)
        ) strict;
        create index digests_by_state on digests (state, updated_at);
        create table digest_observations (
            digest_id text not null references digests, observation_id text not null references observations,
            position integer not null,
            with_quote integer not null default 0 check (with_quote in (0, 1)),
            with_photos integer not null default 0 check (with_photos in (0, 1)),
            primary key (digest_id, observation_id)
        ) strict, without rowid;
        create index digests_by_observation on digest_observations (observation_id);
        """,
    )


@migrations()
def m0006_catalog_uploads(database: Database) -> None:
    """Files between their upload and the confirmation that they are what is wanted."""
    run(
        database,
        """
        create table catalog_uploads (
            id text primary key, person_id text not null references people, table_name text not null,
            file_name text not null, content blob not null, created_at text not null
        ) strict;
        create index catalog_uploads_by_person on catalog_uploads (person_id);
        """,
    )


@migrations()
def m0007_triage(database: Database) -> None:
    """Two who decide about one record at once notice each other; the inbox filters by kind."""
    run(
        database,
        """
        alter table classifications add column version integer not null default 1;
        create index observations_by_kind on observations (kind, n);
        """,
    )


@migrations()
def m0008_settling(database: Database) -> None:
    """What a person decided about a held op, what an author is told, and which numbers a phone gave out."""
    run(
        database,
        """
        create table settlements (
            id text primary key references ops,
            confirmed integer not null default 0 check (confirmed in (0, 1)),
            set_aside integer not null default 0 check (set_aside in (0, 1)),
            payload text, note text not null default '',
            decided_by text not null references people, decided_at text not null
        ) strict;
        create table record_changes (
            n integer primary key, person_id text not null references people, record_id text not null,
            op_id text, event text not null, code text not null, note text not null, at text not null
        ) strict;
        create index record_changes_by_person on record_changes (person_id, n);
        create index record_changes_by_record on record_changes (record_id, n);
        create table installs (
            install_id text not null, author_id text not null references people,
            last_seq integer not null, numbers integer not null,
            first_at text not null, last_at text not null,
            primary key (install_id, author_id)
        ) strict, without rowid;
        create table void_numbers (
            install_id text not null, author_id text not null references people, seq integer not null,
            primary key (install_id, author_id, seq)
        ) strict, without rowid;
        insert into installs
            select install_id, author_id, max(seq), count(distinct seq), min(received_at), max(received_at)
            from ops where install_id <> '' and seq > 0 group by install_id, author_id;
        create index ops_by_sha256 on ops (sha256);
        """,
    )
