"""What the office types about a campaign and who goes where in it."""

from __future__ import annotations

from typing import Any

from wtforms import Field, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from survey_app.catalog.vocabulary import TIERS
from survey_app.form_fields import ChecklistField, DayField, Form
from survey_app.i18n import _, _l

LONGEST_CAMPAIGN = 92  # days
MOST_EACH = 9


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
        """Return the campaign's row."""
        said = {name: self.data[name] for name in ("name", "begins_on", "ends_on", "tier", "plan")}
        return {**said, "plan": said["plan"] or "", "checklist_id": self.checklist_id.data or None}


class ProposeForm(Form):
    """How many visits a person."""

    each = IntegerField(
        _l("每人去几个大厅"), [NumberRange(1, MOST_EACH, _l("请写 1 到 9 之间的数。"))], default=1
    )


class AgreeForm(Form):
    """Which of the proposals are agreed to: ``person hall day``."""

    chosen = ChecklistField(_l("安排"), choices=[], validate_choice=False)


class PointsForm(Form):
    """Which halls a leader looks after."""

    halls = ChecklistField(_l("联系哪些大厅？"), choices=[])
