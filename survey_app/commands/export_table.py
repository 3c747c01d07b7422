"""``flask --app wsgi export``: a table as a spreadsheet."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from survey_app import current
from survey_app.catalog import exports, queries
from survey_app.commands.import_table import BY_SLUG


@click.command("export")
@click.argument("table", type=click.Choice(list(BY_SLUG)))
@click.option("--format", "kind", type=click.Choice(["csv", "xlsx"]), default="csv", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="默认放进 exports/")
@with_appcontext
def export_table(table: str, kind: str, out: Path | None) -> None:
    """Export TABLE, retired entries too, to a file that imports again."""
    found = BY_SLUG[table]
    path = out or current.config().exports_dir / f"{table}-{current.today():%Y-%m-%d}.{kind}"
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = queries.list_entries(current.store(), found)
    path.write_bytes(exports.write(found, entries.values(), kind))
    click.echo(f"{found.title}：{len(entries)} 条 → {path}")
