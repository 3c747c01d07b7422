"""The register of guides: units down, matters across, each looked at by somebody on some day."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.catalog import queries as catalog
from survey_app.catalog.tables import GUIDES
from survey_app.store import SQLiteStore
from tests.halls import MATTER
from tests.problems import OTHER, UNIT, Desk, Work
from tests.test_requirements import words

PATH = f"/reform/guides/{UNIT}/{MATTER}"
SAID = {
    "name": "补证怎么办",
    "visible": "yes",
    "clear": "no",
    "checked_post": "大厅主任",
    "checked_on": "2017-06-01",
}
Open = Callable[[str], Desk]


@pytest.fixture
def at(
    app: Flask, store: SQLiteStore, person_id: Callable[[str], str],
    sign_in: Callable[[str], FlaskClient], csrf: Callable[[FlaskClient], str],
) -> Open:  # fmt: skip
    """Return the desk of somebody of a role; the account ``unit`` is of the first unit."""
    Work(app, store, person_id)
    return lambda role: Desk(sign_in(role), csrf)


def version(page: str) -> str:
    found = re.search(r'name="version" type="hidden" value="(\w+)"', page)
    assert found
    return found[1]


def enter(desk: Desk, **changes: str) -> int:
    return desk.send(PATH, **{**SAID, "version": version(desk.open(PATH)), **changes}).status_code


def test_a_unit_enters_its_guide_and_the_table_counts_it_down_and_across(at: Open) -> None:
    assert enter(at("unit")) == 302
    page = words(at("leader").open("/reform/guides"))
    assert "在显眼处 1/1 图文并茂 0/1 已上网 —" in page
    assert "车辆管理所 1/1 — 是" in page
    assert "合计 1/1 — 1/1" in page
    assert "车辆管理所 0/1 — 否" in words(at("leader").open("/reform/guides?aspect=clear"))
    assert "驾驶证补办 是 否 — 大厅主任 6月1日" in words(at("leader").open(f"/reform/guides/{UNIT}"))


def test_what_is_entered_again_changes_the_same_line_and_keeps_the_history(
    at: Open, store: SQLiteStore
) -> None:
    enter(at("unit"))
    assert enter(at("office"), online="yes", checked_post="改革办", checked_on="2017-06-08") == 302
    [row] = catalog.list_rows(store, GUIDES)
    assert (row["visible"], row["clear"], row["online"], row["checked_post"]) == (
        "yes",
        "no",
        "yes",
        "改革办",
    )
    assert store.value("select count(*) from audit where entity = 'guide'") == 2


def test_a_guide_that_was_retired_and_is_entered_again_is_in_use(at: Open, store: SQLiteStore) -> None:
    enter(at("unit"))
    with store.writing() as tx:
        tx.update("guides", catalog.list_rows(store, GUIDES)[0]["id"], {"retired_on": "2017-06-02"})
    assert enter(at("unit")) == 302
    assert len(catalog.list_rows(store, GUIDES)) == 1


def test_a_look_without_a_witness_is_asked_for_and_nothing_typed_is_lost(
    at: Open, store: SQLiteStore
) -> None:
    desk = at("unit")
    answer = desk.send(PATH, **{**SAID, "checked_post": "", "version": version(desk.open(PATH))})
    assert answer.status_code == 422
    assert "也请写上谁看的" in answer.text
    assert 'value="补证怎么办"' in answer.text
    assert catalog.list_rows(store, GUIDES) == []


def test_two_who_enter_one_guide_lose_nothing(at: Open, store: SQLiteStore) -> None:
    mine, theirs = at("unit"), at("office")
    seen = version(mine.open(PATH))
    enter(theirs, clear="yes")
    answer = mine.send(PATH, **SAID, version=seen)
    assert answer.status_code == 409
    assert "有人登记过这一份" in answer.text
    assert catalog.list_rows(store, GUIDES)[0]["clear"] == "yes"
    assert mine.send(PATH, **SAID, version=version(answer.text)).status_code == 302


def test_a_unit_enters_its_own_guides_only_and_who_only_reads_none(at: Open) -> None:
    other = f"/reform/guides/{OTHER}/{MATTER}"
    assert at("unit").client.get(other).status_code == 403
    assert at("office").client.get(other).status_code == 200
    assert at("leader").client.get(PATH).status_code == 403
    assert PATH not in at("leader").open(f"/reform/guides/{UNIT}")
    assert PATH in at("unit").open(f"/reform/guides/{UNIT}")


def test_a_unit_or_matter_that_is_not_there_says_so(at: Open) -> None:
    for path in ("/reform/guides/nobody", f"/reform/guides/{UNIT}/nothing"):
        assert at("office").client.get(path).status_code == 404
