"""Chinese full-text search by bigrams: what FTS5's own tokenizers cannot find, two characters, this can."""

import re
import unicodedata

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
TERMS = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
IS_HAN = re.compile(rf"[{HAN}]")
LONGEST_QUERY = 20


def _terms(text: str) -> list[str]:
    return TERMS.findall(unicodedata.normalize("NFKC", text).casefold())


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def index_text(text: str) -> str:
    """Return the words to index: pairs of neighbouring Han characters, a run's last, other words whole."""
    words: list[str] = []
    for term in _terms(text):
        words += [*_pairs(term), term[-1]] if IS_HAN.match(term) else [term]
    return " ".join(words)


def match_query(text: str) -> str | None:
    """Return an FTS5 query for every term of ``text`` (a phrase or a prefix), or None for no term."""
    return " AND ".join(_match(term) for term in _terms(text)[:LONGEST_QUERY]) or None


def _match(term: str) -> str:
    if IS_HAN.match(term) and len(term) > 1:
        return '"' + " ".join(_pairs(term)) + '"'
    return f'"{term}"*'
