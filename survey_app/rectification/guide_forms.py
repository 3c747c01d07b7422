"""What is said of one guide: whether it is on show, illustrated and online, who looked, and when."""

from __future__ import annotations

from wtforms import HiddenField, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.widgets import DateInput

from survey_app.catalog.plan import Plan
from survey_app.catalog.tables import GUIDES
from survey_app.catalog.vocabulary import GUIDE_ASPECTS, YES_NO
from survey_app.form_fields import Form
from survey_app.i18n import _, _l

ANSWERS = [*(SelectChoice(code, _l(word)) for code, word in YES_NO.items()), SelectChoice("", _l("没看"))]


def _aspect(word: str) -> RadioField:
    return RadioField(_l(word), choices=ANSWERS, default="", validate_choice=False)


class GuideForm(Form):
    """One line of the register, judged by the rules of an import; ``version`` is what was shown."""

    version = HiddenField()
    name = StringField(_l("指南叫什么"))
    visible = _aspect(GUIDE_ASPECTS["visible"])
    clear = _aspect(GUIDE_ASPECTS["clear"])
    online = _aspect(GUIDE_ASPECTS["online"])
    checked_post = StringField(_l("谁看的"))
    checked_on = StringField(_l("哪天看的"), widget=DateInput())

    def said(self) -> dict[str, str]:
        """Return what was typed, by column."""
        return {column.key: self[column.key].data or "" for column in GUIDES.columns if column.key in self}

    def take_problems(self, plan: Plan) -> bool:
        """Put each problem of a plan beside the field it is about; tell whether there are none."""
        keys = {column.heading: column.key for column in GUIDES.columns if column.key in self}
        for problem in plan.problems:
            field = self[keys.get(problem.heading, "name")]
            field.errors = [*field.errors, _(problem.text, **problem.params)]
        return not plan.problems
