"""Photos as they are printed: to the size of paper, once."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from survey_app.config import Config
from survey_app.digests import press, prints
from survey_app.printing.render import RenderError
from survey_app.store import SQLiteStore
from survey_app.sync.photos import PhotoStore, receive
from tests.clock import NOON


def large() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((2000, 1500), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def name(store: SQLiteStore, config: Config, person_id: Callable[[str], str]) -> str:
    """A large photo that was received."""
    data = large()
    receive(store, PhotoStore(config.photos_dir), data, sender_id=person_id("leader"), now=NOON)
    return hashlib.sha256(data).hexdigest()


def kept(config: Config, name: str) -> Path:
    return config.data_dir / "printed" / "photos" / f"{name}.jpg"


def test_a_photo_is_made_to_the_size_of_paper_once(app: Flask, config: Config, name: str) -> None:
    with app.app_context():
        [data] = press.read_photos([name]).values()
        made = kept(config, name).stat().st_mtime_ns
        assert press.read_photos([name]) == {name: data}
    assert kept(config, name).stat().st_mtime_ns == made
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.size == (round(prints.HIGHEST / 3 * 4), prints.HIGHEST)
    assert len(data) < len(large()) / 3


def test_one_that_was_lost_is_made_again_to_the_same_bytes(app: Flask, config: Config, name: str) -> None:
    with app.app_context():
        before = press.read_photos([name])
        kept(config, name).unlink()
        assert press.read_photos([name]) == before


def test_one_that_is_no_picture_any_more_is_said_to_be_gone(app: Flask, config: Config, name: str) -> None:
    (config.photos_dir / "full" / f"{name}.jpg").write_bytes(b"")
    with app.app_context(), pytest.raises(RenderError, match="备份"):
        press.read_photos([name])
