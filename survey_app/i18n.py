"""Two languages: Chinese as it is written in the code, English from ``translations/en/*.po``."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from flask import Flask, has_request_context, request
from markupsafe import escape

from survey_app import current

TRANSLATIONS = Path(__file__).parent / "translations"
LANGUAGES = {"zh": "中文", "en": "English"}
HTML_LANG = {"zh": "zh-CN", "en": "en"}


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return every translation into ``language``, by its Chinese text."""
    texts: dict[str, str] = {}
    for path in sorted((TRANSLATIONS / language).glob("*.po")):
        with path.open("rb") as file:
            messages = read_po(file, abort_invalid=True)
        texts |= {str(m.id): str(m.string) for m in messages if m.id and m.string}
    return texts


def language() -> str:
    """Return the language of this request: ``zh`` unless the person chose ``en``."""
    if has_request_context() and request.cookies.get("language") == "en":
        return "en"
    return "zh"


def _(text: str, **params: Any) -> str:
    """Return ``text`` (Chinese) in the language of this request, its ``%(name)s`` filled in."""
    if language() != "zh":
        text = catalogue(language()).get(text, text)
    return text % params if params else text


class Lazy:
    """A text that is translated when it is shown, not when the form class is read."""

    def __init__(self, text: str, **params: Any) -> None:
        self._text = text
        self._params = params

    def __str__(self) -> str:
        return _(self._text, **self._params)

    def __html__(self) -> str:
        return str(escape(str(self)))

    def __mod__(self, params: Any) -> str:
        return f"{str(self) % params}"

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self._text)


_l: Callable[..., Any] = Lazy


def local(instant: str | datetime) -> datetime:
    """Return an instant (or its database text) in the zone where the product is used."""
    moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(current.config().time_zone)


def format_time(instant: str | datetime) -> str:
    """Return an instant as a person reads it: ``6月12日 09:05`` (the year when it is not this one)."""
    moment = local(instant)
    return f"{format_day(moment.date())} {moment:%H:%M}"


def format_day(day: str | date) -> str:
    """Return a date as a person reads it: ``6月12日``, ``2017年6月12日``."""
    value = date.fromisoformat(day) if isinstance(day, str) else day
    this_year = value.year == current.today().year
    if language() == "en":
        return f"{value:%b} {value.day}" + ("" if this_year else f", {value.year}")
    return ("" if this_year else f"{value.year}年") + f"{value.month}月{value.day}日"


def format_weekday(day: str | date) -> str:
    """Return a date with its day of the week: ``6月12日 周一``."""
    value = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{format_day(value)} {weekday(value)}"


def weekday(day: date) -> str:
    """Return a date's day of the week: ``周一``."""
    return f"{day:%a}" if language() == "en" else "周" + "一二三四五六日"[day.weekday()]


def init_app(app: Flask) -> None:
    """Give templates the translator and the ways to write dates."""
    app.jinja_env.globals["_"] = _
    app.jinja_env.filters["time"] = format_time
    app.jinja_env.filters["day"] = format_day
    app.jinja_env.filters["weekday"] = format_weekday
    app.context_processor(
        lambda: {"language": language(), "html_lang": HTML_LANG[language()], "languages": LANGUAGES}
    )
