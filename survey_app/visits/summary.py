"""What a visit came to: what was found, looked at, handled and dialled on it."""

from __future__ import annotations

from survey_app.store import Reader, Row

# Anybody's phone can name any visit in an op: only its own people's words belong to it.
OF_VISIT = "{0}.visit_id = visits.id and {0}.author_id in (visits.author_id, visits.visitor_id)"
MOST_ALONE = 10
TROUBLED = f"""(
    exists (select 1 from looks l join look_answers a on a.look_id = l.id
        where {OF_VISIT.format("l")} and not l.withdrawn and a.answer = 'no')
    or exists (select 1 from dial_tests d
        where {OF_VISIT.format("d")} and not d.withdrawn and d.result = 'unanswered')
    or exists (select 1 from journeys j left join matters m on m.id = j.matter_id
        where {OF_VISIT.format("j")} and not j.withdrawn and (j.complete = 'no' or j.told_once = 'no'
            or j.outcome = 'not_done' or j.trips > m.promised_trips or j.minutes > m.promised_minutes))
)"""  # noqa: S608  our own words
"""SQL: something on a row of ``visits`` was not as it should be, also where nobody made a record of it."""


def find_visit(reader: Reader, visit_id: str, person_id: str) -> Row | None:
    """Return a visit that a person made, or that was entered for them, or None."""
    return reader.find(
        f"""
        select visits.*, halls.name as hall_name, {TROUBLED} as troubled
        from visits left join halls on halls.id = visits.hall_id
        where visits.id = :id and not visits.withdrawn and :person_id in (visits.author_id, visits.visitor_id)
        """,  # noqa: S608  our own words
        {"id": visit_id, "person_id": person_id},
    )


def list_found(reader: Reader, visit_id: str) -> list[Row]:
    """Return the records of a visit in order: id, text, quote, kind, asked, rating, counter_name."""
    return reader.query(
        f"""
        select o.id, o.text, o.quote, o.kind, o.state, o.asked, o.rating, counters.name as counter_name
        from visits join observations o on {OF_VISIT.format("o")}
            left join counters on counters.id = o.counter_id
        where visits.id = :id and o.state <> 'withdrawn' order by o.n
        """,  # noqa: S608  our own words
        {"id": visit_id},
    )


def list_answers(reader: Reader, visit_id: str) -> list[Row]:
    """Return what was looked at, in the order of the lists: look_id, author_id, name, answer."""
    return reader.query(
        f"""
        select l.id as look_id, l.author_id, i.name, a.answer
        from visits join looks l on {OF_VISIT.format("l")}
            join look_answers a on a.look_id = l.id join checklist_items i on i.id = a.item_id
        where visits.id = :id and not l.withdrawn order by l.made_at, l.id, i.position
        """,  # noqa: S608  our own words
        {"id": visit_id},
    )


def list_items(reader: Reader, look_id: str) -> list[Row]:
    """Return what could be looked at on a look round, or was, in order: id, name."""
    return reader.query(
        """
        select i.id, i.name from looks l join checklist_items i
            on i.id in (select item_id from look_answers where look_id = l.id)
            or (i.checklist_id = l.checklist_id and i.retired_on is null)
        where l.id = :id order by i.position, i.id
        """,
        {"id": look_id},
    )


def list_journeys(reader: Reader, visit_id: str) -> list[Row]:
    """Return the matters handled: a row of ``journeys``, matter_name, and what was promised."""
    return reader.query(
        f"""
        select j.*, m.name as matter_name, m.promised_trips, m.promised_minutes, m.promised_days
        from visits join journeys j on {OF_VISIT.format("j")} left join matters m on m.id = j.matter_id
        where visits.id = :id and not j.withdrawn order by j.made_at, j.id
        """,  # noqa: S608  our own words
        {"id": visit_id},
    )


def list_calls(reader: Reader, visit_id: str) -> list[Row]:
    """Return the calls, the earliest first: id, author_id, number, result, in_hours, dialled_at, note, …

    ``in_register``: it is the number of a service phone. Where a call is a finding, that says the note.
    """
    return reader.query(
        f"""
        select d.id, d.author_id, d.number, d.result, d.in_hours, d.dialled_at,
            exists (select 1 from service_phones p where p.number = d.number) as in_register,
            case when exists (select 1 from observations o where o.id = d.id and o.state <> 'withdrawn')
                then '' else d.note end as note
        from visits join dial_tests d on {OF_VISIT.format("d")}
        where visits.id = :id and not d.withdrawn order by d.dialled_at, d.id
        """,  # noqa: S608  our own words
        {"id": visit_id},
    )


def list_journeys_alone(reader: Reader, person_id: str) -> list[Row]:
    """Return the matters that a person handled on no visit, the latest first; as ``list_journeys``."""
    return reader.query(
        """
        select j.*, m.name as matter_name, m.promised_trips, m.promised_minutes, m.promised_days
        from journeys j left join matters m on m.id = j.matter_id
        where j.author_id = :person_id and j.visit_id is null and not j.withdrawn
        order by j.made_at desc, j.id desc limit :most
        """,
        {"person_id": person_id, "most": MOST_ALONE},
    )


def list_calls_alone(reader: Reader, person_id: str) -> list[Row]:
    """Return a person's calls on no visit that made no record, the latest first; as ``list_calls``."""
    return reader.query(
        """
        select d.id, d.author_id, d.number, d.result, d.in_hours, d.dialled_at, d.note,
            exists (select 1 from service_phones p where p.number = d.number) as in_register
        from dial_tests d where d.author_id = :person_id and d.visit_id is null and not d.withdrawn
            and not exists (select 1 from observations o where o.id = d.id)
        order by d.dialled_at desc, d.id desc limit :most
        """,
        {"person_id": person_id, "most": MOST_ALONE},
    )
