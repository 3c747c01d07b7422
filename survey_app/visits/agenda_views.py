"""What a person has before them, for their phone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from survey_app import current
from survey_app.privacy import mask
from survey_app.security import requires
from survey_app.store import Row
from survey_app.sync import protocol
from survey_app.visits import agenda, facts, queries

bp = Blueprint("agenda", __name__)


@bp.get("/api/v1/agenda")
@requires("capture")
def show_agenda() -> Response:
    """Tell a phone what its person has before them: whom to ask again, what to confirm, where not to go."""
    store, me, today = current.store(), current.user(), current.today()
    body = {
        "user": me.id,
        "ask_again": [_line(row) for row in agenda.list_to_ask_again(store, me.id, today)],
        "ask_later": [{**_line(row), "ask_on": row["follow_up_on"]}
                      for row in agenda.list_to_ask_again(store, me.id, today, later=True)],
        "entered": [
            {**_line(row), "version": row["version"]} for row in agenda.list_to_confirm(store, me.id)
        ],
        "open": _open(agenda.find_open_visit(store, me.id, today)),
        "past": [{"id": row["id"], "hall": row["hall_name"], "started_at": row["started_at"],
                  "ended_at": row["ended_at"], "findings": row["findings"],
                  "troubled": bool(row["troubled"])}
                 for row in agenda.list_past_visits(store, me.id, today)],
        "assignments": [
            {"id": row["id"], "hall_id": row["hall_id"], "hall": row["hall_name"],
             "campaign": row["campaign_name"], "begins_on": row["begins_on"], "due_on": row["due_on"],
             "checklist_id": row["checklist_id"]}
            for row in agenda.list_assignments(store, me.id, today)
        ],
        "not_at": queries.list_own_halls(store, me.id),
        "leaders": [{"id": row["id"], "name": row["post"], "not_at": queries.list_own_halls(store, row["id"])}
                    for row in agenda.list_leaders(store, me.id)],
    }  # fmt: skip
    return protocol.answer(body)


def _open(visit: Row | None) -> Row | None:
    """Return the visit under way, with what another phone of its author needs to end it."""
    if visit is None:
        return None
    return {"id": visit["id"], "op_id": visit["head_op_id"], "hall_id": visit["hall_id"],
            "hall": visit["hall_name"], "started_at": visit["started_at"],
            "checklist_id": agenda.find_checklist(current.store(), visit["id"]),
            "payload": facts.payload_of(visit)}  # fmt: skip


def _line(row: Row) -> dict[str, Any]:
    """Return a record in a line, without anybody's number."""
    return {"id": row["id"], "text": mask(row["text"] or row["quote"]),
            "hall": row.get("hall_name") or "", "post": row.get("author_post") or ""}  # fmt: skip
