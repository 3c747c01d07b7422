"""What a person may say about a visit: the same class judges the plain form and an op from a phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)

from survey_app.catalog.vocabulary import FOLLOW_UP_DAYS, KINDS, METHODS, RATINGS, SEVERITIES, STAGES
from survey_app.form_fields import ChecklistField
from survey_app.i18n import _, _l
from survey_app.visits.form_parts import (
    NONE,
    AtMost,
    InCatalogue,
    KnowingForm,
    Known,
    OwnLeader,
    counters,
    newlines,
    rows,
    spread,
    words,
)
from survey_app.visits.observation import (
    LONGEST_ASKED,
    LONGEST_QUOTE,
    LONGEST_TEXT,
    MOST_PHOTOS,
    SHAPES,
    Observation,
    read,
)

FAMILIES_OFFERED = ("requirement", "project", "measure")  # the published matters have a field of their own


class ObservationForm(KnowingForm):
    """One thing seen, done or heard."""

    method = RadioField(_l("怎么体验"), choices=words(METHODS), default="see")
    kind = RadioField(_l("是什么"), choices=words(KINDS), default="blockage")
    text = TextAreaField(_l("看到了什么？"), [AtMost(LONGEST_TEXT)], filters=[newlines])
    quote = TextAreaField(_l("群众原话"), [AtMost(LONGEST_QUOTE)], filters=[newlines])
    hall_id = SelectField(_l("大厅"), [InCatalogue()], choices=[NONE], validate_choice=False)
    counter_id = SelectField(_l("窗口"), [InCatalogue()], choices=[NONE], validate_choice=False)
    matter_id = SelectField(_l("什么事项"), [InCatalogue()], choices=[NONE], validate_choice=False)
    category = RadioField(
        _l("属于哪一类"), [InCatalogue()], choices=[NONE], validate_choice=False, default=""
    )
    stage = SelectField(_l("环节"), choices=[NONE, *words(STAGES)], default="")
    severity = RadioField(_l("严重程度"), choices=[NONE, *words(SEVERITIES)], default="")
    asked = StringField(_l("问了谁（不写姓名）"), [AtMost(LONGEST_ASKED)])
    rating = RadioField(_l("满意吗"), choices=[NONE, *words(RATINGS)], default="")
    follow_up_days = RadioField(_l("什么时候回头再问"), choices=[NONE, *words(FOLLOW_UP_DAYS)], default="")
    visit_id = HiddenField(_l("哪次体验"))
    item_id = HiddenField(_l("清单上的哪一项"), [InCatalogue()])
    for_person_id = SelectField(_l("替谁记"), [OwnLeader()], choices=[NONE], validate_choice=False)
    resolved_on_spot = BooleanField(_l("当场已解决"))
    reform_item_ids = ChecklistField(_l("对应哪项改革"), [InCatalogue()], choices=[], validate_choice=False)

    def validate_counter_id(self, field: Field) -> None:
        """A counter stands in the hall that was chosen with it."""
        self.in_its_hall(self.hall_id, field)

    def offer(self, catalog: Mapping[str, Any]) -> None:
        """Fill the choices from ``catalog.queries.capture_catalog``."""
        self.hall_id.choices = [NONE, *rows(catalog["halls"])]
        self.counter_id.choices = [NONE, *counters(catalog["halls"])]
        self.matter_id.choices = [NONE, *rows(catalog["matters"])]
        groups = [one for one in catalog["categories"] if not one["parent"]]
        self.category.choices = [NONE, *rows(groups, "code")]
        offered = [one for one in catalog["reform_items"] if one["family"] in FAMILIES_OFFERED]
        self.reform_item_ids.choices = rows(offered, label="title")

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


LABELS: Mapping[str, object] = {name: getattr(ObservationForm, name).args[0] for name in SHAPES}
"""What the form calls each field of the payload."""


def of_payload(payload: Mapping[str, Any], known: Known) -> ObservationForm:
    """Return the form that an op would have filled in, to be judged like any other."""
    return ObservationForm(spread(payload), known=known, meta={"csrf": False})
