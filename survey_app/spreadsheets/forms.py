"""What a person may type about one entry of a table, or upload as many."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.widgets import DateInput

from survey_app.catalog.plan import Plan
from survey_app.catalog.spreadsheet import Line, Sheet
from survey_app.catalog.tables import Column, Entry, Table, Value
from survey_app.form_fields import ChecklistField, Form
from survey_app.i18n import _, _l
from survey_app.privacy import mask

FEW = 4  # choices that are offered side by side
Options = Mapping[str, Sequence[tuple[str, str]]]
NOTHING: Mapping[str, str] = {}


class UploadForm(Form):
    """A spreadsheet to import."""

    file = FileField(
        _l("表格文件（.xlsx 或 .csv）"),
        [FileRequired(_l("请先选一个文件。"))],
        render_kw={"accept": ".xlsx,.csv"},
    )


class ConfirmForm(Form):
    """The plan that was looked at before it was confirmed."""

    plan = HiddenField()


class EntryForm(Form):
    """One entry; its fields are the columns of its table, judged by the rules of an import of one line."""

    version = HiddenField()
    table: Table

    def sheet(self, table: Table, known: Mapping[str, str]) -> Sheet:
        """Return what was typed as a sheet of one line; what is ``known`` of a column counts instead."""
        typed = {column.key: self[column.key].data for column in self.table.columns} | dict(known)
        cells = tuple(_written(value) for value in typed.values())
        return Sheet(tuple(table.column(key).heading for key in typed), (Line(1, cells),))

    def take_problems(self, plan: Plan) -> bool:
        """Put each problem of a plan beside the field it is about; tell whether there are none."""
        keys = {column.heading: column.key for column in self.table.columns}
        for problem in plan.problems:
            self.refuse(keys.get(problem.heading, ""), _(problem.text, **problem.params))
        return not plan.problems

    def refuse(self, key: str, text: str) -> None:
        """Say what is wrong beside the field of a column; over the whole form where it has none."""
        field = self[key if key in self else "version"]
        field.errors = [*field.errors, text]


def _written(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value)
    return str(value).replace("\r\n", "\n") if value is not None else ""


def entry_form(
    table: Table, options: Options, entry: Entry | None, known: Mapping[str, str] = NOTHING
) -> EntryForm:
    """Return the form of an entry, filled with ``entry`` or with what is ``known`` of a new one.

    ``options`` are the (code, name) that each reference may name. When it ends is no matter of typing.
    """
    columns = tuple(column for column in table.columns if column.key != table.retired)
    made = {column.key: _field(column, options) for column in columns}
    form = type(f"{table.name}_form", (EntryForm,), {"table": replace(table, columns=columns), **made})
    filled = {key: _shown(table, key, value) for key, value in (entry or known).items() if key in made}
    return form(data=filled)  # type: ignore[no-any-return]


def _shown(table: Table, key: str, value: Value) -> Any:
    text = "" if value is None else str(value)
    if table.column(key).kind == "references":
        return text.split()
    return mask(text) if table.private else text


def _field(column: Column, options: Options) -> Any:
    label = _l(column.shown)
    if column.kind == "references":
        listed = [SelectChoice(code, name) for code, name in options[column.key] if name != code]
        return ChecklistField(label, choices=listed, validate_choice=False)
    if column.kind == "reference":
        named = [SelectChoice(code, f"{name}（{code}）") for code, name in options[column.key]]
        return SelectField(label, choices=[SelectChoice("", "—"), *named], validate_choice=False)
    if column.kind == "choice":
        return _choice_field(column, label)
    if column.kind == "flag":
        words = [SelectChoice("1", _l("是")), SelectChoice("0", _l("否"))]
        return RadioField(label, choices=words, default="0", validate_choice=False)
    if column.kind == "long":
        return TextAreaField(label)
    if column.kind == "date":
        return StringField(label, widget=DateInput())
    return StringField(label, render_kw={"inputmode": "numeric"} if column.kind == "number" else None)


def _choice_field(column: Column, label: Any) -> Any:
    words = [SelectChoice(code, _l(word)) for code, word in column.choices.items()]
    if not column.required:
        words.append(SelectChoice("", _l("未定")))
    field = RadioField if len(column.choices) <= FEW else SelectField
    return field(label, choices=words, validate_choice=False)
