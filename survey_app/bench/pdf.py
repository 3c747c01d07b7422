"""How long a briefing takes to become a PDF, the process that prints it started and ended."""

import random
import time
from datetime import date
from typing import Any

from flask import Flask

from survey_app.bench.records import payload
from survey_app.digests import press
from survey_app.digests.compile import numeral
from survey_app.digests.marks import Block, Heading, Paragraph, Quote, write
from survey_app.digests.page import Page, lay_out
from survey_app.printing.render import print_sheet


def measure_pdf(app: Flask, records: int) -> tuple[float, int]:
    """Return seconds and pages of a briefing with this many records, each with a citizen's words."""
    with app.app_context():
        started = time.perf_counter()
        printed = print_sheet(press.sheet_of(_page(records)))
        return time.perf_counter() - started, printed.pages


def _page(records: int) -> Page:
    dice = random.Random(records)  # noqa: S311  not a secret
    blocks = [block for number in range(1, records + 1) for block in _case(number, payload(dice))]
    return Page(
        series="办事体验简报", number=1, issued_on=date(2017, 6, 12), issuer="改革办", title_1="测时用的简报",
        title_2="", blocks=lay_out(write(blocks), {}), contributor="", report_to="", send_to="", copies=None,
        is_draft=False,
    )  # fmt: skip


def _case(number: int, said: dict[str, Any]) -> tuple[Block, ...]:
    heading = Heading(2, f"（{numeral(number)}）第{number}条")
    return heading, Paragraph(said["text"] * 3), Quote(said["quote"], "一位群众")
