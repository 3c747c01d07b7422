"""How often one person may call: a queue of thousands drains, a runaway loop does not."""

import threading
from dataclasses import dataclass, field


@dataclass
class Allowance:
    """What each caller may still do: ``burst`` calls at once, ``per_second`` more as time goes by."""

    burst: float = 300
    per_second: float = 20
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, caller: str, at: float) -> float:
        """Use one call at ``at`` (seconds of a clock that only rises); return the seconds to wait."""
        with self._lock:
            left, since = self._left.get(caller, (self.burst, at))
            left = min(self.burst, left + (at - since) * self.per_second)
            if left < 1:
                self._left[caller] = left, at
                return (1 - left) / self.per_second
            self._left[caller] = left - 1, at
            return 0.0
