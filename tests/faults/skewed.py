"""The real app with a clock that a test shifts by whole days while it runs."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from survey_app import create_app


def _now() -> datetime:
    text = Path(os.environ["SURVEY_TEST_SHIFT"]).read_text()
    return datetime.now(UTC) + timedelta(days=int(text or "0"))


app = create_app()
app.extensions["clock"] = _now
