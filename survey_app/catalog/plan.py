"""What an import would change: every line judged, nothing done. A form is an import of one line."""

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from survey_app.catalog import cells
from survey_app.catalog.problems import CellError, Problem, SpreadsheetError
from survey_app.catalog.spreadsheet import Line, Sheet
from survey_app.catalog.tables import TABLES, Column, Entry, Table, Value
from survey_app.catalog.texts import gettext
from survey_app.privacy import unmask

DEEPEST = 50  # levels of what stands below what
Columns = Sequence[tuple[int, Column]]  # each with its place in the sheet


@dataclass(frozen=True)
class Change:
    """One entry that an import would add (``before`` is None) or alter."""

    line: int
    before: Entry | None
    after: Entry

    @property
    def keys(self) -> list[str]:
        """The columns whose value differs; every one that is filled where the entry is new."""
        if self.before is None:
            return [key for key, value in self.after.items() if value not in (None, "")]
        return [key for key, value in self.after.items() if self.before[key] != value]


@dataclass(frozen=True)
class Plan:
    """What an import would do; it may be done only where there are no ``problems``.

    Each of ``changes`` comes after those it refers to; ``ignored`` are headings that no column answers to.
    """

    table: Table
    changes: tuple[Change, ...]
    unchanged: int
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...]

    @property
    def added(self) -> int:
        """How many entries are new."""
        return sum(change.before is None for change in self.changes)

    @property
    def updated(self) -> int:
        """How many entries would be altered."""
        return len(self.changes) - self.added

    @property
    def additions(self) -> "Plan":
        """The same plan without what it would alter."""
        return replace(self, changes=tuple(change for change in self.changes if change.before is None))

    @property
    def fingerprint(self) -> str:
        """What tells this plan from one made after somebody else's change."""
        return fingerprint([[change.before, change.after] for change in self.changes])


