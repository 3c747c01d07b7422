"""Keeps a photo that comes in parts, until it is whole. A part that was answered is durable."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from survey_app.sync.photos import sync_folder

MAX_PART_BYTES = 512 * 1024
MOST_UNFINISHED = 20
ABANDONED = 7 * 24 * 3600  # seconds


class WrongOffsetError(ValueError):
    """The part does not begin where the kept bytes end; ``offset`` says where that is."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class TooManyUnfinishedError(ValueError):
    """This person began more photos in parts than the server keeps for them."""


@dataclass(frozen=True, slots=True)
class PartStore:
    """The folder of unfinished photos: one file for each person and digest."""

    directory: Path

    def offset(self, person_id: str, sha256: str) -> int:
        """Return how many bytes of a photo are kept for this person."""
        kept = _stat(self._path(person_id, sha256))
        return kept.st_size if kept else 0

    def append(self, person_id: str, sha256: str, offset: int, data: bytes, total: int) -> bytes | None:
        """Keep one part durably; return all bytes when the photo is whole, else None.

        Raise WrongOffsetError where the part begins elsewhere, TooManyUnfinishedError for yet another photo.
        """
        path = self._path(person_id, sha256)
        if not path.exists() and self._count(person_id) >= MOST_UNFINISHED:
            raise TooManyUnfinishedError(person_id)
        with self._locked(path) as file:
            kept = os.fstat(file.fileno()).st_size
            if kept > total:  # begun with another length: from the start
                file.truncate(kept := 0)
            if kept < total:  # else the server stopped between the last part and the whole
                if offset != kept:
                    raise WrongOffsetError(kept)
                _append(file, kept, data)
                if kept + len(data) < total:
                    return None
            file.seek(0)
            return file.readall()

    def drop(self, person_id: str, sha256: str) -> None:
        """Forget the parts of a photo."""
        self._path(person_id, sha256).unlink(missing_ok=True)

    def _path(self, person_id: str, sha256: str) -> Path:
        return self.directory / f"{person_id}.{sha256}.part"

    def _count(self, person_id: str) -> int:
        return sum(1 for _ in self.directory.glob(f"{person_id}.*.part"))

    @contextmanager
    def _locked(self, path: Path) -> Iterator[FileIO]:
        """Open a file of parts for one writer; two phones with one photo take turns."""
        self.directory.mkdir(parents=True, exist_ok=True)
        fresh = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        with FileIO(descriptor, "r+") as file:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if fresh:
                sync_folder(self.directory)
            yield file


def _append(file: FileIO, kept: int, data: bytes) -> None:
    """Write a part whole and durably, or leave the file as it was."""
    file.seek(kept)
    try:
        if file.write(data) != len(data):
            raise OSError(28, "no space for the whole part")
        os.fsync(file.fileno())
    except OSError:
        file.truncate(kept)
        raise


def _stat(path: Path) -> os.stat_result | None:
    """Return what is known of a file, None where another process finished or removed it meanwhile."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def sweep(photos: Path, *, now: float | None = None) -> int:
    """Remove parts and half-written files that nobody touched for a week; return how many."""
    oldest = (time.time() if now is None else now) - ABANDONED
    kept = ((path, _stat(path)) for path in photos.glob("**/*.part"))
    abandoned = [path for path, found in kept if found and found.st_mtime < oldest]
    for path in abandoned:
        path.unlink(missing_ok=True)
    return len(abandoned)
