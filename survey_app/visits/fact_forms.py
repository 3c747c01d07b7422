"""What a person may say of a visit beside its records: the same classes judge forms and ops from phones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from survey_app.catalog.phones import is_number
from survey_app.catalog.vocabulary import (
    ASKED_HOW,
    CAPACITIES,
    CONFIRMATIONS,
    DIAL_RESULTS,
    FOLLOW_UP_RESULTS,
    OUTCOMES,
    RATINGS,
    STAMPS,
    TICK_ANSWERS,
    YES_NO,
)
from survey_app.i18n import _, _l
from survey_app.store import Row
from survey_app.visits import facts
from survey_app.visits.form_parts import (
    NONE,
    AtMost,
    InCatalogue,
    InstantField,
    KnowingForm,
    Known,
    OwnLeader,
    counters,
    newlines,
    rows,
    spread,
    words,
)

NOT_A_NUMBER = _l("这不是一个电话号码：只写数字，分机写在“转”后面。")


class FactForm(KnowingForm):
    """One fact. ``zone`` is where a time without a zone was typed, ``now`` when the fact arrived."""

    op_id = HiddenField()

    def __init__(self, *args: Any, known: Known, zone: tzinfo, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, known=known, **kwargs)
        self.zone, self.now = zone, now

    def payload(self, kind: str) -> dict[str, Any]:
        """Return what the form says, as the payload of an op of ``kind``."""
        return {name: self._said(self._fields[name]) for name in facts.SHAPES[kind]}

    def _said(self, field: Field) -> Any:
        if isinstance(field, InstantField):
            return field.said(self.zone)
        if isinstance(field, (TextAreaField, BooleanField, AnswersField, LineField)):
            return field.data
        return field.data if field.data not in ("", None) else None


class LineField(StringField):
    """One line of words."""

    def __init__(self, label: object, most: int = facts.LONGEST_LINE, **kwargs: Any) -> None:
        super().__init__(label, [AtMost(most)], filters=[lambda text: text or ""], **kwargs)


class AnswersField(Field):
    """An answer to each item of a checklist: ``<name>-<item id>`` → yes, no, unseen."""

    items: Sequence[Row] = ()

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read every answer that was sent, also to items that are not offered any more."""
        super().process(None, data if isinstance(data, dict) else {}, extra_filters)
        begin = f"{self.name}-"
        if formdata is not None:
            self.data = {key.removeprefix(begin): formdata[key] for key in formdata if key.startswith(begin)}

    def pre_validate(self, form: Any) -> None:
        """There is an answer, and each is one of the words, to an item that the catalogue has or had."""
        if not self.data:
            raise ValidationError(_("请至少看一项。"))
        for item_id, word in self.data.items():
            if word not in TICK_ANSWERS or not form.known("item_id", item_id):
                raise ValidationError(_("清单里没有这一项了，请刷新后再选。"))


def note(label: object) -> TextAreaField:
    """Return a field for free words."""
    return TextAreaField(label, [AtMost(facts.LONGEST_NOTE)], filters=[newlines])


class PlacedForm(FactForm):
    """A fact that was found on a visit, in a hall, at a counter."""

    visit_id = HiddenField(_l("哪次体验"))
    hall_id = SelectField(_l("大厅"), [InCatalogue()], choices=[NONE], validate_choice=False)
    counter_id = SelectField(_l("窗口"), [InCatalogue()], choices=[NONE], validate_choice=False)

    def validate_counter_id(self, field: Field) -> None:
        """A counter stands in the hall that was chosen with it."""
        self.in_its_hall(self.hall_id, field)


class VisitForm(FactForm):
    """Who went where, as what, and who knew."""

    hall_id = SelectField(
        _l("去哪个大厅？"),
        [DataRequired(_l("请选一个大厅。")), InCatalogue()],
        choices=[NONE],
        validate_choice=False,
    )
    assignment_id = HiddenField(_l("哪项安排"))
    for_person_id = SelectField(_l("替谁记"), [OwnLeader()], choices=[NONE], validate_choice=False)
    capacity = RadioField(_l("怎么去的？"), choices=words(CAPACITIES), default="handle")
    announced = BooleanField(_l("事先打过招呼"))
    informed = LineField(_l("谁事先知道（写岗位）"))
    started_at = InstantField(_l("什么时候到的"))
    ended_at = InstantField(_l("什么时候走的"))
    note = note(_l("总的印象"))

    def validate_hall_id(self, field: Field) -> None:
        """Who has to cross-visit may not visit their own unit; ``of_payload`` and views say who it is."""
        if field.data and not self.known("crossing", f"{self.for_person_id.data or ''}/{field.data}"):
            raise ValidationError(_("警种部门要交叉体验，不能去本单位的大厅。请换一个大厅。"))

    def validate_ended_at(self, field: InstantField) -> None:
        """A visit ends after it began."""
        began, ended = self.started_at.at(self.zone), field.at(self.zone)
        if began and ended and ended < began:
            raise ValidationError(_("走的时间早于到的时间，请改一改。"))


class LookForm(PlacedForm):
    """看: what was there and what was not."""

    checklist_id = HiddenField(_l("清单"), [InCatalogue()])
    answers = AnswersField(_l("看到的"))


