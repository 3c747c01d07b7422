"""Every client ever shipped can still deliver: what its phone had said, said to the server of today (I11)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from tests.browser.golden import release as golden
from tests.halls import add_halls


@pytest.mark.parametrize("path", golden.FILES, ids=lambda path: path.stem)
def test_a_released_client_gets_the_answers_it_always_got(
    path: Path, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    release = golden.read(path)
    add_halls(store)
    golden.add_people(store, release)
    heard = golden.say_again(sign_in("golden-leader"), release)
    assert {said["method"] for said, _ in heard} >= {"GET", "POST", "PUT"}
    for said, answer in heard:
        where = (said["method"], said["path"])
        assert answer.status_code == (200 if said["status"] == 304 else said["status"]), where
        if said["receipts"]:
            today = answer.get_json()["receipts"]
            assert [named(one) for one in today] == [named(one) for one in said["receipts"]], where


def named(receipt: dict[str, object]) -> dict[str, object]:
    """Return what an old client reads of a receipt."""
    return {key: receipt[key] for key in ("op_id", "sha256", "status", "need")}
