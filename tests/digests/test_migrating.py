"""Briefings of a database that is older than the way to an issue."""

from pathlib import Path

from sqlite_utils import Database

from survey_app.digests import queries
from survey_app.store import SQLiteStore
from survey_app.store.migrations import migrations
from tests.clock import NOON

OLD = {
    "series": "办事体验简报", "period_from": "2017-06-01", "period_to": "2017-06-12", "issuer": "改革办",
    "title_1": "六月", "body": "正文\n", "created_by": "p", "created_at": NOON.isoformat(),
    "updated_at": NOON.isoformat(), "issued_on": "2017-06-12", "year": 2017,
}  # fmt: skip


def test_what_was_issued_stays_and_a_draft_gives_its_number_back(tmp_path: Path) -> None:
    database = Database(tmp_path / "survey.db")
    database.execute("pragma foreign_keys=on")
    migrations.apply(database, stop_before="m0018_issuing")
    database["people"].insert({"id": "p", "login": "p", "name": "p", "post": "p", "created_at": ""})  # type: ignore[union-attr]
    database["digests"].insert_all([  # type: ignore[union-attr]
        {**OLD, "id": "issued", "state": "issued", "number": 3, "frozen": "{}", "pdf_sha256": "abc"},
        {**OLD, "id": "draft", "state": "draft", "number": 4, "frozen": None, "pdf_sha256": None},
    ])  # fmt: skip
    database.close()
    store = SQLiteStore(tmp_path / "survey.db")
    store.migrate()
    issued, draft = (queries.find_digest(store, one) for one in ("issued", "draft"))
    assert issued is not None
    assert draft is not None
    assert (issued["state"], issued["number"], issued["year"], issued["pdf_sha256"]) == (
        "issued",
        3,
        2017,
        "abc",
    )
    assert (draft["state"], draft["number"], draft["year"], draft["body"]) == ("draft", None, None, "正文\n")
    assert (draft["template"], draft["edited_by"]) == ("weekly", "p")
    assert queries.next_number(store, "办事体验简报", 2017) == 4
    assert store.query("pragma foreign_key_check") == []
    store.close()
