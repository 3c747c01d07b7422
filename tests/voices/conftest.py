"""A product with voices in it, and people of two branches."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from tests.voices.data import EXCERPTS, SHEET, add_units, put


@pytest.fixture
def voices(store: SQLiteStore) -> SQLiteStore:
    """The store, with eight voices."""
    add_units(store)
    put(store, SHEET)
    put(store, EXCERPTS)
    return store


@pytest.fixture
def unit(
    voices: SQLiteStore, sign_in: Callable[[str], FlaskClient], person_id: Callable[[str], str]
) -> FlaskClient:
    """Somebody of the branch B1."""
    with voices.writing() as tx:
        tx.update("people", person_id("unit"), {"unit_id": "u-B1"})
    return sign_in("unit")
