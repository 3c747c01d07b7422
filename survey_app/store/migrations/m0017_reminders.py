"""What reminders, the weekly summary and the list of changes look up."""

from sqlite_utils import Database

from survey_app.store.migrations.registry import migrations, run


@migrations()
def m0017_reminders(database: Database) -> None:
    """Find changes by who and by which thing."""
    run(
        database,
        """
        create index audit_by_actor on audit (actor_id, seq);
        create index audit_by_thing on audit (entity_id, seq);
        """,
    )
