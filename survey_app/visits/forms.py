"""What a person may say about a visit: the same class judges the plain form and an op from a phone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import SelectChoice

from survey_app.catalog.vocabulary import KINDS, METHODS, SEVERITIES, STAGES
from survey_app.form_fields import ChecklistField, Form
from survey_app.i18n import _, _l
from survey_app.store import Row
from survey_app.visits.observation import (
    KINDS_OF_VALUE,
    LONGEST_QUOTE,
    LONGEST_TEXT,
    MOST_PHOTOS,
    Observation,
    read,
)

Known = Callable[[str, str], bool]
"""Tell whether a name is in the catalogue: field (``hall_id`` …), id or code."""

NONE = SelectChoice("", _l("不选"))
FAMILIES_OFFERED = ("requirement", "project", "measure")  # the published matters have a field of their own


def _words(words: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(code, _l(word)) for code, word in words.items()]


def _rows(rows: list[Row], value: str = "id", label: str = "name") -> list[SelectChoice]:
    return [SelectChoice(row[value], row[label]) for row in rows]


def _marks(hall: Row, counter: Row) -> dict[str, str]:
    """Return what lets a script read the lists off the page, so that they travel once."""
    return {"data-hall": hall["id"], "data-code": counter["code"]}


def _newlines(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n")


class AtMost:
    """Refuse a longer text with how long it is: it stays in the form."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.field_flags = {"maxlength": most}

    def __call__(self, _form: Form, field: Field) -> None:
        n = len(field.data or "")
        if n > self.most:
            raise ValidationError(_("最多 %(most)s 字，现在是 %(n)s 字。请分成两条。", most=self.most, n=n))


class InCatalogue:
    """Refuse what the catalogue does not know."""

    def __call__(self, form: ObservationForm, field: Field) -> None:
        names = field.data if isinstance(field.data, list) else [field.data]
        if not all(form.known(field.short_name, name) for name in names if name):
            raise ValidationError(_("目录里没有这一项了，请重新选。"))


class ObservationForm(Form):
    """One thing seen, done or heard. ``known`` answers for the catalogue."""

    method = RadioField(_l("怎么体验"), choices=_words(METHODS), default="see")
    kind = RadioField(_l("是什么"), choices=_words(KINDS), default="blockage")
    text = TextAreaField(_l("看到了什么？"), [AtMost(LONGEST_TEXT)], filters=[_newlines])
    quote = TextAreaField(_l("群众原话"), [AtMost(LONGEST_QUOTE)], filters=[_newlines])
    hall_id = SelectField(_l("大厅"), [InCatalogue()], choices=[NONE], validate_choice=False)
    counter_id = SelectField(_l("窗口"), [InCatalogue()], choices=[NONE], validate_choice=False)
    matter_id = SelectField(_l("什么事项"), [InCatalogue()], choices=[NONE], validate_choice=False)
    category = RadioField(
        _l("属于哪一类"), [InCatalogue()], choices=[NONE], validate_choice=False, default=""
    )
    stage = SelectField(_l("环节"), choices=[NONE, *_words(STAGES)], default="")
    severity = RadioField(_l("严重程度"), choices=[NONE, *_words(SEVERITIES)], default="")
    resolved_on_spot = BooleanField(_l("当场已解决"))
    reform_item_ids = ChecklistField(_l("对应哪项改革"), [InCatalogue()], choices=[], validate_choice=False)

    def __init__(self, *args: Any, known: Known, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    def validate_counter_id(self, field: Field) -> None:
        """A counter stands in the hall that was chosen with it."""
        pair = f"{self.hall_id.data}/{field.data}"
        if self.hall_id.data and field.data and not self.known("counter_in_hall", pair):
            raise ValidationError(_("这个窗口不在所选的大厅，请重新选。"))

    def offer(self, catalog: Mapping[str, Any]) -> None:
        """Fill the choices from ``catalog.queries.capture_catalog``."""
        self.hall_id.choices = [NONE, *_rows(catalog["halls"])]
        self.counter_id.choices = [
            NONE,
            *(
                SelectChoice(one["id"], one["name"], _marks(hall, one), hall["name"])
                for hall in catalog["halls"]
                for one in hall["counters"]
            ),
        ]
        self.matter_id.choices = [NONE, *_rows(catalog["matters"])]
        groups = [one for one in catalog["categories"] if not one["parent"]]
        self.category.choices = [NONE, *_rows(groups, "code")]
        offered = [one for one in catalog["reform_items"] if one["family"] in FAMILIES_OFFERED]
        self.reform_item_ids.choices = _rows(offered, label="title")

    def observation(self) -> Observation:
        """Return what the form says."""
        return read({name: field.data for name, field in self._fields.items()})


class CaptureForm(ObservationForm):
    """The form of the capture screen; it names its op, so that sent twice it makes one record."""

    op_id = HiddenField()
    draft_id = HiddenField()
    kept = ChecklistField(_l("已附的照片"), choices=[], validate_choice=False)
    photos = MultipleFileField(_l("照片"))

    def validate_photos(self, field: Field) -> None:
        """A record has nine photos at most."""
        if len(self.kept.data or []) + len([one for one in field.data or [] if one]) > MOST_PHOTOS:
            raise ValidationError(_("最多 %(n)s 张照片。", n=MOST_PHOTOS))


LABELS: Mapping[str, object] = {name: getattr(ObservationForm, name).args[0] for name in KINDS_OF_VALUE}
"""What the form calls each field of the payload."""


def of_payload(payload: Mapping[str, Any], known: Known) -> ObservationForm:
    """Return the form that an op would have filled in, to be judged like any other."""
    data: MultiDict[str, str] = MultiDict()
    for name, value in payload.items():
        if isinstance(value, list):
            data.setlist(name, value)
        elif value is True:
            data[name] = "y"
        elif isinstance(value, str):
            data[name] = value
    return ObservationForm(data, known=known, meta={"csrf": False})
