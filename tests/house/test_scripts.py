"""Scripts are served as they are in git, minus the lines that are only comments."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from survey_app.comments import without_comments
from survey_app.shell import STATIC, asset

NODE = Path(sys.executable).with_name("node")
SCRIPTS = sorted([*(STATIC / "js").glob("*.js"), STATIC / "sw.js"])
named = pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)


@named
def test_a_served_script_is_its_source_line_by_line_and_still_a_script(path: Path, tmp_path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    served = without_comments(source)
    before, after = source.split("\n"), served.split("\n")
    assert len(after) == len(before), "an error's line must be the line in git"
    assert all(kept in ("", line) for line, kept in zip(before, after, strict=True))
    module = tmp_path / f"{path.stem}.mjs"
    module.write_text(served, encoding="utf-8")
    assert subprocess.run([NODE, "--check", module], capture_output=True, check=False).stderr == b""


@named
def test_no_text_of_a_script_reaches_over_a_line_where_it_could_look_like_a_comment(path: Path) -> None:
    for number, line in enumerate(without_comments(path.read_text(encoding="utf-8")).split("\n"), 1):
        place = f"{path.name}:{number}"
        assert line.count("`") % 2 == 0, f"{place}: a template literal must end on its line"
        assert not line.endswith("\\"), f"{place}: a string must end on its line"
        assert line.count("/*") == line.count("*/"), f"{place}: a block comment with code beside it"


def test_only_whole_lines_of_comment_are_left_out() -> None:
    script = (
        "/** a\n * b\n */\nconst at = 'https://x'; // why\n  // c\n  /** @type {X} */ (y).z();\n/** d */\n"
    )
    assert without_comments(script) == (
        "\n\n\nconst at = 'https://x'; // why\n\n  /** @type {X} */ (y).z();\n\n"
    )


def test_no_comment_line_goes_over_the_line(app: Flask) -> None:
    with app.test_request_context():
        script, client = asset("js/sync.js"), app.test_client()
    for path in (script, "/sw.js"):
        lines = [line.strip() for line in client.get(path).text.split("\n")]
        assert not [line for line in lines if line.startswith(("//", "* ")) or line == "*/"], path
