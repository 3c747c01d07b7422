"""台账 and the three lists, on a screen and as files, by the conditions of the address."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file, url_for

from survey_app import current
from survey_app.campaigns import queries as campaigns
from survey_app.catalog import exports
from survey_app.catalog import queries as catalog
from survey_app.catalog.vocabulary import LIMIT_COLOURS
from survey_app.i18n import _
from survey_app.paging import place
from survey_app.rectification import ledger_files, ledger_return_views, ledger_rows, telling
from survey_app.rectification.ledger import LEDGER, LISTS, AsOf, Listing, draw_up
from survey_app.rectification.ledger_desk import as_of, own
from survey_app.rectification.ledger_filter import OPEN_STATES, LedgerFilter
from survey_app.rectification.ledger_forms import LedgerForm
from survey_app.security import requires
from survey_app.store import Row

bp = Blueprint("ledger", __name__)
bp.register_blueprint(ledger_return_views.bp)

PAGE = 50
LIST = f"<any({', '.join(LISTS)}):name>"
FILE = f"{LIST}.<any(csv, xlsx):kind>"
AT_A_TAP = ("q", "state", "colour")


@bp.get("/ledger", defaults={"name": LEDGER.name})
@bp.get(f"/ledger/{LIST}")
@requires("ledger.read")
def index(name: str) -> str:
    """Show a list, page by page."""
    form, asof, listing = _form(), as_of(), LISTS[name]
    wanted = form.wanted()
    ids = ledger_rows.list_ids(current.store(), wanted, asof, own=own(), sort=form.order)
    after = min(request.args.get("after", type=place, default=0), len(ids))
    rows = ledger_rows.list_rows(current.store(), ids[after : after + PAGE])
    address = {**wanted.address(), "sort": form.order}
    return render_template(
        "rectification/ledger.html",
        form=form,
        listing=listing,
        listings=LISTS.values(),
        wanted=wanted,
        address=address,
        open=bool(form.errors) or not set(wanted.active) <= set(AT_A_TAP),
        quick=_quick(),
        chips=[(words, {**address, **_gone(wanted, one)}) for one, words in form.said(wanted)],
        lines=[_line(listing, row, asof) for row in rows],
        count=len(ids),
        done=request.args.get("done", type=place),
        first=after + 1,
        newer=_page(listing, address, max(after - PAGE, 0)) if after else "",
        older=_page(listing, address, after + PAGE) if after + PAGE < len(ids) else "",
    )


@bp.get(f"/ledger/{FILE}")
@requires("ledger.read")
def export(name: str, kind: str) -> Response:
    """Download a list, filtered and sorted as on the screen."""
    form, asof, store, listing = _form(), as_of(), current.store(), LISTS[name]
    wanted = form.wanted()
    rows = ledger_rows.list_rows(store, ledger_rows.list_ids(store, wanted, asof, own=own(), sort=form.order))
    told = [words for _name, words in form.said(wanted)]
    content = ledger_files.write(listing, rows, asof, kind, told)
    file_name = f"{_(listing.title)}-{asof.today:%Y-%m-%d}.{kind}"
    return send_file(
        io.BytesIO(content), exports.MEDIA_TYPES[kind], as_attachment=True, download_name=file_name
    )


def _form() -> LedgerForm:
    store, form = current.store(), LedgerForm(request.args)
    form.offer(
        units=catalog.list_units(store),
        categories=catalog.list_categories(store),
        items=catalog.list_reform_items(store),
        campaigns=_campaigns(),
    )
    if own() is not ledger_rows.EVERY_UNIT:
        del form.unit
    return form


def _campaigns() -> list[Row]:
    """Return the campaigns to choose from: a host learns of one when it has begun, not before."""
    store = current.store()
    if current.user().can("campaigns.edit"):
        return campaigns.list_campaigns(store)
    return campaigns.list_begun_campaigns(store, current.today())


def _line(listing: Listing, row: Row, asof: AsOf) -> dict[str, Any]:
    due = telling.due(row, asof.today, asof.calendar)
    cells: Sequence[Any] = draw_up(listing, row, asof)
    told = [
        (column, cell) for column, cell in zip(listing.columns, cells, strict=True) if column in listing.shown
    ]
    return {"id": row["id"], "state": row["state"], "due": due, "cells": told}


def _page(listing: Listing, address: dict[str, Any], after: int) -> str:
    return url_for("ledger.index", name=listing.name, **address, after=after or None)


def _gone(wanted: LedgerFilter, name: str) -> dict[str, None]:
    """Return what leaves a condition out of an address."""
    return dict.fromkeys(set(wanted.active) - set(wanted.without(name).active))


def _quick() -> list[tuple[str, str, LedgerFilter]]:
    """Return what is asked for most: its words, the tone of its colour, the filter."""
    colours = [(_(LIMIT_COLOURS[one]), telling.TONES[one], LedgerFilter(colour=one))
               for one in ("red", "yellow", "blue")]  # fmt: skip
    return [(_("没办完的"), "", LedgerFilter(state=OPEN_STATES)), *colours]
