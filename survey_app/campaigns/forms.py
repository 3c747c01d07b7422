"""What the office types about a campaign and who goes where in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import wtforms
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from survey_app.campaigns.planner import Proposal
from survey_app.campaigns.rules import Bounds, Fault
from survey_app.catalog.vocabulary import TIERS
from survey_app.form_fields import ChecklistField, DayField, Form
from survey_app.i18n import _, _l

LONGEST_CAMPAIGN = 92  # days
MOST_EACH = 9
MOST_VISITS = 1000
FAULTS: Mapping[Fault, Any] = {
    "nobody": _l("请选这一级的一位一把手。"),
    "nowhere": _l("请选一个大厅。"),
    "not_contact_point": _l("市局领导只去自己的联系点，这个大厅不是。请换一个，或先把它设为联系点。"),
    "own_hall": _l("警种部门要交叉体验，不能去本单位的大厅。请换一个大厅。"),
    "too_early": _l("活动那天还没有开始。请选活动里的一天。"),
    "too_late": _l("活动那天已经结束。请选活动里的一天。"),
    "past": _l("那天已经过去了。请选今天或以后的一天。"),
    "twice": _l("这个人去这个大厅，已经排过了。请换一个大厅，或去掉这一条。"),
}


class CampaignForm(Form):
    """A 体验周: what for, when, for whom, and what is looked at."""

    name = StringField(_l("叫什么"), [InputRequired(_l("请写一个名称。")), Length(max=60)])
    begins_on = DayField(_l("从哪天"))
    ends_on = DayField(_l("到哪天"))
    tier = RadioField(
        _l("哪一级的一把手"),
        choices=[SelectChoice(code, _l(word)) for code, word in TIERS.items()],
        default="department",
    )
    checklist_id = SelectField(_l("看现场清单"), choices=[], default="")
    plan = TextAreaField(_l("方案"), [Length(max=5000)])

    def validate_ends_on(self, _field: Field) -> None:
        """A campaign ends after it begins, and within a quarter."""
        first, last = self.begins_on.day, self.ends_on.day
        if first and last and first > last:
            raise ValidationError(_("结束的日子早于开始的日子，请换一下。"))
        if first and last and (last - first).days >= LONGEST_CAMPAIGN:
            raise ValidationError(_("一次活动最多三个月，请缩短一些。"))

    def fields(self) -> dict[str, Any]:
        """Return what the campaign's row says of these fields."""
        said = {name: self.data[name] for name in ("name", "begins_on", "ends_on")}
        tier = {"tier": self.tier.data} if self.tier else {}
        return {**said, **tier, "plan": self.plan.data or "", "checklist_id": self.checklist_id.data or None}


class ProposeForm(Form):
    """How many visits a person."""

    each = IntegerField(
        _l("每人去几个大厅"), [NumberRange(1, MOST_EACH, _l("请写 1 到 9 之间的数。"))], default=1
    )


class VisitRow(wtforms.Form):
    """One visit to agree to; one that is left out is not looked at."""

    keep = BooleanField(_l("要这一条"))
    person_id = HiddenField(_l("谁去？"))
    hall_id = SelectField(_l("去哪个大厅？"), choices=[], validate_choice=False)
    due_on = DayField(_l("哪天去？"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Look only at what is kept."""
        return not self.keep.data or super().validate(extra_validators)


class AgreeForm(Form):
    """The visits that were proposed, as a person has changed them."""

    visits = FieldList(FormField(VisitRow), max_entries=MOST_VISITS)

    @property
    def rows(self) -> list[VisitRow]:
        """Every visit on the page, kept or not."""
        return [entry.form for entry in self.visits]

    @property
    def has_faults(self) -> bool:
        """Whether something stands against a visit that is kept."""
        return any(row.errors for row in self.rows)

    def agreed(self, bounds: Bounds) -> list[Proposal] | None:
        """Return the visits that are kept, or None where a rule stands against one: its row says which."""
        good, chosen = self.validate(), {}
        for row in self.rows if good else ():
            pair, day = (row.person_id.data or "", row.hall_id.data or ""), row.due_on.day
            if not row.keep.data or day is None:
                continue
            fault: Fault | None = "twice" if pair in chosen else bounds.fault(*pair, day)
            if fault:
                refuse(row, fault)
                good = False
            else:
                chosen[pair] = Proposal(*pair, day, bounds.reason(*pair) or "any")
        return list(chosen.values()) if good else None


class HandForm(Form):
    """One visit that a person assigns by hand."""

    person_id = SelectField(_l("谁去？"), choices=[], validate_choice=False)
    hall_id = SelectField(_l("去哪个大厅？"), choices=[], validate_choice=False)
    due_on = DayField(_l("哪天去？"))

    def agreed(self, bounds: Bounds) -> Proposal | None:
        """Return the visit, or None where it cannot be: the form says why."""
        good, day = self.validate(), self.due_on.day
        pair = self.person_id.data or "", self.hall_id.data or ""
        fault = bounds.fault(*pair, day) if good and day else None
        if fault:
            refuse(self, fault)
        if fault or not good or day is None:
            return None
        return Proposal(*pair, day, bounds.reason(*pair) or "any")


class MoveForm(Form):
    """Another day for a visit."""

    due_on = DayField(_l("改到哪天？"))

    def moved_to(self, bounds: Bounds) -> date | None:
        """Return the day, or None where it is not one of the campaign's that are left: the form says so."""
        day = self.due_on.day if self.validate() else None
        fault = bounds.day_fault(day) if day else None
        if fault:
            refuse(self, fault)
        return None if fault else day


def refuse(form: wtforms.Form, fault: Fault) -> None:
    """Say which rule stands against a visit, beside what has to change."""
    places: dict[str, str] = {"nobody": "person_id", "too_early": "due_on", "too_late": "due_on",
                              "past": "due_on"}  # fmt: skip
    form[places.get(fault, "hall_id")].errors = [FAULTS[fault]]


class PointsForm(Form):
    """Which halls a leader looks after."""

    halls = ChecklistField(_l("联系哪些大厅？"), choices=[])
