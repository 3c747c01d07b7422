"""The words of a page, without what no reader sees.

A page carries ids and tokens by chance: a number that is looked for in its markup is sometimes found there.
"""

import html
import re


def words_of(page: str) -> str:
    """Return the text that a page shows, one space between its parts."""
    shown = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", shown))).strip()
