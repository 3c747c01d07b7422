"""docs/api.yaml and the real app agree: whatever the description allows or forbids is answered as it says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.test import TestResponse

from survey_app.store import SQLiteStore
from survey_app.sync.limits import Allowance
from tests import notes
from tests.phone import Caller, item, named
from tests.pictures import encode, picture
from tests.test_photo_parts import patch

PHOTO = encode(picture())
for photo_type in ("image/jpeg", "image/png", "image/webp", "application/octet-stream"):
    schemathesis.openapi.media_type(photo_type, st.binary(min_size=1, max_size=99) | st.just(PHOTO))
DESCRIPTION = Path(__file__).parents[2] / "docs" / "api.yaml"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
]


def read_description() -> Any:
    """Return the description as schemathesis reads it; who is signed in is not made up but given."""
    config = SchemathesisConfig.from_dict({
        "generation": {"with-security-parameters": False},
        "checks": {"negative_data_rejection": {"expected-statuses": ["400", "404", "409", "413"]}},
    })  # fmt: skip
    fields = yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))
    return schemathesis.openapi.from_dict(fields, config=config)


CALLS = [result.ok() for result in read_description().get_all_operations()]


@pytest.fixture
def login(app: Flask, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]) -> dict[str, Any]:
    """Return the app, and what a signed-in phone sends to it with every call."""
    notes.install(app, store)
    app.extensions["sync_allowance"] = Allowance(burst=1e9)
    client = sign_in("leader")
    caller, cookie = Caller(client), client.get_cookie("survey")
    assert cookie is not None
    return {
        "app": app,
        "headers": {**caller.headers, "Accept-Encoding": "identity"},
        "cookies": {"survey": cookie.value},
    }


@pytest.mark.parametrize(
    ("call", "mode"),
    [
        pytest.param(call, mode, id=f"{call.label} {mode.value}")
        for call in CALLS
        for mode in GenerationMode
        if mode.is_positive or call.body or call.path.endswith(("changes", "{sha256}"))
    ],
)
@settings(max_examples=40)
@given(data=st.data())
def test_every_call_is_answered_as_it_is_described(
    data: st.DataObject, call: Any, mode: GenerationMode, login: dict[str, Any]
) -> None:
    case = data.draw(call.as_strategy(generation_mode=mode))
    case.call_and_validate(checks=CHECKS, **login)


def test_what_phones_and_the_server_say_to_each_other_is_as_it_is_described(
    leader: Caller, aide: Caller
) -> None:
    by_id = {call.definition.raw["operationId"]: call for call in CALLS}
    photo, big = encode(picture(40, 30)), encode(picture(300, 200))
    good, bad, other = leader.envelope(photos=named(photo)), leader.envelope(payload={}), aide.envelope()
    items = [item(fields) for fields in (good, bad, other, good)]
    digests = [one["sha256"] for one in (*items, *named(photo))]

    def post(path: str, body: Any) -> TestResponse:
        return leader.client.post(f"/api/v1/{path}", json=body, headers=leader.headers)

    exchanged = [
        ("session", leader.client.get("/api/v1/session"), 200),
        ("catalog", leader.client.get("/api/v1/catalog"), 200),
        ("ops", post("ops", {"ops": items}), 200),
        ("ops", post("ops", {"ops": 3}), 400),
        ("custody", post("custody", {"ops": items}), 200),
        ("have", post("have", {"digests": digests}), 200),
        ("have", post("have", {"digests": digests * 300}), 413),
        ("list_changes", leader.client.get("/api/v1/changes"), 200),
        ("list_changes", leader.client.get("/api/v1/changes?since=-1"), 400),
        ("put_photo", leader.put(photo), 201),
        ("put_photo", leader.put(photo), 200),
        ("put_photo", leader.put(b"no photo"), 415),
        ("head_photo", leader.client.head(f"/api/v1/photos/{digests[-1]}"), 200),
        ("patch_photo", patch(leader, 0, big[:99], len(big), named(big)[0]["sha256"]), 200),
        ("patch_photo", patch(leader, 0, big[:99], len(big), named(big)[0]["sha256"]), 409),
        ("patch_photo", patch(leader, 99, big[99:], len(big), named(big)[0]["sha256"]), 201),
        ("patch_photo", patch(leader, 0, big, len(big), named(big)[0]["sha256"]), 200),
        ("session", leader.client.application.test_client().get("/api/v1/session"), 401),
    ]
    for name, answer, status in exchanged:
        assert answer.status_code == status, (name, answer.text)
        by_id[name].validate_response(answer)
