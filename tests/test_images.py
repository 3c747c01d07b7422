"""Pictures: what is taken for one, and what of it is ever sent out again."""

import io
import random
import subprocess
import sys
import zipfile

import pytest
from PIL import Image

from survey_app.sync import images
from tests.pictures import SECRET, encode, picture, turned


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_the_three_photo_formats_are_taken_with_their_size(file_format: str) -> None:
    photo = images.check(encode(picture(), file_format))
    assert (photo.mime, photo.width, photo.height) == (f"image/{file_format.lower()}", 60, 40)
    assert Image.open(io.BytesIO(photo.full)).format == "JPEG"


def test_a_copy_stands_upright_and_carries_no_metadata() -> None:
    received = turned()
    assert SECRET in received
    photo = images.check(received)
    copy = Image.open(io.BytesIO(photo.full))
    assert copy.size == (40, 60)
    assert not copy.getexif()
    assert SECRET not in photo.full + photo.thumb


def test_the_copies_are_small_enough_for_a_screen() -> None:
    photo = images.check(encode(picture(3000, 1500), "PNG"))
    assert Image.open(io.BytesIO(photo.full)).size == (images.FULL_SIDE, images.FULL_SIDE // 2)
    assert Image.open(io.BytesIO(photo.thumb)).size == (images.THUMB_SIDE, images.THUMB_SIDE // 2)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "I;16"])
def test_every_colour_mode_of_a_png_is_taken(mode: str) -> None:
    image = Image.new(mode, (20, 20)) if mode == "I;16" else picture(20, 20).convert(mode)
    assert images.check(encode(image, "PNG")).mime == "image/png"


def test_a_transparent_picture_lies_on_white() -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    copy = Image.open(io.BytesIO(images.check(encode(clear, "PNG")).full))
    assert copy.getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xd8\xff", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"GIF89a" + bytes(99)],
)
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    with pytest.raises(images.NotAPhotoError):
        images.check(data)


def test_another_picture_format_is_refused() -> None:
    with pytest.raises(images.NotAPhotoError):
        images.check(encode(picture(), "GIF"))


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_a_cut_off_photo_is_refused(file_format: str) -> None:
    noise = Image.effect_noise((200, 200), 80)
    whole = encode(noise.convert("RGB"), file_format)
    with pytest.raises(images.NotAPhotoError):
        images.check(whole[: len(whole) // 2])


@pytest.mark.parametrize("side", [5000, 10000, 14000])
def test_a_decompression_bomb_is_refused_before_it_is_opened(side: int) -> None:
    bomb = encode(Image.new("1", (side, side)), "PNG")
    assert len(bomb) < 100_000
    with pytest.raises(images.TooManyPixelsError):
        images.check(bomb)


def test_a_jpeg_of_scans_without_end_is_refused_before_it_is_decoded() -> None:
    out = io.BytesIO()
    picture(64, 64).save(out, "JPEG", progressive=True)
    whole = out.getvalue()
    last = whole[whole.rindex(b"\xff\xda") : -2]  # a scan that may come again and again
    assert images.check(whole[:-2] + 20 * last + whole[-2:]).mime == "image/jpeg"
    with pytest.raises(images.NotAPhotoError, match="scans"):
        images.check(whole[:-2] + 200 * last + whole[-2:])


def test_nothing_of_a_polyglot_reaches_the_copies() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("evil.html", "<script>alert(1)</script>")
    photo = images.check(encode(picture()) + archive.getvalue() + b"<script>alert(1)</script>")
    assert b"script" not in photo.full + photo.thumb
    assert b"evil.html" not in photo.full + photo.thumb


@pytest.mark.filterwarnings("ignore::UserWarning")  # the decoder grumbles about spoilt metadata, and goes on
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_spoilt_bytes_are_refused_or_taken_but_never_break_the_decoder(file_format: str) -> None:
    dice = random.Random(20170612)  # noqa: S311  not a secret
    whole = turned() if file_format == "JPEG" else encode(picture(), file_format)
    refused = 0
    for _ in range(600):
        spoilt = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
        try:
            assert images.check(bytes(spoilt)).full
        except (images.NotAPhotoError, images.TooManyPixelsError):
            refused += 1
    assert refused


MEASURE = """
import io, resource, sys, threading
from PIL import Image
from survey_app.sync import images
bomb = io.BytesIO()
Image.new("RGBA", (6000, 4000)).save(bomb, "PNG")
at_once = [threading.Thread(target=images.check, args=(bomb.getvalue(),)) for _ in range(int(sys.argv[1]))]
for one in at_once: one.start()
for one in at_once: one.join()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_many_large_pictures_at_once_take_the_memory_of_one() -> None:
    one, many = (
        int(subprocess.run([sys.executable, "-c", MEASURE, n], capture_output=True, check=True).stdout)
        for n in ("1", "4")
    )
    assert many < one * 1.3, f"{many} MB for four, {one} MB for one"
