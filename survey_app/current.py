"""What belongs to the app that is answering now: its settings, its store, its clock, its user."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import cast

from flask import current_app, g

from survey_app.config import Config
from survey_app.permissions import User
from survey_app.store import Store


def config() -> Config:
    """Return the settings."""
    return cast(Config, current_app.extensions["config"])


def store() -> Store:
    """Return the store."""
    return cast(Store, current_app.extensions["store"])


def system_clock() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """Return the present instant in UTC by the app's clock (tests may set another)."""
    return cast(Callable[[], datetime], current_app.extensions["clock"])()


def today() -> date:
    """Return the present day where the product is used."""
    return now().astimezone(config().time_zone).date()


def user() -> User:
    """Return who is signed in; only where the route needs a permission."""
    return cast(User, g.user)
