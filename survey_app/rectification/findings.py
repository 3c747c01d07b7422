"""Problems in the store, to be read: one whole, lists of what has to be done, and what comes back."""

from __future__ import annotations

import json
from datetime import date

from survey_app.rectification import workflow
from survey_app.rectification.finding import Event, Finding
from survey_app.rectification.workflow import FINAL, OPEN, UNPROVEN
from survey_app.store import Reader, Row
from survey_app.store.instants import from_text

PAGE = 50
MOST_OFFERED = 100

SELECT = """
    select findings.*, units.name as unit_name, halls.name as hall_name, matters.name as matter_name,
        categories.name as category_name, people.post as finder_post, verifier.post as verifier_post,
        target.number as merged_number,
        (select count(*) from finding_observations o where o.finding_id = findings.id) as observations
    from findings left join units on units.id = findings.unit_id
        left join halls on halls.id = findings.hall_id
        left join matters on matters.id = findings.matter_id
        left join categories on categories.code = findings.category
        join people on people.id = findings.found_by
        left join people verifier on verifier.id = findings.verified_by
        left join findings target on target.id = findings.merged_into
"""
URGENT = """findings.state not in ('assigned', 'signed', 'fixing', 'returned'), findings.deadline_on is null,
    findings.deadline_on, findings.year, findings.position"""


def read_event(row: Row) -> Event:
    """Return the event of one row."""
    return Event(row["action"], row["actor_id"], row["actor_unit_id"], from_text(row["at"]),
                 row["done_on"], json.loads(row["facts"]))  # fmt: skip


def list_history(reader: Reader, finding_id: str) -> list[Row]:
    """Return the events of a problem, the first first, each with who did it (``post``, ``unit_name``)."""
    return reader.query(
        """
        select e.*, people.post, units.name as unit_name from finding_events e
            join people on people.id = e.actor_id left join units on units.id = e.actor_unit_id
        where e.finding_id = :id order by e.n
        """,
        {"id": finding_id},
    )


def load(reader: Reader, finding_id: str) -> Finding:
    """Return what the history of a problem comes to."""
    return workflow.replay(map(read_event, list_history(reader, finding_id)), finding_id)


def find_finding(reader: Reader, finding_id: str) -> Row | None:
    """Return one problem with the names of all it refers to, or None."""
    return reader.find(f"{SELECT} where findings.id = :id", {"id": finding_id})


def list_findings(reader: Reader, state: str = "", *, after: int = 0) -> list[Row]:
    """Return a page of the problems in a state, all that are open where none is named; those due first first.

    ``after`` is how many to pass over.
    """
    names = _names((state,) if state else OPEN)
    return reader.query(
        f"{SELECT} where findings.state in ({names}) order by {URGENT} limit :limit offset :after",
        {"limit": PAGE, "after": after},
    )


def list_asking(reader: Reader) -> list[Row]:
    """Return the problems whose unit asks for more time, those due first first."""
    condition = "findings.extension_until is not null and findings.state in ('signed', 'fixing')"
    return reader.query(f"{SELECT} where {condition} order by {URGENT} limit :limit", {"limit": PAGE})


def count_by_state(reader: Reader) -> dict[str, int]:
    """Return how many problems are in each state, and under ``asking`` how many ask for more time."""
    rows = reader.query("select state, count(*) as n from findings group by state")
    asking = reader.value(
        "select count(*) from findings where extension_until is not null and state in ('signed', 'fixing')"
    )
    return {**{row["state"]: row["n"] for row in rows}, "asking": int(asking)}


def list_tasks(reader: Reader, unit_id: str | None) -> list[Row]:
    """Return what a unit has to do with, those due first first; ``own`` is 0 where it only supports."""
    return reader.query(
        f"""
        select found.*, (found.unit_id = :unit) as own from ({SELECT}) as found
        where found.state in ({_names(OPEN)}) and (found.unit_id = :unit or found.id in
            (select finding_id from finding_supporting_units where unit_id = :unit))
        order by found.state not in ('assigned', 'signed', 'fixing'), own desc,
            found.deadline_on is null, found.deadline_on, found.year, found.position
        """,  # noqa: S608  our own words
        {"unit": unit_id},
    )


def list_done(reader: Reader, unit_id: str | None) -> list[Row]:
    """Return the last problems of a unit that have ended, the last first."""
    return reader.query(
        f"""{SELECT} where findings.unit_id = :unit and findings.state in ({_names(FINAL)})
        order by findings.updated_at desc limit :limit""",
        {"unit": unit_id, "limit": PAGE},
    )


