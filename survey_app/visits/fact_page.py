"""The form of a fact: as it was sent or filled in, with what the catalogue offers."""

from __future__ import annotations

from functools import partial
from typing import Any

from survey_app import current
from survey_app.catalog.queries import capture_catalog, list_checklists
from survey_app.catalog.vocabulary import CAPACITIES, FOLLOW_UP_RESULTS, TICK_ANSWERS
from survey_app.store import Row
from survey_app.store.ids import uuid7
from survey_app.visits import agenda, fact_forms, queries
from survey_app.visits.fact_forms import FactForm, VisitForm
from survey_app.visits.form_parts import leaders

WORDS = {"capacities": CAPACITIES, "answers": TICK_ANSWERS, "results": FOLLOW_UP_RESULTS}
"""What every page with such a form names."""


def fact_form(kind: str, filled: dict[str, Any] | None = None) -> FactForm:
    """Return the form of a kind as sent, or filled in with ``filled``."""
    store, me, zone = current.store(), current.user().id, current.config().time_zone
    known, now = partial(queries.is_known, store, author_id=me), current.now()
    form_class = fact_forms.FORMS[kind]
    if filled is None:
        form = form_class(known=known, zone=zone, now=now)
    else:
        form = form_class(formdata=None, data={"op_id": uuid7(), **filled}, known=known, zone=zone,
                          now=now)  # fmt: skip
    fact_forms.offer(form, capture_catalog(store))
    if isinstance(form, VisitForm):
        form.for_person_id.choices = leaders(agenda.list_leaders(store, me))
    return form


def items_of(checklist_id: str | None) -> list[Row]:
    """Return the items of a checklist in use, none of another."""
    return next((one["items"] for one in list_checklists(current.store()) if one["id"] == checklist_id), [])
