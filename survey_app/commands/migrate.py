"""``flask --app wsgi migrate``: bring the database up to date."""

import click
from flask.cli import with_appcontext

from survey_app import current


@click.command()
@with_appcontext
def migrate() -> None:
    """Create the database or bring its schema up to date."""
    names = current.store().migrate()
    click.echo("\n".join(f"已更新 {name}" for name in names) or "数据库已是最新。")
