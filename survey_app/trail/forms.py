"""What may be asked of the audit."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.widgets import DateInput

from survey_app.form_fields import Form, read_day
from survey_app.i18n import _l
from survey_app.store import Row
from survey_app.trail.queries import Wanted
from survey_app.trail.telling import THINGS

EVERYTHING = _l("全部")


class TrailForm(Form):
    """The conditions; what is not understood does not count."""

    class Meta:
        csrf = False

    since = StringField(_l("从哪天"), widget=DateInput())
    until = StringField(_l("到哪天"), widget=DateInput())
    who = SelectField(_l("谁做的"), validate_choice=False)
    what = SelectField(_l("动了什么"), validate_choice=False)
    thing = HiddenField()

    def offer(self, people: list[Row]) -> None:
        """Fill the choices."""
        everyone = [SelectChoice(row["id"], row["post"]) for row in people]
        self.who.choices = [SelectChoice("", EVERYTHING), *everyone]
        self.what.choices = [SelectChoice("", EVERYTHING)]
        self.what.choices += [SelectChoice(entity, word) for entity, word in THINGS.items()]

    def wanted(self) -> Wanted:
        """Return the conditions that were understood."""
        first, last = (read_day(field.data or "") for field in (self.since, self.until))
        if first and last and first > last:
            first, last = last, first
        return Wanted(
            first, last, self._chosen(self.who), self._chosen(self.what), (self.thing.data or "")[:100]
        )

    def address(self) -> dict[str, Any]:
        """Return the conditions as they stand in an address."""
        given = {name: str(self[name].data or "") for name in ("since", "until", "who", "what", "thing")}
        return {name: value for name, value in given.items() if value}

    @staticmethod
    def _chosen(field: SelectField) -> str:
        known = {choice.value for choice in field.iter_choices()}
        return str(field.data) if field.data in known else ""