def fingerprint(value: object) -> str:
    """Return 16 hexadecimal digits that are the same for the same entries."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class _Entered:
    """One line as it would be stored; ``sound`` where each of its cells could be read."""

    line: int
    entry: Entry
    sound: bool

    @property
    def code(self) -> str:
        return str(self.entry["code"])


def make(
    table: Table,
    sheet: Sheet,
    stored: Mapping[str, Entry],
    known: Mapping[str, set[str]],
    today: date,
) -> Plan:
    """Compare a sheet with what is ``stored`` (entries by code) and return what would change.

    ``known`` holds the codes of every table that this one refers to. A column that the sheet lacks leaves
    what is stored alone. Raise SpreadsheetError where the sheet has no column of codes, or a column twice.
    """
    columns, ignored = _columns(table, sheet.headings)
    problems = list(sheet.problems)
    entered = [
        found for line in sheet.lines if (found := _enter(table, columns, line, stored, problems)) is not None
    ]
    merged = {**stored, **{item.code: item.entry for item in entered}}
    codes = {**known, table.name: set(merged)}
    problems += _repeated(entered)
    for item in entered:
        problems += _judge(table, item, codes, today)
        problems += _refused(table, item, stored.get(item.code))
    problems += _clashes(table, entered, merged)
    problems += _circles(table, entered, merged)
    changes = [Change(item.line, stored.get(item.code), item.entry) for item in entered]
    changed = [change for change in changes if change.before != change.after]
    return Plan(
        table,
        tuple(sorted(changed, key=lambda change: _depth(table, change.after, merged))),
        len(changes) - len(changed),
        tuple(sorted(problems, key=lambda problem: problem.line)),
        ignored,
    )


def _columns(table: Table, headings: Sequence[str]) -> tuple[Columns, tuple[str, ...]]:
    by_heading = {
        _normal(name): column for column in table.columns for name in (column.heading, *column.also)
    }
    places = [(place, by_heading.get(_normal(heading))) for place, heading in enumerate(headings)]
    columns = [(place, column) for place, column in places if column]
    for key, times in Counter(column.key for _, column in columns).items():
        if times > 1:
            raise SpreadsheetError(
                gettext("「%(heading)s」这一列出现了两次。请只留一列。"), heading=table.column(key).heading
            )
    if not columns:
        raise SpreadsheetError(
            gettext(
                "这不是表格，或不是这里的表：第一行里一个列名也认不出。请下载模板，照着第一行的列名填写。"
            )
        )
    if "code" not in {column.key for _, column in columns}:
        raise SpreadsheetError(
            gettext("第一行里没有「%(heading)s」这一列。请下载模板，照着第一行的列名填写。"),
            heading=table.column("code").heading,
        )
    return columns, tuple(headings[place] for place, column in places if not column and headings[place])


def _normal(heading: str) -> str:
    return "".join(unicodedata.normalize("NFKC", heading).split()).rstrip("*")


def _enter(
    table: Table, columns: Columns, line: Line, stored: Mapping[str, Entry], problems: list[Problem]
) -> _Entered | None:
    """Return a line as it would be stored, its unreadable cells among the problems; None without a code."""
    given: Entry = {}
    for place, column in columns:
        try:
            given[column.key] = cells.read(column, line.cells[place])
        except CellError as error:
            problems.append(Problem(line.number, column.heading, error.text, error.params))
    if "code" not in given:
        return None
    before = stored.get(str(given["code"]))
    if before and table.private:
        given = {key: _unhidden(value, before[key]) for key, value in given.items()}
    blank = {column.key: column.empty for column in table.columns}
    return _Entered(line.number, {**blank, **(before or {}), **given}, len(given) == len(columns))


def _unhidden(value: Value, before: Value) -> Value:
    """Return a text that was exported with numbers hidden as it was before, where it is still the same."""
    return unmask(value, before) if isinstance(value, str) and isinstance(before, str) else value


def _repeated(entered: Sequence[_Entered]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    text = gettext("代码 %(code)s 和第 %(line)s 行重复。请只留一行。")
    for item in entered:
        line = first.setdefault(item.code, item.line)
        if line != item.line:
            yield Problem(item.line, "代码", text, {"code": item.code, "line": line})


def _judge(table: Table, item: _Entered, known: Mapping[str, set[str]], today: date) -> Iterator[Problem]:
    """Yield what is missing in one entry, refers to nothing, or lies in the future."""
    for column in table.columns:
        value = item.entry[column.key]
        if item.sound and column.required and value in (None, ""):
            yield Problem(item.line, column.heading, gettext("没有填写。请补上。"))
        for code in str(value or "").split() if column.reference else ():
            if code not in known[column.reference]:
                text = gettext("没有代码为 %(code)s 的%(thing)s。请先导入%(thing)s。")
                thing = TABLES[column.reference].title
                yield Problem(item.line, column.heading, text, {"code": code, "thing": thing})
        if column.key == table.retired and value is not None and str(value) > today.isoformat():
            yield Problem(item.line, column.heading, gettext("是将来的日期。到了那天再停用。"))
    if item.sound and table.faults:
        for key, text in table.faults(item.entry, today):
            yield Problem(item.line, table.column(key).heading, text)


def _refused(table: Table, item: _Entered, before: Entry | None) -> Iterator[Problem]:
    if item.sound and table.rule:
        for key, text in table.rule(before, item.entry):
            yield Problem(item.line, table.column(key).heading, text)


def _clashes(table: Table, entered: Sequence[_Entered], merged: Mapping[str, Entry]) -> Iterator[Problem]:
    if not table.unique:
        return
    holders: dict[tuple[object, ...], list[str]] = {}
    for code, entry in merged.items():
        if entry[table.retired] is None:
            holders.setdefault(tuple(entry[key] for key in table.unique), []).append(code)
    text = gettext("%(headings)s和代码为 %(code)s 的一条相同。请改成不同的。")
    headings = "、".join(table.column(key).heading for key in table.unique)
    for item in entered:
        others = [
            code
            for code in holders.get(tuple(item.entry[key] for key in table.unique), [])
            if code != item.code
        ]
        if item.sound and others and item.entry[table.retired] is None:
            heading = table.column(table.unique[-1]).heading
            yield Problem(item.line, heading, text, {"headings": headings, "code": others[0]})


def _parents(table: Table) -> list[Column]:
    return [column for column in table.references if column.reference == table.name]


def _circles(table: Table, entered: Sequence[_Entered], merged: Mapping[str, Entry]) -> Iterator[Problem]:
    for column in _parents(table):
        for item in entered:
            line = _line_up(column, item.entry, merged)
            if line[-1] == item.code and len(line) > 1:
                text = gettext("上下级绕成了一圈：%(line)s。请改掉其中一个上级。")
                yield Problem(item.line, column.heading, text, {"line": " → ".join(line)})
            elif len(line) > DEEPEST:
                text = gettext("上下级超过 %(limit)s 层。请改掉其中一个上级。")
                yield Problem(item.line, column.heading, text, {"limit": DEEPEST})


def _line_up(column: Column, entry: Entry, merged: Mapping[str, Entry]) -> list[str]:
    """Return the codes from an entry up to the top, to the first that comes twice, or one level too many."""
    line = [str(entry["code"])]
    while (parent := entry[column.key]) is not None and str(parent) in merged:
        entry = merged[str(parent)]
        line.append(str(parent))
        if line.count(str(parent)) > 1 or len(line) > DEEPEST:
            break
    return line


def _depth(table: Table, entry: Entry, merged: Mapping[str, Entry]) -> int:
    return max((len(_line_up(column, entry, merged)) for column in _parents(table)), default=0)
