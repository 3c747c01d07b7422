"""The ``flask --app wsgi`` commands, one a file in ``commands/``."""

from flask import Flask

from survey_app.commands.doctor import doctor
from survey_app.commands.migrate import migrate
from survey_app.commands.rebuild import rebuild
from survey_app.commands.user import user

COMMANDS = (doctor, migrate, rebuild, user)


def init_app(app: Flask) -> None:
    """Add every command to the app."""
    for command in COMMANDS:
        app.cli.add_command(command)
