"""The real app for a server in a process of its own, with notes as its op kind (their table is there)."""

from survey_app import create_app
from survey_app.sync import kinds
from tests import notes

app = create_app()
kinds.register(app, notes.KIND)
