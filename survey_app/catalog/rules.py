"""What may not become of an entry, beyond what a column alone can say. Pure.

Each rule yields the key of a column and what to do about it; ``before`` is None where the entry is new.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from survey_app.catalog.texts import gettext
from survey_app.catalog.vocabulary import GUIDE_ASPECTS

Value = str | int | None
Refusals = Iterator[tuple[str, str]]
WHY = ("deadline_reason", "deadline_by")


def fixed_date(before: Mapping[str, Value] | None, after: Mapping[str, Value]) -> Refusals:
    """Let a date that was once fixed move only with a reason of its own and the word of who decided it."""
    if before is None:
        return
    if after["deadline_on"] == before["deadline_on"]:
        for key in WHY:
            if after[key] != before[key]:
                yield key, gettext("完成时限没有改，这一格不能单独改。要改期，请写上新的日期。")
        return
    if before["deadline_on"] is None and not before["deadline_reason"]:
        return  # fixed for the first time
    if not after["deadline_reason"]:
        yield "deadline_on", gettext("定了的日期不能悄悄改。请写上改期原因，和谁定的改期。")
    elif after["deadline_reason"] == before["deadline_reason"]:
        yield "deadline_reason", gettext("这是上一次改期的原因。请写这一次为什么改。")
    elif not after["deadline_by"]:
        yield "deadline_by", gettext("请写上谁定的改期（写职务，不写姓名）。")


def dated_amount(_before: Mapping[str, Value] | None, after: Mapping[str, Value]) -> Refusals:
    """Take a delegation's number only with what it counts and the day it was true on."""
    if after["amount"] is None:
        return
    if not after["measure"]:
        yield "measure", gettext("写了多少，也请写上数的是什么。")
    if not after["as_of_on"]:
        yield "as_of_on", gettext("写了多少，也请写上截至哪天。")


def belongs_somewhere(_before: Mapping[str, Value] | None, after: Mapping[str, Value]) -> Refusals:
    """Let a channel belong to a matter or a reform item, or to both."""
    if not after["matter_id"] and not after["reform_item_id"]:
        yield "matter_id", gettext("请写上它属于哪件事项，或哪项改革。")


def checked_by_somebody(_before: Mapping[str, Value] | None, after: Mapping[str, Value]) -> Refusals:
    """Believe what is said of a guide only with who looked and when."""
    if any(after[aspect] for aspect in GUIDE_ASPECTS):
        for key in ("checked_post", "checked_on"):
            if not after[key]:
                yield key, gettext("写了看到的，也请写上谁看的、哪天看的。")
