"""Private addresses of calendars, and when an assignment last changed."""

from sqlite_utils import Database

from survey_app.store.migrations.registry import migrations, run


@migrations()
def m0010_campaigns(database: Database) -> None:
    """Calendar feeds by the digest of their address; how often and when an assignment was changed."""
    run(
        database,
        """
        create table calendar_feeds (
            id text primary key, person_id text not null references people,
            scope text not null check (scope in ('own', 'all')), created_at text not null,
            unique (person_id, scope)
        ) strict;
        alter table assignments add column changes integer not null default 0;
        alter table assignments add column changed_at text;
        """,
    )
