"""What a record has to show, said once more and in another way than the product says it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from survey_app.store import Row

SAYING_NOTHING = ("withdraw", "choose")


def expected_heads(rows: Mapping[str, Row]) -> dict[str, str]:
    """Return for each record the op whose words count, from the applied ops alone."""
    records: dict[str, dict[str, Row]] = {}
    for op_id, row in rows.items():
        if row["status"] == "stored":
            records.setdefault(row["record_id"], {})[op_id] = row
    return {record: _words(_counting(ops), ops) for record, ops in records.items()}


def _counting(ops: Mapping[str, Row]) -> str:
    """Return the version that counts: words before a withdrawal, the longer line, the greater digest."""
    followed = {row["base"] for row in ops.values()}
    merged = {other for op_id, row in ops.items() for other in _merges(row) if other != op_id}
    ends = [op_id for op_id in ops if op_id not in followed]
    standing = [op_id for op_id in ends if op_id not in merged] or ends

    def rank(op_id: str) -> tuple[bool, int, str]:
        row = ops[op_id]
        return not _takes_back(op_id, ops), _depth(op_id, ops), row["sha256"]

    return max(standing, key=rank)


def _takes_back(op_id: str, ops: Mapping[str, Row]) -> bool:
    """Tell whether a version withdraws the record, or chooses one that does."""
    row = ops[op_id]
    return row["kind"] == "withdraw" or (row["kind"] == "choose" and _takes_back(row["base"], ops))


def _merges(row: Row) -> list[str]:
    return list(json.loads(row["raw"]).get("merges", []))


def _depth(op_id: str, ops: Mapping[str, Row]) -> int:
    base = ops[op_id]["base"]
    return 1 + _depth(base, ops) if base in ops else 0


def _words(op_id: str, ops: Mapping[str, Row]) -> str:
    row = ops[op_id]
    return _words(row["base"], ops) if row["kind"] in SAYING_NOTHING and row["base"] else op_id
