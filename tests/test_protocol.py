"""The contract in docs/protocol.md says what the code does, and names tests that exist."""

import re
from pathlib import Path

from survey_app.sync import envelope, held

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")


def test_every_invariant_names_a_test_that_exists() -> None:
    rows = re.findall(r"^\| (I\d+) \|.*$", PAGE, flags=re.MULTILINE)
    assert rows == [f"I{n}" for n in range(1, 14)]
    named = re.findall(r"`(tests/[\w/.]+?\.(?:py|js))(?:::([^`]+))?`", PAGE)
    assert len(named) > 40
    for path, name in named:
        source = (ROOT / path).read_text(encoding="utf-8")
        known = f"def {name}(" if path.endswith(".py") else f"'{name}'"
        assert not name or known in source, f"{path}::{name}"


def test_every_reason_to_hold_an_op_is_in_the_contract() -> None:
    assert {code for code in held.REASONS if f"`{code}`" not in PAGE} == set()


def test_the_limits_in_the_contract_are_those_of_the_code() -> None:
    assert f"up to {envelope.MAX_BATCH_OPS} ops and {envelope.MAX_BATCH_BYTES // 1024} KiB" in PAGE
    assert f"an op may have {envelope.MAX_OP_BYTES // 1024} KiB" in PAGE
    assert f"up to {envelope.MAX_OP_PHOTOS} of" in PAGE
    assert f"up to {envelope.MAX_PHOTO_BYTES // 1024**2} MiB" in PAGE
    assert f"at most {envelope.MAX_DEPTH} levels" in PAGE


def test_every_call_of_the_description_is_in_the_contract() -> None:
    api = (ROOT / "docs" / "api.yaml").read_text(encoding="utf-8")
    for path in re.findall(r"^  (/api/v1/\S+):$", api, flags=re.MULTILINE):
        assert path.replace("{sha256}", "<sha256>") in PAGE, path
    for code in re.findall(r"^            - ([a-z_]+)$", api, flags=re.MULTILINE):
        assert f"`{code}`" in PAGE or code in ("bad_request", "server_error"), code
