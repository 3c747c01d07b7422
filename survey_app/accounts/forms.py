"""What a person may type about accounts."""

from typing import Any

from wtforms import PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, Regexp, ValidationError

from survey_app.accounts import passwords
from survey_app.form_fields import ChecklistField, Form
from survey_app.i18n import _, _l

ROLE_CHOICES = [
    SelectChoice("leader", _l("一把手")),
    SelectChoice("aide", _l("联络员")),
    SelectChoice("office", _l("改革办")),
    SelectChoice("unit", _l("责任单位")),
    SelectChoice("admin", _l("管理员")),
]

OF_A_UNIT = frozenset({"leader", "unit"})


class SignInForm(Form):
    """Login and password."""

    login = StringField(
        _l("账号"), [InputRequired(_l("请填写账号。"))], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(
        _l("密码"),
        [InputRequired(_l("请填写密码。")), Length(max=passwords.LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )


class NewPasswordForm(Form):
    """A new password, typed twice; ``login`` is whose it will be."""

    password = PasswordField(
        _l("新密码"),
        [InputRequired(_l("请填写新密码。")), Length(max=passwords.LONGEST)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("再输一遍"),
        [EqualTo("password", _l("两次输入的不一样，请再输一遍。"))],
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(self, *args: Any, login: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._login = login

    def validate_password(self, field: PasswordField) -> None:
        """Refuse a password that is easy to guess."""
        if passwords.is_weak(field.data or "", self._login):
            raise ValidationError(_("密码至少 8 位，不能包含账号，也不要老是重复几个字。"))


class ChangePasswordForm(NewPasswordForm):
    """The password of now and the new one."""

    current = PasswordField(
        _l("现在的密码"),
        [InputRequired(_l("请填写现在的密码。")), Length(max=passwords.LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )


class PersonForm(Form):
    """Who a person is and what they may do."""

    login = StringField(
        _l("账号"),
        [
            InputRequired(_l("请填写账号。")),
            Regexp(r"^[a-zA-Z0-9._-]{2,40}$", message=_l("账号用 2 到 40 个字母、数字、点或横线。")),
        ],
        render_kw={"autocomplete": "off", "autocapitalize": "none"},
    )
    name = StringField(_l("称呼"), [DataRequired(_l("请填写称呼。")), Length(max=40)])
    post = StringField(_l("职务"), [DataRequired(_l("请填写职务。")), Length(max=80)])
    unit_id = SelectField(_l("单位"), coerce=lambda value: value or None)
    roles = ChecklistField(_l("能做什么"), [DataRequired(_l("至少选一项。"))], choices=ROLE_CHOICES)

    def validate_unit_id(self, field: SelectField) -> None:
        """Refuse who heads a unit, or puts right what was found in one, without that unit."""
        if not field.data and OF_A_UNIT & set(self.roles.data or ()):
            raise ValidationError(_("一把手和责任单位要选好单位，任务和体验才知道该给谁。"))

    def details(self) -> dict[str, Any]:
        """Return what was typed, by the names that the queries use."""
        return {name: self.data[name] for name in ("login", "name", "post", "unit_id", "roles")}
