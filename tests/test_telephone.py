"""The phone takes the telephone numbers that the server takes, and dials what they say."""

import json
import subprocess
from pathlib import Path

import pytest

from survey_app.catalog.phones import is_number
from tests.test_client import NODE

MODULE = Path(__file__).parents[1] / "survey_app" / "static" / "js" / "telephone.js"
READ = """const {isNumber, link} = await import(process.argv[1]);
console.log(JSON.stringify(JSON.parse(process.argv[2]).map((text) => [isNumber(text), link(text)])));"""


@pytest.fixture(scope="module")
def on_phone() -> dict[str, tuple[bool, str]]:
    """What the phone says of each text: whether it is a number, and what it dials."""
    program: list[str | Path] = [NODE, "--input-type=module", "-e", READ, MODULE, json.dumps(list(DIALLED))]
    said = subprocess.run(program, capture_output=True, text=True, check=True)
    return dict(zip(DIALLED, map(tuple, json.loads(said.stdout)), strict=True))


DIALLED = {
    "12345": "tel:12345",
    "0571-0000 0001": "tel:057100000001",
    "（0571）0000-0001": "tel:057100000001",
    "＋86 571 0000 0001": "tel:+8657100000001",
    "0571-00000001转8001": "tel:057100000001,8001",
    "0571-00000001 转 8001": "tel:057100000001,8001",
    "0571 00000001 ext. 12": "tel:057100000001,12",
    "0571 00000001 EXT12": "tel:057100000001,12",
    "0571-00000001-8001": "tel:057100000001,8001",
    "(010) 0000 0001": "tel:01000000001",
    "（010）00000001-12": "tel:01000000001,12",
    "400-000-0001": "tel:4000000001",
    "+86-571-00000001": "tel:+8657100000001",
    "00000001/2": "tel:00000001",  # of an old register: the first line that it names
    "12": "",
    "": "",
    "没有": "",
    "转8001": "tel:8001",
    "00000001转": "tel:00000001",
    "00000001转1234567": "tel:00000001",
}


@pytest.mark.parametrize("text", DIALLED)
def test_the_phone_and_the_server_take_the_same_numbers(
    text: str, on_phone: dict[str, tuple[bool, str]]
) -> None:
    assert on_phone[text][0] is is_number(text)


@pytest.mark.parametrize(("text", "dialled"), DIALLED.items())
def test_an_extension_is_dialled_after_a_pause_not_as_part_of_the_line(
    text: str, dialled: str, on_phone: dict[str, tuple[bool, str]]
) -> None:
    assert on_phone[text][1] == dialled
