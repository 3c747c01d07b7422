"""The parts of a draft: its sections, the cases as they stand, and what of a record may be printed at all.

Pure and always Chinese, for a briefing is a Chinese document.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from survey_app.digests.counting import METHOD_NAMES
from survey_app.digests.figures import UNSORTED, Record
from survey_app.digests.marks import Block, Heading, Paragraph, PhotoMark, Quote
from survey_app.privacy import mask

ENDS = ("。", "！", "？", "…", "。”", "！”", "？”", "…”", "。）")
OTHERS = "其他"  # how a briefing heads what was put under no category
UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
FIRST_PICTOGRAPH = 0x1F000
NUMERALS = "零一二三四五六七八九"
NUMERAL_UNITS = ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十"))


@dataclass(frozen=True)
class Pick:
    """A record that goes into the briefing, with its citizen's words or its photos or without."""

    record: Record
    with_quote: bool = True
    with_photos: bool = True


def numbered(sections: Iterable[tuple[str, Sequence[Block]]]) -> list[Block]:
    """Return sections one after another under 一、二、三、; one without content is left out."""
    blocks: list[Block] = []
    kept = [(title, content) for title, content in sections if content]
    for number, (title, content) in enumerate(kept, start=1):
        blocks += [Heading(1, f"{numeral(number)}、{title}"), *content]
    return blocks


def ended(text: str) -> str:
    """Return a text with a full stop where it has no end of its own."""
    return text if text.endswith(ENDS) else f"{text}。"


def problems_by_category(picks: Sequence[Pick]) -> list[Block]:
    """Write the problems as cases, the largest category first."""
    return [block for part in _by_category(picks) for block in part]


def _by_category(picks: Sequence[Pick]) -> Iterator[list[Block]]:
    by_category: dict[str, list[Pick]] = defaultdict(list)
    for pick in picks:
        by_category[pick.record.category or UNSORTED].append(pick)
    ordered = sorted(by_category.items(), key=lambda item: (item[0] == UNSORTED, -len(item[1]), item[0]))
    for number, (category, found) in enumerate(ordered, start=1):
        yield [
            Heading(2, f"（{numeral(number)}）{OTHERS if category == UNSORTED else spoken(category)}"),
            *cases(found),
        ]


def cases(picks: Sequence[Pick]) -> Iterator[Block]:
    """Write records as cases, each with its words and photos where they were picked."""
    for number, pick in enumerate(picks, start=1):
        mark = f"{number}．" if len(picks) > 1 else ""
        yield Paragraph(mark + case(pick.record))
        yield from _evidence(pick)


def case(record: Record) -> str:
    """Write one record as a sentence or more: where, how, on what matter, what, and whether it was solved."""
    lead = _place(spoken(record.hall or record.unit), spoken(record.counter))
    how = METHOD_NAMES[record.method]
    matter = f"，{spoken(record.matter)}" if record.matter else ""
    lead = f"{lead}（{how}{matter}）：" if lead else f"{how}{matter}："
    text = spoken(record.text) or ("群众的话记在下面。" if spoken(record.quote) else "情况见照片。")
    solved = "当场已解决。" if record.is_problem and record.resolved_on_spot else ""
    return lead + ended(text) + solved


def _place(hall: str, counter: str) -> str:
    """Return a counter after its hall, no word said twice: 办事大厅 and 大厅自助机 are 办事大厅自助机."""
    if counter in hall:
        return hall
    longest = min(len(hall), len(counter))
    said_twice = next((n for n in range(longest, 1, -1) if hall.endswith(counter[:n])), 0)
    return hall + counter[said_twice:]


def _evidence(pick: Pick) -> Iterator[Block]:
    record = pick.record
    if pick.with_quote and spoken(record.quote):
        yield Quote(spoken(record.quote).replace("『", "“").replace("』", "”"), "办事群众")
    if pick.with_photos:
        for position, name in enumerate(record.photos, start=1):
            if name:
                yield PhotoMark(record.n, position, spoken(record.hall or record.unit))


def numeral(number: int) -> str:
    """Return a count as Chinese numerals: 十二, 一百零五, 一千零一十."""
    spelt = _spelt(number)
    return spelt.removeprefix("一") if spelt.startswith("一十") else spelt


def _spelt(number: int) -> str:
    size, unit = next(((size, unit) for size, unit in NUMERAL_UNITS if number >= size), (1, ""))
    if not unit:
        return NUMERALS[number]
    count, rest = divmod(number, size)
    gap = "零" if 0 < rest < size // 10 else ""
    return numeral(count) + unit + gap + (_spelt(rest) if rest else "")


def printable(text: str) -> str:
    """Return text as it may be printed: masked, on one line, without controls and pictographs."""
    return mask(" ".join("".join(map(_character, text)).split()))


def spoken(text: str) -> str:
    """Return what somebody else said as it may stand in a draft: printable, and with no figure of its own."""
    return printable(text).replace("{", "｛").replace("}", "｝")


def _character(character: str) -> str:
    if character in "\r\n\t":
        return " "
    if unicodedata.category(character) in UNPRINTABLE:
        return ""
    is_pictograph = ord(character) >= FIRST_PICTOGRAPH and unicodedata.category(character) in {"So", "Sk"}
    return "" if is_pictograph or "\ufe00" <= character <= "\ufe0f" else character
