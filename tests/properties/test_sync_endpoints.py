"""Whatever is thrown at an endpoint, it answers in its one shape and never breaks."""

import hashlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from survey_app.store import SQLiteStore
from tests import notes, phone
from tests.phone import Caller
from tests.pictures import encode, picture
from tests.properties.test_sync_envelope import anything

CONTENT_TYPES = st.sampled_from([
    "application/json", "text/plain", "image/jpeg", "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x", "multipart/form-data", "",
])  # fmt: skip
WHOLE = encode(picture())
fields = st.sampled_from(sorted(phone.envelope()))


@pytest.fixture
def caller(app: Flask, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]) -> Caller:
    notes.install(app, store)
    return Caller(sign_in("office"))


def assert_answered(answer: TestResponse) -> None:
    assert answer.status_code < 500, answer.text
    body = answer.get_json()
    if answer.status_code >= 400:
        assert set(body) == {"code", "message", "details"}
    else:
        assert body["proto"] == 1


@given(body=st.binary(max_size=300), content_type=CONTENT_TYPES)
def test_any_bytes_as_a_batch_are_answered(caller: Caller, body: bytes, content_type: str) -> None:
    headers = {**caller.headers, "Content-Type": content_type}
    assert_answered(caller.client.post("/api/v1/ops", data=body, headers=headers))


@given(body=anything)
def test_any_json_as_a_batch_is_answered(caller: Caller, body: object) -> None:
    assert_answered(caller.post(json.dumps(body)))
    assert_answered(caller.post(json.dumps({"ops": [body]})))


@given(changes=st.dictionaries(fields, anything, max_size=3))
def test_any_value_in_an_op_gets_a_receipt(caller: Caller, changes: dict[str, Any]) -> None:
    raw = json.dumps(phone.envelope(**{"author": caller.id, **changes}))
    answer = caller.post(json.dumps({"ops": [phone.item_of(raw)]}))
    assert_answered(answer)
    assert len(answer.get_json()["receipts"]) == 1
    assert caller.client.get("/held").status_code == 200


@given(raw=st.text(max_size=100) | st.text(alphabet=st.characters(categories=["Cs"]), max_size=3))
def test_any_text_as_an_op_gets_a_receipt(caller: Caller, raw: str) -> None:
    assert_answered(caller.post(json.dumps({"ops": [phone.item_of(raw)]})))


@pytest.mark.filterwarnings("ignore::UserWarning")  # the decoder grumbles about spoilt metadata
@given(
    before=st.binary(max_size=8),
    cut=st.integers(0, len(WHOLE)),
    after=st.binary(max_size=40),
    content_type=CONTENT_TYPES,
)
def test_any_bytes_as_a_photo_are_answered(
    caller: Caller, before: bytes, cut: int, after: bytes, content_type: str
) -> None:
    data = before + WHOLE[:cut] + after + WHOLE[cut + len(after) :]
    digest = hashlib.sha256(data).hexdigest()
    headers = {**caller.headers, "Content-Type": content_type}
    assert_answered(caller.client.put(f"/api/v1/photos/{digest}", data=data, headers=headers))


@given(name=st.text(max_size=70), query=st.text(max_size=10) | st.integers().map(str))
@example(name="", query="9" * 30)
@example(name="", query="-" + "9" * 30)
def test_any_address_is_answered(caller: Caller, name: str, query: str) -> None:
    for method, path in (
        ("PUT", f"/api/v1/photos/{quote(name, safe='')}"),
        ("HEAD", f"/api/v1/photos/{quote(name, safe='')}"),
        ("GET", f"/photos/{quote(name, safe='')}.jpg"),
        ("GET", "/held"),
    ):
        answer = caller.client.open(
            path, method=method, headers=caller.headers, query_string={"size": query, "before": query}
        )
        assert answer.status_code < 500, (method, path)


@given(value=st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=30))
def test_any_header_is_answered(caller: Caller, value: str) -> None:
    for name in ("X-CSRFToken", "If-None-Match", "Content-Type", "Accept-Encoding", "Cookie", "Range"):
        for path in ("/api/v1/session", "/api/v1/catalog"):
            assert caller.client.get(path, headers={name: value}).status_code < 500, name
        assert caller.client.post("/api/v1/ops", data=b"{}", headers={name: value}).status_code < 500, name
