"""Why something is suggested, as sentences that a person reads and can check."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from survey_app.i18n import _, format_day
from survey_app.rectification.duplicates import Duplicate
from survey_app.rectification.matching import Reason, Suggestion

READ = ("words", "title")


def of_category(suggestion: Suggestion) -> str:
    """Return why a category is suggested."""
    return _("；").join(_category_reason(why) for why in suggestion.reasons)


def of_item(suggestion: Suggestion) -> str:
    """Return why a reform item is suggested."""
    read = [word for why in suggestion.reasons if why.what in READ for word in why.words]
    whole = [word for word in read if not any(word != other and word in other for other in read)]
    parts = [_read(whole)] if whole else []
    parts += [_item_reason(why) for why in suggestion.reasons if why.what not in READ]
    return _("；").join(parts)


def of_duplicate(duplicate: Duplicate) -> str:
    """Return why a record may tell of the same thing: ``同一派出所，3 天内，相似 0.71``."""
    places = {
        "counter": _("同一窗口"),
        "station": _("同一派出所"),
        "hall": _("同一大厅"),
        "unit": _("同一单位"),
        "": _("不在一处，字句几乎一样"),
    }
    parts = [places[duplicate.place]]
    parts += [_("同一事项")] if duplicate.same_matter else []
    parts += [_("%(n)s 天内", n=duplicate.days) if duplicate.days else _("同一天")]
    return _("，").join([*parts, like(duplicate.like)])


def like(likeness: float) -> str:
    """Return how alike two records are."""
    return _("相似 %(like)s", like=f"{likeness:.2f}")


def half_day(day: date, morning: bool, today: date) -> str:
    """Return the half of a day as a person says it."""
    if day == today:
        return _("今天上午") if morning else _("今天下午")
    said = format_day(day)
    return _("%(day)s上午", day=said) if morning else _("%(day)s下午", day=said)


def _category_reason(why: Reason) -> str:
    if why.what in READ:
        return _read(why.words)
    return _("最像的 %(of)s 条里，%(n)s 条定了这一类（%(like)s）", of=why.of, n=why.n, like=like(why.like))


def _item_reason(why: Reason) -> str:
    if why.what == "matter":
        return _("办的就是这一项")
    if why.what == "category":
        return _("这一类研判过 %(of)s 条，%(n)s 条对应它", of=why.of, n=why.n)
    if why.what == "checklist":
        return _("看现场清单里，这一类对应它")
    return _("最像的 %(of)s 条里，%(n)s 条对应它（%(like)s）", of=why.of, n=why.n, like=like(why.like))


def _read(words: Iterable[str]) -> str:
    return _("写到“%(words)s”", words=_("、").join(dict.fromkeys(words)))
