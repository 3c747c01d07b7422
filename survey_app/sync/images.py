"""Tells a photo from anything else and makes the copies that are served. Pure: bytes in, bytes out."""

from __future__ import annotations

import io
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass

from PIL import Image, ImageOps

MAX_PIXELS = 24_000_000
# A progressive JPEG may repeat a scan of the whole picture in 42 bytes: 4 MB would be decoded for minutes.
MOST_SCANS, SCAN = 100, b"\xff\xda"
FULL_SIDE = 2000
THUMB_SIDE = 320
MIME = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
# A decoder fed with hostile bytes may raise any of these; whichever it is, this is not a photo.
DECODER_ERRORS = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    MemoryError,
    struct.error,
)
# A picture of 24 megapixels takes 200 MB while it is looked at; there is a worker for each processor anyway.
ONE_AT_A_TIME = threading.Lock()
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class NotAPhotoError(ValueError):
    """These bytes do not decode, whole, as a JPEG, PNG or WebP picture."""


class TooManyPixelsError(ValueError):
    """The picture is larger than 24 megapixels."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A checked photo: what it is (``mime`` and pixels as received) and two JPEG copies without metadata.

    ``full`` is at most 2000 px and ``thumb`` at most 320 px on its longer side, upright, on white.
    """

    mime: str
    width: int
    height: int
    full: bytes
    thumb: bytes


def check(data: bytes) -> Photo:
    """Decode every pixel and return the photo; raise NotAPhotoError or TooManyPixelsError."""
    try:
        with ONE_AT_A_TIME, Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as image:
            mime, (width, height) = MIME[image.format or ""], image.size
            if width * height > MAX_PIXELS:
                raise TooManyPixelsError(f"{width}×{height}")
            if mime == MIME["JPEG"] and data.count(SCAN) > MOST_SCANS:
                raise NotAPhotoError("a JPEG of scans without end")
            upright = _flatten(_turn_upright(image))
            full, thumb = _shrink(upright, FULL_SIDE, 82), _shrink(upright, THUMB_SIDE, 75)
        return Photo(mime, width, height, full, thumb)
    except TooManyPixelsError:
        raise
    except BOMBS as error:
        raise TooManyPixelsError(str(error)) from error
    except DECODER_ERRORS as error:
        raise NotAPhotoError(str(error)) from error


def _turn_upright(image: Image.Image) -> Image.Image:
    image.load()
    with suppress(*DECODER_ERRORS):  # spoilt metadata does not spoil the picture
        ImageOps.exif_transpose(image, in_place=True)
    return image


def _flatten(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image if image.mode == "RGBA" else image.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper


def _shrink(image: Image.Image, side: int, quality: int) -> bytes:
    """Make an image small, in place because a copy of 24 megapixels takes 96 MB, and return it as JPEG."""
    image.thumbnail((side, side))
    image.info.clear()  # nothing but pixels goes out: no EXIF, no comment, no profile
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
