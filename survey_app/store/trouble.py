"""Tells a machine that cannot write now (no room, or somebody holds the database) from a fault of ours."""

import errno
import sqlite3
from collections.abc import Iterator

from sqlite_utils import utils

driver = utils.sqlite3  # type: ignore[attr-defined]  # pysqlite3 where it is installed
ERRORS = (sqlite3.Error, driver.Error)
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# SQLite calls only ENOSPC full; beyond a quota or a limit on file sizes, as on a broken disk, it says I/O.
CANNOT_WRITE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
HELD = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
PRIMARY = 0xFF  # the low byte of an extended code


class TurnError(Exception):
    """A writer waited for its turn as long as SQLite itself would."""


def is_full(error: BaseException) -> bool:
    """Tell whether this happened because the disk takes no more (or is broken, which looks the same)."""
    return any(
        error.errno in NO_ROOM if isinstance(error, OSError) else _code(error) in CANNOT_WRITE
        for error in _chain(error)
    )


def is_busy(error: BaseException) -> bool:
    """Tell whether this happened because others held the database for too long."""
    return any(isinstance(error, TurnError) or _code(error) in HELD for error in _chain(error))


def _code(error: BaseException) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & PRIMARY if isinstance(error, ERRORS) else 0


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it followed from: a full disk ends the transaction, then the rollback fails."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
