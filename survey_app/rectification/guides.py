"""The register of guides: unit by unit and matter by matter, beside what looks round found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from survey_app.catalog import queries as catalog
from survey_app.catalog.plan import Plan
from survey_app.catalog.spreadsheet import Line, Sheet
from survey_app.catalog.tables import GUIDES
from survey_app.rectification.requirements import GUIDE_TICKS, count_looks
from survey_app.rectification.share import NOTHING, Share
from survey_app.store import Reader, Row


@dataclass(frozen=True, slots=True)
class Across:
    """One unit: ``answers`` (yes, no, or None: nobody looked) by matter, and what ``looks`` found there."""

    unit: Row
    answers: Mapping[str, str | None]
    register: Share
    looks: Share


@dataclass(frozen=True, slots=True)
class Table:
    """One aspect of all guides: units down, matters across, with the sum of each."""

    matters: list[Row]
    rows: list[Across]
    columns: Mapping[str, Share]
    register: Share
    looks: Share


def list_guides(reader: Reader, unit_id: str | None = None) -> list[Row]:
    """Return the guides in use, of one unit or of all: every column of the table, unit_*, matter_*."""
    if unit_id is None:
        return catalog.list_rows(reader, GUIDES)
    return catalog.list_rows(reader, GUIDES, "guides.unit_id = :unit", {"unit": unit_id})


def lay_out(reader: Reader, aspect: str) -> Table:
    """Return one aspect of the guides as a table: units with a hall or a guide, matters with a guide."""
    guides = list_guides(reader)
    looks = count_looks(reader, GUIDE_TICKS[aspect])
    wanted = {row["matter_id"] for row in guides}
    units = {row["unit_id"] for row in [*guides, *catalog.list_halls(reader)]} | set(looks)
    rows = []
    for unit in catalog.list_units(reader, retired=True):
        if unit["id"] in units:
            answers = {row["matter_id"]: row[aspect] for row in guides if row["unit_id"] == unit["id"]}
            rows.append(Across(unit, answers, share(answers.values()), looks.get(unit["id"], NOTHING)))
    columns = {
        matter: share(row[aspect] for row in guides if row["matter_id"] == matter) for matter in wanted
    }
    return Table(
        [row for row in catalog.list_matters(reader, retired=True) if row["id"] in wanted],
        rows,
        columns,
        sum(columns.values(), NOTHING),
        sum(looks.values(), NOTHING),
    )


def count_register(reader: Reader, aspect: str) -> Share:
    """Return how many of the guides that were looked at are as they should be."""
    return share(row[aspect] for row in list_guides(reader))


def share(answers: Iterable[str | None]) -> Share:
    """Return how many answers are yes, of those that are yes or no."""
    known = [answer for answer in answers if answer]
    return Share(known.count("yes"), len(known))


def find_guide(reader: Reader, unit_id: str, matter_id: str) -> Row | None:
    """Return the guide in use of a unit to a matter, or None."""
    condition = "guides.unit_id = :unit and guides.matter_id = :matter"
    rows = catalog.list_rows(reader, GUIDES, condition, {"unit": unit_id, "matter": matter_id})
    return rows[0] if rows else None


def make_plan(reader: Reader, unit: Row, matter: Row, said: Mapping[str, str], today: date) -> Plan:
    """Return what entering a guide would change: it is an import of one line."""
    earlier = find_guide(reader, unit["id"], matter["id"])
    known = {
        "code": earlier["code"] if earlier else f"{unit['code']}.{matter['code']}",
        "unit_id": unit["code"],
        "matter_id": matter["code"],
        "retired_on": "",
    }
    cells = tuple({**said, **known}[column.key] for column in GUIDES.columns)
    sheet = Sheet(tuple(column.heading for column in GUIDES.columns), (Line(1, cells),))
    return catalog.make_plan(reader, GUIDES, sheet, today)
