"""The server goes back to a backup: the phone offers again what it had delivered."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask

from survey_app import backup, create_app
from survey_app.config import Config
from survey_app.store import SQLiteStore
from tests.browser import database
from tests.browser.conftest import serving
from tests.browser.handset import Handset, picture, report, sign_in_on, wait_until_delivered
from tests.clock import Clock

pytestmark = pytest.mark.browser


class Machine:
    """The machine that the backup is restored on; ``start`` serves it and returns its store."""

    def __init__(self, folder: Path, clock: Clock, stack: ExitStack) -> None:
        settings = {"SURVEY_DATA_DIR": str(folder), "SURVEY_EXPORTS_DIR": str(folder / "exports")}
        self.config, self.clock, self.stack = Config.from_env(settings), clock, stack
        self.port = 0

    def start(self) -> SQLiteStore:
        app: Flask = create_app(self.config)
        app.extensions["clock"] = self.clock
        self.port = self.stack.enter_context(serving(app))
        store = app.extensions["store"]
        assert isinstance(store, SQLiteStore)
        self.stack.callback(store.close)
        return store


@pytest.fixture
def other(tmp_path: Path, clock: Clock) -> Iterator[Machine]:
    with ExitStack() as stack:
        yield Machine(tmp_path / "other", clock, stack)


def test_what_was_delivered_after_the_backup_comes_again_once_and_whole(
    ready: Handset, store: SQLiteStore, config: Config, clock: Clock, tmp_path: Path, other: Machine
) -> None:
    page = ready.turn_on()
    page.goto("/capture")
    report(page, "备份以前的一条", picture(1, (400, 300)))
    wait_until_delivered(page, store, 1)
    made = backup.back_up(store, config, tmp_path / "backups", clock())
    report(page, "备份以后的一条", picture(2, (400, 300)), picture(3, (400, 300)))
    wait_until_delivered(page, store, 2)
    ready.airplane(True)
    report(page, "系统停着时写的一条")

    backup.restore(other.config, made, clock())
    restored = other.start()
    assert restored.value("select count(*) from observations") == 1
    ready.cable.port = other.port
    ready.airplane(False)
    sign_in_on(page, "leader")  # another machine has another key
    page.goto("/records")
    wait_until_delivered(page, restored, 3)
    texts = Counter(row["text"] for row in restored.query("select text from observations"))
    assert texts == Counter(["备份以前的一条", "备份以后的一条", "系统停着时写的一条"])
    photos = restored.value("select count(*) from observation_photos join photos on photos.id = sha256")
    assert photos == 3
    assert {op["status"] for op in database.rows(page, "ops")} == {"released"}
