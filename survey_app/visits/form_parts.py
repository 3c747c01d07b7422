"""What the forms of a visit are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field, StringField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.widgets import DateTimeLocalInput

from survey_app.form_fields import Form
from survey_app.i18n import _, _l
from survey_app.store import Row
from survey_app.visits.values import instant

Known = Callable[[str, str], bool]
"""Tell whether a name is in the catalogue: field (``hall_id`` …), id or code."""

NONE = SelectChoice("", _l("不选"))
MINUTE_LENGTH = len("2017-06-12T09:30")


def words(of: Mapping[str, str]) -> list[SelectChoice]:
    """Return the codes of a vocabulary as choices."""
    return [SelectChoice(code, _l(word)) for code, word in of.items()]


def rows(of: list[Row], value: str = "id", label: str = "name") -> list[SelectChoice]:
    """Return rows of the catalogue as choices."""
    return [SelectChoice(row[value], row[label]) for row in of]


def leaders(of: list[Row]) -> list[SelectChoice]:
    """Return for whom an aide may enter, oneself first."""
    return [SelectChoice("", _("我自己")), *rows(of, label="post")]


def counters(halls: list[Row]) -> list[SelectChoice]:
    """Return the counters of halls as choices, each marked with its hall and code for the scripts."""
    return [
        SelectChoice(
            one["id"], one["name"], {"data-hall": hall["id"], "data-code": one["code"]}, hall["name"]
        )
        for hall in halls
        for one in hall["counters"]
    ]


def newlines(text: str | None) -> str:
    """Return a text with the newlines of this house, whatever a browser sends."""
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

    def __call__(self, form: KnowingForm, field: Field) -> None:
        names = field.data if isinstance(field.data, list) else [field.data]
        if not all(form.known(field.short_name, name) for name in names if name):
            raise ValidationError(_("目录里没有这一项了，请重新选。"))


class OwnLeader:
    """Refuse a leader whom the author is no aide of."""

    def __call__(self, form: KnowingForm, field: Field) -> None:
        if field.data and not form.known(field.short_name, field.data):
            raise ValidationError(_("只能替本单位的领导记，而且要由联络员来记。请重新选。"))


class KnowingForm(Form):
    """A form that asks the catalogue: ``known`` answers for it."""

    def __init__(self, *args: Any, known: Known, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    def in_its_hall(self, hall_id: Field, counter_id: Field) -> None:
        """Refuse a counter that does not stand in the hall chosen with it."""
        pair = f"{hall_id.data}/{counter_id.data}"
        if hall_id.data and counter_id.data and not self.known("counter_in_hall", pair):
            raise ValidationError(_("这个窗口不在所选的大厅，请重新选。"))


class InstantField(StringField):
    """When: as a browser says it (a local time without a zone), or as a phone does (with one)."""

    widget = DateTimeLocalInput()

    def __init__(self, label: object, **kwargs: Any) -> None:
        super().__init__(label, [_is_time], **kwargs)

    def _value(self) -> str:
        text = (self.data or "")[: len("2017-06-12T09:30:00")]
        return text.removesuffix(":00") if len(text) > MINUTE_LENGTH else text

    def said(self, zone: tzinfo) -> str | None:
        """Return it as an op says it; ``zone`` is where a time without one was typed."""
        return at.isoformat() if (at := self.at(zone)) else None

    def at(self, zone: tzinfo) -> datetime | None:
        """Return the instant, or None where there is none."""
        return read_instant(self.data or "", zone)


def read_instant(text: str, zone: tzinfo) -> datetime | None:
    """Return the instant that a text says, in ``zone`` where it names none; None where it says none."""
    found = instant(text)
    if found is None and text:
        try:
            found = datetime.fromisoformat(text).replace(tzinfo=zone)
        except ValueError:
            return None
    return found


def _is_time(_form: Form, field: Field) -> None:
    try:
        datetime.fromisoformat(field.data or "2017-06-12")
    except ValueError:
        raise ValidationError(_("这不是一个时间，请写成 2017-06-12 09:30 这样。")) from None


def spread(payload: Mapping[str, Any]) -> MultiDict[str, str]:
    """Return a payload as a browser would have sent it."""
    data: MultiDict[str, str] = MultiDict()
    for name, value in payload.items():
        if isinstance(value, list):
            data.setlist(name, value)
        elif isinstance(value, dict):
            data.update({f"{name}-{key}": word for key, word in value.items()})
        elif value is True:
            data[name] = "y"
        elif value is not None and value is not False:
            data[name] = str(value)
    return data
