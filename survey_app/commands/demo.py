"""``flask --app wsgi demo``: a product to try, with data and seven accounts; again, it adds nothing."""

import os
import secrets

import click
from flask import current_app
from flask.cli import with_appcontext

from survey_app import current
from survey_app.demo import SETTING, campaigns, catalogue, digests, findings, people, records, visits, voices
from survey_app.sync import kinds

PASSWORD = "SURVEY_DEMO_PASSWORD"  # noqa: S105  the name of a setting
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are mistaken for another


@click.command()
@with_appcontext
def demo() -> None:
    """Fill the database with demo data and accounts to try the product."""
    store, at = current.store(), current.now()
    store.migrate()
    if people.list_real_logins(store):
        raise click.ClickException("这个数据库里已有正式人员，不放入演示数据。请另设 SURVEY_DATA_DIR 再试。")
    given = os.environ.get(PASSWORD, "")
    password = given or "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
    with store.writing() as tx:
        tx.upsert("settings", {"id": SETTING, "value": "1"})
        added = catalogue.add_catalogue(tx, today=current.today(), at=at)
        said = voices.add_voices(tx, today=current.today(), at=at)
        new = people.missing_accounts(tx)
        people.add_accounts(tx, password, at)
        changed = people.set_passwords(tx, given, at) if given else 0
        assigned = campaigns.add_campaign(tx, now=at, zone=current.config().time_zone)
    registry, zone = kinds.registered(current_app), current.config().time_zone
    sent = records.add_records(store, registry, now=at, zone=zone)
    gone = visits.add_visits(store, registry, now=at, zone=zone)
    problems = findings.add_findings(store, now=at, zone=zone)
    briefings = digests.add_digests(store, now=at)
    click.echo(f"演示数据：目录新增 {added} 条，群众声音和数据新增 {said} 条，记录新增 {sent} 条，")
    click.echo(
        f"问题新增 {problems} 个，安排新增 {assigned} 项，体验新增 {gone} 条，简报新增 {briefings} 期。"
    )
    click.echo("账号：" + " ".join(account.login for account in people.ACCOUNTS))
    click.echo(_told(password, given, [account.login for account in new], changed))


def _told(password: str, given: str, new: list[str], changed: int) -> str:
    if given:
        return f"密码：用 {PASSWORD} 里设的" + ("（已更新）。" if changed else "。")
    if new and len(new) < len(people.ACCOUNTS):  # a demo of an earlier release
        return f"新账号 {' '.join(new)} 的密码：{password}（只显示这一次，请记下）；其余和上次一样。"
    if new:
        return f"密码：{password}（只显示这一次，请记下）"
    return f"密码：和上次一样。忘了就设 {PASSWORD}=新密码，再运行一次。"
