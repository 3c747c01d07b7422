"""From which place a sign-in failed, so that nobody locks others out."""

from sqlite_utils import Database

from survey_app.store.migrations.registry import migrations, run


@migrations()
def m0023_places_of_failures(database: Database) -> None:
    """Each failure has an id, and the place it came from as a keyed digest; kept for minutes."""
    run(
        database,
        """
        alter table sign_in_failures add column id text not null default '';
        alter table sign_in_failures add column place text not null default '';
        create index sign_in_failures_by_place on sign_in_failures (place, at);
        """,
    )
