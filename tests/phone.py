"""Makes what a phone would send: ops with their exact text and digest."""

import hashlib
import json
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app.store.ids import uuid7

INSTALL = "0193f3a1-0000-7000-8000-000000000001"


def envelope(**changes: Any) -> dict[str, Any]:
    """Return the fields of a good op, with ``changes``."""
    fields = {
        "v": 1,
        "op_id": uuid7(),
        "rec_id": uuid7(),
        "base": None,
        "author": "somebody",
        "install_id": INSTALL,
        "seq": 1,
        "made_at": "2017-06-12T09:30:00.000+08:00",
        "tz": "Asia/Shanghai",
        "app_ver": "0.1.0",
        "kind": "note",
        "payload": {"text": "取号机停用，没有人告诉群众去哪里取号"},
        "photos": [],
    }
    return {**fields, **changes}


def item(fields: dict[str, Any]) -> dict[str, str]:
    """Return one op as it stands in a batch."""
    return item_of(json.dumps(fields, ensure_ascii=False))


def item_of(raw: str) -> dict[str, str]:
    """Return a text as it stands in a batch, whatever it says."""
    return {"raw": raw, "sha256": hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()}


def named(photo: bytes, **changes: Any) -> list[dict[str, Any]]:
    """Return how an op names a JPEG photo, with ``changes``."""
    return [{"sha256": hashlib.sha256(photo).hexdigest(), "len": len(photo), "mime": "image/jpeg", **changes}]


class Caller:
    """A phone of one signed-in person."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.session = client.get("/api/v1/session").get_json()
        self.id = self.session["user"]["id"]
        self.headers = {"X-CSRFToken": self.session["csrf"]}

    def envelope(self, **changes: Any) -> dict[str, Any]:
        return envelope(**{"author": self.id, **changes})

    def send(self, *fields: dict[str, Any]) -> TestResponse:
        return self.post(json.dumps({"ops": [item(one) for one in fields]}))

    def post(self, body: str | bytes) -> TestResponse:
        return self.client.post(
            "/api/v1/ops", data=body, headers=self.headers, content_type="application/json"
        )

    def put(self, data: bytes, sha256: str = "") -> TestResponse:
        digest = sha256 or hashlib.sha256(data).hexdigest()
        return self.client.put(f"/api/v1/photos/{digest}", data=data, headers=self.headers)

    def has(self, sha256: str) -> int:
        return self.client.head(f"/api/v1/photos/{sha256}").status_code

    def look(self, sha256: str, size: str = "full") -> TestResponse:
        return self.client.get(f"/photos/{sha256}.jpg?size={size}")


def code(answer: TestResponse) -> tuple[int, str]:
    """Return status and code of an error, which has the one shape."""
    body = answer.get_json()
    assert set(body) == {"code", "message", "details"}
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, body["code"]
