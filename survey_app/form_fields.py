"""Form fields that more than one feature uses."""

from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget


class ChecklistField(SelectMultipleField):
    """Several of a list, each with its own checkbox."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
