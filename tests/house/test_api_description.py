"""docs/api.yaml names every call, every status and every code that the app has, and none that it has not."""

import ast
import re
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from flask import Flask

from survey_app.permissions import ROLES
from survey_app.sync import changes, held
from survey_app.sync.protocol import LIMITS

ROOT = Path(__file__).parents[2]
API = yaml.safe_load((ROOT / "docs" / "api.yaml").read_text(encoding="utf-8"))
SCHEMAS = API["components"]["schemas"]
METHODS = ("get", "head", "put", "post", "patch", "delete")
FOR_FORMS_ONLY = {"conflict", "invalid", "unsupported"}  # of errors.py, and raised by no call of the API
LANGUAGES = re.compile(r"[\u4e00-\u9fff].*[a-z]{2}", re.DOTALL)  # Chinese first, then English


def calls() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in API["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    names = part["$ref"].removeprefix("#/").split("/") if "$ref" in part else []
    return reduce(dict.__getitem__, names, API) if names else part


def literals(path: Path, keyword: str) -> set[str]:
    """Return the texts that a module gives as ``keyword=``, or assigns to a name that ends so."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            values = [argument.value for argument in node.keywords if argument.arg == keyword]
        elif isinstance(node, ast.Assign) and "code" in ast.unparse(node.targets[0]).lower():
            values = list(ast.walk(node.value))  # type: ignore[arg-type]
        else:
            continue
        found |= {v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)}
    return found


def test_every_call_of_the_app_is_described_and_no_other(app: Flask) -> None:
    real = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            methods = (rule.methods or set()) - {"OPTIONS"}
            methods -= {"HEAD"} if "GET" in methods else set()
            real |= {(path, method.lower(), rule.endpoint) for method in methods}
    named = {(path, method, call["operationId"]) for path, method, call in calls()}
    assert {(path, method, endpoint.split(".")[-1]) for path, method, endpoint in real} == named


def test_every_code_that_a_call_answers_is_described_and_no_other() -> None:
    shared = literals(ROOT / "survey_app" / "errors.py", "code") - FOR_FORMS_ONLY
    folder = ROOT / "survey_app" / "sync"
    own = {
        code
        for name in ("views", "photo_views", "protocol")
        for code in literals(folder / f"{name}.py", "code")
    }
    assert set(SCHEMAS["Error"]["properties"]["code"]["enum"]) == shared | own


def test_every_status_that_any_call_can_meet_stands_with_every_call() -> None:
    for path, method, call in calls():
        assert {"401", "403", "429", "500", "503", "507"} <= set(call["responses"]), f"{method} {path}"
        if method in ("post", "put", "patch"):
            assert {"400", "413"} <= set(call["responses"]), f"{method} {path}"
            assert call["security"] == [{"session": [], "token": []}], f"{method} {path}"


def test_the_words_of_the_description_are_the_words_of_the_code() -> None:
    assert set(SCHEMAS["Change"]["properties"]["event"]["enum"]) == set(changes.EVENTS)
    assert set(SCHEMAS["HeldFor"]["enum"]) == {"", "author_unknown", *held.REASONS}
    assert SCHEMAS["Session"]["properties"]["user"]["properties"]["roles"]["items"]["enum"] == list(ROLES)
    assert set(SCHEMAS["Limits"]["required"]) == set(LIMITS)
    batch, digests = (SCHEMAS[name]["properties"] for name in ("Batch", "Digests"))
    assert batch["ops"]["maxItems"] == LIMITS["ops"]
    assert digests["digests"]["maxItems"] == LIMITS["digests"]


def examples() -> Iterator[tuple[str, dict[str, Any], Any]]:
    bodies = [(call["operationId"], part) for _, _, call in calls() for part in _parts(call)]
    bodies += [(name, part) for name, part in API["components"]["responses"].items()]
    for name, part in bodies:
        for media in part.get("content", {}).values():
            given = [one["value"] for one in media.get("examples", {}).values()]
            for value in [*given, *([media["example"]] if "example" in media else [])]:
                yield name, media["schema"], value


def _parts(call: dict[str, Any]) -> list[dict[str, Any]]:
    return [*call["responses"].values(), *([call["requestBody"]] if "requestBody" in call else [])]


@pytest.mark.parametrize(("name", "schema", "value"), list(examples()))
def test_every_example_is_what_the_description_says(name: str, schema: dict[str, Any], value: Any) -> None:
    whole = {"components": {"schemas": SCHEMAS}, **schema}
    assert [error.message for error in jsonschema_rs.iter_errors(whole, value)] == [], name


def test_every_call_and_every_answer_is_described_in_chinese_and_english() -> None:
    for path, method, call in calls():
        assert LANGUAGES.search(call["summary"]), f"{method} {path}"
        for status, answer in call["responses"].items():
            assert LANGUAGES.search(resolved(answer)["description"]), f"{method} {path} {status}"
