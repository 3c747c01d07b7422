"""The phone hides the same numbers as the server: every case of the server's own tests, read by Node."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from survey_app.privacy import mask
from tests import test_privacy
from tests.test_client import NODE

MASK = Path(test_privacy.__file__).parents[1] / "survey_app" / "static" / "js" / "mask.js"
READ = """const {mask} = await import(process.argv[1]);
console.log(JSON.stringify(JSON.parse(process.argv[2]).map(mask)));"""


def texts() -> Iterator[str]:
    for name, test in vars(test_privacy).items():
        for mark in getattr(test, "pytestmark", []) if name.startswith("test_") else []:
            for case in mark.args[1]:
                yield case[0] if isinstance(case, tuple) else case


def test_the_phone_hides_what_the_server_hides_and_nothing_else() -> None:
    cases = [text for text in texts() if len(text) < 1000]
    assert len(cases) > 60
    program: list[str | Path] = [NODE, "--input-type=module", "-e", READ, MASK, json.dumps(cases)]
    said = subprocess.run(program, capture_output=True, text=True, check=True)
    assert dict(zip(cases, json.loads(said.stdout), strict=True)) == {text: mask(text) for text in cases}
