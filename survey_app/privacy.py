"""Citizens' numbers hidden before anyone reads them: in every list, briefing and export."""

import re
from typing import Any

_DIGIT = "[0-9０-９]"
# What people put between digits: spaces of any width, line ends, dashes, and characters that cannot be seen.
_UNSEEN = r"\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_GAP = rf"[\s\-‐-―−－﹣﹘⁃ーｰ〜─━{_UNSEEN}]{{0,3}}"
_PHONE = rf"[1１]{_GAP}[3-9３-９](?:{_GAP}{_DIGIT}){{9}}"
# Amounts, lists and case numbers have such marks too: they count only where a phone number has them.
_THREE, _FOUR = rf"[1１][3-9３-９]{_DIGIT}", rf"{_DIGIT}{{4}}"
_GROUPED = rf"{_THREE}\s?(?P<mark>[.．·•・/／_~～,，､﹐、﹑])\s?{_FOUR}\s?(?P=mark)\s?{_FOUR}"
_OPEN, _CLOSE = "[(（]", "[)）]"
_BRACKETED = (
    rf"(?<={_OPEN}){_THREE}(?P<close>{_CLOSE}){_GAP}{_FOUR}{_GAP}{_FOUR}"
    rf"|{_THREE}{_GAP}{_OPEN}{_FOUR}{_CLOSE}{_GAP}{_FOUR}"
    rf"|{_THREE}{_GAP}(?:{_FOUR}{_GAP}(?P<open>{_OPEN})|(?P<opens>{_OPEN}){_FOUR}{_GAP}){_FOUR}(?={_CLOSE})"
)
_IDENTITY = rf"{_DIGIT}(?:{_GAP}{_DIGIT}){{16}}{_GAP}[0-9０-９XxＸｘ]"
_COUNTRY = r"(?:0|(?:00|００)?(?:86|８６))"
# What a mask leaves of a number makes no other one with the digits beside it: then one reading is enough.
_LEFT_BEHIND = rf"(?<=\*{{6}}){_DIGIT}{{2}}(?!{_DIGIT})"
_STANDS_ALONE = rf"(?!{_DIGIT})(?:(?!\*{{6}})|(?<={_DIGIT}{{7}}[0-9０-９XxＸｘ]))"
_NUMBER = re.compile(
    rf"(?<!{_DIGIT})(?!{_LEFT_BEHIND})(?:(?P<identity>{_IDENTITY})"
    rf"|(?P<before>(?:{_COUNTRY}{_GAP})?)(?P<phone>{_PHONE}|{_GROUPED}|{_BRACKETED})){_STANDS_ALONE}"
)
_KEPT = 3, 2  # digits at the beginning and at the end
_NOT_A_SIGN = re.compile(r"[^0-9０-９XxＸｘ]")


def mask(text: str) -> str:
    """Return ``text`` with mobile numbers and 18-digit identity numbers as ``138******12``.

    Full-width digits and digits split by spaces or dashes count too, a phone in groups with brackets or
    commas, and ``+86`` before one. A number inside a longer unbroken run of digits (an order number) stays as
    it is; where digits in groups could be read either way, they are hidden. Masking a masked text changes
    nothing.
    """
    return _NUMBER.sub(_hide, text)


def unmask(text: str, original: str) -> str:
    """Return an edited copy of ``mask(original)`` with the numbers that are still in it as they were."""
    if text == mask(original):
        return original
    rest, done = text, ""
    for match in _NUMBER.finditer(original):
        before, found, after = rest.partition(_hide(match))
        if found:
            done, rest = done + before + match[0], after
    return done + rest


def mask_within(value: Any) -> Any:
    """Return what JSON can say with every text in it masked, names of fields too."""
    if isinstance(value, dict):
        return {mask(key): mask_within(item) for key, item in value.items()}
    if isinstance(value, list):
        return [mask_within(item) for item in value]
    return mask(value) if isinstance(value, str) else value


def _hide(match: re.Match[str]) -> str:
    number = _NOT_A_SIGN.sub("", match["identity"] or match["phone"])
    first, last = _KEPT
    hidden = f"{number[:first]}{'*' * (len(number) - first - last)}{number[-last:]}"
    # A bracket whose other half stays in the text goes to where that pairs with it.
    opened, closed = match["open"] or match["opens"] or "", match["close"] or ""
    return f"{match['before'] or ''}{opened}{hidden}{closed}"
