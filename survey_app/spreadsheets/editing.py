"""One entry of a table, typed: added, changed unless somebody else was faster, taken out of use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from survey_app import current
from survey_app.catalog import queries
from survey_app.catalog.plan import Plan, fingerprint
from survey_app.catalog.spreadsheet import Line, Sheet
from survey_app.catalog.tables import Table
from survey_app.errors import ConflictError, NotFoundError
from survey_app.i18n import _
from survey_app.spreadsheets.forms import EntryForm, entry_form
from survey_app.store import Reader, Row, Writer

OK, STALE, BAD = 200, 409, 422
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Attempt:
    """How saving went: a status, the form as it was sent, and the columns that somebody else changed."""

    row: Row
    form: EntryForm
    status: int
    theirs: list[str] = field(default_factory=list)


def plan_now(reader: Reader, table: Table, sheet: Sheet) -> Plan:
    """Return what a sheet would change in a table as it is now."""
    return queries.make_plan(reader, table, sheet, current.today())


def get_row(reader: Reader, table: Table, row_id: str) -> Row:
    """Return one row by id; raise NotFoundError where there is none."""
    row = queries.find_row(reader, table, row_id)
    if row is None:
        raise NotFoundError(_("没有找到这一条。请从目录重新进入。"))
    return row


def apply(tx: Writer, made: Plan) -> None:
    """Do what a plan without problems says, in the name of who is signed in."""
    queries.apply(tx, made, actor_id=current.user().id, at=current.now())


def new_form(table: Table, known: Mapping[str, str] = NOTHING) -> EntryForm:
    """Return the form of a new entry of which some is ``known``."""
    return entry_form(table, queries.list_options(current.store(), table, None), None, known)


def add(table: Table, form: EntryForm, known: Mapping[str, str] = NOTHING, *, prefix: str = "") -> Row | None:
    """Add what was typed and what is ``known`` besides; return the row, None where the form says why.

    Where codes are not asked for, the next free one after ``prefix`` is taken.
    """
    with current.store().writing() as tx:
        code = {"code": queries.next_code(tx, table, prefix)} if prefix else NOTHING
        made = plan_now(tx, table, form.sheet(table, {**known, **code}))
        good = form.take_problems(made)
        if made.changes and made.changes[0].before is not None:
            form.refuse("code", _("这个代码已经有了。请换一个，或去修改那一条。"))
            good = False
        if not good:
            return None
        apply(tx, made)
        return queries.find_row_by_code(tx, table, str(made.changes[0].after["code"]))


def edit_form(reader: Reader, table: Table, row: Row) -> EntryForm:
    """Return the form of an entry as it is; it remembers what it was opened with."""
    form = _form_of(reader, table, row)
    form.version.data = fingerprint(queries.entry_of(table, row))
    return form


def _form_of(reader: Reader, table: Table, row: Row) -> EntryForm:
    entry = queries.entry_of(table, row)
    return entry_form(table, queries.list_options(reader, table, entry), entry)


def save(
    table: Table, row_id: str, fields: Table | None = None, known: Mapping[str, str] = NOTHING
) -> Attempt:
    """Save an entry, unless somebody else changed it since its form was opened.

    ``fields`` is the table with only the columns that the form asks for; what it does not ask for stays,
    but for what is ``known``.
    """
    with current.store().writing() as tx:
        row = get_row(tx, table, row_id)
        form = _form_of(tx, fields or table, row)
        made = plan_now(tx, table, form.sheet(table, {**known, "code": row["code"]}))
        now = fingerprint(queries.entry_of(fields or table, row))
        good, stale = form.take_problems(made), form.version.data != now
        if good and not stale:
            apply(tx, made)
            return Attempt(row, form, OK)
    if not stale:
        return Attempt(row, form, BAD)
    form.version.data = now
    return Attempt(row, form, STALE, [key for change in made.changes for key in change.keys])


def set_retired(table: Table, row_id: str, day: date | None) -> None:
    """Take an entry out of use from a day, or (None) into use again."""
    headings = tuple(table.column(key).heading for key in ("code", table.retired))
    with current.store().writing() as tx:
        row = get_row(tx, table, row_id)
        if (row[table.retired] is None) != (day is None):
            made = plan_now(tx, table, Sheet(headings, (Line(1, (row["code"], day or "")),)))
            if made.problems:
                problem = made.problems[0]
                raise ConflictError(_(problem.text, **problem.params))
            apply(tx, made)
