"""What a person has before them: the visit under way, whom to ask again, what waits for their word."""

from __future__ import annotations

from datetime import date, timedelta

from survey_app.store import Reader, Row
from survey_app.visits.summary import OF_VISIT, TROUBLED

STALE = timedelta(days=1)  # a visit that nobody ended is over by then
MOST = 50
FULFILS = """v.hall_id = a.hall_id and v.visitor_id = a.person_id and not v.withdrawn
    and (v.assignment_id = a.id
        or (a.withdrawn_at is null and v.made_on between k.begins_on and k.ends_on))"""
"""SQL: visit ``v`` is what assignment ``a`` of campaign ``k`` asked for: its person was at its hall.

Whichever way it was begun: assignments come and go, so this is asked when read and not kept with the visit.
"""
FULFILLED_BY = f"""(
    select min(v.id) from visits v join campaigns k on k.id = a.campaign_id where {FULFILS}
)"""  # noqa: S608  our own words
"""SQL: the visit that assignment ``a`` asked for."""
CAMPAIGN_VISITS = f"""select v.id from assignments a join campaigns k on k.id = a.campaign_id
    join visits v on {FULFILS} where a.campaign_id = :campaign"""  # noqa: S608  our own words
"""SQL: the ids of the visits of a campaign."""


def of_campaign(table: str) -> str:
    """Return SQL for the ids of what was said on the visits of a campaign in ``table``."""
    return f"""select said.id from visits join {table} said on {OF_VISIT.format("said")}
        where visits.id in ({CAMPAIGN_VISITS})"""  # noqa: S608  our own words


OPEN = """(
    visits.ended_at is null and not visits.withdrawn and visits.made_on >= :since and not exists (
        select 1 from visits later where later.author_id = visits.author_id and later.n > visits.n
            and later.ended_at is null and not later.withdrawn and later.made_on >= :since)
)"""
"""SQL: the visit that its author has under way, of several the last to arrive."""


def find_open_visit(reader: Reader, person_id: str, today: date) -> Row | None:
    """Return the visit that a person began and has not left (id, head_op_id, hall_id, …), or None."""
    return reader.find(
        f"""
        select visits.*, halls.name as hall_name,
            (select count(*) from observations o where {OF_VISIT.format("o")} and o.state <> 'withdrawn')
                as findings
        from visits left join halls on halls.id = visits.hall_id
        where visits.author_id = :person_id and {OPEN}
        """,  # noqa: S608  our own words
        {"person_id": person_id, "since": (today - STALE).isoformat()},
    )


def list_past_visits(reader: Reader, person_id: str, today: date) -> list[Row]:
    """Return a person's visits that are not under way, the last first, each with how much was found.

    Nobody said when one without ``ended_at`` was over.
    """
    return reader.query(
        f"""
        select visits.*, halls.name as hall_name,
            (select count(*) from observations o where {OF_VISIT.format("o")} and o.state <> 'withdrawn')
                as findings, {TROUBLED} as troubled
        from visits left join halls on halls.id = visits.hall_id
        where (visits.visitor_id = :person_id or visits.author_id = :person_id)
            and not visits.withdrawn and not {OPEN}
        order by visits.n desc limit :most
        """,  # noqa: S608  our own words
        {"person_id": person_id, "since": (today - STALE).isoformat(), "most": MOST},
    )


def list_to_ask_again(reader: Reader, person_id: str, today: date, *, later: bool = False) -> list[Row]:
    """Return a person's unanswered records whose day to ask again has come; with ``later``: is to come."""
    return reader.query(
        f"""
        select o.id, o.text, o.quote, o.follow_up_on, halls.name as hall_name
        from observations o left join halls on halls.id = o.hall_id
        where o.visitor_id = :person_id and o.follow_up_on {">" if later else "<="} :today
            and o.state <> 'withdrawn'
            and not exists (select 1 from follow_ups f where f.observation_id = o.id and not f.withdrawn
                and f.author_id in (o.author_id, o.visitor_id) and f.result <> 'unknown')
        order by o.follow_up_on, o.n limit :most
        """,  # noqa: S608  one of two signs
        {"person_id": person_id, "today": today.isoformat(), "most": MOST},
    )


def list_to_confirm(reader: Reader, person_id: str) -> list[Row]:
    """Return what others entered for a leader who has said nothing of it yet, the latest first."""
    return reader.query(
        """
        select o.id, o.head_op_id as version, o.text, o.quote, o.made_at, people.post as author_post
        from observations o join people on people.id = o.author_id
        where o.visitor_id = :person_id and o.standing = 'entered' and o.state <> 'withdrawn'
        union all
        select v.id, v.head_op_id, coalesce(halls.name, ''), v.note, v.made_at, people.post
        from visits v join people on people.id = v.author_id left join halls on halls.id = v.hall_id
        where v.visitor_id = :person_id and v.standing = 'entered' and not v.withdrawn
        order by 5 desc limit :most
        """,
        {"person_id": person_id, "most": MOST},
    )


