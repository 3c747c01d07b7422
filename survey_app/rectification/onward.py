"""Where the office goes from a record: to the next one of what it is looking at."""

from __future__ import annotations

from dataclasses import replace

from flask import request, url_for

from survey_app import current
from survey_app.rectification import queries
from survey_app.rectification.filters import Filter
from survey_app.rectification.forms import FilterForm
from survey_app.store import Row


def wanted() -> Filter:
    """Return the conditions that the address names."""
    return FilterForm(request.args).wanted()


def after(record: Row, then: str) -> str:
    """Return where to go after a decision about a record.

    ``then`` is ``stay``, ``finding`` to make it a problem, or anything else for the next untriaged record.
    """
    address = wanted().address()
    if then == "stay":
        return url_for("rectification.record", record_id=record["id"], **address, done="1")
    if then == "finding":
        return url_for("dispatch.new", record_id=record["id"], **address)
    store, untriaged = current.store(), replace(wanted(), state="reported")
    next_id = queries.find_older(store, untriaged, record["n"]) or queries.find_newer(store, untriaged, 0)
    if next_id is None:
        return url_for("rectification.inbox", **address, done="all")
    return url_for("rectification.record", record_id=next_id, **address, done="next")
