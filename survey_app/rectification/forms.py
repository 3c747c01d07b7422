"""What the office may ask of the inbox, and what it may decide about a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SearchField,
    SelectField,
    SelectFieldBase,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Optional

from survey_app.catalog.vocabulary import KINDS, LEVELS, METHODS, SEVERITIES, STAGES
from survey_app.form_fields import ChecklistField, Form, read_version
from survey_app.i18n import _, _l
from survey_app.rectification.filters import UNTAGGED, Filter
from survey_app.rectification.triage import Decision
from survey_app.store import Row

STATES = {"reported": _l("待研判"), "triaged": _l("已研判"), "withdrawn": _l("已撤回")}
LONGEST_WORDS = 60
LONGEST_NOTE = 1000


def _words(words: Mapping[str, Any], none: Any = None) -> list[SelectChoice]:
    first = [SelectChoice("", none)] if none else []
    return first + [
        SelectChoice(code, _l(word) if isinstance(word, str) else word) for code, word in words.items()
    ]


def _rows(rows: Iterable[Row], none: Any, key: str = "id", label: str = "name") -> list[SelectChoice]:
    return [SelectChoice("", none), *(SelectChoice(row[key], row[label]) for row in rows)]


def category_choices(rows: Iterable[Row], none: Any) -> list[SelectChoice]:
    """Return the categories for a select: each group, and its members under it."""
    found = [SelectChoice("", none)]
    for row in rows:
        under = f"{row['parent_code']} {row['parent_name']}" if row["parent_code"] else ""
        label = row["name"] if under else f"{row['code']} {row['name']}"
        found.append(SelectChoice(row["code"], label, optgroup=under or label))
    return found


class Offered:
    """Refuse what is not among the choices, in words of ours."""

    def __call__(self, _form: Form, field: SelectFieldBase) -> None:
        chosen = field.data if isinstance(field.data, list) else [field.data or ""]
        if not {str(one) for one in chosen} <= {choice.value for choice in field.iter_choices()}:
            raise ValidationError(_("请从列出的里面选。"))


class DayField(DateField):
    """A day; the browser gives a calendar, a plain one takes 2017-06-12."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("日期请写成 2017-06-12 这样。")) from error


class PickedField(SelectField):
    """One of a list, or one of a few before it under the same name: what was picked there counts."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([next(filter(None, valuelist), "")] if valuelist else [])


class FilterForm(Form):
    """The conditions of the inbox; what is not understood does not count and is said."""

    class Meta:
        csrf = False

    ALL = _l("全部")
    q = SearchField(
        _l("找文字"),
        [Length(max=LONGEST_WORDS, message=_l("最多 %(n)s 个字。", n=LONGEST_WORDS))],
        render_kw={"autocomplete": "off", "enterkeyhint": "search", "aria-keyshortcuts": "/"},
    )
    state = SelectField(_l("状态"), choices=_words(STATES, _l("没有撤回的")), validate_choice=False)
    kind = SelectField(_l("是什么"), choices=_words(KINDS, ALL), validate_choice=False)
    method = SelectField(_l("怎么体验"), choices=_words(METHODS, ALL), validate_choice=False)
    category = SelectField(_l("堵点分类"), validate_choice=False)
    hall = SelectField(_l("大厅"), validate_choice=False)
    unit = SelectField(_l("单位"), validate_choice=False)
    item = SelectField(_l("改革事项"), validate_choice=False)
    since = DayField(_l("从哪天"), [Optional()])
    until = DayField(_l("到哪天"), [Optional()])

    def offer(self, *, categories: list[Row], halls: list[Row], units: list[Row], items: list[Row]) -> None:
        """Fill the choices that come from the catalogue."""
        self.category.choices = category_choices(categories, self.ALL)
        self.hall.choices = _rows(halls, self.ALL)
        self.unit.choices = _rows(units, self.ALL)
        titled = [row for row in items if row["title"]]
        self.item.choices = _rows(titled, self.ALL, label="title")
        self.item.choices.insert(1, SelectChoice(UNTAGGED, _l("还没对上改革事项")))

    def wanted(self) -> Filter:
        """Return the conditions that were understood."""
        self.validate()
        known = {"state": STATES, "kind": KINDS, "method": METHODS}
        understood: dict[str, Any] = {}
        for name in (field.name for field in fields(Filter)):
            value = self.data[name]
            value = value.strip() if isinstance(value, str) else value
            if value and name not in self.errors and value in known.get(name, (value,)):
                understood[name] = value
        return Filter(**understood)


class TriageForm(Form):
    """The office's classification of one record; ``version`` is that of the decision it was shown with."""

    NONE = _l("没有定")
    version = HiddenField(default="0")
    kind = RadioField(_l("是什么"), [Offered()], choices=_words(KINDS), validate_choice=False)
    category = PickedField(_l("堵点分类"), [Offered()], validate_choice=False)
    stage = SelectField(_l("卡在哪个环节"), [Offered()], choices=_words(STAGES, NONE), validate_choice=False)
    severity = RadioField(
        _l("严重程度"), [Offered()], choices=_words(SEVERITIES, NONE), validate_choice=False, default=""
    )
    level = RadioField(
        _l("哪一级能解决"), [Offered()], choices=_words(LEVELS, NONE), validate_choice=False, default=""
    )
    reform_item_ids = ChecklistField(_l("对应哪项改革"), [Offered()], validate_choice=False)
    note = TextAreaField(
        _l("研判说明"), [Length(max=LONGEST_NOTE, message=_l("最多 %(n)s 个字。", n=LONGEST_NOTE))]
    )

    def offer(self, *, categories: list[Row], items: list[Row]) -> None:
        """Fill the choices that come from the catalogue."""
        self.category.choices = category_choices(categories, self.NONE)
        self.reform_item_ids.choices = [SelectChoice(row["id"], row["title"]) for row in items]

    @property
    def seen(self) -> int:
        """The version of the decision that the person saw."""
        return read_version(self.version.data)

    def show(self, decision: Decision, version: int) -> None:
        """Fill the form with a decision."""
        data = {
            **asdict(decision),
            "version": str(version),
            "reform_item_ids": list(decision.reform_item_ids),
        }
        self.process(data={name: "" if value is None else value for name, value in data.items()})

    def decision(self) -> Decision:
        """Return what was decided."""
        names = ("category", "stage", "severity", "level")
        return Decision(
            kind=self.kind.data,
            **{name: self.data[name] or None for name in names},
            reform_item_ids=tuple(sorted(set(self.reform_item_ids.data or ()))),
            note=(self.note.data or "").replace("\r\n", "\n").strip(),
        )
