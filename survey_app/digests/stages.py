"""The way of a briefing from a draft to an issue: which step leads where, and who may sign. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from survey_app.catalog.texts import gettext
from survey_app.catalog.vocabulary import Words

STATES: Final[Words] = {
    "draft": gettext("在编"),
    "review": gettext("待签发"),
    "signed": gettext("已签发，待印发"),
    "issued": gettext("已印发"),
}
UNSIGNED = frozenset({"draft", "review"})
"""In these every page is marked 排版稿."""


@dataclass(frozen=True, slots=True)
class Step:
    """From which states a step leads to which."""

    sources: tuple[str, ...]
    target: str


STEPS: Final[Mapping[str, Step]] = {
    "submit": Step(("draft",), "review"),
    "sign": Step(("review",), "signed"),
    "return": Step(("review", "signed"), "draft"),
    "issue": Step(("signed",), "issued"),
}
UNDONE: Final[dict[str, None]] = dict.fromkeys(("submitted_by", "submitted_at", "signed_by", "signed_at"))
"""What a briefing that is sent back loses."""


def is_open(state: str, step: str) -> bool:
    """Tell whether a step can be taken in a state."""
    return state in STEPS[step].sources


def may_sign(digest: Mapping[str, Any], person_id: str, signers: Collection[str]) -> bool:
    """Tell whether somebody may sign: not who typed last, unless nobody else could.

    ``signers`` are the ids of all who may sign at all.
    """
    return digest["edited_by"] != person_id or not set(signers) - {person_id}
