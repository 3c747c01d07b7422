"""Three records to brief on, and somebody who may."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from tests.digests.data import add_catalog, add_observation, photo_bytes

QUOTE = "我打138 0013 8000三次都没人接"


@pytest.fixture
def records(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> list[str]:
    """A blockage with a photo and words, a difficulty fixed at once, and a good practice."""
    add_catalog(store)
    leader = person_id("leader")
    return [
        add_observation(
            app,
            leader,
            hall_id="H1",
            counter_id="C1",
            category="A1",
            quote=QUOTE,
            reform_item_ids=["R1"],
            photos=(photo_bytes(),),
        ),
        add_observation(
            app,
            leader,
            hall_id="H2",
            category="D",
            kind="difficulty",
            method="handle",
            text="排队四十分钟",
            resolved_on_spot=True,
        ),
        add_observation(app, leader, hall_id="H2", kind="good_practice", method="ask", text="有人主动来问"),
    ]


@pytest.fixture
def office(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """Somebody of the reform office."""
    return sign_in("office")


@pytest.fixture
def post(csrf: Callable[[FlaskClient], str]) -> Callable[..., Any]:
    """Return how a form is sent with its token."""

    def send(client: FlaskClient, path: str, **form: Any) -> Any:
        return client.post(path, data={**form, "csrf_token": csrf(client)})

    return send
