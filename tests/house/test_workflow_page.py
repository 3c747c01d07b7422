"""The page about the life of a problem is what the code says."""

from pathlib import Path

from flask import Flask

from survey_app.catalog.vocabulary import FINDING_ACTIONS, FINDING_STATES
from survey_app.rectification.workflow import STEPS

PAGE = Path(__file__).parents[2] / "docs" / "workflow.md"


def test_the_page_is_what_the_command_prints(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["workflow"])
    assert result.output == PAGE.read_text(encoding="utf-8"), "flask --app wsgi workflow > docs/workflow.md"


def test_every_action_and_every_state_has_a_word() -> None:
    assert set(STEPS) == set(FINDING_ACTIONS)
    targets = {one for step in STEPS.values() for one in _targets(step.target)}
    assert targets - {""} == set(FINDING_STATES)


def _targets(target: object) -> list[str]:
    return [target] if isinstance(target, str) else list(target.values())  # type: ignore[attr-defined]
