"""``flask --app wsgi rebuild``: what screens read, written anew from the ops and the events."""

import click
from flask import current_app
from flask.cli import with_appcontext

from survey_app import current
from survey_app.rectification import recording
from survey_app.sync import kinds, queries, settling
from survey_app.visits import counts


@click.command()
@with_appcontext
def rebuild() -> None:
    """Judge again what was held, write every record and problem anew, and count again; safe at any time."""
    store = current.store()
    count = settling.rebuild_projections(store, kinds.registered(current_app), current.now())
    with store.writing() as tx:
        problems = recording.rebuild(tx)
        counts.recount(tx)
    click.echo(
        f"已按原始上报重新整理 {count} 条记录、{problems} 个问题，还有 {queries.count_held(store)} 条待确认。"
    )
