"""From counts to what is shown: categories, units, matters, weeks; this time beside before. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from survey_app.insights.metrics import Rate
from survey_app.insights.scope import Scope, monday
from survey_app.store import Row

PROBLEMS = ("blockage", "difficulty")
MOST_MATTERS = 10
OVERDUE = "overdue"
LONGEST_CATEGORY = 4
Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a code and its words, problems by kind, of how many, and how many before of how many."""

    code: str
    name: str
    parts: tuple[int, ...]
    of: int
    before: Rate
    members: tuple[Line, ...] = ()

    @property
    def n(self) -> int:
        """How many problems."""
        return sum(self.parts)

    @property
    def words(self) -> str:
        """Its words, with the letter of a category; nothing where it has none."""
        return f"{self.code} {self.name}".strip() if len(self.code) <= LONGEST_CATEGORY else self.name


@dataclass(frozen=True, slots=True)
class Place:
    """A unit with its problems of the period by kind, and how many are overdue of the open today."""

    id: str
    name: str
    parts: tuple[int, ...]
    found: Rate
    overdue: Rate


def total(counts: Counts) -> int:
    """Return how many problems there are."""
    return sum(_problems(kinds) for kinds in counts.values())


def _problems(kinds: Mapping[str, int]) -> int:
    return sum(kinds.get(kind, 0) for kind in PROBLEMS)


def by_category(now: Counts, before: Counts, categories: Iterable[Row]) -> list[Line]:
    """Return the groups that have problems now or had before, most first, each with its members."""
    rows = list(categories)
    groups = [row for row in rows if not row["parent_code"]]
    found = [
        _line(group, now, before, [row for row in rows if row["parent_code"] == group["code"]])
        for group in groups
    ]
    found.append(_line({"code": "", "name": ""}, now, before, []))
    return sorted(
        (line for line in found if line.n or line.before.n),
        key=lambda line: (not line.code, -line.n, line.code),
    )


def _line(row: Row, now: Counts, before: Counts, members: list[Row]) -> Line:
    codes = [row["code"], *(member["code"] for member in members)]
    lines = tuple(_line(member, now, before, []) for member in members)
    return Line(
        row["code"],
        row["name"],
        tuple(sum(now.get(code, {}).get(kind, 0) for code in codes) for kind in PROBLEMS),
        total(now),
        Rate(sum(_problems(before.get(code, {})) for code in codes), total(before)),
        tuple(line for line in lines if line.n or line.before.n),
    )


def by_matter(now: Counts, before: Counts, matters: Iterable[Row]) -> list[Line]:
    """Return the matters that have most problems, most first."""
    lines = [_line(row, now, before, []) for row in ({"code": m["id"], "name": m["name"]} for m in matters)]
    found = sorted((line for line in lines if line.n), key=lambda line: (-line.n, line.name))
    return found[:MOST_MATTERS]


def by_unit(now: Counts, overdue: Mapping[str, Rate], units: Iterable[Row], order: str) -> list[Place]:
    """Return the units that have something to say: by name, or those with most overdue first."""
    places = [_place(row, now, overdue) for row in units]
    places = [place for place in places if place.found.n or place.overdue.of]
    places.sort(key=lambda place: spelling(place.name))
    return sorted(places, key=lambda place: -place.overdue.n) if order == OVERDUE else places


def _place(row: Row, now: Counts, overdue: Mapping[str, Rate]) -> Place:
    kinds = now.get(row["id"], {})
    parts = tuple(kinds.get(kind, 0) for kind in PROBLEMS)
    return Place(row["id"], row["name"], parts, Rate(sum(parts), total(now)), overdue.get(row["id"], Rate()))


def spelling(name: str) -> bytes:
    """Return what sorts Chinese words as a dictionary does: the order of GB 2312 is by sound."""
    return name.encode("gb18030", "replace")


def by_week(counts: Mapping[str, Mapping[date, int]], scope: Scope) -> list[tuple[date, int, bool]]:
    """Return every week with its problems, and whether it belongs to the period."""
    first = monday(scope.first)
    weeks = scope.weeks()
    return [(week, sum(group.get(week, 0) for group in counts.values()), week >= first) for week in weeks]
