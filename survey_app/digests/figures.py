"""The figures of a period: every rate as n of N, counted from the records and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.catalog.vocabulary import IN_HALL, KINDS, METHODS

PROBLEMS = frozenset({"blockage", "difficulty"})
ON_SITE = frozenset({"see", "handle"})  # who asks may as well be on the phone
UNSORTED = "未分类"


@dataclass(frozen=True)
class Record:
    """One thing seen, handled or heard, as it may be printed: by hall, unit and matter, never by a person.

    ``n`` is its number, ``method`` and ``kind`` are codes of the vocabulary, ``reform_items`` are ids,
    ``photos`` SHA-256 names in order, empty for a photo that has not arrived, ``channel`` its counter's.
    """

    id: str
    n: int
    made_on: date
    method: str
    kind: str
    text: str
    quote: str = ""
    category: str = ""
    hall: str = ""
    counter: str = ""
    unit: str = ""
    matter: str = ""
    severity: str = ""
    resolved_on_spot: bool = False
    reform_items: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    channel: str = ""

    @property
    def is_on_site(self) -> bool:
        """Whether who made it stood in the hall: something seen or handled there, not online or by phone."""
        return self.method in ON_SITE and (not self.channel or self.channel in IN_HALL)

    @property
    def is_problem(self) -> bool:
        """Whether it is a blockage or a difficulty."""
        return self.kind in PROBLEMS


@dataclass(frozen=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        """Write it as a briefing does: ``6月1日至12日``."""
        first = f"{self.first.month}月{self.first.day}日"
        if self.first == self.last:
            return first
        if self.first.year != self.last.year:
            return f"{self.first.year}年{first}至{self.last.year}年{self.last.month}月{self.last.day}日"
        if self.first.month != self.last.month:
            return f"{first}至{self.last.month}月{self.last.day}日"
        return f"{first}至{self.last.day}日"


@dataclass(frozen=True)
class Coverage:
    """How many there are in the catalogue: what the covered ones are counted against."""

    halls: int
    units: int
    reform_items: int


@dataclass(frozen=True)
class Share:
    """``count`` of ``of``, under a label."""

    label: str
    count: int
    of: int

    def __str__(self) -> str:
        return f"{self.count}/{self.of}"


@dataclass(frozen=True)
class Figures:
    """Everything that is counted for a briefing.

    ``halls``, ``units`` and ``reform_items`` are covered of those in the catalogue; ``tagged`` and
    ``with_photo`` are of all records, ``resolved`` and ``categories`` of the problems.
    """

    total: int
    methods: tuple[Share, ...]
    kinds: tuple[Share, ...]
    categories: tuple[Share, ...]
    problems: Share
    resolved: Share
    with_photo: Share
    tagged: Share
    halls: Share
    units: Share
    reform_items: Share


def count(records: Sequence[Record], coverage: Coverage, visited: Collection[str]) -> Figures:
    """Count the records of a period; ``visited`` are the halls that somebody went to."""
    problems = [record for record in records if record.is_problem]
    return Figures(
        total=len(records),
        methods=_by_code(records, METHODS, lambda record: record.method),
        kinds=_by_code(records, KINDS, lambda record: record.kind),
        categories=_by_category(problems),
        problems=Share("问题", len(problems), len(records)),
        resolved=_share("当场解决", problems, lambda record: record.resolved_on_spot),
        with_photo=_share("附照片", records, lambda record: any(record.photos)),
        tagged=_share("对应改革事项的记录", records, lambda record: bool(record.reform_items)),
        halls=_covered("到过的办事大厅", visited, coverage.halls),
        units=_covered("涉及单位", (record.unit for record in records if record.unit), coverage.units),
        reform_items=_covered(
            "涉及改革事项",
            (item for record in records for item in record.reform_items),
            coverage.reform_items,
        ),
    )


def _share(label: str, records: Sequence[Record], condition: Callable[[Record], bool]) -> Share:
    return Share(label, sum(map(condition, records)), len(records))


def _covered(label: str, names: Iterable[str], known: int) -> Share:
    found = len(set(names))
    return Share(label, found, max(known, found))  # one may be retired since and still be in a record


def _by_code(
    records: Sequence[Record], words: Iterable[str], code_of: Callable[[Record], str]
) -> tuple[Share, ...]:
    counted = Counter(map(code_of, records))
    labels = {**METHODS, **KINDS}
    return tuple(Share(labels[code], counted[code], len(records)) for code in words)


def _by_category(problems: Sequence[Record]) -> tuple[Share, ...]:
    counted = Counter(record.category or UNSORTED for record in problems)
    by_size = sorted(counted.items(), key=lambda item: (item[0] == UNSORTED, -item[1], item[0]))
    return tuple(Share(name, number, len(problems)) for name, number in by_size)
