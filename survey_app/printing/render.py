"""Prints HTML as an A4 PDF in a process of its own: bounded in memory and time, without files or network."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

from survey_app.config import fonts_folder
from survey_app.errors import SurveyError
from survey_app.i18n import _

WORKER = Path(__file__).with_name("render_worker.py")
FONTCONFIG = Path(__file__).with_name("fonts.conf")
PRINT_DPI = 150  # what an office printer shows of a photo
EVERY = 0.5  # seconds between looks at how far a printing is
PIPE = 1 << 16  # bytes that a pipe holds


class RenderError(SurveyError):
    """The sheet could not be printed as it is."""

    status, code = 422, "render_failed"


class ChineseFontMissingError(RenderError):
    """The server has no Chinese font: the page would be full of boxes."""

    status, code = 500, "chinese_font_missing"


class GlyphMissingError(RenderError):
    """Some characters are in none of the server's fonts."""

    code = "glyph_missing"


class ResourceRefusedError(RenderError):
    """The sheet asked for something that did not come with it."""

    code = "resource_refused"


class RenderLimitError(RenderError):
    """Printing would take more memory or time than it may."""

    status, code = 413, "render_limit"


@dataclass(frozen=True)
class Attachment:
    """A file that goes into the PDF beside its pages: the data that they were made from."""

    name: str
    description: str
    data: bytes
    made_on: date


@dataclass(frozen=True)
class Sheet:
    """What is printed: HTML without links, one style sheet, JPEG photos by the name in ``photo:<name>``."""

    html: str
    css: str
    photos: Mapping[str, bytes] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()

    @property
    def identifier(self) -> str:
        """A digest of everything in the sheet: the PDF's identifier, in hexadecimal."""
        parts = [
            self.html,
            self.css,
            *(f"{name}:{_sha256(self.photos[name])}" for name in sorted(self.photos)),
            *(f"{one.name}:{one.description}:{one.made_on}:{_sha256(one.data)}" for one in self.attachments),
        ]
        return _sha256("\0".join(parts).encode())


@dataclass(frozen=True)
class Limits:
    """What one printing may use: ``memory`` in bytes of address space, ``cpu`` and ``wall`` in seconds."""

    memory: int = 2 << 30
    cpu: int = 60
    wall: int = 90


@dataclass(frozen=True)
class Printed:
    """A finished PDF: its bytes, its pages, and the font families in it, each with what it really drew."""

    pdf: bytes
    pages: int
    fonts: Mapping[str, str]

    @property
    def sha256(self) -> str:
        """The digest of the bytes, in hexadecimal."""
        return _sha256(self.pdf)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def print_sheet(
    sheet: Sheet,
    limits: Limits = Limits(),
    fontconfig: Path = FONTCONFIG,
    on_page: Callable[[int], None] | None = None,
) -> Printed:
    """Print the sheet; the same sheet gives the same bytes.

    ``fontconfig`` replaces the product's font configuration; ``on_page`` is told now and then how many pages
    are laid out. Raises ChineseFontMissingError,
    GlyphMissingError, ResourceRefusedError, RenderLimitError, and RenderError for any other warning.
    """
    answer, pdf = _run(_job(sheet), limits, fontconfig, on_page)
    if "refused" in answer:
        message = _(
            "这份简报引用了不在稿里的东西，没有排版：%(what)s", what="；".join(answer["refused"])[:200]
        )
        raise ResourceRefusedError(message)
    if "exhausted" in answer:
        raise _too_large()
    _check_glyphs(answer["missing"])
    if answer["log"]:
        raise RenderError(_("排版时出了问题：%(log)s", log="；".join(answer["log"])[:500]))
    return Printed(pdf, answer["pages"], answer["fonts"])


def write_file(path: Path, data: bytes) -> None:
    """Put the bytes under this name whole or not at all, and on the disk before returning."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _job(sheet: Sheet) -> bytes:
    photos = {name: base64.b64encode(data).decode() for name, data in sheet.photos.items()}
    job = {
        "html": sheet.html,
        "css": sheet.css,
        "photos": photos,
        "attachments": [_packed(one) for one in sheet.attachments],
        "identifier": sheet.identifier,
        "dpi": PRINT_DPI,
    }
    return json.dumps(job).encode()


def _packed(one: Attachment) -> dict[str, str]:
    return {
        "name": one.name,
        "description": one.description,
        "data": base64.b64encode(one.data).decode(),
        "made_on": one.made_on.isoformat(),
    }


def _run(
    job: bytes, limits: Limits, fontconfig: Path, on_page: Callable[[int], None] | None
) -> tuple[dict[str, Any], bytes]:
    # Hash seeds decide the order of sets, and so the bytes of the PDF. Nothing else is inherited.
    environment = {"PYTHONHASHSEED": "0", "FONTCONFIG_FILE": str(fontconfig), "HOME": str(fonts_folder())}
    told, telling = os.pipe()
    os.set_blocking(told, False)
    limited = (str(limits.memory), str(limits.cpu), str(telling))
    command = [sys.executable, "-s", "-P", "-X", "utf8", str(WORKER), *limited]
    with os.fdopen(told, "rb", buffering=0) as pages:
        worker = subprocess.Popen(  # noqa: S603  our own file, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            pass_fds=(telling,),
            cwd="/",
        )
        os.close(telling)
        with worker:
            try:
                out, errors = _wait(worker, job, limits.wall, lambda: _tell(pages, on_page))
            finally:
                worker.kill()  # does nothing to one that has ended
    if worker.returncode < 0 or b"MemoryError" in errors[-2000:]:
        raise _too_large()
    if worker.returncode:
        raise RenderError(_("排版程序没有做完：%(log)s", log=errors.decode(errors="replace")[-500:]))
    head, _newline, pdf = out.partition(b"\n")
    return json.loads(head), pdf


def _wait(
    worker: subprocess.Popen[bytes], job: bytes, wall: float, look: Callable[[], None]
) -> tuple[bytes, bytes]:
    """Hand the job over, look now and then how far it is, and return what the worker wrote."""
    left: bytes | None = job
    until = time.monotonic() + wall
    while True:
        try:
            return worker.communicate(left, timeout=min(EVERY, max(0.0, until - time.monotonic())))
        except subprocess.TimeoutExpired as error:
            left = None  # it is given once; what follows goes on with it
            if time.monotonic() >= until:
                raise _too_large() from error
            look()


def _tell(pages: IO[bytes], on_page: Callable[[int], None] | None) -> None:
    """Read how many pages are laid out; what is not read would fill the pipe and hold the worker up."""
    said = (pages.read(PIPE) or b"").split()
    if said and on_page:
        on_page(int(said[-1]))


def _too_large() -> RenderLimitError:
    return RenderLimitError(_("这份简报太大，在限定的时间和内存里排不完。请少选一些记录或照片，分成几期。"))


def _check_glyphs(missing: list[str]) -> None:
    if any(map(_is_everyday_chinese, missing)):
        raise ChineseFontMissingError(
            _("这台服务器没有中文字体，印出来会是一页方框。请管理员安装 fonts-noto-cjk 后再试。")
        )
    if missing:
        listed = " ".join(f"{character}（U+{ord(character):04X}）" for character in missing[:20])
        raise GlyphMissingError(
            _("这几个字符没有字体能印：%(listed)s。请把它们改掉或删去，再排一次。", listed=listed)
        )


def _is_everyday_chinese(character: str) -> bool:
    """Tell whether every Chinese font has this character, so that lacking it means having no such font."""
    try:
        return character >= "\u4e00" and bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False
