"""What may be asked of 看一眼, as it stands in an address."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField
from wtforms.fields import SelectChoice

from survey_app.form_fields import DayField, Form
from survey_app.i18n import _, _l
from survey_app.insights.glance import OVERDUE
from survey_app.insights.scope import last_days
from survey_app.store import Row

USUAL_DAYS = 30


class GlanceForm(Form):
    """Which days, which unit, which campaign; what is not understood does not count and is said."""

    class Meta:
        csrf = False

    since = DayField(_l("从哪天"))
    until = DayField(_l("到哪天"))
    unit = SelectField(_l("单位"), default="", validate_choice=False)
    campaign = SelectField(_l("体验活动"), default="", validate_choice=False)
    order = HiddenField(default="")

    def __init__(self, args: MultiDict[str, str], today: date) -> None:
        first, last = last_days(USUAL_DAYS, today)
        asked = {name: value for name, value in args.items() if value}
        super().__init__(MultiDict({"since": first.isoformat(), "until": last.isoformat(), **asked}))
        self._usual = first, last

    def offer(self, *, units: Iterable[Row], campaigns: Iterable[Row]) -> None:
        """Fill the choices: the units that the person may look at, the campaigns that have begun."""
        self.unit.choices = _choices(units)
        self.campaign.choices = _choices(campaigns)

    def period(self) -> tuple[date, date]:
        """Return the days that were asked for, turned round where need be; else the usual."""
        self.validate()
        first, last = self.since.day, self.until.day
        return (min(first, last), max(first, last)) if first and last else self._usual

    def chosen(self, name: str) -> str:
        """Return what was chosen of a list, or nothing where it is not on it."""
        field = self[name]
        return field.data if field.data in {choice.value for choice in field.iter_choices()} else ""

    def is_by_overdue(self) -> bool:
        """Tell whether units shall stand by what is overdue."""
        return bool(self.order.data == OVERDUE)


def _choices(rows: Iterable[Row]) -> list[SelectChoice]:
    return [SelectChoice("", _("全部")), *(SelectChoice(row["id"], row["name"]) for row in rows)]
