"""The ``flask --app wsgi`` commands, one a file in ``commands/``."""

from flask import Flask

from survey_app.commands.audit import audit
from survey_app.commands.backup import backup, restore
from survey_app.commands.bench import bench
from survey_app.commands.demo import demo
from survey_app.commands.digest import digest
from survey_app.commands.doctor import doctor
from survey_app.commands.export_table import export_table
from survey_app.commands.import_table import import_table
from survey_app.commands.migrate import migrate
from survey_app.commands.notify import notify
from survey_app.commands.rebuild import rebuild
from survey_app.commands.simulate import simulate
from survey_app.commands.user import user
from survey_app.commands.workflow import workflow

COMMANDS = (
    audit, backup, bench, demo, digest, doctor, export_table, import_table, migrate, notify,
    rebuild, restore, simulate, user, workflow,
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Add every command to the app."""
    for command in COMMANDS:
        app.cli.add_command(command)
