"""The capture screen as a plain form: it works with JavaScript off, and loses nothing on bad input."""

import io
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from PIL import Image

from survey_app.store import SQLiteStore
from survey_app.store.ids import uuid7
from tests.conftest import PASSWORD
from tests.halls import COUNTER, EMPTY_SLOT, HALL, ITEMS, OTHER_COUNTER, add_halls
from tests.phone import Caller

Post = Callable[..., Any]


@pytest.fixture
def leader(sign_in: Callable[[str], FlaskClient], store: SQLiteStore) -> FlaskClient:
    """A leader, and a catalogue."""
    add_halls(store)
    return sign_in("leader")


@pytest.fixture
def post(leader: FlaskClient, csrf: Callable[[FlaskClient], str]) -> Post:
    """Return what sends the form as a browser would."""

    def send(action: str = "submit", **fields: Any) -> Any:
        form = {
            "csrf_token": csrf(leader),
            "op_id": uuid7(),
            "method": "see",
            "kind": "blockage",
            "text": "",
            "severity": "",
            "category": "",
            "stage": "",
            "action": action,
        }
        return leader.post("/capture", data={**form, **fields}, content_type="multipart/form-data")

    return send


def photo(
    color: str = "teal", name: str = "hall.jpg", size: tuple[int, int] = (80, 60)
) -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "JPEG")
    out.seek(0)
    return out, name


def only_op(store: SQLiteStore) -> dict[str, Any]:
    rows = store.query("select raw from ops")
    assert len(rows) == 1
    fields: dict[str, Any] = json.loads(rows[0]["raw"])
    return fields


def test_the_form_reports_and_the_record_is_listed(
    leader: FlaskClient, post: Post, store: SQLiteStore
) -> None:
    answer = post(text="窗口空岗", hall_id=HALL, counter_id=COUNTER, reform_item_ids=list(ITEMS))
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/records?done=report")
    fields = only_op(store)
    assert fields["payload"] == {
        "method": "see", "kind": "blockage", "text": "窗口空岗", "quote": "", "hall_id": HALL,
        "counter_id": COUNTER, "matter_id": None, "category": None, "stage": None, "severity": None,
        **dict.fromkeys(("visit_id", "for_person_id", "item_id", "asked", "rating", "follow_up_days")),
        "resolved_on_spot": False, "reform_item_ids": list(ITEMS),
    }  # fmt: skip
    assert "窗口空岗" in leader.get("/records").text


def test_the_same_form_sent_twice_makes_one_record(post: Post, store: SQLiteStore) -> None:
    op_id = uuid7()
    for _ in range(2):
        assert post(op_id=op_id, text="窗口空岗").status_code == 302
    assert store.value("select count(*) from observations") == 1


def test_a_photo_goes_in_smaller_and_without_exif(post: Post, store: SQLiteStore) -> None:
    picture, exif = Image.new("RGB", (3000, 1000), "navy"), Image.Exif()
    exif[0x010F] = "PhoneMaker"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    out.seek(0)
    assert post(photos=[(out, "a.jpg"), photo()]).status_code == 302
    rows = store.query("select width, height from photos order by width")
    assert rows == [{"width": 80, "height": 60}, {"width": 2000, "height": 667}]
    assert len(only_op(store)["photos"]) == 2


def test_a_file_that_is_no_photo_is_named_and_nothing_typed_is_lost(
    leader: FlaskClient, post: Post, store: SQLiteStore
) -> None:
    answer = post(text="排队四十五分钟", photos=[photo(), (io.BytesIO(b"%PDF-1.7"), "指南.pdf")])
    assert answer.status_code == 422
    assert "“指南.pdf”不是能用的照片" in answer.text
    assert "排队四十五分钟" in answer.text
    kept = re.findall(r'name="kept"[^>]*value="([0-9a-f]{64})"', answer.text)
    assert len(kept) == 1
    assert post(text="排队四十五分钟", kept=kept).status_code == 302
    assert [one["sha256"] for one in only_op(store)["photos"]] == kept


