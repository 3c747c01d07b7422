"""``flask --app wsgi workflow``: the life of a problem as a page with a diagram, from the code."""

import click

from survey_app.rectification.diagram import page


@click.command()
def workflow() -> None:
    """Print docs/workflow.md."""
    click.echo(page(), nl=False)
