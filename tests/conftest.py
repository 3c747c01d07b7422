"""The real app on a real database file, made anew for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app import create_app
from survey_app.accounts import queries as accounts
from survey_app.config import Config
from survey_app.permissions import ROLES
from survey_app.store import SQLiteStore
from tests import notes
from tests.clock import NOON, Clock
from tests.phone import Caller
from tests.problems import Desk, Work

PASSWORD = "correct horse 9"


@pytest.fixture(scope="session")
def made_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with one unit and one account a role, copied for each test."""
    path = tmp_path_factory.mktemp("made") / "survey.db"
    store = SQLiteStore(path)
    store.migrate()
    with store.writing() as tx:
        tx.insert("units", {"id": "unit-1", "code": "U1", "name": "市公安局", "tier": "bureau"})
        for role in ROLES:
            person_id = accounts.add_person(
                tx,
                login=role,
                name=f"测试{role}",
                post=f"测试岗位 {role}",
                unit_id="unit-1",
                roles=[role],
                actor_id=None,
                at=NOON,
            )
            accounts.set_password(tx, person_id, PASSWORD, actor_id=None, at=NOON)
    store.query("pragma wal_checkpoint(truncate)")
    store.close()
    return path


@pytest.fixture
def config(tmp_path: Path, made_database: Path) -> Config:
    """Settings of a product that lives in the test's own folder."""
    (tmp_path / "survey.db").write_bytes(made_database.read_bytes())
    return Config.from_env(
        {"SURVEY_DATA_DIR": str(tmp_path), "SURVEY_EXPORTS_DIR": str(tmp_path / "exports")}
    )


@pytest.fixture
def clock() -> Clock:
    """The clock of the app under test, at noon of 12 June 2017 in Hangzhou."""
    return Clock()


@pytest.fixture
def app(config: Config, clock: Clock) -> Iterator[Flask]:
    """The real app."""
    made = create_app(config)
    made.extensions["clock"] = clock
    yield made
    made.extensions["store"].close()


@pytest.fixture
def store(app: Flask) -> SQLiteStore:
    """The app's store."""
    found = app.extensions["store"]
    assert isinstance(found, SQLiteStore)
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who is not signed in."""
    return app.test_client()


@pytest.fixture
def csrf(app: Flask) -> Callable[[FlaskClient], str]:
    """Return a CSRF token that fits this client's session."""

    def token(client: FlaskClient) -> str:
        page = client.get("/feedback").text
        marker = 'name="csrf_token" value="'
        return page.split(marker, 1)[1].split('"', 1)[0]

    return token


@pytest.fixture
def person_id(store: SQLiteStore) -> Callable[[str], str]:
    """Return the id of the account of a role."""

    def find(login: str) -> str:
        person = accounts.find_person_by_login(store, login)
        assert person is not None
        return str(person["id"])

    return find


@pytest.fixture
def sign_in(
    app: Flask, store: SQLiteStore, clock: Clock, person_id: Callable[[str], str]
) -> Callable[[str], FlaskClient]:
    """Return a client that is signed in as the account of a role."""

    def as_role(login: str) -> FlaskClient:
        with store.writing() as tx:
            token = accounts.add_session(tx, person_id(login), clock())
        client = app.test_client()
        with client.session_transaction() as session:
            session.permanent = True
            session["token"] = token
        return client

    return as_role


@pytest.fixture
def leader(app: Flask, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]) -> Caller:
    """The phone of a leader, to an app that takes notes."""
    notes.install(app, store)
    return Caller(sign_in("leader"))


@pytest.fixture
def aide(leader: Caller, sign_in: Callable[[str], FlaskClient]) -> Caller:
    """The phone of an aide."""
    return Caller(sign_in("aide"))


@pytest.fixture
def work(app: Flask, store: SQLiteStore, person_id: Callable[[str], str]) -> Work:
    """Two units with their halls, and people who do things to problems."""
    return Work(app, store, person_id)


@pytest.fixture
def desk(
    work: Work, sign_in: Callable[[str], FlaskClient], csrf: Callable[[FlaskClient], str]
) -> Callable[[str], Desk]:
    """Return somebody of a role at a screen, with problems in the database."""
    return lambda login: Desk(sign_in(login), csrf)
