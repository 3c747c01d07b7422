"""``flask --app wsgi migrate``: bring the database up to date."""

import click
from flask.cli import with_appcontext

from survey_app import current
from survey_app.catalog import shipped
from survey_app.catalog.tables import TABLES


@click.command()
@with_appcontext
def migrate() -> None:
    """Create the database or bring its schema up to date, and fill tables that ship with something."""
    names = current.store().migrate()
    click.echo("\n".join(f"已更新 {name}" for name in names) or "数据库已是最新。")
    added = shipped.fill_empty(current.store(), today=current.today(), at=current.now())
    for name, count in added.items():
        click.echo(f"已装入默认内容：{TABLES[name].title} {count} 条")
