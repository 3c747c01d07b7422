"""Passwords: how they are kept (Argon2id) and what is asked of a new one."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 8  # characters
LONGEST = 200
_hasher = PasswordHasher()


@cache
def _nobody() -> str:
    """Return a hash to verify when the login is unknown, so that both answers take the same time."""
    return _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Tell whether this is the password, taking as long when there is none."""
    try:
        return _hasher.verify(password_hash or _nobody(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_weak(password: str, login: str) -> bool:
    """Tell whether a new password is easily guessed: short, with the login in it, or of few characters."""
    return len(password) < SHORTEST or login.lower() in password.lower() or len(set(password)) < 4
