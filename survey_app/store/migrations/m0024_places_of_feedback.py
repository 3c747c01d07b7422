"""From which place feedback without a sign-in came, for as long as a flood is counted."""

from sqlite_utils import Database

from survey_app.store.migrations.registry import migrations, run


@migrations()
def m0024_places_of_feedback(database: Database) -> None:
    """A keyed digest of the place, emptied after an hour."""
    run(database, "alter table feedback add column place text not null default ''")
