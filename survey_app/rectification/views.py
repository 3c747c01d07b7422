"""The office's desk: the inbox, one record, and the reform items with what is tagged to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app import audit, current
from survey_app.catalog import queries as catalog
from survey_app.catalog import vocabulary
from survey_app.catalog.tables import REFORM_ITEMS
from survey_app.errors import ConflictError, NotFoundError
from survey_app.i18n import _, _l, format_day
from survey_app.paging import place
from survey_app.privacy import mask
from survey_app.rectification import (
    advice,
    beside_views,
    board,
    board_page,
    history,
    item_page,
    onward,
    queries,
    sight,
    triage,
)
from survey_app.rectification.board_page import BoardForm
from survey_app.rectification.filters import QUICK_DAYS, Filter
from survey_app.rectification.forms import STATES, FilterForm, TriageForm
from survey_app.security import requires
from survey_app.store import Row
from survey_app.visits import record_page

bp = Blueprint("rectification", __name__)
bp.register_blueprint(beside_views.bp)

RECENT_DAYS = 7
EXCERPT = 400  # characters that a list shows at most


@bp.app_context_processor
def _words() -> dict[str, Any]:
    problems = {code: _l(word) for code, word in vocabulary.FINDING_STATES.items()}
    return {"vocabulary": vocabulary, "record_states": {**problems, **STATES}}


@bp.get("/inbox")
@requires("triage")
def inbox() -> str:
    """List what came in, the newest first, by the conditions of the address."""
    store, today = current.store(), current.today()
    form = _filter_form()
    wanted = form.wanted()
    rows, newer, older = _page(wanted, "rectification.inbox", wanted.address())
    recent = Filter().last_days(RECENT_DAYS, today)
    return render_template(
        "rectification/inbox.html",
        form=form,
        wanted=wanted,
        chips=_chips(form, wanted),
        quick=[(days, wanted.last_days(days, today)) for days in QUICK_DAYS],
        rows=rows,
        newer=newer,
        older=older,
        count=queries.count_records(store, wanted),
        most=queries.MOST_COUNTED,
        figures=queries.office_figures(store, today - timedelta(days=RECENT_DAYS - 1)),
        recent=recent.address(),
    )


@bp.get("/inbox/<record_id>")
@requires("triage")
def record(record_id: str) -> str:
    """Show one record whole, with the form of the office's decision."""
    found = _get_record(record_id)
    decided = queries.find_classification(current.store(), record_id)
    form = _triage_form(found)
    form.show(queries.decision_so_far(current.store(), found), decided["version"] if decided else 0)
    return _record_page(found, form)


@bp.post("/inbox/<record_id>")
@requires("triage")
def classify(record_id: str) -> Response | tuple[str, int]:
    """Decide about a record and go on to the next; where somebody else was faster, show both."""
    found = _get_record(record_id)
    if found["state"] == "withdrawn":
        raise ConflictError(_("本人已经撤回这条记录，不用再研判。"))
    form = _triage_form(found)
    if not form.validate():
        return _record_page(found, form), 422
    try:
        with current.store().writing() as tx:
            queries.set_classification(
                tx,
                record_id,
                form.decision(),
                version=form.seen,
                actor_id=current.user().id,
                at=current.now(),
            )
    except queries.AlreadyClassifiedError as conflict:
        mine = form.decision()
        form.show(mine, conflict.theirs["version"])
        return _record_page(_get_record(record_id), form, theirs=conflict.theirs, mine=mine), 409
    return redirect(onward.after(found, request.form.get("then", "")))


@bp.get("/reform")
@requires("reform.read")
def reform() -> str:
    """Show the four families, how much of each is known, and how each item stands."""
    families = board.list_families(current.store())
    form = BoardForm(request.args)
    form.offer(catalog.list_units(current.store()))
    return render_template("rectification/reform.html", form=form, **board_page.show(families, form.wanted()))


@bp.get("/reform/<item_id>")
@requires("reform.read")
def reform_item(item_id: str) -> str:
    """Show one reform item: how it stands, what it is measured by, and the tagged records in sight."""
    store = current.store()
    item = catalog.find_row(store, REFORM_ITEMS, item_id)
    if item is None:
        raise NotFoundError(_("没有这项改革事项。请从改革事项列表重新进入。"))
    seen = sight.of_reader()
    rows: list[Row] = []
    newer = older = ""
    if seen.every or seen.top:
        wanted = Filter(item=item_id, unit=seen.top)
        rows, newer, older = _page(wanted, "rectification.reform_item", {"item_id": item_id})
    kinds = board.count_by_kind(store, item_id)
    return render_template(
        "rectification/reform_item.html",
        item=item,
        **item_page.show(item, seen),
        seen=seen,
        kinds=kinds,
        total=sum(kinds.values()),
        rows=rows,
        newer=newer,
        older=older,
    )


def _filter_form() -> FilterForm:
    store = current.store()
    form = FilterForm(request.args)
    form.offer(
        categories=catalog.list_categories(store),
        halls=catalog.list_halls(store),
        units=catalog.list_units(store),
        items=catalog.list_reform_items(store),
    )
    return form


