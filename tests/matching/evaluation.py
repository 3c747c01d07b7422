"""Suggest categories for real messages and count how often that was right.

Even rows were used for tuning, odd rows never: they are only counted. What the office "decided before" is
always the tuning half (a message itself is left out), so held-apart messages meet only strangers.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

from survey_app.catalog import queries as catalog
from survey_app.rectification.duplicates import LIKE_HERE_AND_SOON
from survey_app.rectification.likeness import likeness, words_of
from survey_app.rectification.matching import Cue, Decided, Suggestion, suggest_categories
from tests.matching.notes import APART_OTHER, APART_SAME, TUNING_OTHER, TUNING_SAME

HERE = Path(__file__).parent
SHARED_DATA = Path(os.environ.get("SURVEY_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
MESSAGES = SHARED_DATA / "citizen-messages.csv"
LABELS = HERE / "labels.csv"
SHIPPED = Path(catalog.__file__).parent / "data" / "categories.csv"
COMMONEST = "A"
HALVES = {"tuning": 0, "held apart": 1}


@dataclass(frozen=True, slots=True)
class Message:
    """A message by its row, with the codes that would be right for it (none: it is not about a service)."""

    row: int
    text: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """``n`` of ``of``."""

    n: int
    of: int

    def __str__(self) -> str:
        return f"{self.n}/{self.of} ({self.n / self.of:.2f})"


Figures = dict[str, Share]


def read_messages() -> list[Message]:
    """Return every message with its labels."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        labels = {int(line["row"]): tuple(line["codes"].split()) for line in csv.DictReader(file)}
    with MESSAGES.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    return [
        Message(row, f"{line['留言主题']}\n{line['留言详情']}", labels[row])
        for row, line in enumerate(lines, start=1)
    ]


def shipped_cues() -> list[Cue]:
    """Return the cue words as they are shipped."""
    lines = csv.DictReader(io.StringIO(SHIPPED.read_text(encoding="utf-8-sig")))
    return [Cue.of(line["代码"], line["名称"], line["提示词"], line["上级分类代码"]) for line in lines]


def half(messages: Iterable[Message], remainder: int) -> list[Message]:
    """Return the messages of even rows (0) or of odd ones (1)."""
    return [message for message in messages if message.row % 2 == remainder]


def suggested(message: Message, cues: list[Cue], decided: dict[int, Decided]) -> list[Suggestion]:
    """Return what is suggested for a message, when all the tuning half but itself is decided."""
    others = [one for row, one in decided.items() if row != message.row]
    return suggest_categories(message.text, cues, others)


def is_right(code: str, message: Message) -> bool:
    """Tell whether a code is of a category that would be right, or of another of the same group."""
    return any(code[0] == one[0] for one in message.codes)


def measure(messages: list[Message], ask: Callable[[Message], list[str]]) -> Figures:
    """Count over some messages what ``ask`` gives for each: codes, the likeliest first."""
    given = {message: ask(message) for message in messages}
    firsts = [(codes[0], message) for message, codes in given.items() if codes]
    shown = [(code, message) for message, codes in given.items() for code in codes]
    labelled = [message for message in messages if message.codes]
    strangers = [message for message in messages if not message.codes]
    right = sum(any(is_right(code, message) for code in given[message]) for message in labelled)
    return {
        "precision of the first suggestion": Share(sum(is_right(*one) for one in firsts), len(firsts)),
        "the same, to the sub-category": Share(sum(c in m.codes for c, m in firsts), len(firsts)),
        "precision of all that is shown (up to 3)": Share(sum(is_right(*one) for one in shown), len(shown)),
        "recall: a right one is among those shown": Share(right, len(labelled)),
        "silent where there is nothing to suggest": Share(
            sum(not given[m] for m in strangers), len(strangers)
        ),
    }


@cache
def evaluate() -> dict[str, Figures]:
    """Return the figures of each half, of the suggestions and of always saying the commonest category."""
    messages, cues = read_messages(), shipped_cues()
    decided = {
        m.row: Decided(f"{m.row:03}", words_of(m.text), m.codes[0] if m.codes else None)
        for m in half(messages, HALVES["tuning"])
    }

    def suggestions(message: Message) -> list[str]:
        return [one.value for one in suggested(message, cues, decided)]

    figures = {name: measure(half(messages, rest), suggestions) for name, rest in HALVES.items()}
    held = half(messages, HALVES["held apart"])
    return {**figures, f"held apart, always {COMMONEST}": measure(held, lambda _message: [COMMONEST])}


def duplicates() -> dict[str, dict[str, Share]]:
    """Return of each half how many pairs would be shown as duplicates at one place in one week.

    No two messages tell of one thing; of the notes one list does and the other does not.
    """
    found: dict[str, dict[str, Share]] = {}
    notes = {"tuning": (TUNING_SAME, TUNING_OTHER), "held apart": (APART_SAME, APART_OTHER)}
    for name, rest in HALVES.items():
        letters = [message.text for message in half(read_messages(), rest)]
        same, other = notes[name]
        found[name] = {
            "pairs of notes on one thing that are shown": _shown(same),
            "pairs of notes on two things that are shown": _shown(other),
            "pairs of messages (none on one thing) that are shown": _shown(combinations(letters, 2)),
        }
    return found


def _shown(pairs: Iterable[tuple[str, str]]) -> Share:
    alike = [likeness(words_of(one), words_of(other)) for one, other in pairs]
    return Share(sum(like >= LIKE_HERE_AND_SOON for like in alike), len(alike))


def report() -> str:
    """Return all figures as the two tables of ``docs/matching.md``."""
    return f"{_table(evaluate())}\n\n{_table(duplicates())}"


def _table(columns: dict[str, Figures]) -> str:
    lines = ["| | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
    for name in next(iter(columns.values())):
        lines.append(f"| {name} | " + " | ".join(str(column[name]) for column in columns.values()) + " |")
    return "\n".join(lines)
