"""Passwords: how they are kept (Argon2id) and what is asked of a new one."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 8  # characters
LONGEST = 200
_hasher = PasswordHasher()
# Each takes 64 MB, and whoever is not signed in may ask for as many at once as there are threads.
ONE_AT_A_TIME = threading.Lock()
MOST_AT_ONCE = 4  # who check a password or wait for it: half of a worker's threads stay free for all else
WAITING_ROOM = threading.BoundedSemaphore(MOST_AT_ONCE)


class CrowdedError(Exception):
    """As many people as may wait are having their password checked."""


@cache
def _nobody() -> str:
    """Return a hash to verify when the login is unknown, so that both answers take the same time."""
    return hash_password("nobody has this password")


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    with ONE_AT_A_TIME:
        return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Tell whether this is the password, taking as long when there is none; raise CrowdedError."""
    if not WAITING_ROOM.acquire(blocking=False):
        raise CrowdedError
    try:
        known = password_hash or _nobody()
        with ONE_AT_A_TIME:
            return _hasher.verify(known, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False
    finally:
        WAITING_ROOM.release()


def is_weak(password: str, login: str) -> bool:
    """Tell whether a new password is easily guessed: short, with the login in it, or of few characters."""
    return len(password) < SHORTEST or login.lower() in password.lower() or len(set(password)) < 4
