"""How many of how many: a rate never stands without its N. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """``n`` of ``total``; nothing has been counted where ``total`` is 0."""

    n: int = 0
    total: int = 0

    def __str__(self) -> str:
        return f"{self.n}/{self.total}" if self.total else "—"

    def __add__(self, other: Share) -> Share:
        return Share(self.n + other.n, self.total + other.total)


NOTHING = Share()
