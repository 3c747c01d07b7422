"""``flask --app wsgi rebuild``: what screens read, written anew from the ops and the events."""

import click
from flask import current_app
from flask.cli import with_appcontext

from survey_app import current
from survey_app.rectification import recording
from survey_app.sync import kinds, queries, settling


@click.command()
@with_appcontext
def rebuild() -> None:
    """Judge again what was held and write every record and problem anew; safe to run at any time."""
    store = current.store()
    count = settling.rebuild_projections(store, kinds.registered(current_app), current.now())
    with store.writing() as tx:
        problems = recording.rebuild(tx)
    click.echo(
        f"已按原始上报重新整理 {count} 条记录、{problems} 个问题，还有 {queries.count_held(store)} 条待确认。"
    )
