"""Printings that take their time."""

from sqlite_utils import Database

from survey_app.store.migrations.registry import migrations, run


@migrations()
def m0019_print_jobs(database: Database) -> None:
    """One row a printing: of which sheet, how far it is, how it ended."""
    run(
        database,
        """
        create table print_jobs (
            id text primary key, digest_id text not null references digests, sheet text not null,
            state text not null check (state in ('waiting', 'running', 'done', 'failed', 'stopped')),
            done integer not null default 0, total integer not null,
            problem text not null default '', pdf_sha256 text,
            started_by text references people, started_at text not null, ended_at text
        ) strict;
        create index print_jobs_by_digest on print_jobs (digest_id, started_at);
        create index print_jobs_by_sheet on print_jobs (sheet, started_at);
        create unique index print_jobs_under_way on print_jobs (sheet) where ended_at is null;
        """,
    )
