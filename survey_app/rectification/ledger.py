"""台账 and the three lists: one record seen four ways, each column described once. Pure.

Screens, files, what comes back from a file and what is printed read these columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Final, Literal

from survey_app.catalog.texts import gettext
from survey_app.catalog.vocabulary import (
    FINDING_SOURCES,
    FINDING_STATES,
    FOLLOW_UP_RESULTS,
    LIMIT_COLOURS,
    SEVERITIES,
)
from survey_app.catalog.workdays import Calendar
from survey_app.privacy import mask
from survey_app.rectification.deadlines import colour
from survey_app.rectification.finding import LONGEST_LINE, LONGEST_TEXT
from survey_app.rectification.workflow import DUE

Kind = Literal["text", "word", "date", "number"]
Cell = str | int | date
Row = Mapping[str, Any]
Said = Callable[[Row, "AsOf"], Cell]
SEPARATOR = "、"


@dataclass(frozen=True, slots=True)
class AsOf:
    """As of when a ledger is drawn up: the day, which days are worked on, and where days are counted."""

    today: date
    calendar: Calendar
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its Chinese heading, what may stand in it, and where it comes from (``said``).

    A ``word`` is one of a vocabulary. ``takes`` is the fact that may come back in a file, up to ``longest``
    characters; ``asked`` is a column that stands empty, and only in files, to be filled.
    """

    key: str
    heading: str
    said: Said
    kind: Kind = "text"
    takes: str = ""
    longest: int = LONGEST_TEXT
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """One way of seeing the ledger: its name in an address, its title, and its columns."""

    name: str
    title: str
    keys: tuple[str, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of its files."""
        return tuple(BY_KEY[key] for key in self.keys)

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns of its screen."""
        return tuple(column for column in self.columns if not column.asked)


def colour_of(row: Row, asof: AsOf) -> str:
    """Return the code of the colour that the limit of a problem has come to; nothing where none counts."""
    if row["deadline_on"] is None or row["state"] not in DUE:
        return ""
    return colour(date.fromisoformat(row["deadline_on"]), asof.today, asof.calendar)


def _text(key: str) -> Said:
    return lambda row, _asof: mask(row[key] or "")


def _word(key: str, words: Mapping[str, str]) -> Said:
    return lambda row, _asof: words.get(row[key] or "", row[key] or "")


def _day(key: str) -> Said:
    return lambda row, _asof: date.fromisoformat(row[key]) if row[key] else ""


def _local_day(key: str) -> Said:
    def said(row: Row, asof: AsOf) -> Cell:
        return datetime.fromisoformat(row[key]).astimezone(asof.zone).date() if row[key] else ""

    return said


def _several(key: str) -> Said:
    return lambda row, _asof: SEPARATOR.join(row[key])


def _place(row: Row, _asof: AsOf) -> Cell:
    return mask(row["place"] or row["hall_name"] or "")


def _category(row: Row, _asof: AsOf) -> Cell:
    return f"{row['category']} {row['category_name'] or ''}".strip() if row["category"] else ""


def _colour(row: Row, asof: AsOf) -> Cell:
    return LIMIT_COLOURS.get(colour_of(row, asof), "")


def _evidence(row: Row, _asof: AsOf) -> Cell:
    photos = f"（照片 {row['photos']} 张）" if row["photos"] else ""
    return mask(row["answer"]) + photos


def _nothing(_row: Row, _asof: AsOf) -> Cell:
    return ""


COLUMNS: Final = (
    Column("number", gettext("编号"), _text("number")),
    Column("text", gettext("问题"), _text("text")),
    Column("source", gettext("来源"), _word("source", FINDING_SOURCES), "word"),
    Column("found_by", gettext("发现人"), _text("finder_post")),
    Column("found_on", gettext("发现时间"), _day("found_on"), "date"),
    Column("place", gettext("地点"), _place),
    Column("matter", gettext("事项"), _text("matter_name")),
    Column("category", gettext("分类"), _category),
    Column("severity", gettext("严重程度"), _word("severity", SEVERITIES), "word"),
    Column("items", gettext("改革事项"), _several("items")),
    Column("state", gettext("状态"), _word("state", FINDING_STATES), "word"),
    Column("colour", gettext("颜色"), _colour, "word"),
    Column("lead_post", gettext("牵头领导"), _text("lead_post")),
    Column("unit", gettext("责任单位"), _text("unit_name")),
    Column("owner", gettext("责任人"), _text("owner"), takes="owner", longest=LONGEST_LINE),
    Column("supporting", gettext("配合单位"), _several("supporting")),
    Column("measure", gettext("措施"), _text("measure"), takes="measure"),
    Column("deadline_on", gettext("时限"), _day("deadline_on"), "date"),
    Column("until", gettext("新时限"), _nothing, "date", takes="until", asked=True),
    Column("reason", gettext("改时限的理由"), _nothing, takes="reason", asked=True),
    Column("progress", gettext("进展"), _text("progress"), takes="progress"),
    Column("evidence", gettext("佐证"), _evidence),
    Column("fed_back_on", gettext("完成日期"), _local_day("fed_back_at"), "date"),
    Column("reworks", gettext("发回次数"), lambda row, _asof: row["reworks"], "number"),
    Column("verifier", gettext("核验人"), _text("verifier_post")),
    Column("followed_up", gettext("回访结果"), _word("followed_up", FOLLOW_UP_RESULTS), "word"),
    Column("closed_on", gettext("销号日期"), _day("closed_on"), "date"),
)
BY_KEY: Final[Mapping[str, Column]] = {column.key: column for column in COLUMNS}

LEDGER: Final = Listing("all", gettext("台账"), tuple(BY_KEY))
LISTS: Final[Mapping[str, Listing]] = {listing.name: listing for listing in (
    LEDGER,
    Listing("problems", gettext("问题清单"), (
        "number", "text", "source", "found_by", "found_on", "place", "matter", "category",
    )),
    Listing("duties", gettext("责任清单"), ("number", "text", "lead_post", "unit", "owner", "supporting")),
    Listing("repairs", gettext("整改清单"), (
        "number", "text", "measure", "deadline_on", "until", "reason", "progress", "evidence", "fed_back_on",
        "verifier", "closed_on",
    )),
)}  # fmt: skip


def draw_up(listing: Listing, row: Row, asof: AsOf) -> list[Cell]:
    """Return the cells of one problem (a row of ``ledger_rows.list_rows``), in the order of the columns."""
    return [column.said(row, asof) for column in listing.columns]
