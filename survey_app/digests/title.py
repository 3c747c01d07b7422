"""A title that is too long for one line, broken in two where its sense allows it."""

from __future__ import annotations

from survey_app.printing.lines import CLOSING, OPENING, ends

LONGEST = 20  # characters of 22 points in 156 mm
LINKS = frozenset("的地和与及暨")  # a title reads on well after these
IN_A_PHRASE = 8  # how many characters off the middle a better place may be


def broken(title: str, longest: int = LONGEST) -> tuple[str, ...]:
    """Return the lines of a title: one where it fits, else two, as even as its sense lets them be."""
    places = [
        place
        for place, may_end in enumerate(ends(title, [False] * len(title)), start=1)
        if may_end and 0 < len(title) - place <= longest and place <= longest
    ]
    if len(title) <= longest or not places:
        return (title,)
    best = min(places, key=lambda place: abs(place - len(title) / 2) + _cost(title[place - 1], title[place]))
    return title[:best], title[best:]


def _cost(left: str, right: str) -> int:
    if left in CLOSING and left not in "”》":
        return 0
    if left in LINKS or right in OPENING:
        return IN_A_PHRASE // 4
    return IN_A_PHRASE // 2 if left in CLOSING else IN_A_PHRASE
