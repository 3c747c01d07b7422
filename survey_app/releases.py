"""Keeps what the last releases served, so that a page opened before an upgrade finds its own scripts."""

import hashlib
import os
import secrets
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

EARLIER = 2  # releases that stay beside the present one


@dataclass(frozen=True, slots=True)
class ReleaseFolder:
    """One archive a release, named by what is in it; it is written once, whole or not at all."""

    directory: Path

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Keep the files of the release that serves now (address → bytes), and let go what is too old.

        Any number of workers may do so at once. Raise OSError where it cannot be written.
        """
        archive = self.directory / f"{_name(files)}.zip"
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if archive.exists():
            os.utime(archive)  # it serves again, after a way back to it
        else:
            _write(archive, files)
        for old in self._newest_first()[EARLIER + 1 :]:
            old.unlink(missing_ok=True)

    def find(self, address: str) -> bytes | None:
        """Return the bytes that one of the kept releases served at this address."""
        return next(self._found(address), None)

    def _found(self, address: str) -> Iterator[bytes]:
        for archive in self._newest_first():
            try:
                with zipfile.ZipFile(archive) as opened:
                    yield opened.read(address)
            except (KeyError, FileNotFoundError, zipfile.BadZipFile):
                continue

    def _newest_first(self) -> list[Path]:
        when = {}
        for archive in self.directory.glob("*.zip"):
            try:
                when[archive] = archive.stat().st_mtime_ns
            except FileNotFoundError:  # another worker was quicker
                continue
        return sorted(when, key=lambda archive: when[archive], reverse=True)


def _name(files: Mapping[str, bytes]) -> str:
    told = hashlib.sha256()
    for address in sorted(files):
        told.update(f"{address} {hashlib.sha256(files[address]).hexdigest()}\n".encode())
    return told.hexdigest()[:16]


def _write(archive: Path, files: Mapping[str, bytes]) -> None:
    part = archive.with_name(f".{archive.stem}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
                for address in sorted(files):
                    opened.writestr(address, files[address])
            file.flush()
            os.fsync(file.fileno())
        part.replace(archive)
    finally:
        part.unlink(missing_ok=True)
