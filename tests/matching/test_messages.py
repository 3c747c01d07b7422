"""The suggestions on real messages: as good as the page says, on those that nothing was tuned on."""

from pathlib import Path

import pytest

from tests.matching.evaluation import HALVES, LABELS, MESSAGES, evaluate, half, read_messages, report

PAGE = Path(__file__).parents[2] / "docs" / "matching.md"

pytestmark = pytest.mark.skipif(
    not MESSAGES.exists(), reason=f"没有 {MESSAGES.name}：用 SURVEY_SHARED_DATA 指出它所在的目录"
)


def share(figures: str, beginning: str) -> float:
    """Return one figure of a column of the report."""
    (found,) = (one for name, one in evaluate()[figures].items() if name.startswith(beginning))
    return found.n / found.of


def test_every_message_has_a_label_and_half_of_them_are_held_apart() -> None:
    messages = read_messages()
    assert [message.row for message in messages] == list(range(1, 102))
    assert [len(half(messages, rest)) for rest in HALVES.values()] == [50, 51]
    assert not any(message.text[:10] in LABELS.read_text(encoding="utf-8") for message in messages)


def test_on_messages_held_apart_the_first_suggestion_is_right_two_times_of_three() -> None:
    assert share("held apart", "precision of the first") >= 0.66
    assert share("held apart", "recall") >= 0.9


def test_suggestions_are_better_than_always_saying_the_commonest() -> None:
    for beginning in ("precision of the first", "recall", "silent"):
        assert share("held apart", beginning) > share("held apart, always A", beginning)


def test_the_page_says_what_the_command_says() -> None:
    assert f"<!-- python -m tests.matching -->\n{report()}\n<!-- end -->" in PAGE.read_text(encoding="utf-8")
