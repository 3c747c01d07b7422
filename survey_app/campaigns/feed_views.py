"""Calendars to subscribe to: a leader's own assignments, for the office everybody's, at private addresses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app import current
from survey_app.campaigns import calendar, feeds
from survey_app.errors import ForbiddenError, NotFoundError
from survey_app.i18n import _
from survey_app.security import public, requires

bp = Blueprint("feeds", __name__)

KEPT_FOR = timedelta(days=366)  # how long a past visit stays in a calendar
MADE = "made_address"  # in the session: an address is shown after a redirect, so that no reload makes another
SCOPE = "/calendar/<any('own', 'all'):scope>"


@bp.get("/calendar")
@requires("calendar")
def index() -> Response:
    """Show which calendars one can subscribe to, and an address that was just made, this once."""
    made = session.pop(MADE, {})
    scopes = [scope for scope, role in feeds.SCOPES.items() if role in current.user().roles]
    new = {scope: _origin() + url_for("campaigns.feeds.serve", token=token) for scope, token in made.items()}
    since = feeds.list_feeds(current.store(), current.user().id)
    response = make_response(render_template("campaigns/calendar.html", scopes=scopes, since=since, new=new))
    if new:
        response.headers["Cache-Control"] = "no-store"
    return response


@bp.post(SCOPE)
@requires("calendar")
def renew(scope: str) -> AnyResponse:
    """Make a new address of a calendar, which the next page shows; the one before ends."""
    _check(scope)
    with current.store().writing() as tx:
        token = feeds.add_feed(tx, current.user().id, scope, at=current.now())
    session[MADE] = {scope: token}
    return redirect(url_for("campaigns.feeds.index"))


@bp.post(SCOPE + "/end")
@requires("calendar")
def end(scope: str) -> AnyResponse:
    """End the address of a calendar."""
    _check(scope)
    with current.store().writing() as tx:
        feeds.end_feed(tx, current.user().id, scope, at=current.now())
    return redirect(url_for("campaigns.feeds.index"))


@bp.get("/calendar/<token>.ics")
@public
def serve(token: str) -> Response:
    """Serve a calendar to whoever knows its address; to everybody else there is none."""
    feed = feeds.find_feed(current.store(), token)
    if feed is None:
        raise NotFoundError(_("没有这个日历。地址可能已经换过，请登录后在“日历订阅”里要一个新的。"))
    everybody = feed["scope"] == "all"
    name = _("体验安排（全部）") if everybody else _("我的体验安排")
    written = calendar.write(name, _entries(None if everybody else feed["person_id"]))
    response = make_response(written)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"
    return response


def _entries(person_id: str | None) -> Iterator[calendar.Entry]:
    """Yield the assignments of a person, or of everybody, as days of a calendar."""
    for row in feeds.list_events(current.store(), person_id, current.today() - KEPT_FOR):
        own = url_for("field.visit", assignment=row["id"])
        office = url_for("campaigns.show", campaign_id=row["campaign_id"])
        url = _origin() + (own if person_id else office)
        hall = row["hall_name"]
        yield calendar.Entry(
            id=row["id"],
            day=date.fromisoformat(row["due_on"]),
            title=_("去%(hall)s体验", hall=hall) if person_id else f"{row['visitor_post']} → {hall}",
            place=_("，").join(filter(None, (hall, row["hall_address"]))),
            text=f"{row['campaign_name']}\n{url}",
            url=url,
            changed_at=datetime.fromisoformat(row["changed_at"]),
            changes=row["changes"],
            cancelled=bool(row["cancelled"]),
        )


def _origin() -> str:
    return current.config().origin or request.url_root.rstrip("/")


def _check(scope: str) -> None:
    if feeds.SCOPES[scope] not in current.user().roles:
        raise ForbiddenError(_("您的账号没有打开这一页的权限。需要的话，请联系管理员。"))
