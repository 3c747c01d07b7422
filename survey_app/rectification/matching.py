"""Which category and which reform items a record speaks of, each with its reasons. Pure.

Nothing here decides: a score puts what a person is shown in order, and a reason lets the person check it.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum, prod

from survey_app.rectification.likeness import Words, likeness, rarity, words_of

# Found on the tuning half of the citizens' messages: docs/matching.md.
CUES_FOR_HALF = 3.0  # cue words of this weight are worth a half
HEADLINE = 2.0  # a cue in the first line counts that much
NEIGHBOURS = 5
LIKE_ENOUGH = 0.06  # below it two texts share only what all texts share
LIKE_FOR_FULL = 0.2  # from it on a neighbour's vote counts in full
SHOWN_FROM = 0.3
# Set by hand, from what each is worth to a person who looks: what the record says itself comes first.
OF_THE_MATTER = 0.9
OF_THE_CHECKLIST = 0.5
LIKE_TO_TAG = (
    0.3  # a tag says more than a category: it takes a nearer neighbour, and a near one for a full vote
)
LIKE_TO_TAG_FULLY = 0.5
SHORTEST_OF_A_TITLE = 3  # characters of a title that a record has to hold in a row
MOST_CATEGORIES = 3
MOST_ITEMS = 4


@dataclass(frozen=True, slots=True)
class Cue:
    """The words that speak for one category or reform item; ``group`` is the code of the category above."""

    value: str
    words: tuple[str, ...]
    group: str = ""

    @classmethod
    def of(cls, value: str, name: str, words: str, group: str | None = None) -> Cue:
        """Return the cue of a category or item: its name speaks for it, and its words with spaces between."""
        return cls(value, _spoken(f"{words} {name}"), group or "")


@dataclass(frozen=True, slots=True)
class Item:
    """A reform item that may be suggested; ``words`` are its cue words with spaces between."""

    id: str
    title: str
    words: str = ""
    matter_id: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A record that the office has decided about."""

    id: str
    words: Words
    category: str | None
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Practice:
    """What is usual for one category.

    Of ``of`` records of it that the office decided about, how many it tagged to each item; and which items
    the checklists name for it.
    """

    of: int = 0
    items: tuple[tuple[str, int], ...] = ()
    ticks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: ``what`` is the kind of reason, ``words`` what was read, ``n`` of ``of`` what was counted."""

    what: str
    words: tuple[str, ...] = ()
    n: int = 0
    of: int = 0
    like: float = 0.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One category (by code) or reform item (by id) that fits, from 0 to 1, and why."""

    value: str
    score: float
    reasons: tuple[Reason, ...]


def _spoken(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(unicodedata.normalize("NFKC", words).casefold().split()))


Found = dict[str, list[tuple[float, Reason]]]


def suggest_categories(text: str, cues: Sequence[Cue], decided: Iterable[Decided]) -> list[Suggestion]:
    """Return the categories that a text's words and its neighbours speak for, the likeliest first.

    A group stands aside where a member of it is suggested.
    """
    found: Found = defaultdict(list)
    _read_cues(found, text, cues)
    votes = [
        (like, (one.category,) if one.category else ()) for like, one in nearest(words_of(text), decided)
    ]
    _count_votes(found, votes, LIKE_FOR_FULL)
    groups = {cue.value: cue.group for cue in cues}
    ranked = [one for one in _rank(found) if one.value in groups]
    led = {groups[one.value] for one in ranked}
    return [one for one in ranked if one.value not in led][:MOST_CATEGORIES]


def suggest_items(
    text: str,
    matter_id: str | None,
    items: Sequence[Item],
    practice: Practice,
    decided: Iterable[Decided],
) -> list[Suggestion]:
    """Return the reform items that a record speaks of: by its matter, its words, and what was decided."""
    found: Found = defaultdict(list)
    for item in items:
        if matter_id and item.matter_id == matter_id:
            found[item.id].append((OF_THE_MATTER, Reason("matter")))
        elif run := shared_run(item.title, text):
            found[item.id].append((len(run) / len(_plain(item.title)), Reason("title", (run,))))
    _read_cues(found, text, [Cue(item.id, _spoken(item.words)) for item in items])
    for item_id, n in practice.items:
        share = n / (practice.of + 2)  # one of one proves little
        found[item_id].append((share, Reason("category", n=n, of=practice.of)))
    for item_id in practice.ticks:
        found[item_id].append((OF_THE_CHECKLIST, Reason("checklist")))
    alike = nearest(words_of(text), decided)
    _count_votes(found, [(like, one.items) for like, one in alike if like >= LIKE_TO_TAG], LIKE_TO_TAG_FULLY)
    known = {item.id for item in items}
    return [one for one in _rank(found) if one.value in known][:MOST_ITEMS]


def nearest(words: Words, decided: Iterable[Decided]) -> list[tuple[float, Decided]]:
    """Return the decided records most like these words, the likest first; rare words count for more."""
    known = list(decided)
    weights = rarity(one.words for one in known)
    alike = [(likeness(words, one.words, weights), one) for one in known]
    alike.sort(key=lambda pair: (-pair[0], pair[1].id))
    return [(like, one) for like, one in alike[:NEIGHBOURS] if like >= LIKE_ENOUGH]


def shared_run(title: str, text: str) -> str:
    """Return the longest part of a title that stands in a text, or nothing where it is too short to tell."""
    wanted, plain = _plain(title), _plain(text)
    for length in range(len(wanted), SHORTEST_OF_A_TITLE - 1, -1):
        for start in range(len(wanted) - length + 1):
            if (part := wanted[start : start + length]) in plain:
                return part
    return ""


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum() or sign == "\n")


def _read_cues(found: Found, text: str, cues: Sequence[Cue]) -> None:
    """Weigh the cue words in a text: long ones more, those of several values less, no part of another."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    headline = plain.split("\n", 1)[0]
    shared = Counter(word for cue in cues for word in cue.words)
    read = [word for word in shared if word in plain]
    whole = {word for word in read if not any(word != other and word in other for other in read)}
    for cue in cues:
        spoken = tuple(word for word in cue.words if word in whole)
        weight = fsum(
            (len(word) - 1) * (HEADLINE if word in headline else 1) / shared[word] for word in spoken
        )
        if weight:
            found[cue.value].append((weight / (weight + CUES_FOR_HALF), Reason("words", spoken)))


def _count_votes(found: Found, neighbours: Sequence[tuple[float, tuple[str, ...]]], full: float) -> None:
    """Let neighbours vote for what was decided about them, each by its likeness, from ``full`` on in full."""
    total = fsum(like for like, _values in neighbours)
    for value in sorted({value for _like, values in neighbours for value in values}):
        likes = [like for like, values in neighbours if value in values]
        share = fsum(likes) / total * min(1.0, likes[0] / full)
        found[value].append((share, Reason("before", n=len(likes), of=len(neighbours), like=likes[0])))


def _rank(found: Found) -> list[Suggestion]:
    """Return what was found, each with the chance that not all its reasons are wrong, the highest first."""
    made = [
        Suggestion(value, 1 - prod(1 - score for score, _why in parts), tuple(why for _score, why in parts))
        for value, parts in found.items()
    ]
    made.sort(key=lambda one: (-one.score, one.value))
    return [one for one in made if one.score >= SHOWN_FROM]
