"""How long a page of a briefing takes, against a blank page printed in the same run."""

from __future__ import annotations

import time
from datetime import date, timedelta

from survey_app.digests import press
from survey_app.digests.compile import Pick
from survey_app.digests.figures import Coverage, Period, Record
from survey_app.digests.page import Page, lay_out
from survey_app.digests.weekly import draft
from survey_app.digests.work import Source
from survey_app.printing.render import Sheet, print_sheet

FIRST = date(2017, 6, 1)
SIZES = (12, 200)  # records: a usual briefing, and a large one
BLANK = Sheet('<!doctype html><html lang="zh-CN"><title>空白</title><body>空</body></html>', "")


def measure_pdf() -> list[tuple[str, str]]:
    """Print a blank page and briefings of several sizes, and return (label, figure) rows; inside an app."""
    blank, _pages = _time(BLANK)
    rows = [("PDF: a blank page, process and all", f"{blank:.2f} s")]
    for size in SIZES:
        seconds, pages = _time(press.sheet_of(briefing(size)))
        each = (seconds - blank) / pages
        rows.append((f"PDF: {size} records, {pages} pages", f"{seconds:.2f} s, {each:.3f} s/page over blank"))
    return rows


def _time(sheet: Sheet) -> tuple[float, int]:
    started = time.perf_counter()
    printed = print_sheet(sheet)
    return time.perf_counter() - started, printed.pages


def briefing(size: int) -> Page:
    """Return the draft of a briefing on so many made-up records."""
    records = [_record(number) for number in range(1, size + 1)]
    period = Period(FIRST, FIRST + timedelta(days=11))
    source = Source(period, tuple(records), Coverage(halls=20, units=10, reform_items=23), period.last)
    body = draft(source, [Pick(record) for record in records])
    return Page(
        series="办事体验简报",
        number=1,
        issued_on=period.last,
        issuer="改革办",
        title_1=f"{period}办事体验情况",
        title_2="",
        blocks=lay_out(body, {}),
        contributor="",
        report_to="",
        send_to="",
        copies=None,
        is_draft=True,
    )


def _record(number: int) -> Record:
    kinds = ("blockage", "difficulty", "good_practice", "suggestion")
    return Record(
        id=str(number),
        n=number,
        made_on=FIRST + timedelta(days=number % 12),
        method=("see", "handle", "ask")[number % 3],
        kind=kinds[number % len(kinds)],
        text=f"第{number}次到窗口，取号后等了{number % 50 + 5}分钟，材料清单和网上的对不上，回去补了一趟。"
        * 2,
        quote="请了半天假来的，还是没有办成。" if number % 4 == 0 else "",
        category=("咨询告知", "时间排队", "材料证明")[number % 3],
        hall=f"第{number % 20 + 1}办事大厅",
        unit=f"第{number % 10 + 1}单位",
    )
