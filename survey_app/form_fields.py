"""Form fields that more than one feature uses."""

from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

LONGEST_VERSION = 15  # digits: more than any row has been changed, and what a database still counts


class ChecklistField(SelectMultipleField):
    """Several of a list, each with its own checkbox."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def read_version(text: str | None) -> int:
    """Return the version that a hidden field names; 0 for what no row is ever at."""
    return int(text) if text and text.isdecimal() and len(text) <= LONGEST_VERSION else 0
