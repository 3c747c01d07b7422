"""Which voices somebody wants to see."""

from __future__ import annotations

from wtforms import HiddenField, SearchField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length
from wtforms.widgets import DateInput

from survey_app.form_fields import Form, read_day
from survey_app.i18n import _, _l
from survey_app.store import Row
from survey_app.voices.queries import STATES, Filter
from survey_app.voices.voice import KINDS

LONGEST_WORDS = 60


class FilterForm(Form):
    """The conditions of the list; what is not understood does not count and is said."""

    class Meta:
        csrf = False

    kind = HiddenField()
    state = SelectField(
        _l("现在怎样"),
        choices=[
            SelectChoice("", _l("全部")),
            SelectChoice("waiting", _l("等答复的")),
            SelectChoice("answered", _l("答复了的")),
            SelectChoice("withdrawn", _l("撤下的")),
        ],
        validate_choice=False,
    )
    q = SearchField(
        _l("找文字"), [Length(max=LONGEST_WORDS, message=_l("最多 %(n)s 个字。", n=LONGEST_WORDS))],
        render_kw={"autocomplete": "off", "enterkeyhint": "search", "aria-keyshortcuts": "/"},
    )  # fmt: skip
    unit = SelectField(_l("单位"), validate_choice=False)
    since = StringField(_l("从哪天"), widget=DateInput())
    until = StringField(_l("到哪天"), widget=DateInput())

    def offer(self, units: list[Row]) -> None:
        """Fill the choices that come from the catalogue."""
        self.unit.choices = [
            SelectChoice("", _("全部")), *(SelectChoice(row["id"], row["name"]) for row in units)
        ]  # fmt: skip

    def wanted(self, scope: str | None) -> Filter:
        """Return the conditions that were understood, for a reader who is confined to ``scope``."""
        self.validate()
        days = {name: read_day(self[name].data) for name in ("since", "until")}
        for name, day in days.items():
            if self[name].data and day is None:
                self[name].errors = [_("日期写成 2017-06-12 这样。")]
        found = Filter(
            kind=self.kind.data if self.kind.data in KINDS else "",
            state=self.state.data if self.state.data in STATES else "",
            unit=self.unit.data or "",
            q="" if self.q.errors else (self.q.data or "").strip(),
            **days,
            scope=scope,
        )
        if found.since and found.until:  # shown as they count: the earlier first
            self.since.data, self.until.data = found.since.isoformat(), found.until.isoformat()
        return found
