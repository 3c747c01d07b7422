"""What belongs to a unit: itself and every unit below it."""

from __future__ import annotations

from survey_app.store import Reader

UNITS_BELOW = """
    with recursive below (id) as (
        values (:value) union select units.id from units join below on units.parent_id = below.id
    ) select id as value from below order by id
"""
"""SQL: a unit and all that are below it at any depth, those out of use too."""


def list_units_below(reader: Reader, unit_id: str) -> list[str]:
    """Return the ids of a unit and of every unit below it."""
    return [row["value"] for row in reader.query(UNITS_BELOW, {"value": unit_id})]
