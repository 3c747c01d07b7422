"""What the page of a problem says: what may be left out, what was just done, what somebody else did first."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from tests.problems import Desk, Work

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def work(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> Work:
    """Everything that problems need."""
    return Work(app, store, person_id)


@pytest.fixture
def desk(work: Work, sign_in: SignIn, csrf: Callable[[FlaskClient], str]) -> Callable[[str], Desk]:
    """Return somebody at a screen."""
    return lambda login: Desk(sign_in(login), csrf)


def field_of(page: str, name: str) -> str:
    """Return a field with its label."""
    found = re.search(rf'<div class="field[^"]*">\s*<label[^>]*for="{name}".*?</div>', page, re.DOTALL)
    assert found, name
    return found[0]


def test_whom_one_asked_is_called_optional_only_where_it_is(work: Work, desk: Callable[[str], Desk]) -> None:
    finding_id = work.verified()
    theirs = field_of(desk("office").open(f"/findings/{finding_id}"), "follow_up-asked")
    own = field_of(desk("leader").open(f"/findings/{finding_id}"), "follow_up-asked")
    assert ("（可不填）" in theirs, " required" in theirs) == (False, True)
    assert ("（可不填）" in own, " required" in own) == (True, False)
    assert "请写问了谁" in desk("office").act(finding_id, "follow_up", result="better").text
    assert desk("leader").act(finding_id, "follow_up", result="better").status_code == 302
