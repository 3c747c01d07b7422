"""As of when the ledger stands in this request, and whose rows the person who is signed in may see."""

from __future__ import annotations

from survey_app import current
from survey_app.catalog import queries as catalog
from survey_app.rectification import ledger_rows
from survey_app.rectification.ledger import AsOf


def as_of() -> AsOf:
    """Return what a ledger of now is drawn up by."""
    return AsOf(current.today(), catalog.get_calendar(current.store()), current.config().time_zone)


def own() -> str | None:
    """Return whose problems this person may see: every unit's, or those of the own unit."""
    user = current.user()
    return ledger_rows.EVERY_UNIT if user.can("findings.manage") else user.unit_id or ""
