"""Tells a photo from anything else and makes the copies that are served. Pure: bytes in, bytes out."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

from PIL import Image, ImageOps

MAX_PIXELS = 24_000_000
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
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as image:
            mime, (width, height) = MIME[image.format or ""], image.size
            if width * height > MAX_PIXELS:
                raise TooManyPixelsError(f"{width}×{height}")
            upright = _flatten(_turn_upright(image))
        return Photo(mime, width, height, _encode(upright, FULL_SIDE, 82), _encode(upright, THUMB_SIDE, 75))
    except TooManyPixelsError:
        raise
    except BOMBS as error:
        raise TooManyPixelsError(str(error)) from error
    except DECODER_ERRORS as error:
        raise NotAPhotoError(str(error)) from error


def _turn_upright(image: Image.Image) -> Image.Image:
    image.load()
    try:
        return ImageOps.exif_transpose(image)
    except DECODER_ERRORS:  # spoilt metadata does not spoil the picture
        return image


def _flatten(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper


def _encode(image: Image.Image, side: int, quality: int) -> bytes:
    copy = image.copy()
    copy.thumbnail((side, side))
    copy.info.clear()  # nothing but pixels goes out: no EXIF, no comment, no profile
    out = io.BytesIO()
    copy.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
