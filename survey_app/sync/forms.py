"""What a person says when they settle something."""

from flask_wtf.file import FileRequired
from wtforms import FileField, TextAreaField
from wtforms.validators import DataRequired, Length

from survey_app.form_fields import Form
from survey_app.i18n import _l

LONGEST_NOTE = 500


class NoteForm(Form):
    """Why an op is set aside; its author reads it."""

    note = TextAreaField(
        _l("为什么？填写人会看到这句话"),
        [DataRequired(_l("请写一句为什么。")), Length(max=LONGEST_NOTE, message=_l("最多 500 字。"))],
        render_kw={"rows": 2, "maxlength": LONGEST_NOTE},
    )


class RescueForm(Form):
    """The file that a phone saved."""

    file = FileField(_l("手机存下的文件（.jsonl）"), [FileRequired(_l("请选一个文件。"))])
