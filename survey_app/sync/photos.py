"""Keeps received photos: the bytes as they came, never served, and the clean copies that are."""

import hashlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from survey_app import audit
from survey_app.store import Reader, Store
from survey_app.store.instants import to_text
from survey_app.sync import images
from survey_app.sync.kinds import NamedPhoto

MOST_UNCLAIMED = 200
Size = Literal["full", "thumb"]


class WrongDigestError(ValueError):
    """The bytes are not those that the address names."""


class TooManyUnclaimedError(ValueError):
    """This person sent more photos that no op names than the server keeps for them."""


@dataclass(frozen=True, slots=True)
class PhotoStore:
    """The folder of the photos; the database says which of them count."""

    directory: Path

    def original(self, sha256: str) -> Path:
        """Return where the received bytes are."""
        return self.directory / "received" / sha256

    def read_copy(self, sha256: str, size: Size) -> bytes:
        """Return a clean JPEG copy, made again from the received bytes where it is gone.

        Raise FileNotFoundError where those are gone too.
        """
        path = self._copy_path(sha256, size)
        if not path.exists():
            self._write_copies(sha256, images.check(self.original(sha256).read_bytes()))
        return path.read_bytes()

    def write(self, sha256: str, data: bytes) -> images.Photo:
        """Keep a photo durably; raise NotAPhotoError or TooManyPixelsError."""
        photo = images.check(data)
        _write(self.original(sha256), data)
        self._write_copies(sha256, photo)
        return photo

    def _copy_path(self, sha256: str, size: Size) -> Path:
        return self.directory / size / f"{sha256}.jpg"

    def _write_copies(self, sha256: str, photo: images.Photo) -> None:
        _write(self._copy_path(sha256, "full"), photo.full)
        _write(self._copy_path(sha256, "thumb"), photo.thumb)


def receive(
    store: Store, photos: PhotoStore, data: bytes, *, sender_id: str, now: datetime, sha256: str = ""
) -> tuple[NamedPhoto, bool]:
    """Keep a photo for good before this returns; tell what it is and whether it is new.

    Raise WrongDigestError where its digest is not ``sha256`` (empty: any), NotAPhotoError, TooManyPixelsError
    or TooManyUnclaimedError.
    """
    digest = hashlib.sha256(data).hexdigest()
    if sha256 and sha256 != digest:
        raise WrongDigestError(digest)
    known = store.find("select mime from photos where id = :id", {"id": digest})
    if known and photos.original(digest).exists():
        return NamedPhoto(digest, len(data), known["mime"]), False
    if not known and count_unclaimed(store, sender_id) >= MOST_UNCLAIMED:
        raise TooManyUnclaimedError(sender_id)
    photo = photos.write(digest, data)
    row = {
        "id": digest, "bytes": len(data), "mime": photo.mime, "width": photo.width, "height": photo.height,
        "received_at": to_text(now), "received_from": sender_id,
    }  # fmt: skip
    with store.writing() as tx:
        if tx.find("select 1 as known from photos where id = :id", {"id": digest}) is None:
            tx.insert("photos", row)
            detail = {"bytes": len(data), "mime": photo.mime}
            audit.record(tx, actor_id=sender_id, action="photo.accept", entity="photo", entity_id=digest,
                         detail=detail, at=now)  # fmt: skip
    return NamedPhoto(digest, len(data), photo.mime), True


def find_size(reader: Reader, photos: PhotoStore, sha256: str) -> int | None:
    """Return the bytes of a photo that is durably here, row and file; None where it is not."""
    row = reader.find("select bytes from photos where id = :id", {"id": sha256})
    return int(row["bytes"]) if row and photos.original(sha256).exists() else None


def list_known(reader: Reader, digests: Sequence[str]) -> list[str]:
    """Return those of the digests that are photos which were received."""
    names = ", ".join(f":d{i}" for i in range(len(digests))) or "''"
    params = {f"d{i}": digest for i, digest in enumerate(digests)}
    return [row["id"] for row in reader.query(f"select id from photos where id in ({names})", params)]  # noqa: S608


def is_author_of_photo(reader: Reader, sha256: str, person_id: str) -> bool:
    """Tell whether this person wrote an op that names the photo."""
    row = reader.find(
        """
        select 1 as known from op_photos join ops on ops.id = op_photos.op_id
        where op_photos.sha256 = :sha256 and ops.author_id = :person_id
        """,
        {"sha256": sha256, "person_id": person_id},
    )
    return row is not None


def count_unclaimed(reader: Reader, person_id: str) -> int:
    """Return how many photos this person sent that no op names (yet) and nothing else uses."""
    return int(
        reader.value(
            """
            select count(*) from photos where received_from = :person_id
            and not exists (select 1 from op_photos where op_photos.sha256 = photos.id)
            and not exists (select 1 from photo_uses where photo_uses.sha256 = photos.id)
            """,
            {"person_id": person_id},
        )
    )


def _write(path: Path, data: bytes) -> None:
    """Write a file that is either there whole or not there, even when the power fails now."""
    folder = path.parent
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)
    part = folder / f".{path.name}.{secrets.token_hex(4)}.part"
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
