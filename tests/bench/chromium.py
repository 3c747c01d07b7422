"""Seconds of our printer and of Chromium for the same HTML in one run: ``python -m tests.bench.chromium``."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from flask import Flask

from survey_app import create_app
from survey_app.config import Config
from survey_app.digests import press
from survey_app.digests.bench import briefing
from survey_app.printing.fonts import style_sheet
from survey_app.printing.render import Sheet, print_sheet

SIZES = (12, 60, 200)  # records
CHROMIUM = os.environ.get("SURVEY_CHROMIUM", "/usr/bin/chromium")


def compare(app: Flask, records: int) -> tuple[int, float, float]:
    """Return the pages of a briefing, our seconds, and Chromium's."""
    with app.app_context():
        html = press.write_html(briefing(records), lambda name: f"photo:{name}")
    started = time.perf_counter()
    pages = print_sheet(Sheet(html, style_sheet())).pages
    ours = time.perf_counter() - started
    return pages, ours, _chromium(html.replace("</head>", f"<style>{style_sheet()}</style></head>"))


def _chromium(html: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        page, pdf = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(html, encoding="utf-8")
        switches = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
        command = [CHROMIUM, *switches, f"--user-data-dir={folder}/profile", f"--print-to-pdf={pdf}"]
        started = time.perf_counter()
        subprocess.run([*command, page.as_uri()], check=True, capture_output=True, timeout=300)
        seconds = time.perf_counter() - started
        assert pdf.read_bytes().startswith(b"%PDF")
    return seconds


def main() -> None:
    """Print a line a size."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config.from_env({"SURVEY_DATA_DIR": folder}))
        for records in SIZES:
            pages, ours, theirs = compare(app, records)
            print(f"{pages} pages: {ours:.1f} s, Chromium {theirs:.1f} s, ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
