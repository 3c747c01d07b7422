"""The WSGI entry: ``gunicorn wsgi:app``, ``flask --app wsgi``."""

from survey_app import create_app
from survey_app.config import SettingError

try:
    app = create_app()
except SettingError as error:
    raise SystemExit(f"设置有误（见 docs/operations.md）· wrong setting: {error}") from None
