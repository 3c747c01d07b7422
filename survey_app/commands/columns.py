"""Columns on a terminal, where a Chinese character is two wide."""

import unicodedata


def padded(text: str, width: int) -> str:
    """Return a text with as many spaces behind it as make it ``width`` wide."""
    taken = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
    return text + " " * (width - taken)
