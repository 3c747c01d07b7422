"""What suggestions are made from: words that speak for a category or an item, and a unit's days."""

from sqlite_utils import Database

from survey_app.store.migrations.registry import migrations, run


@migrations()
def m0012_matching(database: Database) -> None:
    """Cue words of categories and reform items; the records of one unit by day."""
    run(
        database,
        """
        alter table categories add column words text not null default '';
        alter table reform_items add column words text not null default '';
        create index observations_by_unit_and_day on observations (unit_id, made_on, n);
        """,
    )
