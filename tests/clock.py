"""The clock of the app under test."""

from datetime import UTC, datetime

NOON = datetime(2017, 6, 12, 4, 0, tzinfo=UTC)  # 12:00 in Hangzhou


class Clock:
    """A clock that a test sets: ``clock.now = …``."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now
