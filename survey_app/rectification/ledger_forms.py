"""What a person may ask of the ledger, and bring back to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SearchField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Optional

from survey_app.catalog.vocabulary import FINDING_STATES, LIMIT_COLOURS
from survey_app.form_fields import Form
from survey_app.i18n import _, _l, format_day
from survey_app.rectification.forms import LONGEST_WORDS, DayField, category_choices
from survey_app.rectification.ledger_filter import OPEN_STATES, SORTS, LedgerFilter
from survey_app.store import Row

ALL = SelectChoice("", _l("全部"))
BEFORE_THE_OFFICE = ("found", "reported")  # states that a stored problem has passed
SORT_WORDS = {"deadline": _l("先到期的在前"), "number": _l("按编号"), "unit": _l("按单位（拼音）")}
PERIODS = {"since": _l("发现"), "closed_since": _l("销号")}


def _words(words: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(code, _l(word)) for code, word in words.items()]


def _rows(rows: Iterable[Row], label: str = "name") -> list[SelectChoice]:
    return [ALL, *(SelectChoice(row["id"], row[label]) for row in rows)]


class LedgerForm(Form):
    """The conditions of the ledger; what is not understood does not count and is said."""

    class Meta:
        csrf = False

    q = SearchField(
        _l("找文字或编号"),
        [Length(max=LONGEST_WORDS, message=_l("最多 %(n)s 个字。", n=LONGEST_WORDS))],
        render_kw={"autocomplete": "off", "enterkeyhint": "search", "aria-keyshortcuts": "/"},
    )
    since = DayField(_l("发现：从哪天"), [Optional()])
    until = DayField(_l("发现：到哪天"), [Optional()])
    state = SelectField(_l("状态"), validate_choice=False, choices=[
        ALL, SelectChoice(OPEN_STATES, _l("没办完的")),
        *_words({code: word for code, word in FINDING_STATES.items() if code not in BEFORE_THE_OFFICE}),
    ])  # fmt: skip
    colour = SelectField(_l("颜色"), choices=[ALL, *_words(LIMIT_COLOURS)], validate_choice=False)
    unit = SelectField(_l("责任单位"), validate_choice=False)
    category = SelectField(_l("堵点分类"), validate_choice=False)
    item = SelectField(_l("改革事项"), validate_choice=False)
    campaign = SelectField(_l("体验活动"), validate_choice=False)
    closed_since = DayField(_l("销号：从哪天"), [Optional()])
    closed_until = DayField(_l("销号：到哪天"), [Optional()])
    sort = SelectField(_l("怎么排"), choices=[SelectChoice(code, SORT_WORDS[code]) for code in SORTS],
                       validate_choice=False)  # fmt: skip

    def offer(
        self, *, units: list[Row], categories: list[Row], items: list[Row], campaigns: list[Row]
    ) -> None:
        """Fill the choices that come from the catalogue and the campaigns."""
        self.unit.choices = _rows(units)
        self.category.choices = category_choices(categories, _l("全部"))
        self.item.choices = _rows([row for row in items if row["title"]], "title")
        self.campaign.choices = _rows(campaigns)

    def wanted(self) -> LedgerFilter:
        """Return the conditions that were understood."""
        self.validate()
        understood: dict[str, Any] = {}
        for name in (field.name for field in fields(LedgerFilter)):
            value = self.data.get(name)
            value = value.strip() if isinstance(value, str) else value
            if value and name not in self.errors and self._is_offered(name, value):
                understood[name] = value
        return LedgerFilter(**understood)

    @property
    def order(self) -> str:
        """How to sort."""
        return self.sort.data if self.sort.data in SORTS else SORTS[0]

    def said(self, wanted: LedgerFilter) -> list[tuple[str, str]]:
        """Return each condition that counts as its name and in words; a period is one condition."""
        periods = {last: first for first, last in wanted.PERIODS}
        names = [name for name in wanted.active if periods.get(name) not in wanted.active]
        return [(name, self._say(wanted, name)) for name in names]

    def _is_offered(self, name: str, value: Any) -> bool:
        field = self[name]
        return not isinstance(field, SelectField) or value in {one.value for one in field.iter_choices()}

    def _say(self, wanted: LedgerFilter, name: str) -> str:
        if name == "q":
            return _("含“%(words)s”", words=wanted.q)
        for first, last in wanted.PERIODS:
            if name in (first, last):
                return _period(str(PERIODS[first]), getattr(wanted, first), getattr(wanted, last))
        value = getattr(wanted, name)
        words = next(choice.label for choice in self[name].iter_choices() if choice.value == value)
        return _("%(label)s：%(value)s", label=self[name].label.text, value=words)


class ReturnForm(Form):
    """A list that comes back."""

    file = FileField(
        _l("表格文件（.xlsx 或 .csv）"),
        [FileRequired(_l("请先选一个文件。"))],
        render_kw={"accept": ".xlsx,.csv"},
    )


class ConfirmForm(Form):
    """The plan that was looked at before it was confirmed."""

    plan = HiddenField()


def _period(what: str, since: Any, until: Any) -> str:
    if since and until:
        days = _("%(since)s 到 %(until)s", since=format_day(since), until=format_day(until))
    elif since:
        days = _("%(day)s 起", day=format_day(since))
    else:
        days = _("到 %(day)s 为止", day=format_day(until))
    return _("%(label)s：%(value)s", label=what, value=days)
