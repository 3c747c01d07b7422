"""The shapes of values in the payload of an op. Pure: no store, no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

Shapes = Mapping[str, Callable[[object], bool]]
"""Field → whether a value is of its shape; a field may always be left out."""


def is_text(value: object) -> bool:
    """Tell whether it is a text, empty or not."""
    return isinstance(value, str)


def is_name(value: object) -> bool:
    """Tell whether it is an id, a code, or nothing."""
    return value is None or isinstance(value, str)


def is_flag(value: object) -> bool:
    """Tell whether it is yes or no."""
    return isinstance(value, bool)


def is_answer(value: object) -> bool:
    """Tell whether it is yes, no, or nothing."""
    return value is None or isinstance(value, bool)


def is_number(value: object) -> bool:
    """Tell whether it is a whole number or nothing."""
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


def is_names(value: object) -> bool:
    """Tell whether it is a list of ids or codes."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def is_words(value: object) -> bool:
    """Tell whether it maps texts to texts."""
    return isinstance(value, dict) and all(isinstance(word, str) for word in value.values())


def is_instant(value: object) -> bool:
    """Tell whether it is an ISO 8601 instant with a zone, or nothing."""
    return value is None or (isinstance(value, str) and instant(value) is not None)


def instant(text: str) -> datetime | None:
    """Return the instant that a text says, or None where it says none or names no zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def misshapen(shapes: Shapes, payload: Mapping[str, Any]) -> list[str]:
    """Return the fields whose value is not of the shape that it has to be."""
    return [name for name, good in shapes.items() if name in payload and not good(payload[name])]
