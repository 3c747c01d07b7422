"""Where every migration is registered, in the order of their names."""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("survey")


def run(database: Database, script: str) -> None:
    """Execute a script statement by statement, within the migration's own transaction."""
    for statement in script.split(";\n"):
        if statement.strip():
            database.execute(statement)
