"""Leaves out of a script what only its readers need: comments were a fifth of their weight."""

import re

# Only what has its lines for itself, so that every other line keeps its number and its columns.
BLOCK = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*$", re.MULTILINE | re.DOTALL)
LINE = re.compile(r"^[ \t]*//.*$", re.MULTILINE)


def without_comments(script: str) -> str:
    """Return a script whose comment lines (``// …`` and ``/** … */``) are empty, and nothing else is changed.

    A line like that inside a template literal would be lost; tests/house/test_scripts.py forbids it.
    """
    return LINE.sub("", BLOCK.sub(lambda block: "\n" * block[0].count("\n"), script))
