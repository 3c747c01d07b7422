"""How one person likes the screen: language, text size, light or dark. Kept on the device, never followed."""

from flask import Blueprint, Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from survey_app import current
from survey_app.i18n import _l
from survey_app.security import own_path, public

bp = Blueprint("preferences", __name__)

YEAR = 365 * 24 * 3600  # seconds
CHOICES = {
    "language": {"zh": "中文", "en": "English"},
    "text_size": {"normal": _l("标准"), "large": _l("大"), "larger": _l("特大")},
    "theme": {"auto": _l("跟随手机"), "light": _l("浅色"), "dark": _l("深色")},
}


def chosen(name: str) -> str:
    """Return the choice made for one preference, or its default (the first)."""
    value = request.cookies.get(name, "")
    return value if value in CHOICES[name] else next(iter(CHOICES[name]))


@bp.get("/settings")
@public
def show() -> str:
    """Show the settings of this device."""
    return render_template("home/settings.html", choices=CHOICES)


@bp.post("/settings")
@public
def save() -> Response:
    """Keep what was chosen, and go back to where the person was."""
    response = redirect(own_path(request.form.get("back", ""), "/settings"))
    for name, choices in CHOICES.items():
        value = request.form.get(name)
        if value in choices:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=current.config().https)
    return response


def init_app(app: Flask) -> None:
    """Serve the settings, and give templates what was chosen."""
    app.register_blueprint(bp)
    app.context_processor(lambda: {"chosen": chosen})
