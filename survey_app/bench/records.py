"""Made-up records, the same ones each time: for writing through the door, and for filling a database fast."""

import hashlib
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from survey_app.bench.stage import HALLS
from survey_app.store import Row, SQLiteStore
from survey_app.store.ids import uuid7
from survey_app.store.instants import to_text

WHERE = ("大厅入口", "取号机旁", "综合窗口", "自助办理区", "咨询台", "等候区", "二楼窗口", "停车场入口")
WHAT = (
    "排队超过四十分钟",
    "取号机停用没有提示",
    "材料要求和网上写的不一致",
    "一次没有讲清还要再跑一趟",
    "工作人员主动引导老人填表",
    "服务指南放在看不见的地方",
    "缴费只能用手机，不收现金",
    "电话打了三次无人接听",
)
DETAIL = (
    "群众意见很大",
    "现场已向值班领导反映",
    "建议增设窗口",
    "同去的人也遇到了",
    "隔壁窗口空着",
    "问了两遍才明白",
)
METHODS = ("see", "handle", "ask")
KINDS = ("blockage", "difficulty", "good_practice", "suggestion")
START = datetime(2017, 6, 1, 1, 0, tzinfo=UTC)
CHUNK = 5000


def payload(dice: random.Random) -> dict[str, Any]:
    """Return what one record says."""
    text = (
        f"{dice.choice(WHERE)}：{dice.choice(WHAT)}，{dice.choice(DETAIL)}。编号{dice.randrange(10**6):06d}。"
    )
    return {
        "method": dice.choice(METHODS),
        "kind": dice.choice(KINDS),
        "text": text,
        "quote": dice.choice(DETAIL),
        "hall_id": f"hall-{dice.randrange(len(HALLS))}",
        "resolved_on_spot": dice.random() < 0.1,
        "reform_item_ids": [],
    }


def items(count: int, author_id: str) -> list[dict[str, str]]:
    """Return ops as they stand in a batch."""
    dice = random.Random(count)  # noqa: S311  not a secret
    return [_wrap(_envelope(payload(dice), author_id, seq)) for seq in range(1, count + 1)]


def _wrap(fields: dict[str, Any]) -> dict[str, str]:
    raw = json.dumps(fields, ensure_ascii=False)
    return {"raw": raw, "sha256": hashlib.sha256(raw.encode()).hexdigest()}


def _envelope(said: dict[str, Any], author_id: str, seq: int) -> dict[str, Any]:
    return {
        "v": 1, "op_id": uuid7(), "rec_id": uuid7(), "base": None, "author": author_id,
        "install_id": "0193f3a1-0000-7000-8000-000000000001", "seq": seq,
        "made_at": (START + timedelta(minutes=seq)).isoformat(), "tz": "Asia/Shanghai", "app_ver": "bench",
        "kind": "observation", "payload": said, "photos": [],
    }  # fmt: skip


def fill(store: SQLiteStore, upto: int, author_id: str) -> None:
    """Add records straight into the tables (no audit) until there are ``upto``."""
    have = int(store.value("select coalesce(max(n), 0) from observations"))
    dice = random.Random(have)  # noqa: S311
    for first in range(have + 1, upto + 1, CHUNK):
        numbers = range(first, min(first + CHUNK, upto + 1))
        rows = [_rows(n, payload(dice), author_id) for n in numbers]
        with store.writing() as tx:
            tx.insert_all("ops", [op for op, _observation in rows])
            tx.insert_all("observations", [observation for _op, observation in rows])
            for _op, observation in rows:
                tx.set_search_text(
                    "observations", observation["n"], f"{observation['text']}\n{observation['quote']}"
                )


def _rows(n: int, said: dict[str, Any], author_id: str) -> tuple[Row, Row]:
    fields = _envelope(said, author_id, n)
    item, at = _wrap(fields), to_text(START + timedelta(minutes=n))
    op = {
        "id": fields["op_id"], "record_id": fields["rec_id"], "base": None, "author_id": author_id,
        "carrier_id": author_id, "install_id": fields["install_id"], "seq": n, "kind": "observation",
        "made_at": fields["made_at"], "app_version": "bench", "raw": item["raw"].encode(),
        "sha256": item["sha256"], "status": "stored", "code": "", "server_seq": n, "received_at": at,
    }  # fmt: skip
    observation = {
        "id": fields["rec_id"], "n": n, "head_op_id": fields["op_id"], "author_id": author_id,
        "unit_id": "unit", "hall_id": said["hall_id"], "method": said["method"], "kind": said["kind"],
        "text": said["text"], "quote": said["quote"], "resolved_on_spot": int(said["resolved_on_spot"]),
        "made_at": fields["made_at"], "made_on": at[:10], "received_at": at,
    }  # fmt: skip
    return op, observation


def batches(listed: list[dict[str, str]], size: int) -> Iterator[list[dict[str, str]]]:
    """Cut a list into batches."""
    for start in range(0, len(listed), size):
        yield listed[start : start + size]
