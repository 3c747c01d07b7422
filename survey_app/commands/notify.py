"""``flask --app wsgi notify``: what waits, and once a week the week, to the group's robot; run by a timer."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask import current_app
from flask.cli import with_appcontext

from survey_app import current
from survey_app.catalog import queries as catalog
from survey_app.config import Robot
from survey_app.reminders import figures, notices, queries, robot
from survey_app.reminders.reminder import remind
from survey_app.reminders.robot import Message
from survey_app.reminders.sending import RobotError, send
from survey_app.reminders.week import Counts, total, week_of
from survey_app.reminders.weekly import count_week


@click.command()
@click.option("--dry-run", is_flag=True, help="只印出来看，什么也不发")
@with_appcontext
def notify(dry_run: bool) -> None:
    """Tell the group what waits; exit 1 where the robot did not take it."""
    to, today = current.config().robot, current.today()
    if to is None and not dry_run:
        click.echo("没有设 SURVEY_ROBOT_URL，什么也没有发。")
        return
    if not catalog.get_calendar(current.store()).is_working(today):
        click.echo("今天不上班，不发。")
        return
    due = list(_due())
    if dry_run or to is None:
        click.echo("\n\n".join("\n".join((message.title, *message.lines)) for _name, _day, message in due))
        return
    if not due:
        click.echo("没有要发的：今天的已经发过，或者没有要办的。")
    if trouble := [words for name, day, message in due if (words := _tell(to, name, day, message))]:
        raise click.ClickException("\n".join(trouble))


def _due() -> Iterator[tuple[str, str, Message]]:
    """Yield each message that was not sent yet: its name, the day that it is for, and what it says."""
    store, now, today = current.store(), current.now(), current.today()
    last = week_of(today).before
    if notices.find_sent(store, "weekly") != last.first.isoformat():
        counts, earlier = (total(count_week(store, week, today).values()) for week in (last, last.before))
        if counts + earlier != Counts():
            rows = figures.compared(counts, earlier)
            yield "weekly", last.first.isoformat(), robot.weekly(last, rows, _link)
    reminders = remind(queries.count_for_office(store, now, today))
    if reminders and notices.find_sent(store, "daily") != today.isoformat():
        yield "daily", today.isoformat(), robot.daily(reminders, _link)


def _tell(to: Robot, name: str, day: str, message: Message) -> str:
    """Send one message that nobody sent meanwhile, and return what went wrong, in words."""
    store = current.store()
    before = notices.find_sent(store, name)
    with store.writing() as tx:
        is_ours = notices.claim(tx, name, day, current.now())
    if not is_ours:
        return ""
    try:
        send(to, message, current.now)
    except RobotError as error:
        if error.is_unsure:
            return f"{message.title}：{error}。为了不发两遍，这一条不再发。"
        with store.writing() as tx:
            notices.give_back(tx, name, day, before, str(error), current.now())
        return f"{message.title}：{error}。改好后再运行一次。"
    click.echo(f"发了：{message.title}，{len(message.lines)} 行。")
    return ""


def _link(endpoint: str, values: dict[str, str]) -> str:
    """Return the public address of a page; nothing where the settings name none."""
    origin = current.config().origin
    return origin + current_app.url_map.bind("").build(endpoint, values) if origin else ""