def list_into(reader: Reader, finding_id: str, unit_id: str | None) -> list[Row]:
    """Return what a problem, or a record that is none yet, can be merged into, the same unit's first."""
    return reader.query(
        f"""{SELECT} where findings.id <> :id and findings.state in ({_names(UNPROVEN)})
        order by coalesce(findings.unit_id = :unit, 0) desc, findings.year desc, findings.position desc
        limit :limit""",
        {"id": finding_id, "unit": unit_id, "limit": MOST_OFFERED},
    )


def list_merged(reader: Reader, finding_id: str) -> list[Row]:
    """Return the problems that were merged into one: id, number."""
    return reader.query(
        "select id, number from findings where merged_into = :id order by year, position", {"id": finding_id}
    )


def list_observations(reader: Reader, finding_id: str) -> list[Row]:
    """Return the records of a problem: id, text, quote, made_on, hall_name, author_post."""
    return reader.query(
        """
        select o.id, o.text, o.quote, o.made_on, o.state, halls.name as hall_name,
            people.post as author_post
        from finding_observations f join observations o on o.id = f.observation_id
            join people on people.id = coalesce(o.visitor_id, o.author_id)
            left join halls on halls.id = o.hall_id
        where f.finding_id = :id order by f.position
        """,
        {"id": finding_id},
    )


def list_supporting(reader: Reader, finding_id: str) -> list[Row]:
    """Return the supporting units of a problem: id, name."""
    return reader.query(
        """
        select units.id, units.name from finding_supporting_units s join units on units.id = s.unit_id
        where s.finding_id = :id order by units.code
        """,
        {"id": finding_id},
    )


def list_photos(reader: Reader, finding_id: str) -> list[str]:
    """Return the digests of all photos that belong to a problem: its evidence, and those of its records."""
    rows = reader.query(
        """
        select sha256 from photo_uses where entity = 'finding' and entity_id = :id
        union select p.sha256 from finding_observations f
            join observation_photos p on p.observation_id = f.observation_id
            join photos on photos.id = p.sha256
        where f.finding_id = :id
        """,
        {"id": finding_id},
    )
    return [row["sha256"] for row in rows]


def list_record_photos(reader: Reader, finding_id: str) -> list[str]:
    """Return the digests of the photos that came with the records of a problem, in their order."""
    rows = reader.query(
        """
        select p.sha256 from finding_observations f
            join observation_photos p on p.observation_id = f.observation_id
            join photos on photos.id = p.sha256
        where f.finding_id = :id order by f.position, p.position
        """,
        {"id": finding_id},
    )
    return [row["sha256"] for row in rows]


AGAIN = """later.unit_id = earlier.unit_id and later.category = earlier.category and later.id <> earlier.id
    and (later.found_on, later.year, later.position) > (earlier.found_on, earlier.year, earlier.position)
    and later.found_on <= earlier.recurs_until and later.recurs_until is not null"""
"""When ``later`` is ``earlier`` again: same unit and category, within 90 days of its end or its finding."""


def list_recurrences(reader: Reader, finding_id: str) -> list[Row]:
    """Return the problems that one is again, and those that are it again (``later`` 1): id, number, …"""
    return reader.query(
        f"""
        select earlier.id, earlier.number, earlier.text, earlier.state, earlier.found_on, 0 as later
        from findings later join findings earlier on {AGAIN} where later.id = :id
        union all
        select later.id, later.number, later.text, later.state, later.found_on, 1
        from findings earlier join findings later on {AGAIN} where earlier.id = :id
        order by 6, 5, 2
        """,  # noqa: S608  our own words
        {"id": finding_id},
    )


def count_recurring(reader: Reader, first: date, last: date) -> tuple[int, int]:
    """Return how many of the problems found in a period are one again, and how many there are (n, N)."""
    period = {"first": first.isoformat(), "last": last.isoformat()}
    found = "later.recurs_until is not null and later.found_on between :first and :last"
    row = reader.find(
        f"""
        select count(*) as total, count(case when exists (select 1 from findings earlier where {AGAIN})
            then 1 end) as again
        from findings later where {found}
        """,  # noqa: S608  our own words
        period,
    )
    return (int(row["again"]), int(row["total"])) if row else (0, 0)


def _names(states: tuple[str, ...]) -> str:
    return ", ".join(f"'{state}'" for state in states)
