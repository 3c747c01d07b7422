"""What a person may type about a briefing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from survey_app.catalog.texts import gettext
from survey_app.catalog.vocabulary import Words
from survey_app.form_fields import DayField, Form
from survey_app.i18n import _, _l
from survey_app.store import Row

Choices = Sequence[tuple[str, str]]
TEMPLATES: Words = {
    "weekly": gettext("体验情况"),
    "topic": gettext("专题"),
    "chase": gettext("督办通报"),
}
LONGEST_PERIOD = 366  # days
LONGEST_BODY = 100_000  # characters: some eighty pages


class PeriodForm(Form):
    """From one day to another, on what, by which template; ``item`` and ``unit`` get their choices later."""

    class Meta:
        csrf = False

    first = DayField(_l("从哪天"))
    last = DayField(_l("到哪天"))
    template = RadioField(_l("编哪一种"), default="weekly")
    item = SelectField(_l("哪个改革事项"), default="")
    unit = SelectField(_l("只编一个单位的"), default="")

    def offer(self, items: Choices, units: Choices) -> None:
        """Let people choose among these reform items and units, each as (id, name)."""
        self.template.choices = [SelectChoice(code, _(words)) for code, words in TEMPLATES.items()]
        for field, rows in ((self.item, items), (self.unit, units)):
            field.choices = [SelectChoice("", _("不限")), *(SelectChoice(*row) for row in rows)]

    def validate_item(self, field: Field) -> None:
        """Refuse a 专题 on nothing."""
        if self.template.data == "topic" and not field.data:
            raise ValidationError(_("专题要选一个改革事项。"))

    def validate_last(self, field: Field) -> None:  # noqa: ARG002  WTForms calls it so
        """Refuse a period that ends before it begins or is longer than a year."""
        first, last = self.first.day, self.last.day
        if first and last and first > last:
            raise ValidationError(_("结束的日子早于开始的日子，请换一下。"))
        if first and last and (last - first).days >= LONGEST_PERIOD:
            raise ValidationError(_("一次最多选一年，请缩短一些。"))


def _number(label: Any, longest: int) -> StringField:
    rules = [Optional(), Regexp(rf"^[1-9][0-9]{{0,{longest - 1}}}$", message=_l("请填一个整数，如 3。"))]
    return StringField(label, rules, render_kw={"inputmode": "numeric", "maxlength": longest})


class TextForm(Form):
    """Everything of a briefing that is typed; ``version`` and ``base`` are what was being looked at."""

    version = HiddenField()
    base = HiddenField()
    title_1 = StringField(
        _l("标题"), [InputRequired(_l("请写标题。")), Length(max=40, message=_l("一行标题最多 40 字。"))]
    )
    title_2 = StringField(_l("标题第二行"), [Length(max=40, message=_l("一行标题最多 40 字。"))])
    body = TextAreaField(
        _l("正文"), [Length(max=LONGEST_BODY, message=_l("正文太长，请分成几期。"))], render_kw={"rows": 24}
    )
    series = StringField(
        _l("简报名称"), [InputRequired(_l("请写简报名称。")), Length(max=24, message=_l("最多 24 字。"))]
    )
    issued_on = DayField(_l("日期"))
    issuer = StringField(
        _l("编印单位"), [InputRequired(_l("请写编印单位。")), Length(max=60, message=_l("最多 60 字。"))]
    )
    contributor = StringField(_l("供稿单位"), [Length(max=60, message=_l("最多 60 字。"))])
    report_to = TextAreaField(_l("报"), [Length(max=600, message=_l("最多 600 字。"))], render_kw={"rows": 3})
    send_to = TextAreaField(_l("发"), [Length(max=600, message=_l("最多 600 字。"))], render_kw={"rows": 3})
    copies = _number(_l("共印份数"), 6)

    def changes(self) -> Row:
        """Return what was typed as columns of ``digests``."""
        texts = {
            name: self[name].data.strip()
            for name in ("title_1", "title_2", "series", "issuer", "contributor", "report_to", "send_to")
        }
        day = self.issued_on.day
        assert day is not None
        body = "\n".join((self.body.data or "").splitlines())
        return {
            **texts,
            "issued_on": day.isoformat(),
            "copies": int(self.copies.data) if self.copies.data else None,
            "body": body + "\n" if body else "",
        }


def read_base(text: str | None) -> dict[str, str]:
    """Return what a form says stood in its fields when it was opened; nothing where it can't be read."""
    try:
        said = json.loads(text or "{}")
    except ValueError:
        return {}
    said = said if isinstance(said, dict) else {}
    return {name: value for name, value in said.items() if isinstance(value, str)}


class StepForm(Form):
    """A step that is taken with the briefing as it was looked at, in spite of what was remarked on it."""

    version = HiddenField()
    accepted = BooleanField(_l("我看过了，就这样往下走"))


class ReturnForm(Form):
    """Why a briefing goes back to be changed."""

    version = HiddenField()
    reason = StringField(
        _l("哪里要改"), [InputRequired(_l("请写哪里要改。")), Length(max=200, message=_l("最多 200 字。"))]
    )


class IssueForm(StepForm):
    """The last look before issuing."""

    number = StringField(
        _l("第几期"),
        [
            InputRequired(_l("请填第几期。")),
            Regexp(r"^[1-9][0-9]{0,4}$", message=_l("请填一个整数，如 3。")),
        ],
        render_kw={"inputmode": "numeric", "maxlength": 5},
    )
    issued_on = DayField(_l("日期"))
