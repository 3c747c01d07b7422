"""The demo's seven accounts: one a role, and of the leaders one more a tier; known by their posts."""

from dataclasses import dataclass
from datetime import datetime

from survey_app.accounts import queries as accounts
from survey_app.catalog import queries as catalog
from survey_app.catalog.tables import UNITS
from survey_app.store import Reader, Writer


@dataclass(frozen=True)
class Account:
    """One demo account."""

    login: str
    role: str
    post: str
    unit_code: str


ACCOUNTS = (
    Account("leader", "leader", "演示·分局局长", "GA330106"),
    Account("bureau", "leader", "演示·市局分管领导", "HZGA"),
    Account("department", "leader", "演示·出入境部门负责人", "CRJ"),
    Account("aide", "aide", "演示·分局联络员", "GA330106"),
    Account("office", "office", "演示·改革办专员", "HZGA"),
    Account("unit", "unit", "演示·车管所经办人", "CGS"),
    Account("admin", "admin", "演示·管理员", "HZGA"),
)


def list_real_logins(reader: Reader) -> list[str]:
    """Return who can sign in beside the demo accounts: where there are any, the product is in real use."""
    own = {account.login for account in ACCOUNTS}
    return [person["login"] for person in accounts.list_people(reader) if person["login"] not in own]


def missing_accounts(reader: Reader) -> list[Account]:
    """Return the demo accounts that are not there yet."""
    return [account for account in ACCOUNTS if accounts.find_person_by_login(reader, account.login) is None]


def add_accounts(tx: Writer, password: str, at: datetime) -> None:
    """Add the accounts that are missing, all with one password."""
    for account in missing_accounts(tx):
        unit = catalog.find_row_by_code(tx, UNITS, account.unit_code)
        person_id = accounts.add_person(
            tx,
            login=account.login,
            name=account.post,
            post=account.post,
            unit_id=unit["id"] if unit else None,
            roles=[account.role],
            actor_id=None,
            at=at,
        )
        accounts.set_password(tx, person_id, password, actor_id=None, at=at)


def set_passwords(tx: Writer, password: str, at: datetime) -> int:
    """Give every demo account this password and return how many had another one.

    Somebody who has only the login of one, and another post, keeps the password they have.
    """
    changed = 0
    for account in ACCOUNTS:
        person = accounts.find_person_by_login(tx, account.login)
        is_demo = person is not None and person["post"] == account.post
        if person and is_demo and accounts.password_matches(tx, account.login, password) is None:
            accounts.set_password(tx, person["id"], password, actor_id=None, at=at)
            changed += 1
    return changed
