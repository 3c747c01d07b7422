"""Writes the first draft of a briefing from records: the statistics as a sentence, the cases as they stand.

Pure and always Chinese, for a briefing is a Chinese document. It says nothing that no record says; what the
office alone can know is left as ``〔待补写〕``.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from survey_app.catalog.vocabulary import METHODS
from survey_app.digests.figures import UNSORTED, Figures, Period, Record, Share
from survey_app.digests.marks import TO_WRITE, Block, Heading, Paragraph, PhotoMark, Quote, write
from survey_app.privacy import mask

METHOD_PHRASES = {"see": "现场看", "handle": "具体办", "ask": "跟踪问"}
ENDS = ("。", "！", "？", "…", "。”", "！”", "？”", "…”", "。）")
MOST_HALLS_NAMED = 8
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


def draft(figures: Figures, picks: Sequence[Pick], period: Period) -> str:
    """Write the draft as marked text: what was done, what was found, what is good, what comes next."""
    problems = [pick for pick in picks if pick.record.is_problem]
    good = [pick for pick in picks if pick.record.kind == "good_practice"]
    advice = [pick for pick in picks if pick.record.kind == "suggestion"]
    sections: list[tuple[str, list[Block]]] = [
        ("体验情况", [Paragraph(statistics(figures, period)), *_halls(figures)]),
        ("发现的问题", list(_problems(problems)) or [Paragraph(f"{period}的记录中没有选入问题。")]),
    ]
    if good:
        sections.append(("好的做法", list(_cases(good))))
    if advice:
        sections.append(("意见建议", list(_cases(advice))))
    sections.append(("下一步工作", [Paragraph(TO_WRITE)]))
    blocks: list[Block] = []
    for number, (title, content) in enumerate(sections, start=1):
        blocks += [Heading(1, f"{numeral(number)}、{title}"), *content]
    return write(blocks)


def statistics(figures: Figures, period: Period) -> str:
    """Write the figures as one paragraph; a part whose count is nought is left out."""
    if not figures.total:
        return f"{period}没有记录。"
    where = _where(figures)
    sentences = [
        f"{period}，{where}共记录{figures.total}条",
        f"从方式看，{_list(figures.methods, METHOD_PHRASES)}",
        f"从内容看，{_list(figures.kinds)}",
    ]
    if figures.problems.count:
        sentences.append(_about_problems(figures))
    if figures.tagged.count:
        sentences.append(
            f"有{figures.tagged.count}条（{figures.tagged}）对应到{figures.reform_items.count}个改革事项"
        )
    return "。".join(sentences) + "。"


def _where(figures: Figures) -> str:
    if not figures.halls.count:
        return ""
    units = f"{figures.units.count}个单位的" if figures.units.count else ""
    return f"到{units}{figures.halls.count}个办事大厅实地体验，"


def _about_problems(figures: Figures) -> str:
    found = f"堵点、难点合计{figures.problems.count}个"
    largest = [share for share in figures.categories if share.label != UNSORTED][:3]
    if largest:
        found += f"，较为集中的是{_list(largest, unit='个')}"
    solved = figures.resolved
    return found + (f"；当场解决{solved.count}个（{solved}）" if solved.count else "；没有当场解决的")


def _list(shares: Iterable[Share], phrases: dict[str, str] | None = None, unit: str = "条") -> str:
    names = {METHODS[code]: phrase for code, phrase in (phrases or {}).items()}
    return "、".join(
        f"{names.get(share.label, share.label)}{share.count}{unit}" for share in shares if share.count
    )


def _halls(figures: Figures) -> list[Block]:
    names = figures.hall_names
    if not names:
        return []
    listed = "、".join(names[:MOST_HALLS_NAMED])
    more = f"等{len(names)}处" if len(names) > MOST_HALLS_NAMED else ""
    return [Paragraph(f"到过的办事大厅有：{printable(listed)}{more}。")]


def _problems(picks: Sequence[Pick]) -> Iterator[Block]:
    by_category: dict[str, list[Pick]] = defaultdict(list)
    for pick in picks:
        by_category[pick.record.category or UNSORTED].append(pick)
    ordered = sorted(by_category.items(), key=lambda item: (item[0] == UNSORTED, -len(item[1]), item[0]))
    for number, (category, found) in enumerate(ordered, start=1):
        yield Heading(2, f"（{numeral(number)}）{printable(category)}")
        yield from _cases(found)


def _cases(picks: Sequence[Pick]) -> Iterator[Block]:
    for number, pick in enumerate(picks, start=1):
        mark = f"{number}．" if len(picks) > 1 else ""
        yield Paragraph(mark + case(pick.record))
        yield from _evidence(pick)


def case(record: Record) -> str:
    """Write one record as a sentence or more: where, how, on what matter, what, and whether it was solved."""
    place = printable(record.hall or record.unit)
    counter = printable(record.counter)
    lead = place + (counter if counter and counter not in place else "")
    how = METHOD_PHRASES[record.method]
    matter = f"，{printable(record.matter)}" if record.matter else ""
    lead = f"{lead}（{how}{matter}）：" if lead else f"{how}{matter}："
    text = printable(record.text) or ("群众的话记在下面。" if printable(record.quote) else "情况见照片。")
    solved = "当场已解决。" if record.is_problem and record.resolved_on_spot else ""
    return lead + (text if text.endswith(ENDS) else text + "。") + solved


def _evidence(pick: Pick) -> Iterator[Block]:
    record = pick.record
    if pick.with_quote and printable(record.quote):
        yield Quote(printable(record.quote).replace("『", "“").replace("』", "”"), "办事群众")
    if pick.with_photos:
        for position, name in enumerate(record.photos, start=1):
            if name:
                yield PhotoMark(record.n, position, printable(record.hall or record.unit))


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


def _character(character: str) -> str:
    if character in "\r\n\t":
        return " "
    if unicodedata.category(character) in UNPRINTABLE:
        return ""
    is_pictograph = ord(character) >= FIRST_PICTOGRAPH and unicodedata.category(character) in {"So", "Sk"}
    return "" if is_pictograph or "\ufe00" <= character <= "\ufe0f" else character
