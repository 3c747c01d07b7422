"""What was handled and dialled on a visit, or by somebody on none, is found without reading it all."""

from sqlite_utils import Database

from survey_app.store.migrations.registry import migrations, run


@migrations()
def m0025_what_a_visit_came_to(database: Database) -> None:
    """By visit and author: of those on no visit only one's own are told."""
    run(
        database,
        """
        create index dial_tests_by_visit on dial_tests (visit_id, author_id);
        drop index journeys_by_visit;
        create index journeys_by_visit on journeys (visit_id, author_id)
        """,
    )
