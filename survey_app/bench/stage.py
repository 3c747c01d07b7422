"""A whole product in a folder of its own, with one unit and two people, to be measured."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from survey_app import current
from survey_app.accounts import queries as accounts
from survey_app.catalog import queries as catalog
from survey_app.catalog import shipped
from survey_app.catalog.tables import CATEGORIES
from survey_app.config import Config
from survey_app.store import SQLiteStore

HALLS = ("办证中心", "车管所", "出入境接待大厅", "户籍窗口")


@dataclass(frozen=True, slots=True)
class Stage:
    """The app and its store; ``people`` gives a person's id by login (leader, office)."""

    app: Flask
    store: SQLiteStore
    people: dict[str, str]

    def client(self, login: str) -> FlaskClient:
        """Return a browser in which this person is signed in."""
        with self.store.writing() as tx:
            token = accounts.add_session(tx, self.people[login], current.system_clock())
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["token"] = token
        return client


@contextmanager
def staged(kept: Path | None = None) -> Iterator[Stage]:
    """Make the stage in a temporary folder and remove it at the end; in ``kept`` find it or leave it."""
    from survey_app import create_app  # the app lists this command, so it cannot be imported above

    with ExitStack() as stack:
        folder = kept or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="survey-bench-")))
        settings = {"SURVEY_DATA_DIR": str(folder), "SURVEY_EXPORTS_DIR": str(folder / "exports")}
        app = create_app(Config.from_env(settings))
        store = app.extensions["store"]
        assert isinstance(store, SQLiteStore)
        store.migrate()
        stack.callback(store.close)
        yield Stage(app, store, _people(store))


def _people(store: SQLiteStore) -> dict[str, str]:
    """Return the two people, made where they are not there yet."""
    found = store.query("select login, id from people where login in ('leader', 'office')")
    return {row["login"]: row["id"] for row in found} or _populate(store)


def _populate(store: SQLiteStore) -> dict[str, str]:
    now = current.system_clock()
    with store.writing() as tx:
        tx.insert("units", {"id": "unit", "code": "U", "name": "市公安局", "tier": "bureau"})
        for n, name in enumerate(HALLS):
            tx.insert("halls", {"id": f"hall-{n}", "code": f"H{n}", "unit_id": "unit", "name": name})
        sheet = shipped.read_sheet("categories")
        catalog.apply(tx, catalog.make_plan(tx, CATEGORIES, sheet, now.date()), actor_id=None, at=now)
        return {
            role: accounts.add_person(
                tx, login=role, name=post, post=post, unit_id="unit", roles=[role], actor_id=None, at=now
            )
            for role, post in (("leader", "支队长"), ("office", "改革办"))
        }
