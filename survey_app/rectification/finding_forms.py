"""What is asked about a problem, action by action; each field is a fact of the workflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import MultipleFileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from survey_app.catalog.vocabulary import ASKED_HOW, FOLLOW_UP_RESULTS, RATINGS, SEVERITIES
from survey_app.form_fields import ChecklistField, DayField, Form
from survey_app.i18n import _, _l
from survey_app.rectification.finding import LONGEST_LINE, LONGEST_TEXT
from survey_app.rectification.forms import Offered
from survey_app.rectification.workflow import (
    BadFactError,
    MissingFactError,
    TooLateError,
    WorkflowError,
)
from survey_app.store import Row

MOST_PHOTOS = 9
NOT_SAID = SelectChoice("", _l("不选"))
EXPLAINED_RESULTS = {
    "better": _l("听明白了，认可"),
    "partly": _l("明白一些"),
    "same": _l("不认可"),
    "unknown": _l("没问到"),
}
BAD_FACTS = {
    "planned_on": _l("要在时限以内。来不及的话，请在下面申请延期。"),
    "deadline_on": _l("时限不能早于今天。请换一天。"),
    "until": _l("要晚于现在的时限。请换一天。"),
    "review_on": _l("请选今天以后的一天。"),
    "into_id": _l("不能并到它自己。请选另一个问题。"),
    "result": _l("请选一项。"),
}
MISSING = {"asked": _l("请写问了谁，如：办事群众。")}


def line(label: Any, missing: Any = None, **kwargs: Any) -> StringField:
    """Return a field for a few words; with ``missing`` it has to be filled."""
    return StringField(label, _judged(missing, LONGEST_LINE), **kwargs)


def text(label: Any, missing: Any = None) -> TextAreaField:
    """Return a field for sentences; with ``missing`` it has to be filled."""
    return TextAreaField(label, _judged(missing, LONGEST_TEXT))


def _judged(missing: Any, longest: int) -> list[Any]:
    length = Length(max=longest, message=_l("最多 %(n)s 个字。", n=longest))
    return [DataRequired(missing), length] if missing else [length]


def _words(words: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(code, _l(word) if isinstance(word, str) else word) for code, word in words.items()]


class ActionForm(Form):
    """The facts of one action; an action without fields needs none."""

    def facts(self) -> dict[str, Any]:
        """Return what was said, by the names of the workflow; what was left empty is not there."""
        said = {field.short_name: self._value(field) for field in self if field.short_name in self.data}
        return {name: value for name, value in said.items() if value and name not in UNSAID}

    @staticmethod
    def _value(field: Any) -> Any:
        if isinstance(field, DayField):
            return field.day.isoformat() if field.day else ""
        if isinstance(field.data, str):
            return field.data.replace("\r\n", "\n").strip()
        return field.data

    def take_refusal(self, error: WorkflowError) -> None:
        """Say beside the field, or above all, why the workflow does not take what was said."""
        if isinstance(error, MissingFactError):
            words = BAD_FACTS if isinstance(error, BadFactError) else MISSING
            field = self[error.name]
            field.errors = [*field.errors, words.get(error.name, _l("请填上。"))]
        elif isinstance(error, TooLateError):
            self.form_errors.append(_("时限已过，不能再申请延期。请尽快改好，反馈时把原因写清楚。"))
        else:
            self.form_errors.append(_("您填的还在这里；请看下面的经过，再定怎么办。"))


UNSAID = {"csrf_token", "photos", "kept"}


class AssignForm(ActionForm):
    """谁来改, 什么时候改好."""

    unit_id = SelectField(
        _l("谁来改？（责任单位）"), [DataRequired(_l("请选责任单位。")), Offered()], validate_choice=False
    )
    severity = RadioField(_l("严重程度"), [Offered()], choices=_words(SEVERITIES), validate_choice=False,
                          default="normal")  # fmt: skip
    deadline_on = DayField(_l("什么时候改好？"))
    supporting_ids = ChecklistField(_l("谁来配合？（配合单位）"), [Offered()], validate_choice=False)
    lead_post = line(_l("牵头领导（写职务）"))

    def offer(self, units: list[Row]) -> None:
        """Fill in the units."""
        choices = [SelectChoice(row["id"], row["name"]) for row in units]
        self.unit_id.choices = [SelectChoice("", _l("请选")), *choices]
        self.supporting_ids.choices = choices


class DispatchForm(AssignForm):
    """A record that is made a problem and handed over at once."""

    text = text(_l("问题是什么？"), _l("请用一两句话写清楚是什么问题。"))


class IntoForm(ActionForm):
    """Which problem to be put together with."""

    into_id = SelectField(
        _l("并到哪个问题？"), [DataRequired(_l("请选一个问题。")), Offered()], validate_choice=False
    )

    def offer(self, rows: list[Row]) -> None:
        """Fill in the problems."""
        shown = [SelectChoice(row["id"], row["label"]) for row in rows]
        self.into_id.choices = [SelectChoice("", _l("请选")), *shown]


class SettleForm(ActionForm):
    """当场解决: how."""

    note = text(_l("当场是怎么解决的？"), _l("请写一句当场怎么解决的。"))


class PlanForm(ActionForm):
    """我来办: what, who, by when."""

    measure = text(_l("打算怎么改？"), _l("请写打算怎么改。"))
    owner = line(_l("谁负责？（写岗位）"), _l("请写由哪个岗位负责。"))
    planned_on = DayField(_l("什么时候改好？"))


class ProgressForm(ActionForm):
    """How far it is."""

    text = text(_l("改到哪一步了？"), _l("请写改到哪一步了。"))


class EvidenceForm(ActionForm):
    """Photos that show it; ``kept`` are those that came with an answer which was not taken."""

    photos = MultipleFileField(_l("照片"), render_kw={"accept": "image/*"})
    kept = ChecklistField(_l("已收到的照片"), validate_choice=False)


class FeedBackForm(EvidenceForm):
    """已改好: what was done."""

    text = text(_l("改了什么？"), _l("请写清楚改了什么。"))


class ExplainForm(EvidenceForm):
    """解释说明: why it cannot be changed."""

    ground = text(_l("为什么改不了？依据是什么？"), _l("请写清楚为什么改不了、依据是什么。"))


class ReasonForm(ActionForm):
    """Why."""

    reason = text(_l("为什么？"), _l("请写理由，对方要看。"))


class ExtensionForm(ReasonForm):
    """申请延期: until when."""

    until = DayField(_l("延到哪天？"))


class ReworkForm(ReasonForm):
    """发回重办: what is lacking, and until when."""

    deadline_on = DayField(_l("什么时候改好？"))


class ShelveForm(ReasonForm):
    """挂账: until when."""

    review_on = DayField(_l("哪天再看？"))


class VerifyForm(ActionForm):
    """核过了: how."""

    note = text(_l("怎么核的？"), _l("请写一句怎么核的，如：到现场看过。"))


class FollowUpForm(ActionForm):
    """回头看: whom, how, and what they said."""

    result = RadioField(
        _l("现在怎么样？"), [InputRequired(_l("请选现在怎么样。"))], choices=_words(FOLLOW_UP_RESULTS)
    )
    asked = line(_l("问了谁（不写姓名）"))
    how = RadioField(_l("怎么问的？"), choices=[NOT_SAID, *_words(ASKED_HOW)], default="")
    rating = RadioField(_l("满意吗？"), choices=[NOT_SAID, *_words(RATINGS)], default="")
    text = text(_l("怎么说的"))

    def speak_of_an_explanation(self) -> None:
        """Ask whether the reason is accepted: nothing was to be put right."""
        self.result.choices = _words(EXPLAINED_RESULTS)

    def ask_of_whom(self) -> None:
        """Show that it has to be said who was asked; the workflow refuses it otherwise."""
        self.asked.flags.required = True


FORMS: Mapping[str, type[ActionForm]] = {
    "assign": AssignForm,
    "sign": ActionForm,
    "feed_back": FeedBackForm,
    "plan": PlanForm,
    "progress": ProgressForm,
    "close": ActionForm,
    "verify": VerifyForm,
    "follow_up": FollowUpForm,
    "grant": ActionForm,
    "refuse": ReasonForm,
    "insist": ReasonForm,
    "take_up": ActionForm,
    "rework": ReworkForm,
    "ask_extension": ExtensionForm,
    "explain": ExplainForm,
    "return": ReasonForm,
    "shelve": ShelveForm,
    "merge": IntoForm,
}
"""What can be done on the page of a problem, what is most likely wanted first."""
