"""What the documents say exists, and what exists is documented."""

import re
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).parents[2]
OPERATIONS = ROOT / "docs" / "operations.md"
README = ROOT / "README.md"
SETTING = re.compile(r"\bSURVEY_[A-Z_]+[A-Z]\b")


def sources() -> list[Path]:
    found = [*(ROOT / "survey_app").rglob("*.py"), *(ROOT / "bin").iterdir(), ROOT / "gunicorn.conf.py"]
    return [path for path in found if path.is_file()]


def test_every_setting_is_documented_and_every_documented_setting_is_read() -> None:
    read = {name for path in sources() for name in SETTING.findall(path.read_text(encoding="utf-8"))}
    documented = set(SETTING.findall(OPERATIONS.read_text(encoding="utf-8")))
    assert read - documented == set(), "not in docs/operations.md"
    assert documented - read - {"SURVEY_CHROMIUM", "SURVEY_SHARED_DATA"} == set(), "read by nothing"


def test_every_command_is_documented(app: Flask) -> None:
    text = OPERATIONS.read_text(encoding="utf-8") + README.read_text(encoding="utf-8")
    own = set(app.cli.commands) - {"routes", "run", "shell"}
    assert own
    assert {name for name in own if f"flask --app wsgi {name}" not in text} == set()


def test_every_promise_of_the_readme_names_a_test_that_exists() -> None:
    promised = re.findall(r"`(tests/[\w/]+\.(?:py|js))::([\w ]+)`", README.read_text(encoding="utf-8"))
    assert len(promised) >= 12
    for path, name in promised:
        source = (ROOT / path).read_text(encoding="utf-8")
        assert f"def {name}(" in source or f'"{name}"' in source, f"{path}::{name}"


def test_every_path_that_the_documents_link_to_exists() -> None:
    for page in [README, *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} → {target}"


def test_every_decision_says_status_context_decision_and_consequences() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert decisions
    numbers = [int(path.name[:4]) for path in decisions]
    assert numbers == list(range(1, len(numbers) + 1))
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        for part in ("Status", "Context", "Decision", "Consequences"):
            assert re.search(rf"^(## |\*\*){part}", text, flags=re.MULTILINE), f"{path.name}: {part}"


def test_a_file_is_short_enough_to_be_read_in_one_sitting() -> None:
    kinds = ("*.py", "*.js", "*.css", "*.html")
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in ("survey_app", "tests", "bin")
        for kind in kinds
        for path in (ROOT / folder).rglob(kind)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_no_file_names_a_machine_or_a_registry() -> None:
    hints = re.compile(r"(?<![\w.])/(?:work|root|opt)/|files\.pythonhosted|registry\.npmjs")
    for folder in ("survey_app", "tests", "docs", "bin"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".md", ".js", ".html", ".css", ".txt", ""} and path.is_file():
                text = path.read_text(encoding="utf-8")
                assert path == Path(__file__) or not hints.search(text), path.relative_to(ROOT)
