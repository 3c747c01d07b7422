"""Instants as the database keeps them: UTC, ISO 8601, milliseconds, sortable as text."""

from datetime import UTC, datetime


def to_text(instant: datetime) -> str:
    """Return an aware instant as ``2017-06-12T01:02:03.004Z``."""
    utc = instant.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"


def from_text(text: str) -> datetime:
    """Read an ISO 8601 instant; raise ValueError for anything without a zone."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a zone: {text}")
    return instant.astimezone(UTC)
