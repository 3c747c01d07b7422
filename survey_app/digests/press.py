"""From a briefing in the store to its sheet: the same sheet for the screen, the printer and the archive."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from flask import current_app

from survey_app import current
from survey_app.digests import evidence, prints, queries
from survey_app.digests.compile import printable
from survey_app.digests.figures import Period
from survey_app.digests.length import estimate_pages
from survey_app.digests.page import Page, PhotoNames, lay_out
from survey_app.digests.stages import UNSIGNED
from survey_app.i18n import _
from survey_app.printing.fonts import style_sheet
from survey_app.printing.render import Attachment, Printed, RenderError, Sheet, print_sheet, write_file
from survey_app.store import Row

log = logging.getLogger(__name__)

LONGEST_TITLE_IN_NAME = 40  # characters, each up to three bytes of the 255 that a file name may have
NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f\\/:*?"<>|\s]+')


def page_of(digest: Row, photos: PhotoNames) -> Page:
    """Return a row of ``digests`` as it is printed; ``photos`` are those of its picked records."""
    texts = {
        name: printable(digest[name] or "")
        for name in ("series", "issuer", "title_1", "title_2", "contributor", "report_to", "send_to")
    }
    return Page(
        **texts,
        number=digest["number"],
        issued_on=date.fromisoformat(digest["issued_on"]),
        blocks=lay_out(digest["body"], photos),
        copies=digest["copies"],
        is_draft=digest["state"] in UNSIGNED,
        corrects=_corrects(digest),
    )


def _corrects(digest: Row) -> str:
    """Return which number a briefing corrects, with the year where it is another; nothing where none."""
    number, year = digest.get("corrected_number"), digest.get("corrected_year")
    if number is None:
        return ""
    return f"更正{'' if digest['issued_on'].startswith(str(year)) else f'{year}年'}第{number}期"


def write_html(page: Page, photo_url: Callable[[str], str], stylesheet: str = "") -> str:
    """Return the sheet as HTML: for the printer, or for a screen where a style sheet's address is given."""
    template = current_app.jinja_env.get_template("digests/print/sheet.html")
    return template.render(sheet=page, photo_url=photo_url, stylesheet=stylesheet)


def sheet_of(page: Page, attachments: tuple[Attachment, ...] = ()) -> Sheet:
    """Return the sheet with everything that it needs to be printed."""
    html = write_html(page, lambda name: f"photo:{name}")
    return Sheet(html, style_sheet(), read_photos(page.photo_names), attachments)


def sheet_for(digest: Row) -> Sheet:
    """Return the sheet of a briefing as it stands in the store, with the records that it rests on."""
    page = page_of(digest, queries.picked_photos(current.store(), digest["id"]))
    return sheet_of(page, evidence_of(digest))


def count_pages(digest: Row) -> int:
    """Return about how many pages a briefing has as it stands in the store."""
    return estimate_pages(page_of(digest, queries.picked_photos(current.store(), digest["id"])))


def evidence_of(digest: Row) -> tuple[Attachment, ...]:
    """Return the files that are attached: of an issue those that were frozen, of a draft as they are now."""
    if digest["frozen"]:
        return _thaw_attachments(json.loads(digest["frozen"]))
    store, digest_id = current.store(), digest["id"]
    period = Period(date.fromisoformat(digest["period_from"]), date.fromisoformat(digest["period_to"]))
    return evidence.attachments(
        queries.list_records(store, period),
        queries.list_picks(store, digest_id),
        queries.list_findings_behind(store, digest_id),
        date.fromisoformat(digest["issued_on"]),
    )


def print_digest(digest: Row) -> Printed:
    """Print a briefing as it stands in the store."""
    return print_sheet(sheet_for(digest))


def freeze(sheet: Sheet) -> str:
    """Return a sheet as it is kept for ever: HTML, style and attached tables whole, photos by name."""
    attachments = [
        {**asdict(one), "data": one.data.decode(), "made_on": one.made_on.isoformat()}
        for one in sheet.attachments
    ]
    kept = {"html": sheet.html, "css": sheet.css, "photos": sorted(sheet.photos), "attachments": attachments}
    return json.dumps(kept, ensure_ascii=False)


def thaw(frozen: str) -> Sheet:
    """Return the sheet that was kept."""
    kept = json.loads(frozen)
    return Sheet(kept["html"], kept["css"], read_photos(kept["photos"]), _thaw_attachments(kept))


def _thaw_attachments(kept: Mapping[str, Any]) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(**{**one, "data": one["data"].encode(), "made_on": date.fromisoformat(one["made_on"])})
        for one in kept.get("attachments", ())  # what was issued before there were any has none
    )


def issued_pdf(digest: Row) -> bytes:
    """Return the bytes of an issued briefing; where the file was lost, print the same bytes again.

    Raises RenderError where the fonts or the printing program have changed so that they would differ.
    """
    path = current.config().exports_dir / digest["pdf_name"]
    if path.is_file():
        kept = Printed(path.read_bytes(), 0, {})
        if kept.sha256 == digest["pdf_sha256"]:
            return kept.pdf
    again = print_sheet(thaw(digest["frozen"]))
    if again.sha256 != digest["pdf_sha256"]:
        message = _(
            "这一期的文件不在了，重排的又和签发时不一样。请管理员从备份里找回 %(name)s。",
            name=digest["pdf_name"],
        )
        raise RenderError(message, status=500)
    keep_file(digest["pdf_name"], again.pdf)
    return again.pdf


def keep_file(name: str, pdf: bytes) -> None:
    """Put an issued PDF into the folder of exports; where that cannot be written, say so in the log.

    The file is a copy: what was issued is in the database and is printed from there whenever it is missing.
    """
    try:
        write_file(current.config().exports_dir / name, pdf)
    except OSError as error:
        log.error("cannot write %s into the folder of exports: %s", name, error)


def file_name(digest: Row | Mapping[str, object]) -> str:
    """Return a briefing's file name: ``2017-办事体验简报第3期-标题.pdf``, safe on every disk."""
    title = f"{digest['title_1']}{digest['title_2']}"[:LONGEST_TITLE_IN_NAME]
    name = f"{digest['year']}-{digest['series']}第{digest['number']}期-{title}"
    return safe_name(name)


def safe_name(name: str, suffix: str = ".pdf") -> str:
    """Return a name for a file without what no disk and no header takes."""
    return NOT_IN_A_NAME.sub("_", printable(name)).strip("._-") + suffix


def read_photos(names: list[str] | tuple[str, ...]) -> dict[str, bytes]:
    """Return photos as they are printed, by name; raise RenderError where the file of one is gone."""
    try:
        return {name: prints.read_print(name) for name in names}
    except prints.PhotoGoneError as error:
        message = _("稿里有一张照片的文件不在了。请从正文里删去它，或请管理员从备份里找回。")
        raise RenderError(message) from error
