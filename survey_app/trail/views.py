"""改动记录: everything that was changed, the last first, by when, who, what and which thing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from survey_app import audit, current
from survey_app.catalog.tables import TABLES
from survey_app.i18n import _
from survey_app.paging import place
from survey_app.security import requires
from survey_app.store import Row
from survey_app.trail import queries, telling
from survey_app.trail.forms import TrailForm

bp = Blueprint("trail", __name__)

SLUGS = {table.entity: table.slug for table in TABLES.values()}
PLACES = {
    "person": ("accounts.person", "person_id"),
    "finding": ("findings.show", "finding_id"),
    "observation": ("rectification.record", "record_id"),
    "digest": ("digests.show", "digest_id"),
    "campaign": ("campaigns.show", "campaign_id"),
}
NEEDS = {
    "person": "people.manage",
    "finding": "findings.manage",
    "observation": "triage",
    "digest": "digest.read",
    "campaign": "campaigns.edit",
}
"""What somebody must be allowed, to open the page of a thing."""


@bp.get("/audit")
@requires("audit.read")
def index() -> str:
    """List what was changed, the last first, by the conditions of the address."""
    store, form = current.store(), TrailForm(request.args)
    form.offer(queries.list_people(store))
    wanted, before = form.wanted(), request.args.get("before", type=place, default=queries.BEYOND)
    rows = queries.list_rows(store, wanted, current.config().time_zone, before=before)
    older = rows[-1]["seq"] if len(rows) == queries.PAGE else None
    names, records = _names(rows), queries.records_of(store, _ids(rows, "op"))
    return render_template(
        "trail/index.html",
        form=form,
        rows=[_shown(row, names, records) for row in rows],
        thing=_thing(wanted.thing, rows, names) if wanted.thing else "",
        is_filtered=wanted != queries.Wanted(),
        without_thing=url_for("trail.index", **{**form.address(), "thing": None}),
        older=url_for("trail.index", **form.address(), before=older) if older else "",
        count=audit.get_head(store)[0],
    )


def _ids(rows: list[Row], entity: str) -> set[str]:
    return {row["entity_id"] for row in rows if row["entity"] == entity}


def _names(rows: list[Row]) -> dict[str, str]:
    return queries.names_of(current.store(), rows)


def _thing(thing: str, rows: list[Row], names: dict[str, str]) -> str:
    """Return what the list is about in words, also where nothing was ever done to it."""
    entity = next((row["entity"] for row in rows if row["entity_id"] == thing), "")
    return " ".join(filter(None, (telling.thing(entity) if entity else _("这一条"), names.get(thing, ""))))


def _shown(row: Row, names: dict[str, str], records: dict[str, str]) -> Row:
    """Return a row of the audit as the list shows it: ``who``, ``thing``, ``done``, ``name``, ``href``."""
    entity, thing = row["entity"], row["entity_id"]
    if thing in records:
        entity, thing = "observation", records[thing]
    return {
        "seq": row["seq"],
        "at": row["at"],
        "who": row["post"] or _("系统"),
        "thing": telling.thing(row["entity"]),
        "done": telling.done(row["entity"], row["action"]),
        "name": names.get(row["entity_id"], ""),
        "href": _href(entity, thing),
    }


def _href(entity: str, thing: str) -> str:
    """Return where a thing can be opened; nothing where this person may not."""
    if entity in SLUGS:
        return url_for("catalog.show", slug=SLUGS[entity], row_id=thing)
    if entity not in PLACES or not current.user().can(NEEDS[entity]):
        return ""
    endpoint, name = PLACES[entity]
    place_of: dict[str, Any] = {name: thing}
    return url_for(endpoint, **place_of)
