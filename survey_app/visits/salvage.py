"""Finds what of a held record could be shown: the office takes that after having seen it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from survey_app.store import Reader
from survey_app.sync.kinds import Op
from survey_app.visits import forms, queries
from survey_app.visits.observation import LONGEST_QUOTE, LONGEST_TEXT, SHAPES, Observation, is_empty

LONGEST = {"text": LONGEST_TEXT, "quote": LONGEST_QUOTE}
# What the form offers first: a record without a method is shown as if nothing had been touched.
DEFAULTS = {name: getattr(forms.ObservationForm, name).kwargs["default"] for name in ("method", "kind")}


def salvage(reader: Reader, op: Op) -> Mapping[str, Any] | None:
    """Return the payload without what cannot be shown, or None where nothing would be left."""
    shaped = {name: value for name, value in op.payload.items()
              if name in SHAPES and SHAPES[name](value)}  # fmt: skip
    for name, most in LONGEST.items():
        shaped[name] = shaped.get(name, "")[:most]
    form = forms.of_payload(shaped, partial(queries.is_known, reader, author_id=op.author_id))
    form.validate()
    kept = DEFAULTS | {name: value for name, value in shaped.items() if name not in form.errors}
    observation = Observation(**{**kept, "reform_item_ids": tuple(kept.get("reform_item_ids", ()))})
    return None if is_empty(observation, len(op.photos)) else observation.payload()
