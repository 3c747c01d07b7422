"""What a second reader would remark on a briefing before it goes out: where it is and what it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.digests.marks import TO_WRITE, Heading, Paragraph, PhotoMark, parse
from survey_app.digests.named import plain
from survey_app.privacy import mask

FATAL = frozenset({"number", "empty", "no_issuer"})
"""With these a briefing goes no further, whoever says so; with all others a person may go on."""
TYPED = ("series", "title_1", "title_2", "body", "issuer", "contributor", "report_to", "send_to")
SHORTEST_NAME = 2
SHOWN = 24  # characters of a line that say where something is
_LEFT_OVER = re.compile(r"〔[^〕]{1,40}〕|\{[^{}]{0,40}\}?")


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to look at: its ``kind``, the line of the text (0: not in it) and the words it is about."""

    kind: str
    line: int = 0
    words: str = ""

    @property
    def is_fatal(self) -> bool:
        """Whether nobody may go on with it."""
        return self.kind in FATAL


def check(
    digest: Mapping[str, Any],
    *,
    names: Iterable[str],
    photos: Collection[tuple[int, int]],
    has_case: bool,
) -> list[Remark]:
    """Return what can be remarked on a briefing; ``digest`` is a row of ``digests``.

    ``names`` are those of people, ``photos`` what is picked; ``has_case`` says whether at least one problem
    that was put right is picked.
    """
    known = [name for name in names if len(name) >= SHORTEST_NAME]
    remarks = [] if digest["body"].strip() else [Remark("empty")]
    remarks += [] if digest["issuer"] else [Remark("no_issuer")]
    remarks += [] if has_case else [Remark("no_case")]
    for field in TYPED:
        for place, line in enumerate((digest[field] or "").splitlines(), start=1):
            remarks += _about(line, place if field == "body" else 0, known)
    lines = list(enumerate(digest["body"].splitlines(), start=1))
    return [*remarks, *_marks(lines, photos), *_empty_sections(lines)]


def _about(line: str, place: int, names: Iterable[str]) -> Iterator[Remark]:
    """Remark on numbers of citizens, shown masked here too, and on names of people."""
    line = plain(line)
    if mask(line) != line:
        yield Remark("number", place, mask(line)[:SHOWN])
    yield from (Remark("name", place, name) for name in names if name in line)


def _marks(lines: list[tuple[int, str]], photos: Collection[tuple[int, int]]) -> Iterator[Remark]:
    """Remark on what is still to be written, on photos that were not picked, on marks that mean nothing."""
    for place, line in lines:
        block = next(iter(parse(line)), None)
        if TO_WRITE in line:
            yield Remark("to_write", place)
        if isinstance(block, PhotoMark):
            if (block.record, block.position) not in photos:
                yield Remark("photo", place, f"{block.record}-{block.position}")
        elif isinstance(block, Paragraph):
            left = (found[0] for found in _LEFT_OVER.finditer(plain(line)) if found[0] != TO_WRITE)
            yield from (Remark("mark", place, words) for words in left)


def _empty_sections(lines: list[tuple[int, str]]) -> Iterator[Remark]:
    """Remark on a heading under which nothing stands."""
    blocks = [(place, block) for place, line in lines for block in parse(line)]
    for (place, block), following in zip(blocks, [*blocks[1:], (0, Heading(0, ""))], strict=True):
        if not isinstance(block, Heading) or block.run:
            continue
        if isinstance(following[1], Heading) and following[1].level <= block.level:
            yield Remark("section", place, block.text[:SHOWN])