def test_nothing_to_report_is_said_and_nothing_is_stored(post: Post, store: SQLiteStore) -> None:
    answer = post(text="   ")
    assert answer.status_code == 422
    assert "写一句话、记一句群众原话，或附一张照片，再上报。" in answer.text
    assert store.value("select count(*) from ops") == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": "长" * 5001}, "最多 5000 字，现在是 5001 字。"),
        ({"text": "好", "hall_id": uuid7()}, "目录里没有这一项了"),
        ({"text": "好", "hall_id": HALL, "counter_id": OTHER_COUNTER}, "这个窗口不在所选的大厅"),
        ({"text": "好", "photos": [photo(name=f"{n}.jpg") for n in range(10)]}, "最多 9 张照片。"),
    ],
)
def test_bad_input_is_shown_again_with_what_to_do(
    post: Post, store: SQLiteStore, fields: dict[str, Any], sentence: str
) -> None:
    answer = post(**fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert fields["text"] in answer.text
    assert store.value("select count(*) from ops") == 0


def test_what_is_put_aside_is_a_draft_that_can_be_gone_on_with(
    leader: FlaskClient, post: Post, store: SQLiteStore
) -> None:
    assert post("save", text="没写完", severity="serious", photos=[photo()]).status_code == 302
    assert store.value("select count(*) from ops") == 0
    listed = leader.get("/records").text
    assert "草稿" in listed
    draft_id = re.findall(r"/capture\?draft=([0-9a-f-]{36})", listed)[0]
    page = leader.get(f"/capture?draft={draft_id}").text
    assert "没写完" in page
    kept = re.findall(r'name="kept"[^>]*value="([0-9a-f]{64})"', page)
    assert post(text="写完了", draft_id=draft_id, kept=kept).status_code == 302
    assert "草稿" not in leader.get("/records").text
    assert len(only_op(store)["photos"]) == 1


def test_a_draft_is_nobody_elses(
    leader: FlaskClient, post: Post, sign_in: Callable[[str], FlaskClient]
) -> None:
    post("save", text="没写完")
    draft_id = re.findall(r"/capture\?draft=([0-9a-f-]{36})", leader.get("/records").text)[0]
    aide = sign_in("aide")
    assert "没写完" not in aide.get(f"/capture?draft={draft_id}").text
    assert "没写完" not in aide.get("/records").text


def test_the_id_of_anothers_draft_keeps_both(
    leader: FlaskClient, post: Post, store: SQLiteStore, sign_in: Callable[[str], FlaskClient],
    csrf: Callable[[FlaskClient], str],
) -> None:  # fmt: skip
    draft_id, aide = uuid7(), sign_in("aide")
    said = {"method": "see", "kind": "blockage", "action": "save", "draft_id": draft_id}
    assert post("save", text="一把手的", draft_id=draft_id).status_code == 302
    for _again in range(2):
        answer = aide.post("/capture", data={**said, "text": "联络员的", "csrf_token": csrf(aide)})
        assert answer.status_code == 302
    assert "一把手的" in leader.get("/records").text
    assert "联络员的" in aide.get("/records").text


def test_a_form_whose_id_another_has_used_is_taken_once_and_whole(
    post: Post, store: SQLiteStore, sign_in: Callable[[str], FlaskClient], csrf: Callable[[FlaskClient], str]
) -> None:
    op_id, aide = uuid7(), sign_in("aide")
    said = {"method": "see", "kind": "blockage", "action": "report", "op_id": op_id, "text": "联络员的"}
    assert aide.post("/capture", data={**said, "csrf_token": csrf(aide)}).status_code == 302
    for _again in range(2):
        assert post(text="一把手的", op_id=op_id).headers["Location"] == "/records?done=report"
    assert store.query("select text from observations order by n") == [
        {"text": "联络员的"},
        {"text": "一把手的"},
    ]


def test_what_a_person_has_to_look_at_first_is_not_called_delivered(
    leader: FlaskClient, post: Post, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    aide, record_id = Caller(sign_in("aide")), uuid7()
    payload = {"method": "see", "kind": "blockage", "text": "联络员的"}
    aide.send(aide.envelope(kind="observation", rec_id=record_id, payload=payload))
    answer = post(text="一把手的", op_id=record_id)
    page = leader.get(answer.headers["Location"]).text
    assert ("已送达。" in page, "收到了，但要改革办看过" in page) == (False, True)


def test_anothers_photo_cannot_be_attached(
    post: Post, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    row = {"id": "b" * 64, "bytes": 9, "mime": "image/jpeg", "width": 1, "height": 1, "received_at": "2017"}
    with store.writing() as tx:
        tx.insert("photos", {**row, "received_from": person_id("aide")})
    assert post(text="好", kept=["b" * 64]).status_code == 302
    assert only_op(store)["photos"] == []


def test_a_label_fills_in_the_counter_and_its_hall(leader: FlaskClient) -> None:
    page = leader.get("/c/H1-03").text
    for chosen in (HALL, COUNTER):
        assert re.search(rf'<option [^>]*selected [^>]*value="{chosen}"', page)


def test_a_retired_label_says_so_and_capture_goes_on(leader: FlaskClient) -> None:
    answer = leader.get("/c/NOWHERE")
    assert answer.status_code == 404
    assert "没有找到这个窗口" in answer.text
    assert 'name="text"' in answer.text


def test_an_empty_slot_is_not_offered(leader: FlaskClient) -> None:
    page = leader.get("/capture").text
    assert ITEMS[0] in page
    assert EMPTY_SLOT not in page


def test_what_is_typed_is_shown_as_typed(leader: FlaskClient, post: Post) -> None:
    said = "<script>alert(1)</script> {{7*7}}"
    post("save", text=said)
    page = leader.get("/records").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}" in page
    assert said not in page


def test_capture_is_for_those_who_capture(sign_in: Callable[[str], FlaskClient]) -> None:
    assert sign_in("unit").get("/capture").status_code == 403
    assert sign_in("aide").get("/capture").status_code == 200


def test_signing_in_tells_the_phone_whose_records_it_writes_until_they_sign_out(
    client: FlaskClient, csrf: Callable[[FlaskClient], str], person_id: Callable[[str], str]
) -> None:
    form = {"csrf_token": csrf(client), "login": "leader", "password": PASSWORD}
    client.post("/sign-in", data=form)
    cookie = client.get_cookie("who")
    assert cookie is not None
    assert unquote(cookie.decoded_value) == f"{person_id('leader')}|测试岗位 leader"
    client.delete_cookie("session")
    client.get("/records")
    assert client.get_cookie("who") == cookie, "a session that ended stops nobody from capturing"
    client.post("/sign-in", data=form | {"csrf_token": csrf(client)})
    client.post("/sign-out", data={"csrf_token": csrf(client)})
    assert client.get_cookie("who") is None
