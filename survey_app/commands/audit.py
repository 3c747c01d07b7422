"""``flask --app wsgi audit``: whether the chain of changes is whole, its head, and what it says."""

from __future__ import annotations

import json
import re
from datetime import datetime

import click
from flask.cli import AppGroup, with_appcontext

from survey_app import audit as chain
from survey_app import current
from survey_app.accounts import queries as accounts
from survey_app.i18n import format_time
from survey_app.privacy import mask_within
from survey_app.reminders.queries import VERIFIED_AT
from survey_app.store.instants import to_text
from survey_app.trail import queries, telling
from survey_app.trail.queries import Wanted

DAY = click.DateTime(["%Y-%m-%d"])
SHORTEST = 16  # hex digits: 64 bits, as much as anybody copies from paper
GROUP = 8

audit = AppGroup("audit", help="改动记录：核对有没有被改过，抄下链头，或查看。")


@audit.command("verify")
@click.option("--head", "noted", default="", help="以前抄下的链头（至少前 16 位），核对它之前的都没动过")
@with_appcontext
def verify(noted: str) -> None:
    """Check every row against its hash and the row before it; exit 1 where one does not fit."""
    store = current.store()
    broken = next(chain.broken_links(store), None)
    rows, head = chain.get_head(store)
    if broken is not None:
        raise click.ClickException(
            f"改动记录在第 {broken} 条断了：从这一条起，不能证明没有被改过。\n"
            f"先停用，留下现在的数据库不动；用 restore --check 找最近一份完好的备份，"
            f"和它比一比第 {broken} 条前后，再决定恢复还是追查。"
        )
    with store.writing() as tx:
        tx.upsert("settings", {"id": VERIFIED_AT, "value": to_text(current.now())})
    click.echo(f"改动记录完好：共 {rows} 条，链头 {_grouped(head)}")
    if noted:
        click.echo(_prove(noted))


def _prove(noted: str) -> str:
    """Say up to which row a head that was noted proves the chain; raise where it is not in it."""
    digits = re.sub(r"\s", "", noted).lower()
    if not re.fullmatch(rf"[0-9a-f]{{{SHORTEST},64}}", digits):
        raise click.ClickException(f"没有看懂抄下的链头：请照 audit head 印的抄，至少前 {SHORTEST} 位。")
    seq = chain.find_sealed(current.store(), digits)
    if seq is None:
        raise click.ClickException(
            "现在的改动记录里没有抄下的这个链头：抄错了，或者它之前的记录被整个换过、截短过。\n"
            "先再核对一遍抄的；没有抄错，就留下现在的数据库不动，找抄下那天之后的备份来比。"
        )
    return f"抄下的链头是第 {seq} 条：第 1 到第 {seq} 条，从抄下那时起没有动过。"


@audit.command("head")
@with_appcontext
def head() -> None:
    """Print the number and the hash of the last row, to be noted on paper."""
    rows, digest = chain.get_head(current.store())
    click.echo(f"第 {rows} 条  {_grouped(digest)}")


@audit.command("show")
@click.option("--since", type=DAY, help="从哪天，如 2017-06-01")
@click.option("--until", type=DAY, help="到哪天，当天也算")
@click.option("--who", default="", help="账号")
@click.option("--what", default="", help="动了什么或做了什么，如 finding 或 digest.issue")
@click.option("--limit", type=click.IntRange(min=1), default=queries.PAGE, show_default=True, help="最多几条")
@with_appcontext
def show(since: datetime | None, until: datetime | None, who: str, what: str, limit: int) -> None:
    """Print rows, the last first, with the numbers of people hidden."""
    store = current.store()
    person = accounts.find_person_by_login(store, who) if who else None
    if who and person is None:
        raise click.ClickException(f"没有账号 {who}。请看看拼写，或在人员页里查。")
    wanted = Wanted(
        since.date() if since else None, until.date() if until else None, person["id"] if person else "", what
    )
    for row in queries.list_rows(store, wanted, current.config().time_zone, limit=limit):
        words = f"{telling.done(row['entity'], row['action'])}{telling.thing(row['entity'])}"
        detail = json.dumps(mask_within(json.loads(row["detail"])), ensure_ascii=False)
        click.echo(
            f"{row['seq']}  {format_time(row['at'])}  {row['post'] or '系统'}  {words}  "
            f"{row['action']} {row['entity_id']}  {detail}"
        )


def _grouped(digest: str) -> str:
    return " ".join(digest[n : n + GROUP] for n in range(0, len(digest), GROUP))