class JourneyForm(PlacedForm):
    """办: how a matter went, minute by minute."""

    matter_id = SelectField(_l("办什么事？"), [InCatalogue()], choices=[NONE], validate_choice=False)
    took_number_at = InstantField(_l("取号"))
    called_at = InstantField(_l("叫号"))
    accepted_at = InstantField(_l("受理"))
    done_at = InstantField(_l("办结"))
    materials = note(_l("窗口要了哪些材料？"))
    complete = RadioField(_l("材料和指南一样吗？"), choices=[NONE, *words(YES_NO)], default="")
    told_once = RadioField(_l("一次讲清了吗？"), choices=[NONE, *words(YES_NO)], default="")
    trips = IntegerField(
        _l("跑了几次？"),
        [Optional(), NumberRange(0, facts.MOST_TRIPS, _l("请写 0 到 99 之间的数。"))],
    )
    outcome = RadioField(_l("办成了吗？"), choices=[NONE, *words(OUTCOMES)], default="")
    note = note(_l("还有什么"))

    def validate_matter_id(self, _field: Field) -> None:
        """Something was handled, or there is nothing to keep."""
        told = ("matter_id", *STAMPS, "materials", "complete", "told_once", "outcome", "note")
        if self.trips.data is None and not any(self._fields[name].data for name in told):
            raise ValidationError(_("写一点办的过程再记：办什么事，或者按一下取号。"))

    def validate_done_at(self, _field: Field) -> None:
        """The stamps follow one another."""
        late = facts.out_of_order((name, self._fields[name].at(self.zone)) for name in STAMPS)
        if late:
            raise ValidationError(
                _("“%(stamp)s”的时间早于前一步，请改一改。", stamp=str(self._fields[late].label.text))
            )


class DialForm(FactForm):
    """拨测: a call to a service phone."""

    visit_id = HiddenField(_l("哪次体验"))
    phone_id = SelectField(_l("拨的是哪个电话？"), [InCatalogue()], choices=[NONE], validate_choice=False)
    number = LineField(_l("或者写号码"), 40)
    dialled_at = InstantField(_l("什么时候拨的"))
    result = RadioField(_l("怎么样？"), [InputRequired(_l("请选拨打的结果。"))], choices=words(DIAL_RESULTS))
    seconds = IntegerField(
        _l("响了几秒"),
        [Optional(), NumberRange(0, facts.MOST_SECONDS, _l("请写 0 到 3600 之间的数。"))],
    )
    note = note(_l("还有什么"))

    def validate_number(self, field: Field) -> None:
        """A call goes to a phone of the register or to a number."""
        given = (field.data or "").strip()
        if given and not is_number(given):
            raise ValidationError(NOT_A_NUMBER)
        if not given and not self.phone_id.data:
            raise ValidationError(_("请选一个电话，或者写下号码。"))

    def validate_dialled_at(self, field: InstantField) -> None:
        """Nobody has called yet at a time that is still to come."""
        dialled = field.at(self.zone)
        if dialled and facts.lies_ahead(dialled, self.now):
            raise ValidationError(_("拨的时间还没到，请改一改。"))


class FollowUpForm(FactForm):
    """跟踪问: whether it is better now, of whom, and how content they are."""

    observation_id = HiddenField(_l("哪一条"), [DataRequired(_l("没有说是哪一条。请从“我的记录”里进来。"))])
    asked_at = InstantField(_l("什么时候问的"))
    asked = LineField(_l("问了谁（不写姓名）"))
    how = RadioField(_l("怎么问的？"), choices=[NONE, *words(ASKED_HOW)], default="")
    result = RadioField(
        _l("现在怎么样？"), [InputRequired(_l("请选现在怎么样。"))], choices=words(FOLLOW_UP_RESULTS)
    )
    rating = RadioField(_l("满意吗？"), choices=[NONE, *words(RATINGS)], default="")
    text = note(_l("怎么说的"))


class ConfirmationForm(FactForm):
    """本人确认: what a leader says of what was written for them."""

    record_id = HiddenField(_l("哪一条"), [DataRequired(_l("没有说是哪一条。请从“我的记录”里进来。"))])
    version = HiddenField(_l("哪一版"))
    says = RadioField(_l("这条对吗？"), [InputRequired(_l("请选一项。"))], choices=words(CONFIRMATIONS))
    text = note(_l("改成"))

    def validate_text(self, field: Field) -> None:
        """Other words are needed where the words are not right."""
        if self.says.data == "change" and not (field.data or "").strip():
            raise ValidationError(_("请写下应该改成什么。"))


FORMS: Mapping[str, type[FactForm]] = {
    facts.VISIT: VisitForm,
    facts.LOOK: LookForm,
    facts.JOURNEY: JourneyForm,
    facts.DIAL: DialForm,
    facts.FOLLOW_UP: FollowUpForm,
    facts.CONFIRMATION: ConfirmationForm,
}


def labels(kind: str) -> Mapping[str, object]:
    """Return what the form of a kind calls each field of its payload."""
    return {name: getattr(FORMS[kind], name).args[0] for name in facts.SHAPES[kind]}


def of_payload(kind: str, payload: Mapping[str, Any], known: Known, zone: tzinfo, now: datetime) -> FactForm:
    """Return the form that an op which arrived ``now`` would have filled in, to be judged like any other."""
    return FORMS[kind](spread(payload), known=known, zone=zone, now=now, meta={"csrf": False})


def offer(form: FactForm, catalog: Mapping[str, Any]) -> None:
    """Fill what can be chosen from ``catalog.queries.capture_catalog``."""
    for name, found in (("hall_id", catalog["halls"]), ("matter_id", catalog["matters"])):
        if name in form:
            form[name].choices = [NONE, *rows(found)]
    if "counter_id" in form:
        form["counter_id"].choices = [NONE, *counters(catalog["halls"])]
    if "phone_id" in form:
        phones = [SelectChoice(one["id"], f"{one['hall_name']} {one['number']}") for one in catalog["phones"]]
        form["phone_id"].choices = [NONE, *phones]
