"""Photos as they are printed: made once to the size that paper shows, and kept beside what was printed."""

from __future__ import annotations

import io

from PIL import Image, UnidentifiedImageError

from survey_app import current
from survey_app.errors import NotFoundError
from survey_app.printing.render import PRINT_DPI, write_file
from survey_app.sync.photos import PhotoStore

WIDEST = round(156 / 25.4 * PRINT_DPI)  # pixels: of the type area
HIGHEST = round(8 * 28.95 / 72 * PRINT_DPI)  # of eight lines, as paper.css has it
QUALITY = 85


class PhotoGoneError(NotFoundError):
    """The file of a photo is gone, or is no picture any more."""


def read_print(name: str) -> bytes:
    """Return a photo as it is printed, a JPEG; raise PhotoGoneError."""
    path = current.config().data_dir / "printed" / "photos" / f"{name}.jpg"
    if not path.is_file():
        write_file(path, _shrunk(name))
    return path.read_bytes()


def _shrunk(name: str) -> bytes:
    out = io.BytesIO()
    try:
        copy = PhotoStore(current.config().photos_dir).read_copy(name, "full")
        with Image.open(io.BytesIO(copy)) as picture:
            picture.draft("RGB", (WIDEST * 2, HIGHEST * 2))  # decodes no more pixels than it needs
            picture.thumbnail((WIDEST, HIGHEST), Image.Resampling.LANCZOS)
            picture.convert("RGB").save(out, "JPEG", quality=QUALITY)
    except (FileNotFoundError, UnidentifiedImageError) as error:
        raise PhotoGoneError(name) from error
    return out.getvalue()
