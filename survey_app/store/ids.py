"""Keys that sort by the time they were made (UUIDv7, RFC 9562)."""

import re
import secrets
import time
import uuid

UUID_PATTERN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def uuid7() -> str:
    """Return a new UUIDv7 as text; neighbours in time are neighbours in an index."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return str(uuid.UUID(int=value))


def is_uuid(text: object) -> bool:
    """Tell whether this is a UUID in its canonical lower-case form."""
    return isinstance(text, str) and UUID_PATTERN.fullmatch(text) is not None
