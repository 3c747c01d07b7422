"""意见反馈: what people say about this product itself, one tap from every screen."""

import re
from datetime import timedelta
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from survey_app import audit, current
from survey_app.caller import place_of_caller
from survey_app.errors import TooManyError
from survey_app.form_fields import Form
from survey_app.i18n import _, _l
from survey_app.privacy import mask
from survey_app.security import public, requires
from survey_app.store import Writer
from survey_app.store.ids import uuid7
from survey_app.store.instants import to_text

bp = Blueprint("feedback", __name__)

LONGEST = 5000  # characters
INVITATION = re.compile(r"(?<=/invitations/)[^/]+")  # who reads it may choose the password
ANONYMOUS_AN_HOUR = 20  # from one place
ANONYMOUS_TOGETHER = 500  # an hour, from everywhere


class FeedbackForm(Form):
    """What to say, and the page it is about."""

    text = TextAreaField(
        _l("哪里不好用？希望怎么改？"),
        [
            DataRequired(_l("请写一句。")),
            Length(max=LONGEST, message=_l("最多 %(n)s 字，请写短一些，或分两次提。", n=LONGEST)),
        ],
        description=_l("最多 %(n)s 字。", n=LONGEST),
        render_kw={"rows": 6},
    )
    page = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.text.flags.maxlength  # a browser would cut what is pasted without a word


def _refuse_a_flood(tx: Writer, place: str) -> None:
    """Whoever is not signed in can speak too, but from no place and from all together fill the disk.

    Places are forgotten after the hour.
    """
    since = {"since": to_text(current.now() - timedelta(hours=1))}
    tx.execute("update feedback set place = '' where place <> '' and created_at <= :since", since)
    count = "select count(*) from feedback where person_id is null and created_at > :since"
    here = tx.value(f"{count} and place = :place", {**since, "place": place})
    if here >= ANONYMOUS_AN_HOUR or tx.value(count, since) >= ANONYMOUS_TOGETHER:
        raise TooManyError(_("没有登录的人提的意见太多了。请登录后再提。"), retry_after=3600)


def _page(path: str | None) -> str:
    """Return the page that somebody speaks about, without what is secret in its address."""
    return INVITATION.sub("…", path or "")[:200]


@bp.get("/feedback")
@public
def new() -> str:
    """Show the feedback form."""
    form = FeedbackForm(page=_page(request.args.get("page")))
    return render_template("home/feedback.html", form=form)


@bp.post("/feedback")
@public
def add() -> Response | tuple[str, int]:
    """Keep what was said."""
    form = FeedbackForm()
    if not form.validate():
        return render_template("home/feedback.html", form=form), 422
    feedback_id, user_id, now = uuid7(), g.user.id if g.user else None, current.now()
    place = "" if g.user else place_of_caller()
    with current.store().writing() as tx:
        if place:
            _refuse_a_flood(tx, place)
        row = {"id": feedback_id, "person_id": user_id, "text": form.text.data, "created_at": to_text(now)}
        tx.insert("feedback", {**row, "page": _page(form.page.data), "place": place})
        audit.record(
            tx,
            actor_id=user_id,
            action="add",
            entity="feedback",
            entity_id=feedback_id,
            detail={},
            at=now,
        )
    return redirect(url_for("feedback.new", done=1))


@bp.get("/feedback/entries")
@requires("feedback.read")
def entries() -> str:
    """List what people said, newest first."""
    rows = current.store().query(
        """
        select feedback.text, feedback.page, feedback.created_at, people.post
        from feedback left join people on people.id = feedback.person_id
        order by feedback.id desc limit 200
        """
    )
    masked = [{**row, "text": mask(row["text"])} for row in rows]
    return render_template("home/feedback_entries.html", rows=masked)
