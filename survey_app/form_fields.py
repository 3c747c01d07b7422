"""The form that every form here is, and fields that more than one feature uses."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField
from wtforms.meta import DefaultMeta
from wtforms.widgets import CheckboxInput, ListWidget

from survey_app.i18n import language

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


def read_version(text: str | None) -> int:
    """Return the version that a hidden field names; 0 for what no row is ever at."""
    return int(text) if text and text.isdecimal() and len(text) <= LONGEST_VERSION else 0
