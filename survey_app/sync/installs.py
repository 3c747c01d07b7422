"""Which numbers each phone gave out: a number without an op says that something never came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from survey_app.store import Reader, Row, Writer
from survey_app.sync.kinds import Op

SHOWN = 20
QUIET = timedelta(hours=24)  # what is missing for less may still be on its way
NEVER = "9999"  # after every instant
# What others bring in somebody's name gives out no number of theirs until they stand by it.
COUNTED = """(carrier_id = author_id
    or exists (select 1 from settlements where settlements.id = ops.id and confirmed = 1))"""


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers of one installation and author that never came: the first of them, and how many there are.

    ``first_at`` and ``last_at`` are when anything of it came first and last, ``since`` when the first number
    after the gap came.
    """

    install_id: str
    author_id: str
    first_at: str
    last_at: str
    since: str
    count: int
    numbers: Sequence[int]


def count_number(tx: Writer, op: Op, void: Sequence[int]) -> None:
    """Note the number of an op that its author stands by, and those that it says will never come."""
    if op.install_id and op.seq:
        fresh = int(_is_first(tx, op) and not _is_void(tx, op, op.seq))
        _count(tx, op, op.seq, fresh)
        _count_void(tx, op, set(void) - {0, op.seq})


def _count_void(tx: Writer, op: Op, numbers: set[int]) -> None:
    if not numbers:
        return
    fresh = 0
    for seq in numbers:
        if not _is_void(tx, op, seq):
            tx.insert("void_numbers", {"install_id": op.install_id, "author_id": op.author_id, "seq": seq})
            fresh += not _has_come(tx, op, seq)
    _count(tx, op, max(numbers), fresh)


def _count(tx: Writer, op: Op, last: int, fresh: int) -> None:
    tx.execute(
        """
        insert into installs (install_id, author_id, last_seq, numbers, first_at, last_at)
        values (:install_id, :author_id, :last, :fresh, :at, :at)
        on conflict (install_id, author_id) do update set
            last_seq = case when excluded.last_seq > last_seq then excluded.last_seq else last_seq end,
            numbers = numbers + excluded.numbers,
            last_at = case when excluded.last_at > last_at then excluded.last_at else last_at end
        """,
        {
            "install_id": op.install_id, "author_id": op.author_id, "last": last, "fresh": fresh,
            "at": op.received_at,
        },
    )  # fmt: skip


def list_gaps(reader: Reader, *, by: str = NEVER, limit: int | None = None) -> list[Gap]:
    """Return the installations of which something never came, the longest silent first: at most ``limit``,
    of those where it has been missing since the instant ``by`` or longer.
    """
    rows = reader.query(
        """
        select * from installs where numbers < last_seq and first_at <= :by
        order by last_at, install_id, author_id
        """,
        {"by": by},
    )
    gaps = (_gap(reader, row) for row in rows)
    return list(islice((gap for gap in gaps if gap.since <= by), limit))


def _gap(reader: Reader, row: Row) -> Gap:
    key = {"install_id": row["install_id"], "author_id": row["author_id"]}
    numbers = list_missing(reader, **key)
    since = reader.value(
        f"""
        select min(received_at) from ops
        where install_id = :install_id and author_id = :author_id and seq > :first and {COUNTED}
        """,  # noqa: S608  a constant of ours
        {**key, "first": numbers[0]},
    )
    last_at = row["last_at"]
    return Gap(
        **key, first_at=row["first_at"], last_at=last_at, since=since or last_at,
        count=row["last_seq"] - row["numbers"], numbers=numbers,
    )  # fmt: skip


def list_missing(reader: Reader, install_id: str, author_id: str, *, limit: int = SHOWN) -> list[int]:
    """Return the first numbers that never came, in order."""
    rows = reader.query(
        f"""
        with known as (
            select seq from ops where install_id = :install_id and author_id = :author_id and seq > 0
                and {COUNTED}
            union select seq from void_numbers where install_id = :install_id and author_id = :author_id
        ), spaced as (select seq, lag(seq, 1, 0) over (order by seq) as previous from known)
        select previous + 1 as first, seq - 1 as last from spaced where seq > previous + 1
        order by seq limit :limit
        """,  # noqa: S608  a constant of ours
        {"install_id": install_id, "author_id": author_id, "limit": limit},
    )
    numbers: list[int] = []
    for row in rows:
        numbers += range(row["first"], min(row["last"], row["first"] + limit) + 1)
    return numbers[:limit]


def _is_first(tx: Reader, op: Op) -> bool:
    return (
        tx.find(
            f"""
            select 1 as known from ops where install_id = :install_id and author_id = :author_id
            and seq = :seq and id <> :id and {COUNTED}
            """,  # noqa: S608  a constant of ours
            {"install_id": op.install_id, "author_id": op.author_id, "seq": op.seq, "id": op.id},
        )
        is None
    )


def _has_come(tx: Reader, op: Op, seq: int) -> bool:
    query = f"""
        select 1 as known from ops
        where install_id = :install_id and author_id = :author_id and seq = :seq and {COUNTED}
    """  # noqa: S608  a constant of ours
    keys = {"install_id": op.install_id, "author_id": op.author_id, "seq": seq}
    return tx.find(query, keys) is not None


def _is_void(tx: Reader, op: Op, seq: int) -> bool:
    query = """
        select 1 as known from void_numbers
        where install_id = :install_id and author_id = :author_id and seq = :seq
    """
    keys = {"install_id": op.install_id, "author_id": op.author_id, "seq": seq}
    return tx.find(query, keys) is not None
