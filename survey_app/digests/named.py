"""Figures in a text that know their own name: ``{已销号=12/17}`` is printed as 12/17 and can be recounted.

Pure. What a person types without such a mark is the person's own and is never recounted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

AS_OF = "截至"
"""The day on which the others were true: by itself it is no disagreement that another day has come."""
_MARK = re.compile(r"\{(?P<name>[^{}=\n]{1,60})=(?P<value>[^{}=\n]{1,40})\}")
_NOT_IN_A_NAME = re.compile(r"[{}=\s]+")


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure as a text states it."""

    name: str
    value: str


def mark(name: str, value: str) -> str:
    """Return a figure as it stands in a text."""
    return f"{{{clean(name)}={value}}}"


def clean(name: str) -> str:
    """Return a name without what would end its mark."""
    return _NOT_IN_A_NAME.sub("", name)


def plain(text: str) -> str:
    """Return a text as it is printed."""
    return _MARK.sub(lambda found: found["value"], text)


def stated(text: str) -> list[Stated]:
    """Return the figures of a text in their order, each once."""
    return list(dict.fromkeys(Stated(found["name"], found["value"]) for found in _MARK.finditer(text)))


def renewed(text: str, now: Mapping[str, str]) -> str:
    """Return a text with its figures as they are now; one that cannot be counted any more stays."""
    return _MARK.sub(lambda found: mark(found["name"], now.get(found["name"], found["value"])), text)
