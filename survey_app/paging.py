"""Where a list goes on, as it stands in an address."""

LAST = 2**50  # pages of a hundred still fit the 64 bits of the database


def place(text: str) -> int:
    """Read a place in a list, from 0; raise ValueError for what no list has, so that the default counts."""
    number = int(text)
    if not 0 <= number <= LAST:
        raise ValueError(f"no list goes on at {text}")
    return number
