"""One try at a password: counted before it is known to have failed, and only so often."""

from __future__ import annotations

from survey_app import current
from survey_app.accounts import passwords, queries
from survey_app.caller import place_of_caller
from survey_app.errors import SurveyError, TooManyError
from survey_app.i18n import _
from survey_app.store import Row

CROWD_PASSES = 2  # seconds
RETRY_AFTER = int(queries.FAILURE_WINDOW.total_seconds())


def check_password(login: str, password: str) -> Row | None:
    """Return whose login and password these are, or None; whoever guesses is told to wait."""
    attempt = _attempt(login)
    try:
        person = queries.password_matches(current.store(), login, password)
    except passwords.CrowdedError as error:
        _forget(attempt)
        text = _("现在登录的人太多。请过几秒再试。")
        raise SurveyError(text, code="busy", status=503, retry_after=CROWD_PASSES) from error
    if person is not None:
        _forget(attempt)
    return person


def _attempt(login: str) -> str:
    store, caller, now = current.store(), place_of_caller(), current.now()
    attempt = None
    if queries.may_try(store, login, caller, now):  # who may not has to cost nothing
        with store.writing() as tx:
            attempt = queries.add_attempt(tx, login, caller, now)
    if attempt is None:
        raise TooManyError(_("输错太多次了。请过 15 分钟再试，或找管理员重发邀请。"), retry_after=RETRY_AFTER)
    return attempt


def _forget(attempt: str) -> None:
    with current.store().writing() as tx:
        queries.forget_attempt(tx, attempt)
