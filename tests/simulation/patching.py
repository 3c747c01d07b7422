"""Puts something else in a place for as long as one run lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def patched(place: Any, name: str, value: Any) -> Iterator[None]:
    """Make ``place.name`` be ``value`` inside; fail where there is no such name."""
    before = place.__dict__[name]
    setattr(place, name, value)
    try:
        yield
    finally:
        setattr(place, name, before)
