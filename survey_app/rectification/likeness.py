"""How alike two texts are: the cosine of their words, the pairs of characters that a search knows. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from math import fsum, log, sqrt

from survey_app.privacy import mask
from survey_app.store.bigrams import index_text

Words = frozenset[str]

# What people write to be polite, or to say that something follows, says nothing of the matter.
POLITE = re.compile(
    "尊敬的|您好|你好|请问|请教|谢谢|感谢|不胜感激|辛苦了|麻烦您?|劳驾|打扰了?|盼望?回复|恳请|恳求|敬请|拜托"
    "|顺祝|此致|敬礼|想咨询一下|咨询一下|各位领导|领导|书记|局长|市长|县长|同志|有关部门|相关部门|万事如意|工作顺利"
)
NUMBER = re.compile(r"\d")


def words_in_order(text: str) -> list[str]:
    """Return the words of a text: pairs of neighbouring Han characters, and other words whole.

    Politeness and whatever has a digit in it do not count, so that no number makes two texts alike.
    """
    found = index_text(POLITE.sub(" ", mask(text))).split()
    return [word for word in found if len(word) > 1 and not NUMBER.search(word)]


def words_of(text: str) -> Words:
    """Return the words of a text as a set."""
    return frozenset(words_in_order(text))


def rarity(texts: Iterable[Words]) -> dict[str, float]:
    """Return how much each word tells among these texts: the fewer of them have it, the more."""
    counted = list(texts)
    seen = Counter(word for words in counted for word in words)
    return {word: log((1 + len(counted)) / (1 + n)) + 1 for word, n in seen.items()}


def likeness(one: Words, other: Words, weights: Mapping[str, float] | None = None) -> float:
    """Return how alike two texts are, from 0 to 1: the cosine of their words, each as heavy as ``weights``.

    A word without a weight weighs 1. A text without words is like nothing.
    """
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    weights = weights or {}
    shared = _weigh(one & other, weights)
    return min(1.0, shared / sqrt(_weigh(one, weights) * _weigh(other, weights)))


def _weigh(words: Collection[str], weights: Mapping[str, float]) -> float:
    # fsum: the same sum in whatever order a set gives its words
    return fsum(weights.get(word, 1.0) ** 2 for word in words)