def _page(wanted: Filter, endpoint: str, address: dict[str, Any]) -> tuple[list[Row], str, str]:
    """Return the page that the address asks for, and the addresses of the newer and the older one."""
    store, after = current.store(), request.args.get("after", type=place)
    before = request.args.get("before", type=place, default=queries.BEYOND)
    if after is None:
        rows = queries.list_records(store, wanted, before=before)
    else:
        rows = queries.list_newer_records(store, wanted, after=after)
    if not rows:
        return [], "", ""
    first, last = rows[0]["n"], rows[-1]["n"]
    newest = after is None and before == queries.BEYOND
    newer = not newest and queries.find_newer(store, wanted, first)
    older = (after is not None or len(rows) == queries.PAGE) and queries.find_older(store, wanted, last)
    return (
        [_excerpt(row) for row in rows],
        url_for(endpoint, **address, after=first) if newer else "",
        url_for(endpoint, **address, before=last) if older else "",
    )


def _excerpt(row: Row) -> Row:
    """Return a row of a list: masked before it is cut, or half a number would stand at the end."""
    masked = _masked(row)
    return {**masked, "text": masked["text"][:EXCERPT], "quote": masked["quote"][:EXCERPT]}


def _masked(row: Row) -> Row:
    return {**row, "text": mask(row["text"]), "quote": mask(row["quote"])}


def _chips(form: FilterForm, wanted: Filter) -> list[tuple[str, str]]:
    """Return each condition that counts as words, with the address that leaves it out."""
    chips: list[tuple[str, str]] = []
    for name in wanted.active:
        if name == "until" and wanted.since:
            continue
        address = url_for("rectification.inbox", **wanted.without(name).address())
        chips.append((_chip(form, wanted, name), address))
    return chips


def _chip(form: FilterForm, wanted: Filter, name: str) -> str:
    if name == "q":
        return _("含“%(words)s”", words=wanted.q)
    if name in ("since", "until"):
        return _period(wanted)
    value = getattr(wanted, name)
    words = next((choice.label for choice in form[name].iter_choices() if choice.value == value), value)
    return f"{form[name].label.text}：{words}"


def _period(wanted: Filter) -> str:
    if wanted.since and wanted.until:
        return _("%(since)s 到 %(until)s", since=format_day(wanted.since), until=format_day(wanted.until))
    if wanted.since:
        return _("%(day)s 起", day=format_day(wanted.since))
    return _("到 %(day)s 为止", day=format_day(str(wanted.until)))


def _get_record(record_id: str) -> Row:
    found = queries.find_record(current.store(), record_id)
    if found is None:
        raise NotFoundError(_("没有这条记录。请从收件箱重新进入。"))
    return found


def _triage_form(found: Row) -> TriageForm:
    """Return the form, offering what is in use and what this record has already."""
    store = current.store()
    now = queries.decision_so_far(store, found)
    form = TriageForm()
    form.offer(
        categories=[
            row
            for row in catalog.list_categories(store, retired=True)
            if row["retired_on"] is None or row["code"] == now.category
        ],
        items=[
            row
            for row in catalog.list_reform_items(store, retired=True)
            if row["title"] and (row["retired_on"] is None or row["id"] in now.reform_item_ids)
        ],
    )
    return form


def _record_page(
    found: Row, form: TriageForm, *, theirs: Row | None = None, mine: triage.Decision | None = None
) -> str:
    store, wanted = current.store(), onward.wanted()
    items = {row["id"]: row for row in catalog.list_reform_items(store, retired=True)}
    names = {row["code"]: row["name"] for row in catalog.list_categories(store, retired=True)}
    names |= {key: row["title"] for key, row in items.items()}
    decided = queries.find_classification(store, found["id"])
    ops = queries.list_record_ops(store, found["id"])
    decisions = [
        row for row in audit.history(store, "observation", found["id"]) if row["action"] == "classify"
    ]
    chosen, advised = queries.find_suggestions(store, found), advice.show(found)
    differences = (
        history.describe(triage.changes(triage.from_row(theirs), mine), names) if theirs and mine else []
    )
    return render_template(
        "rectification/record.html",
        record=_masked(found),
        form=form,
        groups=_groups(form, items, chosen, advised),
        advised=advised,
        names=names,
        told=record_page.show(store, found),
        photos=queries.list_photos(store, found["id"]),
        tags=[items[one] for one in queries.list_tags(store, found["id"])],
        decided=decided and {**decided, "note": mask(decided["note"])},
        edited_since=bool(decided and ops and _last_edit(ops) > decided["decided_at"]),
        events=history.tell(ops, decisions, names),
        theirs=theirs,
        differences=differences,
        address=wanted.address(),
        newer=queries.find_newer(store, wanted, found["n"]),
        older=queries.find_older(store, wanted, found["n"]),
        left=queries.count_records(store, replace(wanted, state="reported")),
        most=queries.MOST_COUNTED,
    )


def _last_edit(ops: list[Row]) -> str:
    return max((op["received_at"] for op in ops if op["status"] == "stored"), default="")


def _groups(
    form: TriageForm, items: dict[str, Row], chosen: tuple[str, ...], advised: advice.Shown
) -> list[dict[str, Any]]:
    """Return the reform items' checkboxes: what is suggested, then by family; those with any chosen open."""
    groups: dict[str, list[dict[str, Any]]] = {family: [] for family in ("", *vocabulary.FAMILIES)}
    order = list(advised.items)
    for option in form.reform_item_ids:
        item, hint = items[option.data], advised.items.get(option.data)
        by_finder = item["id"] in chosen
        groups["" if hint else item["family"]].append(
            {"option": option, "item": item, "hint": hint, "chosen": option.checked, "by_finder": by_finder}
        )
    groups[""].sort(key=lambda entry: order.index(entry["item"]["id"]))
    return [
        {"family": family, "entries": entries, "open": any(e["by_finder"] or e["chosen"] for e in entries)}
        for family, entries in groups.items()
        if entries
    ]
