"""The form that every form here is, and fields that more than one feature uses."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField
from wtforms.meta import DefaultMeta
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import CheckboxInput, DateInput, ListWidget

from survey_app.i18n import _, _l, language

FIRST_YEAR, LAST_YEAR = 2000, 2099
LONGEST_VERSION = 15  # digits: more than any row has been changed, and what a database still counts


class Form(FlaskForm):
    """A form that also says what WTForms itself has to say in the language of the request."""

    class Meta(FlaskForm.Meta):
        """Where the words of WTForms come from: its own catalogues."""

        @property
        def locales(self) -> list[str]:
            """Return the languages to look for, best first."""
            return [language()]

        def get_translations(self, form: Any) -> Any:
            """Return WTForms' own translations: Flask-WTF would ask an extension that is not here."""
            return DefaultMeta.get_translations(self, form)


class ChecklistField(SelectMultipleField):
    """Several of a list, each with its own checkbox."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DayField(StringField):
    """A day, as the browser's own date field writes it (2017-06-12)."""

    widget = DateInput()

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, [InputRequired(_l("请选一个日期。"))], **kwargs)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  WTForms calls it so
        """Refuse what is not a day of this century."""
        if self.day is None:
            raise ValidationError(_("日期写成 2017-06-12 这样。"))

    @property
    def day(self) -> date | None:
        """The day, or None where it cannot be read."""
        return read_day(self.data)


def read_day(text: str | None) -> date | None:
    """Return the day that a field holds (2017-06-12), or None where it cannot be read."""
    try:
        read = date.fromisoformat(text or "")
    except ValueError:
        return None
    return read if FIRST_YEAR <= read.year <= LAST_YEAR else None


def read_version(text: str | None) -> int:
    """Return the version that a hidden field names; 0 for what no row is ever at."""
    return int(text) if text and text.isdecimal() and len(text) <= LONGEST_VERSION else 0
