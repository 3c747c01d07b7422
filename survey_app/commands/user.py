"""``flask --app wsgi user``: the first administrator, who then invites everyone else."""

import click
from flask.cli import with_appcontext

from survey_app import current
from survey_app.accounts import passwords, queries
from survey_app.permissions import ROLES


@click.command()
@click.argument("login")
@click.option("--name", required=True, help="称呼")
@click.option("--post", required=True, help="职务")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), default=("admin",))
@click.option("--password", prompt="密码", hide_input=True, confirmation_prompt="再输一遍")
@with_appcontext
def user(login: str, name: str, post: str, roles: tuple[str, ...], password: str) -> None:
    """Add a person who can sign in (the first administrator, say)."""
    store = current.store()
    if passwords.is_weak(password, login):
        raise click.ClickException("密码至少 8 位，不能包含账号，也不要老是重复几个字。")
    if queries.find_person_by_login(store, login):
        raise click.ClickException(f"账号 {login} 已经有了。请换一个，或在人员页里改。")
    now = current.now()
    with store.writing() as tx:
        person_id = queries.add_person(
            tx, login=login, name=name, post=post, unit_id=None, roles=roles, actor_id=None, at=now
        )
        queries.set_password(tx, person_id, password, actor_id=None, at=now)
    click.echo(f"已添加 {login}。")
