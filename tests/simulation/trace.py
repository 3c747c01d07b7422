"""What happened in a run, a line an event; the same seed writes the same lines, byte for byte."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Trace:
    """Lines with the virtual time; ``short`` names ids so that a person can follow them."""

    clock: Callable[[], float]  # milliseconds
    lines: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    _kinds: dict[str, int] = field(default_factory=dict)

    def note(self, text: str) -> None:
        """Add a line."""
        self.lines.append(f"{self.clock() / 1000:>10.3f}  {text}")

    def call(self, kind: str, identity: str) -> str:
        """Give an id a short name the first time, and return it."""
        if identity not in self.names:
            self._kinds[kind] = self._kinds.get(kind, 0) + 1
            self.names[identity] = f"{kind}{self._kinds[kind]}"
        return self.names[identity]

    def short(self, identity: str | None) -> str:
        """Return the short name of an id."""
        return self.names.get(identity or "", (identity or "-")[:8])

    def digest(self) -> str:
        """Return what tells this run from any other."""
        return hashlib.sha256("\n".join(self.lines).encode()).hexdigest()

    def text(self) -> str:
        """Return all lines."""
        return "\n".join(self.lines)
