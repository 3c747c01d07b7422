"""``flask --app wsgi import``: a spreadsheet into its table, all of it or nothing."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from survey_app import current
from survey_app.catalog import queries, spreadsheet
from survey_app.catalog.problems import SpreadsheetError
from survey_app.catalog.tables import TABLES
from survey_app.voices import tables as voices

BY_SLUG = {table.slug: table for table in (*TABLES.values(), *voices.TABLES)}


@click.command("import")
@click.argument("table", type=click.Choice(list(BY_SLUG)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只看会改什么，不改")
@with_appcontext
def import_table(table: str, file: Path, dry_run: bool) -> None:
    """Import FILE (.xlsx or .csv) into TABLE; with a bad line in it nothing is imported."""
    found = BY_SLUG[table]
    try:
        sheet = spreadsheet.read(file.read_bytes())
        with current.store().writing() as tx:
            made = queries.make_plan(tx, found, sheet, current.today())
            if not made.problems and not dry_run:
                queries.apply(tx, made, actor_id=None, at=current.now())
    except SpreadsheetError as error:
        raise click.ClickException(str(error)) from error
    if made.problems:
        click.echo("\n".join(str(problem) for problem in made.problems), err=True)
        raise click.ClickException(f"有 {len(made.problems)} 处要改，一行也没有导入。")
    if made.ignored:
        click.echo("这些列不认识，没有用：" + "、".join(made.ignored))
    click.echo(f"{found.title}：新增 {made.added} 更新 {made.updated} 未变 {made.unchanged}")
