"""Makes what a phone would send: ops with their exact text and digest."""

import hashlib
import json
from typing import Any

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
