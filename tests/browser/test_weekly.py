"""The week in figures on paper."""

import io
import unicodedata
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page
from pypdf import PdfReader

from survey_app.store import SQLiteStore
from tests.browser.handset import sign_in_on
from tests.clock import NOON
from tests.problems import DUE, Work
from tests.records import ZONE

UNITS = 24  # more than any bureau has beside its stations


def test_a_week_of_many_units_is_one_sheet_of_paper(
    app: Flask, desk: Page, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    work = Work(app, store, person_id)
    for n in range(UNITS):
        with store.writing() as tx:
            unit = {"id": f"many-{n}", "code": f"N{n}", "name": f"第{n}分局（名字很长的那一个）"}
            tx.insert("units", {**unit, "tier": "branch"})
        work.now = NOON.astimezone(ZONE)
        work.do(work.open(f"第 {n} 个问题"), "assign", unit_id=f"many-{n}", deadline_on=DUE)
    sign_in_on(desk, "office")
    desk.goto("/weekly?week=2017-06-12")
    pages = PdfReader(io.BytesIO(desk.pdf(format="A4"))).pages
    words = unicodedata.normalize("NFKC", pages[0].extract_text()).replace("\n", "")
    assert len(pages) == 1
    assert f"第{UNITS - 1}分局" in words
    assert "没有列出的这一周都是零" in words
    for only_on_screen in ("意见反馈", "收件箱", "起草简报"):
        assert only_on_screen not in words
