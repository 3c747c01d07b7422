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


@cache
def _nobody() -> str:
    """Return a hash to verify when the login is unknown, so that both answers take the same time."""
    return hash_password("nobody has this password")


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    with ONE_AT_A_TIME:
        return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Tell whether this is the password, taking as long when there is none."""
    known = password_hash or _nobody()
    try:
        with ONE_AT_A_TIME:
            return _hasher.verify(known, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_weak(password: str, login: str) -> bool:
    """Tell whether a new password is easily guessed: short, with the login in it, or of few characters."""
    return len(password) < SHORTEST or login.lower() in password.lower() or len(set(password)) < 4
