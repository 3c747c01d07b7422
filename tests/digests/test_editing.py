"""A briefing that is kept while it is typed, by one or by several at once."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from survey_app import audit
from survey_app.store import Row, SQLiteStore
from tests.digests.steps import Post, drafted, row_of, typed

BODY = "第一段。\n第二段。\n第三段。\n"


def base_of(row: Row) -> str:
    return json.dumps({name: str(value) for name, value in typed(row).items()}, ensure_ascii=False)


@pytest.fixture
def path(office: FlaskClient, post: Post, records: list[str], store: SQLiteStore) -> str:
    """A draft of three paragraphs."""
    found = drafted(office, post, records)
    assert post(office, f"{found}/edit", **typed(row_of(store, found), body=BODY)).status_code == 302
    return found


def kept(office: FlaskClient, csrf: Any, path: str, **form: Any) -> Any:
    data = {**form, "csrf_token": csrf(office)}
    return office.post(f"{path}/edit", data=data, headers={"Accept": "application/json"})


def test_two_who_change_different_paragraphs_both_find_their_words(
    office: FlaskClient, post: Post, store: SQLiteStore, path: str
) -> None:
    seen = row_of(store, path)
    mine = typed(seen, body=BODY.replace("第一段", "我的第一段"), title_1="我的标题", base=base_of(seen))
    theirs = typed(seen, body=BODY.replace("第三段", "别人的第三段"), copies="60", base=base_of(seen))
    assert post(office, f"{path}/edit", **theirs).status_code == 302
    answer = post(office, f"{path}/edit", **mine)
    assert answer.headers["Location"].endswith("done=merge")
    row = row_of(store, path)
    assert row["body"] == "我的第一段。\n第二段。\n别人的第三段。\n"
    assert (row["title_1"], row["copies"]) == ("我的标题", 60)


def test_two_who_change_the_same_paragraph_see_both(
    office: FlaskClient, post: Post, store: SQLiteStore, path: str
) -> None:
    seen = row_of(store, path)
    for words, status in (("先存的", 302), ("后存的", 409)):
        said = typed(seen, body=BODY.replace("第二段", words), base=base_of(seen))
        answer = post(office, f"{path}/edit", **said)
        assert answer.status_code == status
    assert "先存的" in answer.text
    assert "后存的" in answer.text
    assert "先存的" in row_of(store, path)["body"]


@pytest.mark.parametrize("base", ["", "[]", "{", '{"body": 3}', '{"body": "别的"}'])
def test_a_base_that_is_none_never_loses_what_another_saved(
    office: FlaskClient, post: Post, store: SQLiteStore, path: str, base: str
) -> None:
    seen = row_of(store, path)
    assert post(office, f"{path}/edit", **typed(seen, body="先存的", base=base_of(seen))).status_code == 302
    assert post(office, f"{path}/edit", **typed(seen, body="后存的", base=base)).status_code == 409
    assert row_of(store, path)["body"] == "先存的\n"


def test_what_is_kept_while_typing_is_told_in_numbers_that_the_page_goes_on_with(
    office: FlaskClient, csrf: Any, store: SQLiteStore, path: str
) -> None:
    seen = row_of(store, path)
    said = kept(office, csrf, path, **typed(seen, body="边写边存", base=base_of(seen))).get_json()
    row = row_of(store, path)
    assert (said["version"], said["merged"], row["body"]) == (str(row["version"]), False, "边写边存\n")
    assert json.loads(said["base"])["body"] == "边写边存\n"
    late = kept(office, csrf, path, **typed(seen, title_2="第二行", base=base_of(seen))).get_json()
    assert (late["merged"], late["fields"]["body"]) == (True, "边写边存\n")
    clash = kept(office, csrf, path, **typed(seen, body="另一段", base=base_of(seen)))
    assert clash.status_code == 409
    assert kept(office, csrf, path, **typed(row, title_1="")).status_code == 422
    assert row_of(store, path)["title_1"] == seen["title_1"]


def test_of_typing_without_a_break_only_what_stood_there_before_is_kept_in_the_history(
    office: FlaskClient, csrf: Any, store: SQLiteStore, path: str
) -> None:
    for words in ("一", "一二", "一二三"):
        assert kept(office, csrf, path, **typed(row_of(store, path), body=words)).status_code == 200
    *_, first, second, third = audit.history(store, "digest", row_of(store, path)["id"])
    assert first["detail"]["before"]["body"] == BODY
    assert second["detail"] == {"version": row_of(store, path)["version"] - 1, "changed": ["body"]}
    assert "before" not in third["detail"]
