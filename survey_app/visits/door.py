"""The way of a plain form into the store: the same door as that of an op."""

from __future__ import annotations

from flask import current_app

from survey_app import current, shell
from survey_app.sync import kinds
from survey_app.sync.intake import FormOp, accept_from_form


def bring(op: FormOp) -> str:
    """Bring what a form of who is signed in says; return why it is held, or nothing where it counts."""
    receipt = accept_from_form(
        current.store(),
        kinds.registered(current_app),
        op,
        author_id=current.user().id,
        now=current.now(),
        zone=current.config().time_zone,
        app_version=shell.scripts_fingerprint(),
    )
    return receipt.code or ""
