"""Which words a leader confirmed."""

from sqlite_utils import Database

from survey_app.store.migrations.registry import migrations, run


@migrations()
def m0021_confirmed_versions(database: Database) -> None:
    """The version of a record that a confirmation is about; phones that shipped earlier name none."""
    run(database, "alter table confirmations add column version text;")
