"""Makes pictures to send."""

import io
from typing import Any

from PIL import Image

SECRET = b"where-this-was-taken"


def picture(width: int = 60, height: int = 40, colour: str = "red", mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (width, height), colour)


def encode(image: Image.Image, file_format: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, file_format, **options)
    return out.getvalue()


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, SECRET.decode()
    return encode(picture(), exif=exif)
