"""Whatever is thrown at an endpoint, it answers in its one shape and never breaks."""

import hashlib
import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from survey_app.store import SQLiteStore
from survey_app.sync import envelope
from survey_app.sync.limits import Allowance
from tests import notes, phone
from tests.phone import Caller, code
from tests.pictures import encode, picture
from tests.properties.test_sync_envelope import anything

CONTENT_TYPES = st.sampled_from([
    "application/json", "text/plain", "image/jpeg", "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x", "multipart/form-data", "",
])  # fmt: skip
WHOLE = encode(picture())
WHOLE_SHA = hashlib.sha256(WHOLE).hexdigest()
LISTS = ["/api/v1/ops", "/api/v1/custody", "/api/v1/have"]
PATHS = ["/api/v1/session", "/api/v1/catalog", *LISTS, "/api/v1/changes", f"/api/v1/photos/{WHOLE_SHA}"]
WRITES = [*(("POST", path) for path in LISTS), ("PUT", PATHS[-1]), ("PATCH", PATHS[-1])]
SPOILT = [
    b"", b"\xff\xfe{}", b"\xef\xbb\xbf{}", b"[" * 100_000, b'{"ops": ' + b"[" * 40 + b"]" * 40 + b"}",
    b'{"ops": [], "ops": []}', b'{"ops": [1e999], "digests": [1e999]}', b'{"ops": NaN, "digests": NaN}',
    b'{"ops": [' + b"9" * 5000 + b'], "digests": [' + b"9" * 5000 + b"]}", b'{"ops": {}, "digests": {}}',
    b'{"ops": [], "digests": []', "上报".encode("gb18030"), b'"ops"', b"null", b"\0" * 100,
]  # fmt: skip
SERVED = {"wsgi.input_terminated": True}  # as gunicorn says with every request
NUMBERS = st.integers().map(str) | st.sampled_from([
    "", "-1", "+1", " 1", "1 ", "9e99", "1.0", "0x10", "1_000", "9" * 30, "NaN", "\xb2", "\xa05", "0, 0",
    "中文".encode().decode("latin-1"),
])  # fmt: skip
fields = st.sampled_from(sorted(phone.envelope()))


@pytest.fixture
def caller(app: Flask, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]) -> Caller:
    notes.install(app, store)
    app.extensions["sync_allowance"] = Allowance(burst=1e9)
    return Caller(sign_in("office"))


def assert_answered(answer: TestResponse) -> None:
    assert answer.status_code < 500, answer.text
    body = answer.get_json()
    if answer.status_code >= 400:
        assert set(body) == {"code", "message", "details"}
    else:
        assert body["proto"] == 1


@pytest.mark.parametrize("path", LISTS)
@given(body=st.binary(max_size=300), content_type=CONTENT_TYPES)
def test_any_bytes_as_a_body_are_answered(caller: Caller, path: str, body: bytes, content_type: str) -> None:
    headers = {**caller.headers, "Content-Type": content_type}
    assert_answered(caller.client.post(path, data=body, headers=headers))


@pytest.mark.parametrize("path", LISTS)
@given(body=anything)
def test_any_json_as_a_body_is_answered(caller: Caller, path: str, body: object) -> None:
    for fields in (body, {"ops": [body], "digests": [body]}):
        assert_answered(caller.client.post(path, data=json.dumps(fields), headers=caller.headers))


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("spoilt", SPOILT, ids=lambda spoilt: repr(spoilt[:20]))
def test_a_spoilt_body_is_malformed(caller: Caller, path: str, spoilt: bytes) -> None:
    answer = caller.client.post(path, data=spoilt, headers=caller.headers)
    assert code(answer) == (400, "malformed")


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


@given(
    offset=NUMBERS, total=NUMBERS, data=st.binary(max_size=40), sha256=st.sampled_from(["0" * 64, WHOLE_SHA])
)
def test_any_part_of_a_photo_is_answered(
    caller: Caller, offset: str, total: str, data: bytes, sha256: str
) -> None:
    headers = {**caller.headers, "Upload-Offset": offset, "Upload-Length": total}
    assert_answered(caller.client.patch(f"/api/v1/photos/{sha256}", data=data, headers=headers))


@given(since=NUMBERS | st.text(max_size=20))
def test_any_place_in_the_changes_is_answered(caller: Caller, since: str) -> None:
    assert_answered(caller.client.get("/api/v1/changes", query_string={"since": since}))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "OPTIONS", "TRACE", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "上报"]
)
def test_every_method_is_answered(caller: Caller, method: str, path: str) -> None:
    for headers in ({}, caller.headers):
        answer = caller.client.open(path, method=method, headers=headers)
        assert answer.status_code < 500
        if answer.status_code >= 400 and method != "HEAD":
            assert set(answer.get_json()) == {"code", "message", "details"}
    if answer.status_code == 405:
        assert "OPTIONS" in answer.headers["Allow"]


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_body_that_breaks_off_is_answered_and_nothing_is_kept(
    caller: Caller, store: SQLiteStore, method: str, path: str
) -> None:
    answer = caller.client.open(
        path,
        method=method,
        environ_overrides={**SERVED, "wsgi.input": io.BytesIO(WHOLE[:50]), "CONTENT_LENGTH": str(len(WHOLE))},
        headers={**caller.headers, "Upload-Offset": "0", "Upload-Length": str(len(WHOLE))},
    )
    assert code(answer) == (400, "bad_request")
    assert store.value("select (select count(*) from ops) + (select count(*) from photos)") == 0
    assert caller.client.head(f"/api/v1/photos/{WHOLE_SHA}").headers["Upload-Offset"] == "0"


@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize("length", ["-1", "9e99", "中文".encode().decode("latin-1"), "9" * 30, ""])
def test_any_content_length_is_answered(caller: Caller, method: str, path: str, length: str) -> None:
    answer = caller.client.open(
        path, method=method, input_stream=io.BytesIO(b"{}"), headers=caller.headers,
        environ_overrides={**SERVED, "CONTENT_LENGTH": length},
    )  # fmt: skip
    assert 400 <= answer.status_code < 500
    assert_answered(answer)


class Endless(io.RawIOBase):
    """A body without an end; it counts what was taken of it."""

    taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.taken += len(buffer)
        buffer[:] = b" " * len(buffer)
        return len(buffer)


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_body_without_end_is_refused_before_it_fills_the_memory(
    caller: Caller, method: str, path: str
) -> None:
    body = Endless()
    answer = caller.client.open(
        path,
        method=method,
        environ_overrides={**SERVED, "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": body},
        headers={**caller.headers, "Upload-Offset": "0", "Upload-Length": "9"},
    )
    assert code(answer) == (413, "too_large")
    assert answer.get_json()["details"]["limits"]
    assert body.taken <= envelope.MAX_PHOTO_BYTES + 1024 * 1024


def test_a_header_that_comes_twice_is_answered(caller: Caller) -> None:
    token = caller.headers["X-CSRFToken"]
    for name, values in (("Upload-Offset", "01"), ("Upload-Length", "99"), ("X-CSRFToken", [token, "x"])):
        headers = Headers([("X-CSRFToken", token), *((name, value) for value in values)])
        assert_answered(caller.client.patch(f"/api/v1/photos/{WHOLE_SHA}", data=b"x", headers=headers))


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
