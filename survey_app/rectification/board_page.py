"""The reform board: how each item stands, by family, as far as somebody wants to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from wtforms import SelectField
from wtforms.fields import SelectChoice

from survey_app import current
from survey_app.catalog import queries as catalog
from survey_app.catalog.tables import DELEGATIONS, OPEN_CHANNELS
from survey_app.catalog.vocabulary import GUIDE_ASPECTS, INDICATORS, ROUTES
from survey_app.catalog.workdays import Calendar
from survey_app.form_fields import Form
from survey_app.i18n import _, _l
from survey_app.rectification import guides, item_problems, promises, requirements, telling
from survey_app.rectification.board import Family, Slots
from survey_app.rectification.item_problems import NONE, Problems
from survey_app.rectification.share import NOTHING
from survey_app.store import Reader, Row

SHOWN = {"": _l("全部"), "open": _l("有没办完的"), "overdue": _l("有超期的"), "empty": _l("待录入的")}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items to show: those of a unit (its id), and those that stand so."""

    unit: str = ""
    show: str = ""


class BoardForm(Form):
    """What somebody wants to see of the board; what is not understood does not count."""

    class Meta:
        csrf = False

    unit = SelectField(_l("责任单位"), validate_choice=False)
    show = SelectField(
        _l("看哪些"), choices=[SelectChoice(one, word) for one, word in SHOWN.items()], validate_choice=False
    )

    def offer(self, units: list[Row]) -> None:
        """Fill the choices that come from the catalogue."""
        named = (SelectChoice(row["id"], row["name"]) for row in units)
        self.unit.choices = [SelectChoice("", SHOWN[""]), *named]

    def wanted(self) -> Wanted:
        """Return what was understood."""
        return Wanted(self.unit.data or "", self.show.data if self.show.data in SHOWN else "")


def show(families: list[Family], wanted: Wanted) -> dict[str, Any]:
    """Return what the page says of the families: their items with ``problems``, ``due`` and ``figures``."""
    store = current.store()
    problems = item_problems.count_by_item(store, current.today())
    figures, calendar = _figures(store), catalog.get_calendar(store)
    stood = [replace(family, lines=tuple(_stand(line, problems, figures, calendar) for line in family.lines))
             for family in families]  # fmt: skip
    shown = [replace(one, lines=tuple(line for line in one.lines if fits(line, wanted))) for one in stood]
    groups = {family.code: group(family) for family in shown}
    return {"families": shown, "groups": groups, "narrowed": wanted != Wanted()}


def group(family: Family) -> list[tuple[str, list[Row | Slots]]]:
    """Return a family's lines under their headings: measures by how far people still have to go."""
    if family.code != "measure":
        return [("", list(family.lines))]
    by_route: dict[str, list[Row | Slots]] = {route: [] for route in (*ROUTES, "")}
    for line in family.lines:
        by_route["" if isinstance(line, Slots) else line["route"] or ""].append(line)
    return [
        (_(ROUTES[route]) if route else _("还没分类"), lines) for route, lines in by_route.items() if lines
    ]


def _stand(
    line: Row | Slots, problems: Mapping[str, Problems], figures: Mapping[str, Any], calendar: Calendar
) -> Row | Slots:
    if isinstance(line, Slots):
        return line
    counted = problems.get(line["id"], NONE)
    return {**line, "problems": counted, "due": due(line, counted, calendar), "figures": _said(line, figures)}


def due(item: Row, problems: Problems, calendar: Calendar) -> telling.Due | None:
    """Return how the date of an item stands; None where none is fixed, or it passed with nothing open."""
    day, today = item["deadline_on"], current.today()
    if day is None or (day < today.isoformat() and not problems.open):
        return None
    return telling.limit(day, today, calendar)


def fits(line: Row | Slots, wanted: Wanted) -> bool:
    """Tell whether a line is among what is wanted."""
    if isinstance(line, Slots):
        return not wanted.unit and wanted.show in ("", "empty")
    if wanted.unit and line["unit_id"] != wanted.unit:
        return False
    found: Problems = line["problems"]
    return {"": True, "open": found.open > 0, "overdue": found.overdue > 0, "empty": False}[wanted.show]


def _figures(reader: Reader) -> dict[str, Any]:
    """Return all that is counted: by indicator, by matter, and by item what was handed down and opened."""
    heard = {"phone": requirements.count_calls, "told_once": requirements.count_told_once}
    return {
        **{one: [(_(INDICATORS[one]), sum(count(reader).values(), NOTHING))] for one, count in heard.items()},
        "guide": [(_(word), guides.count_register(reader, one)) for one, word in GUIDE_ASPECTS.items()],
        "kept": promises.count_kept(reader),
        "delegations": catalog.list_rows(reader, DELEGATIONS),
        "channels": catalog.list_rows(reader, OPEN_CHANNELS),
    }


def _said(item: Row, figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what an item is measured by, as words and their figures."""
    if item["indicator"]:
        return [(word, str(share)) for word, share in figures[item["indicator"]]]
    if item["family"] == "matter" and item["matter_id"]:
        return [(_("没有多跑"), str(figures["kept"].get(item["matter_id"], NOTHING)))]
    names = ((_("下放"), "delegations"), (_("渠道"), "channels"))
    counts = [(word, sum(row["reform_item_id"] == item["id"] for row in figures[key])) for word, key in names]
    return [(word, str(n)) for word, n in counts if n]
