"""The figures of a briefing by their names, each with the very things that were counted for it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from survey_app.catalog.vocabulary import CAPACITIES, DIAL_RESULTS, KINDS, TIERS
from survey_app.digests.figures import UNSORTED, Record
from survey_app.digests.named import AS_OF, clean
from survey_app.digests.work import WITHOUT_COUNT, Call, Problem, Source, Visit
from survey_app.privacy import mask

METHOD_NAMES = {"see": "现场看", "handle": "具体办", "ask": "跟踪问"}
OWN_HANDS = "handle"
ANSWERED = "answered"
Thing = Record | Visit | Call | Problem | str


@dataclass(frozen=True, slots=True)
class Named:
    """A figure: its value as it is printed, what was counted, and of what where it is a rate."""

    name: str
    value: str
    counted: tuple[Thing, ...]
    of: tuple[Thing, ...] | None = None


def count_named(source: Source) -> dict[str, Named]:
    """Return every figure that can be counted for a briefing, by its name."""
    figures = [*_of_records(source), *_of_visits(source), *_of_problems(source)]
    year = "" if source.as_of.year == source.period.last.year else f"{source.as_of.year}年"
    figures.append(Named(AS_OF, f"{year}{_day(source.as_of)}", ()))
    return {clean(figure.name): figure for figure in figures}


def values(source: Source) -> dict[str, str]:
    """Return what every figure is now, by its name."""
    return {name: figure.value for name, figure in count_named(source).items()}


def _number(name: str, things: Iterable[Thing]) -> Named:
    counted = tuple(things)
    return Named(name, str(len(counted)), counted)


def _rate(name: str, things: Iterable[Thing], of: Sequence[Thing]) -> Named:
    counted = tuple(things)
    return Named(name, f"{len(counted)}/{len(of)}", counted, tuple(of))


def _of_records(source: Source) -> Iterator[Named]:
    records = source.records
    problems = [record for record in records if record.is_problem]
    solved = [record for record in problems if record.resolved_on_spot]
    tagged = [record for record in records if record.reform_items]
    yield _number("记录", records)
    for code, name in METHOD_NAMES.items():
        yield _number(name, (record for record in records if record.method == code))
    for code, name in KINDS.items():
        yield _number(name, (record for record in records if record.kind == code))
    yield _number("堵点难点", problems)
    yield _number("当场解决", solved)
    yield _rate("当场解决占比", solved, problems)
    yield _number("对应改革事项", tagged)
    yield _rate("对应改革事项占比", tagged, records)
    yield from _groups("分类：", problems, lambda record: [record.category or UNSORTED])
    titles = source.item_titles
    yield from _groups("事项：", records, lambda record: [titles.get(i, i) for i in record.reform_items])
    yield _number("办事大厅", sorted(source.visited))
    yield _number("单位", sorted({*source.visited.values()} - {""}))
    items = sorted({item for record in records for item in record.reform_items})
    yield _number("改革事项", (titles.get(item, item) for item in items))


def _groups(prefix: str, records: Iterable[Record], names: Callable[[Record], list[str]]) -> Iterator[Named]:
    groups: dict[str, list[Record]] = {}
    for record in records:
        for name in names(record):
            groups.setdefault(name, []).append(record)
    return (_number(f"{prefix}{name}", found) for name, found in groups.items())


def _of_visits(source: Source) -> Iterator[Named]:
    work, visits = source.work, source.work.visits
    yield _number("体验", visits)
    for tier, name in TIERS.items():
        yield _number(f"体验：{name}", (visit for visit in visits if visit.tier == tier))
    yield _rate(CAPACITIES[OWN_HANDS], (visit for visit in visits if visit.capacity == OWN_HANDS), visits)
    yield _rate("不打招呼", (visit for visit in visits if not visit.announced), visits)
    crossing = [visit for visit in visits if visit.crosses is not None]
    yield _rate("交叉体验", (visit for visit in crossing if visit.crosses), crossing)
    yield _number("看现场", work.looks)
    yield _number("办理", work.journeys)
    yield _number("拨测", work.calls)
    yield _rate("接通", (call for call in work.calls if call.result == ANSWERED), work.calls)


def _of_problems(source: Source) -> Iterator[Named]:
    problems = [one for one in source.work.problems if one.state not in WITHOUT_COUNT]
    closed = [one for one in problems if one.closed_on]
    left = [one for one in problems if one.is_open]
    yield _number("立案问题", problems)
    yield _rate("已销号", closed, problems)
    days = [source.calendar.between(one.found_on, one.closed_on) for one in closed if one.closed_on]
    if days:
        yield Named("整改用时", f"{median(days):g}", tuple(closed))
    yield _number("未销号", left)
    yield _rate("到期未销号", (one for one in left if one.is_overdue(source.as_of)), left)
    yield _number("退件待定", (one for one in left if one.state == "returned"))
    yield _number("发回重办", (one for one in left if one.reworks))


@dataclass(frozen=True, slots=True)
class Ref:
    """One thing that was counted, as it is listed: its ``kind``, its id where it has a page, its words."""

    kind: str
    id: str
    text: str


def ref(thing: Thing) -> Ref:
    """Return how a thing is listed, with nothing of it that may not be printed."""
    match thing:
        case Record():
            words = " · ".join(part for part in (_day(thing.made_on), thing.hall, thing.text) if part)
            return Ref("record", thing.id, mask(words))
        case Problem():
            words = " · ".join(part for part in (thing.number, thing.unit, thing.text) if part)
            return Ref("problem", thing.id, mask(words))
        case Visit():
            who = TIERS.get(thing.tier, "")
            said = (_day(thing.made_on), who, CAPACITIES.get(thing.capacity, ""), thing.hall)
            return Ref("visit", "", " · ".join(part for part in said if part))
        case Call():
            parts = (_day(thing.made_on), thing.hall, DIAL_RESULTS.get(thing.result, thing.result))
            return Ref("call", "", " · ".join(part for part in parts if part))
        case _:
            return Ref("", "", thing)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
