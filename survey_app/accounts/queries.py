"""People, their sessions and invitations in the store. A token is only ever kept as its SHA-256."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from survey_app import audit
from survey_app.accounts import passwords
from survey_app.store import Reader, Row, Writer
from survey_app.store.ids import uuid7
from survey_app.store.instants import from_text, to_text

SESSION_LIFETIME = timedelta(days=90)
INVITATION_LIFETIME = timedelta(days=7)
FAILURES_ALLOWED = 10  # of one login from one place
FAILURES_OF_A_PLACE = 100  # an office has one address for all its people
FAILURES_OF_A_LOGIN = 300  # from everywhere; fewer would let anybody lock others out
FAILURE_WINDOW = timedelta(minutes=15)

_PEOPLE = """
    select people.id, people.login, people.name, people.post, people.unit_id, people.disabled_at,
           people.password_hash is not null as has_password, units.name as unit_name,
           (select group_concat(role) from person_roles where person_id = people.id) as roles
    from people left join units on units.id = people.unit_id
"""


def list_unit_names(reader: Reader) -> list[tuple[str, str]]:
    """Return (id, name) of every unit a person can belong to."""
    rows = reader.query("select id, name from units where valid_to is null order by code")
    return [(row["id"], row["name"]) for row in rows]


def _with_roles(row: Row) -> Row:
    return {**row, "roles": sorted((row["roles"] or "").split(",")) if row["roles"] else []}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def list_people(reader: Reader) -> list[Row]:
    """Return everyone by unit and post, each with ``roles`` (a sorted list) and ``unit_name``."""
    rows = reader.query(_PEOPLE + " order by disabled_at is not null, units.code, people.post, people.login")
    return [_with_roles(row) for row in rows]


def find_person(reader: Reader, person_id: str) -> Row | None:
    """Return one person by id, or None."""
    row = reader.find(_PEOPLE + " where people.id = :id", {"id": person_id})
    return _with_roles(row) if row else None


def find_person_by_login(reader: Reader, login: str) -> Row | None:
    """Return one person by login (case does not count), or None."""
    row = reader.find(_PEOPLE + " where people.login = :login", {"login": login.strip().lower()})
    return _with_roles(row) if row else None


def add_person(
    tx: Writer,
    *,
    login: str,
    name: str,
    post: str,
    unit_id: str | None,
    roles: Iterable[str],
    actor_id: str | None,
    at: datetime,
) -> str:
    """Add a person who has no password yet and return the id."""
    person_id = uuid7()
    row = {"id": person_id, "login": login.strip().lower(), "name": name, "post": post, "unit_id": unit_id}
    tx.insert("people", {**row, "password_hash": None, "disabled_at": None, "created_at": to_text(at)})
    _set_roles(tx, person_id, roles)
    detail = {"login": row["login"], "post": post, "roles": sorted(roles)}
    audit.record(
        tx, actor_id=actor_id, action="add", entity="person", entity_id=person_id, detail=detail, at=at
    )
    return person_id


def set_person(
    tx: Writer,
    person_id: str,
    *,
    name: str,
    post: str,
    unit_id: str | None,
    roles: Iterable[str],
    actor_id: str,
    at: datetime,
) -> None:
    """Change who a person is and what they may do."""
    tx.update("people", person_id, {"name": name, "post": post, "unit_id": unit_id})
    _set_roles(tx, person_id, roles)
    detail = {"post": post, "unit_id": unit_id, "roles": sorted(roles)}
    audit.record(
        tx, actor_id=actor_id, action="edit", entity="person", entity_id=person_id, detail=detail, at=at
    )


def _set_roles(tx: Writer, person_id: str, roles: Iterable[str]) -> None:
    tx.execute("delete from person_roles where person_id = :id", {"id": person_id})
    tx.insert_all("person_roles", [{"person_id": person_id, "role": role} for role in sorted(set(roles))])


def set_disabled(tx: Writer, person_id: str, disabled: bool, *, actor_id: str, at: datetime) -> None:
    """Close or reopen an account; closing ends its sessions, invitations and calendars at once."""
    tx.update("people", person_id, {"disabled_at": to_text(at) if disabled else None})
    if disabled:
        tx.execute("delete from sessions where person_id = :id", {"id": person_id})
        tx.execute("delete from invitations where person_id = :id", {"id": person_id})
        tx.execute("delete from calendar_feeds where person_id = :id", {"id": person_id})
    action = "disable" if disabled else "enable"
    audit.record(tx, actor_id=actor_id, action=action, entity="person", entity_id=person_id, detail={}, at=at)


def set_password(tx: Writer, person_id: str, password: str, *, actor_id: str | None, at: datetime) -> None:
    """Set a password; every session that was open ends, and so does an invitation to choose one."""
    tx.update("people", person_id, {"password_hash": passwords.hash_password(password)})
    tx.execute("delete from sessions where person_id = :id", {"id": person_id})
    tx.execute("delete from invitations where person_id = :id and used_at is null", {"id": person_id})
    audit.record(
        tx, actor_id=actor_id, action="set_password", entity="person", entity_id=person_id, detail={}, at=at
    )


def password_matches(reader: Reader, login: str, password: str) -> Row | None:
    """Return the person whose login and password these are and whose account is open, or None."""
    row = reader.find(
        "select id, password_hash from people where login = :login and disabled_at is null",
        {"login": login.strip().lower()},
    )
    if not passwords.matches(row["password_hash"] if row else None, password) or row is None:
        return None
    return find_person(reader, row["id"])


def may_try(reader: Reader, login: str, place: str, now: datetime) -> bool:
    """Tell whether sign-in failed seldom enough within the window: for this login from this place, from this
    place for any login, and for this login from anywhere.
    """
    row = reader.find(
        """
        select count(case when login = :login and place = :place then 1 end) as both,
            count(case when place = :place then 1 end) as of_place,
            count(case when login = :login then 1 end) as of_login
        from sign_in_failures where at > :since and (login = :login or place = :place)
        """,
        {"login": _as_kept(login), "place": place, "since": to_text(now - FAILURE_WINDOW)},
    )
    assert row is not None
    return bool(
        row["both"] < FAILURES_ALLOWED
        and row["of_place"] < FAILURES_OF_A_PLACE
        and row["of_login"] < FAILURES_OF_A_LOGIN
    )


def add_attempt(tx: Writer, login: str, place: str, now: datetime) -> str | None:
    """Count a sign-in as failed before it is known, and return its id; None where it may not be tried.

    Those who try at once would else all be let through. What is outside the window is forgotten.
    """
    tx.execute("delete from sign_in_failures where at <= :since", {"since": to_text(now - FAILURE_WINDOW)})
    if not may_try(tx, login, place, now):
        return None
    attempt = {"id": uuid7(), "login": _as_kept(login), "place": place, "at": to_text(now)}
    tx.insert("sign_in_failures", attempt)
    return str(attempt["id"])


def forget_attempt(tx: Writer, attempt_id: str) -> None:
    """Take back an attempt that did not fail."""
    tx.delete("sign_in_failures", attempt_id)


def _as_kept(login: str) -> str:
    return login.strip().lower()[:100]


def add_session(tx: Writer, person_id: str, now: datetime) -> str:
    """Open a session and return its token, which is kept nowhere but with the person."""
    token = secrets.token_urlsafe(32)
    tx.execute("delete from sessions where expires_at <= :now", {"now": to_text(now)})
    expires_at = to_text(now + SESSION_LIFETIME)
    tx.insert(
        "sessions",
        {
            "id": _digest(token),
            "person_id": person_id,
            "created_at": to_text(now),
            "expires_at": expires_at,
        },
    )
    return token


def find_session(reader: Reader, token: str, now: datetime) -> Row | None:
    """Return the person whose open session this token is, or None."""
    person_id = reader.value(
        """
        select people.id from sessions join people on people.id = sessions.person_id
        where sessions.id = :id and sessions.expires_at > :now and people.disabled_at is null
        """,
        {"id": _digest(token), "now": to_text(now)},
    )
    return find_person(reader, person_id) if person_id else None


def delete_session(tx: Writer, token: str) -> None:
    """End a session."""
    tx.delete("sessions", _digest(token))


def add_invitation(tx: Writer, person_id: str, *, actor_id: str, at: datetime) -> str:
    """Make the one invitation of a person (an older one stops working) and return its token."""
    token = secrets.token_urlsafe(24)
    tx.execute("delete from invitations where person_id = :id", {"id": person_id})
    tx.insert(
        "invitations",
        {
            "id": _digest(token),
            "person_id": person_id,
            "created_by": actor_id,
            "created_at": to_text(at),
            "expires_at": to_text(at + INVITATION_LIFETIME),
            "used_at": None,
        },
    )
    audit.record(
        tx, actor_id=actor_id, action="invite", entity="person", entity_id=person_id, detail={}, at=at
    )
    return token


def find_invitation(reader: Reader, token: str, now: datetime) -> Row | None:
    """Return the person an unused, unexpired invitation is for (id, login, name, post), or None."""
    row = reader.find(
        """
        select people.id, people.login, people.name, people.post, invitations.expires_at
        from invitations join people on people.id = invitations.person_id
        where invitations.id = :id and used_at is null and people.disabled_at is null
        """,
        {"id": _digest(token)},
    )
    return row if row and from_text(row["expires_at"]) > now else None


def use_invitation(tx: Writer, token: str, password: str, at: datetime) -> str | None:
    """Set the password and spend the invitation; None when it was spent meanwhile."""
    person = find_invitation(tx, token, at)
    if person is None:
        return None
    tx.update("invitations", _digest(token), {"used_at": to_text(at)})
    set_password(tx, person["id"], password, actor_id=person["id"], at=at)
    return str(person["id"])
