"""Whatever stands in an address, a page answers; it never breaks."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.rectification.filters import Filter
from survey_app.rectification.ledger_filter import LedgerFilter

APP = Path(__file__).parents[2] / "survey_app"
ODD = (
    "9" * 30,
    "-" + "9" * 30,
    str(2**63),
    str(2**62),
    "-1",
    "0",
    "1e9",
    "x",
    "\0",
    "😀",
    "[]",
    "'\"><script>",
    "长" * 3000,
    "2017-13-45",
    "0001-01-01",
    "9999-12-31",
)


def parameters() -> list[str]:
    """Every name that some view reads from an address."""
    sources = [path.read_text(encoding="utf-8") for path in APP.rglob("*.py")]
    read = {name for source in sources for name in re.findall(r'request\.args\.get\(\s*"(\w+)"', source)}
    return sorted(read | set(Filter.__dataclass_fields__) | set(LedgerFilter.__dataclass_fields__))


def addresses(rule: str) -> list[str]:
    """Return a page's address with every odd value: in its path, or in all its parameters at once."""
    if "<" in rule:
        return [re.sub(r"<[^>]+>", quote(odd[:60], safe=""), rule) for odd in ODD]
    return [f"{rule}?{urlencode(dict.fromkeys(parameters(), odd))}" for odd in ODD]


@pytest.mark.parametrize("role", ["office", "admin"])
def test_every_page_answers_whatever_its_address_says(
    app: Flask, sign_in: Callable[[str], FlaskClient], role: str
) -> None:
    client = sign_in(role)
    rules = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    paths = [path for rule in rules for path in addresses(rule)]
    assert [path for path in paths if client.get(path).status_code >= 500] == []
