"""Made-up records, the same ones each time, as phones would send them."""

import hashlib
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from survey_app.bench.stage import HALLS
from survey_app.bench.words import DETAILS, KINDS, METHODS, PLACES, SEEN
from survey_app.store.ids import uuid7

START = datetime(2017, 6, 1, 1, 0, tzinfo=UTC)


def payload(dice: random.Random) -> dict[str, Any]:
    """Return what one record says."""
    seen = dice.choice(SEEN)[1]
    return {
        "method": dice.choice(METHODS),
        "kind": dice.choice(KINDS),
        "text": f"{dice.choice(PLACES)}：{seen}，{dice.choice(DETAILS)}。编号{dice.randrange(10**6):06d}。",
        "quote": dice.choice(DETAILS),
        "hall_id": f"hall-{dice.randrange(len(HALLS))}",
        "resolved_on_spot": dice.random() < 0.1,
        "reform_item_ids": [],
    }


def items(count: int, author_id: str) -> list[dict[str, str]]:
    """Return ops as they stand in a batch."""
    dice = random.Random(count)  # noqa: S311  not a secret
    return [wrap(_envelope(payload(dice), author_id, seq)) for seq in range(1, count + 1)]


def wrap(fields: dict[str, Any]) -> dict[str, str]:
    """Return an op as it stands in a batch."""
    raw = json.dumps(fields, ensure_ascii=False)
    return {"raw": raw, "sha256": hashlib.sha256(raw.encode()).hexdigest()}


def _envelope(said: dict[str, Any], author_id: str, seq: int) -> dict[str, Any]:
    return {
        "v": 1, "op_id": uuid7(), "rec_id": uuid7(), "base": None, "author": author_id,
        "install_id": "0193f3a1-0000-7000-8000-000000000001", "seq": seq,
        "made_at": (START + timedelta(minutes=seq)).isoformat(), "tz": "Asia/Shanghai", "app_ver": "bench",
        "kind": "observation", "payload": said, "photos": [],
    }  # fmt: skip


def batches(listed: list[dict[str, str]], size: int) -> Iterator[list[dict[str, str]]]:
    """Cut a list into batches."""
    for start in range(0, len(listed), size):
        yield listed[start : start + size]
