"""The directions of the house: which room may look into which."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "survey_app"
# Left may not import right. Why sync stands so far left: docs/decisions/0004.
FEATURES = (
    "accounts",
    "catalog",
    "sync",
    "visits",
    "campaigns",
    "rectification",
    "voices",
    "digests",
    "insights",
    "reminders",
    "trail",
)
EDGES = {"views", "forms"}
WEB = {"flask", "flask_wtf", "wtforms", "werkzeug"}


def imports_of(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def modules() -> list[Path]:
    return sorted(path for feature in FEATURES for path in (APP / feature).rglob("*.py"))


def feature_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "survey_app" and parts[1] in FEATURES else None


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(APP)))
def test_a_feature_looks_only_left_and_never_into_views_or_forms_of_another(path: Path) -> None:
    own = path.relative_to(APP).parts[0]
    for module in imports_of(path):
        other = feature_of(module)
        if other is None or other == own:
            continue
        assert FEATURES.index(other) < FEATURES.index(own), f"{own} imports {module}, which is to its right"
        assert EDGES.isdisjoint(module.split(".")[2:3]), f"{module} belongs to {other} alone"


@pytest.mark.parametrize(
    "path", [path for path in modules() if path.stem == "queries"], ids=lambda path: path.parent.name
)
def test_queries_know_no_web(path: Path) -> None:
    assert {module.split(".")[0] for module in imports_of(path)}.isdisjoint(WEB)


@pytest.mark.parametrize("path", sorted((APP / "store").glob("*.py")), ids=lambda path: path.stem)
def test_the_store_knows_nothing_of_the_product(path: Path) -> None:
    outside = [
        module
        for module in imports_of(path)
        if module.startswith("survey_app") and not module.startswith("survey_app.store")
    ]
    assert outside == []


def test_printing_knows_no_feature() -> None:
    for path in sorted((APP / "printing").glob("*.py")):
        assert [module for module in imports_of(path) if feature_of(module)] == []


def test_the_room_of_spreadsheets_knows_no_screen_of_another() -> None:
    for path in sorted((APP / "spreadsheets").glob("*.py")):
        outside = [module for module in imports_of(path) if feature_of(module)]
        assert [module for module in outside if EDGES & set(module.split("."))] == [], path.name


def test_only_the_store_knows_the_driver() -> None:
    for path in sorted(APP.rglob("*.py")):
        if path.is_relative_to(APP / "store") or path.is_relative_to(APP / "commands"):
            continue
        drivers = {"sqlite3", "pysqlite3", "sqlite_utils"} & {m.split(".")[0] for m in imports_of(path)}
        assert not drivers, f"{path.relative_to(APP)} imports {drivers}"