def list_leaders(reader: Reader, aide_id: str) -> list[Row]:
    """Return for whom an aide may enter records: the leaders of the same unit, by post (id, post).

    There is nobody for a person who is no aide.
    """
    return reader.query(
        """
        select people.id, people.post from people
            join person_roles on person_roles.person_id = people.id and person_roles.role = 'leader'
        where people.unit_id = (select unit_id from people where id = :aide_id)
            and people.disabled_at is null and people.id <> :aide_id
            and exists (select 1 from person_roles where person_id = :aide_id and role = 'aide')
        order by people.post, people.id
        """,
        {"aide_id": aide_id},
    )


def list_assignments(reader: Reader, person_id: str, today: date) -> list[Row]:
    """Return where a person is still to go, the nearest first: id, hall_id, names, due_on, checklist_id, and
    begins_on of its campaign.
    """
    return reader.query(
        f"""
        select a.id, a.hall_id, halls.name as hall_name, campaigns.name as campaign_name, a.due_on,
            campaigns.begins_on, campaigns.checklist_id
        from assignments a join campaigns on campaigns.id = a.campaign_id join halls on halls.id = a.hall_id
        where a.person_id = :person_id and a.withdrawn_at is null and campaigns.closed_on is null
            and campaigns.ends_on >= :today and {FULFILLED_BY} is null
        order by a.due_on, halls.name limit :most
        """,  # noqa: S608  our own words
        {"person_id": person_id, "today": today.isoformat(), "most": MOST},
    )


def choose_assignment(
    reader: Reader, person_id: str, hall_id: str, today: date, wanted: str | None = None
) -> str | None:
    """Return the id of the assignment that a visit at a hall begins to fulfil, or None.

    It is the ``wanted`` one where that asks for this hall, or else one of a campaign that is on.
    """
    here = [row for row in list_assignments(reader, person_id, today) if row["hall_id"] == hall_id]
    due = [row["id"] for row in here if row["begins_on"] <= today.isoformat()]
    return wanted if wanted in [row["id"] for row in here] else next(iter(due), None)


def find_checklist(reader: Reader, visit_id: str) -> str | None:
    """Return the id of what the campaign of a visit has people look at, or None."""
    found = reader.find(
        f"""
        select k.checklist_id as id from visits v join assignments a on a.hall_id = v.hall_id
            join campaigns k on k.id = a.campaign_id
        where v.id = :id and {FULFILS}
        order by case a.id when v.assignment_id then 0 else 1 end, a.due_on, a.id limit 1
        """,  # noqa: S608  our own words
        {"id": visit_id},
    )
    return found["id"] if found else None


def find_own_observation(reader: Reader, record_id: str, person_id: str) -> Row | None:
    """Return a record that a person wrote, or that was written for them, or None."""
    return reader.find(
        """
        select o.*, halls.name as hall_name, people.post as author_post
        from observations o left join halls on halls.id = o.hall_id join people on people.id = o.author_id
        where o.id = :id and :person_id in (o.author_id, o.visitor_id)
        """,
        {"id": record_id, "person_id": person_id},
    )


def find_entered_visit(reader: Reader, record_id: str, person_id: str) -> Row | None:
    """Return a visit that was entered for a person, or None."""
    return reader.find(
        """
        select v.*, halls.name as hall_name, people.post as author_post
        from visits v left join halls on halls.id = v.hall_id join people on people.id = v.author_id
        where v.id = :id and v.visitor_id = :person_id and v.author_id <> :person_id
        """,
        {"id": record_id, "person_id": person_id},
    )


def list_confirmations(reader: Reader, record_id: str, visitor_id: str) -> list[Row]:
    """Return what the leader whom a record was entered for says of it, the earliest first, with the post."""
    return reader.query(
        """
        select c.*, people.post as author_post from confirmations c join people on people.id = c.author_id
        where c.record_id = :id and c.author_id = :visitor_id and not c.withdrawn order by c.made_at, c.id
        """,
        {"id": record_id, "visitor_id": visitor_id},
    )


def list_follow_ups(reader: Reader, record_id: str) -> list[Row]:
    """Return what its finder asked about a record afterwards, the earliest first, each with who asked.

    Anybody's phone can send such an op about any id: what others say is kept and not shown here.
    """
    return reader.query(
        """
        select f.*, people.post as author_post from follow_ups f join people on people.id = f.author_id
            join observations o on o.id = f.observation_id and f.author_id in (o.author_id, o.visitor_id)
        where f.observation_id = :id and not f.withdrawn order by f.made_at, f.id
        """,
        {"id": record_id},
    )
