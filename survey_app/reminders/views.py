"""Reminders on the first page of everyone concerned."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from survey_app import current, home
from survey_app.permissions import User
from survey_app.reminders import queries
from survey_app.reminders.reminder import Count, Reminder, remind

bp = Blueprint("reminders", __name__)

SHOWN_BELOW = {"rectification.inbox": ("untriaged", "held")}
"""What a first page says by itself, and need not be said twice."""


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {"reminders": reminders}


def reminders() -> list[Reminder]:
    """Return what this person is reminded of here: on the first page, as it is opened."""
    user = current.user()
    first = home.first_page(user)
    if request.endpoint != first or request.args:
        return []
    return [one for one in remind(_count(user)) if one.name not in SHOWN_BELOW.get(first, ())]


def _count(user: User) -> dict[str, Count]:
    store, now, today = current.store(), current.now(), current.today()
    counts: dict[str, Count] = {}
    if user.can("findings.manage"):
        counts |= queries.count_for_office(store, now, today)
    if user.can("findings.work") and user.unit_id:
        counts |= queries.count_for_unit(store, user.unit_id, today)
    if user.can("capture"):
        counts |= queries.count_for_finder(store, user.id)
    if user.can("people.manage"):
        counts |= queries.count_for_admin(store, now)
    return counts
