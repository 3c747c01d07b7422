"""The process that turns one HTML text into one PDF: run by render.py, never imported by the app.

It knows nothing of the product: a job comes in on stdin as JSON, the answer goes out on stdout as one line
of JSON and, where it went well, the bytes of the PDF.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import logging
import os
import re
import resource
import sys
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

REFUSED_EVENTS = ("socket.", "subprocess.", "ftplib.", "http.", "smtplib.", "telnetlib.", "urllib.")
REFUSED_CALLS = {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn"}
STATUS = "/proc/self/status"
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Bound what this process may use: its address space and its processor time."""
    for kind, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def close() -> None:
    """From here on nothing is written but the answer, and nothing outside the installation is read."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(_guard)


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse connections, processes, and every file that is not part of the installation."""
    if event.startswith(REFUSED_EVENTS) or event in REFUSED_CALLS:
        raise PermissionError(f"refused: {event}")
    if event == "open":
        path, _mode, flags = arguments
        inside = isinstance(path, str) and path.startswith((sys.prefix, sys.base_prefix, STATUS))
        if flags & WRITING or not inside:
            raise PermissionError(f"refused: open {path!r}")


def _is_full() -> bool:
    """Tell whether memory ran out: C code then fails in ways of its own, not only by MemoryError."""
    with open(STATUS) as file:  # noqa: PTH123  Path would need more memory
        peak = next(int(line.split()[1]) for line in file if line.startswith("VmPeak"))
    return peak * 1024 > 0.9 * resource.getrlimit(resource.RLIMIT_AS)[0]


class _Log(logging.Handler):
    """Keeps what WeasyPrint would have said, because a page that needed a warning is not printed."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class _Pages(logging.Handler):
    """Tells the number of each page as it is laid out."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(logging.INFO)
        self.descriptor = descriptor

    def emit(self, record: logging.LogRecord) -> None:
        if match := re.search(r"Page (\d+)$", record.getMessage()):
            os.write(self.descriptor, match[1].encode() + b"\n")


def _fetcher(photos: dict[str, str], refused: list[str]) -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class ClosedFetcher(URLFetcher):
        """Gives out the photos that came with the job, and nothing else at all."""

        def fetch(self, url: str, _headers: Any = None) -> Any:
            """Return a photo of the job; raise FatalURLFetchingError for any other address."""
            scheme, _, name = url.partition(":")
            if scheme != "photo" or name not in photos:
                refused.append(url)  # remembered, because drawing an SVG swallows every exception
                raise FatalURLFetchingError(url)
            return URLFetcherResponse(url, base64.b64decode(photos[name]), {"Content-Type": "image/jpeg"})

    return ClosedFetcher(allowed_protocols=())


def _drawn(fonts: list[Any]) -> dict[str, str]:
    """Return the characters that each family drew: the regular and the bold font of one count together."""
    drawn: dict[str, set[str]] = {}
    for font in fonts:
        drawn.setdefault(font.family, set()).update(*font.to_unicode.values())
    return {family: "".join(sorted(drawn[family])) for family in sorted(drawn)}


def _attachment(one: dict[str, str]) -> Any:
    from weasyprint import Attachment

    made = datetime.fromisoformat(one["made_on"])  # told, for the present instant would change the bytes
    return Attachment(
        file_obj=BytesIO(base64.b64decode(one["data"])),
        name=one["name"],
        description=one["description"],
        created=made,
        modified=made,
    )


def _relate(_document: Any, pdf: Any) -> None:
    """Say of each attached file what it is to the pages, which WeasyPrint does for PDF/A alone.

    Its names are written as text, where WeasyPrint has UTF-8 bytes that a reader takes for Latin letters.
    """
    specs: list[Any] = [
        one for one in pdf.objects if isinstance(one, dict) and one.get("Type") == "/Filespec"
    ]
    if not specs:
        return
    for spec in specs:
        spec["AFRelationship"] = "/Data"
        spec["F"] = spec["UF"]
    names = pdf.objects[int(pdf.catalog["Names"]["EmbeddedFiles"].split()[0])]
    names["Names"] = type(names["Names"])(part for spec in specs for part in (spec["UF"], spec.reference))
    pdf.catalog["AF"] = type(names["Names"])(spec.reference for spec in specs)


def _print(job: dict[str, Any], log: _Log, refused: list[str]) -> tuple[dict[str, Any], bytes]:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fetcher, fonts = _fetcher(job["photos"], refused), FontConfiguration()
    css = CSS(string=job["css"], url_fetcher=fetcher, font_config=fonts)
    # Given twice, for the layout decides how many pixels of a photo are kept and the writer how it is tagged.
    options = {
        "pdf_variant": "pdf/ua-1",
        "pdf_tags": True,
        "dpi": job["dpi"],
        "jpeg_quality": 82,
        "attachments": [
            _attachment(one) for one in sorted(job["attachments"], key=lambda one: str(one["name"]))
        ],
    }
    html = HTML(string=job["html"], url_fetcher=fetcher)
    document = html.render(font_config=fonts, stylesheets=[css], **options)
    identifier = bytes.fromhex(job["identifier"])
    pdf = document.write_pdf(pdf_identifier=identifier, finisher=_relate, **options)
    used = [font for font in document.fonts.values() if font.to_unicode]
    answer = {
        "pages": len(document.pages),
        "fonts": _drawn(used),
        "missing": sorted({chr(code) for font in used for code in font.missing}),
        "log": log.lines,
    }
    return answer, pdf


def _neighbour(name: str) -> Any:
    """Load a neighbour by its path, under its name in the product, of which nothing else is imported."""
    spec = importlib.util.spec_from_file_location(
        f"survey_app.printing.{name}", Path(__file__).with_name(f"{name}.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _answer(job: dict[str, Any], log: _Log) -> tuple[dict[str, Any], bytes]:
    from weasyprint.urls import FatalURLFetchingError

    _neighbour("lines")
    _neighbour("justify").install()
    close()
    refused: list[str] = []
    try:
        answer, pdf = _print(job, log, refused)
    except FatalURLFetchingError:
        return {"refused": refused}, b""
    except Exception:
        if _is_full():
            return {"exhausted": "memory"}, b""
        raise
    return ({"refused": refused}, b"") if refused else (answer, pdf)


def main(write: Callable[[bytes], Any] = sys.stdout.buffer.write) -> None:
    """Read a job, print it, and write the answer."""
    limit(int(sys.argv[1]), int(sys.argv[2]))
    log = _Log()
    for name in ("weasyprint", "fontTools", "py.warnings"):
        logging.getLogger(name).addHandler(log)
    logging.captureWarnings(capture=True)
    progress = logging.getLogger("weasyprint.progress")
    progress.setLevel(logging.INFO)
    progress.addHandler(_Pages(int(sys.argv[3])))
    answer, pdf = _answer(json.load(sys.stdin), log)
    write(json.dumps(answer).encode() + b"\n" + pdf)


if __name__ == "__main__":
    main()
