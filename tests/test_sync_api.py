"""The endpoints: the shapes that phones rely on, and a clear answer to everything else."""

import hashlib
import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from survey_app.sync import envelope
from survey_app.sync.limits import Allowance
from tests import notes, phone
from tests.phone import Caller, code, named
from tests.pictures import turned

PHOTO = turned()
SHA = hashlib.sha256(PHOTO).hexdigest()
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def office(leader: Caller, sign_in: SignIn) -> FlaskClient:
    return sign_in("office")


def test_the_session_says_who_what_and_when(leader: Caller) -> None:
    session = leader.session
    assert set(session) == {"proto", "user", "csrf", "epoch", "head", "server_now", "limits"}
    assert (session["proto"], session["server_now"]) == (1, "2017-06-12T04:00:00.000Z")
    assert (session["user"]["name"], session["user"]["roles"]) == ("测试leader", ["leader"])
    assert session["limits"]["ops"] == 50


def test_the_epoch_stays_until_a_restore(leader: Caller, aide: Caller) -> None:
    assert leader.session["epoch"]
    assert aide.session["epoch"] == leader.session["epoch"]


def test_a_batch_is_answered_with_a_receipt_for_each_op_in_order(leader: Caller) -> None:
    first, second = leader.envelope(photos=named(PHOTO)), leader.envelope()
    answer = leader.send(first, second, first)
    body = answer.get_json()
    assert (answer.status_code, body["proto"], body["user"]) == (200, 1, leader.id)
    assert [receipt["op_id"] for receipt in body["receipts"]] == [
        first["op_id"],
        second["op_id"],
        first["op_id"],
    ]
    assert body["receipts"][0] == {
        "op_id": first["op_id"],
        "sha256": phone.item(first)["sha256"],
        "status": "stored",
        "need": [SHA],
        "server_seq": 1,
        "received_at": "2017-06-12T04:00:00.000Z",
        "code": "",
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_fifty_ops_fit_in_a_batch_and_one_more_does_not(leader: Caller) -> None:
    many = [leader.envelope() for _ in range(51)]
    assert leader.send(*many[:50]).status_code == 200
    assert code(leader.send(*many)) == (413, "too_large")


def test_a_body_above_256_kib_is_answered_and_an_op_above_64_kib_only_refused(leader: Caller) -> None:
    assert code(leader.post(b"[" + b" " * envelope.MAX_BATCH_BYTES)) == (413, "too_large")
    assert code(leader.post(b"x" * 5_000_000)) == (413, "too_large")
    big = leader.envelope(payload={"text": "a" * envelope.MAX_OP_BYTES})
    receipts = leader.send(big, leader.envelope()).get_json()["receipts"]
    assert [(one["status"], one["op_id"] is None) for one in receipts] == [
        ("too_large", False),
        ("stored", False),
    ]


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"ops": 3}', "\ufeff{}", "[" * 100_000, b"\xff\xfe\x00"])
def test_a_body_that_is_no_batch_is_malformed(leader: Caller, body: str | bytes) -> None:
    assert code(leader.post(body)) == (400, "malformed")


def test_an_unreadable_op_is_refused_by_itself(leader: Caller) -> None:
    body = '{"ops": [{"raw": "\\ud800", "sha256": "x"}, 7, {"raw": "{}", "sha256": "%s"}]}' % ("0" * 64)
    receipts = leader.post(body).get_json()["receipts"]
    assert [one["status"] for one in receipts] == ["unreadable", "unreadable", "bad_digest"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/session"),
        ("GET", "/api/v1/catalog"),
        ("POST", "/api/v1/ops"),
        ("PUT", f"/api/v1/photos/{SHA}"),
        ("HEAD", f"/api/v1/photos/{SHA}"),
    ],
)
def test_without_a_session_the_answer_is_json_401(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(path, method=method, data=b"{}")
    assert answer.status_code == 401
    assert method == "HEAD" or code(answer) == (401, "signed_out")


def test_an_expired_session_is_401_and_its_token_does_not_matter(leader: Caller, store: SQLiteStore) -> None:
    with store.writing() as tx:
        tx.execute("delete from sessions")
    assert code(leader.send(leader.envelope())) == (401, "signed_out")
    assert code(leader.put(PHOTO)) == (401, "signed_out")


@pytest.mark.parametrize("token", ["", "stale"])
def test_a_stale_token_is_named(leader: Caller, token: str) -> None:
    leader.headers = {"X-CSRFToken": token} if token else {}
    assert code(leader.send(leader.envelope())) == (400, "csrf_stale")
    assert code(leader.put(PHOTO)) == (400, "csrf_stale")


def test_a_runaway_client_is_told_when_to_come_back(app: Flask, leader: Caller) -> None:
    app.extensions["sync_allowance"] = Allowance(burst=2, per_second=0.5)
    assert [leader.send().status_code for _ in range(2)] == [200, 200]
    answer = leader.send()
    assert code(answer) == (429, "too_many")
    assert answer.headers["Retry-After"] == "2"


def test_an_allowance_fills_up_again() -> None:
    allowance = Allowance(burst=1, per_second=2)
    assert [allowance.take("a", 0), allowance.take("a", 0), allowance.take("b", 0)] == [0, 0.5, 0]
    assert allowance.take("a", 0.5) == 0


def test_the_catalogue_is_sent_once_until_it_changes(leader: Caller, store: SQLiteStore) -> None:
    first = leader.client.get("/api/v1/catalog")
    assert {"halls", "matters", "reform_items", "categories"} <= set(first.get_json())
    etag = {"If-None-Match": first.headers["ETag"]}
    assert leader.client.get("/api/v1/catalog", headers=etag).status_code == 304
    with store.writing() as tx:
        tx.insert("halls", {"id": "h", "code": "H", "unit_id": "unit-1", "name": "办证中心"})
    again = leader.client.get("/api/v1/catalog", headers=etag)
    assert (again.status_code, again.get_json()["halls"][0]["name"]) == (200, "办证中心")


def test_the_office_reads_what_was_held_and_why(leader: Caller, office: FlaskClient) -> None:
    assert "没有待确认的内容" in office.get("/held").text
    leader.send(
        leader.envelope(
            payload={"text": "", "quote": "跑了三趟<script>，电话13812345678"}, photos=named(PHOTO)
        ),
        leader.envelope(kind="poem", payload={"lines": ["一", None, True], "n": 5}),
        leader.envelope(v=9),
    )
    page = office.get("/held").text
    assert "共 3 条" in page
    assert notes.BAD_TEXT in page
    assert "跑了三趟&lt;script&gt;" in page
    assert "13812345678" not in page
    assert "这类内容服务器还不认识" in page
    assert "手机上的程序比服务器新" in page


def test_half_a_character_can_be_read_by_the_office(leader: Caller, office: FlaskClient) -> None:
    raw = json.dumps(leader.envelope(payload={"text": "拍照📷"})).replace("\\udcf7", "")
    leader.post(json.dumps({"ops": [phone.item_of(raw)]}))
    page = office.get("/held")
    assert page.status_code == 200
    assert "残缺的字符" in page.text


def test_only_the_office_reads_what_was_held(leader: Caller) -> None:
    assert leader.client.get("/held").status_code == 403


def test_held_ops_are_listed_in_pages(leader: Caller, office: FlaskClient) -> None:
    for _ in range(2):
        leader.send(*[leader.envelope(payload={}) for _ in range(40)])
    first = office.get("/held").text
    assert first.count("<article") == 50
    assert office.get("/held?before=31").text.count("<article") == 30
    assert "before=31" in first
