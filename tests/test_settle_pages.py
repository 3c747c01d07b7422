"""The pages where a person decides about what is held, carried, forked, or saved to a file."""

import base64
import hashlib
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app.store import SQLiteStore
from survey_app.store.ids import uuid7
from survey_app.sync import judging
from tests import notes
from tests.clock import Clock
from tests.pages import words_of
from tests.phone import Caller, item, item_of, named
from tests.pictures import turned

PHOTO = turned()
SHA = hashlib.sha256(PHOTO).hexdigest()
Token = Callable[[FlaskClient], str]


@pytest.fixture
def office(leader: Caller, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("office")


@pytest.fixture
def press(csrf: Token) -> Callable[..., TestResponse]:
    def send(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
        return client.post(path, data={"csrf_token": csrf(client), **fields}, follow_redirects=True)

    return send


Press = Callable[..., TestResponse]


def rescue_file(*fields: dict[str, Any], photo: bytes = PHOTO, end: bool = True) -> bytes:
    lines: list[Any] = [{"rescue": 1, "user": {"id": "x", "name": "x"}}]
    lines += [{"op": item(one)} for one in fields]
    sha256 = hashlib.sha256(PHOTO).hexdigest()
    lines.append(
        {"photo": {"sha256": sha256, "mime": "image/jpeg", "base64": base64.b64encode(photo).decode()}}
    )
    lines += [{"end": {"ops": len(fields), "photos": 1}}] if end else []
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()


def test_the_office_takes_what_fits_after_seeing_it(
    leader: Caller, office: FlaskClient, press: Press
) -> None:
    op = leader.envelope(payload={"texts": "叫号机坏了"})
    leader.send(op)
    page = office.get("/held").text
    assert "能用的部分" in page
    done = press(office, f"/held/{op['op_id']}/fits")
    assert "能用的部分已收下" in done.text
    assert "没有待确认的内容" in done.text


def test_no_escape_shows_a_number_in_what_came(leader: Caller, office: FlaskClient) -> None:
    leader.send(leader.envelope(payload={"texts": "打 138\n0013\t8012，“\\”"}))
    raw = json.dumps(leader.envelope(payload={"texts": "号码 here"})).replace(
        "here", r"\u0031\u0033800138013"
    )
    leader.post(json.dumps({"ops": [item_of(raw)]}))
    page = office.get("/held").text
    assert "打 138******12" in page
    assert r"138\n0013" not in page
    assert r"\u0031" not in page
    assert "13800138013" not in page


def test_the_office_sets_aside_with_a_reason_and_takes_it_back(
    leader: Caller, office: FlaskClient, press: Press
) -> None:
    op = leader.envelope(payload={})
    leader.send(op)
    refused = press(office, f"/held/{op['op_id']}/aside", note=" ")
    assert (refused.status_code, "请写一句为什么" in refused.text) == (422, True)
    assert "没有待确认的内容" in press(office, f"/held/{op['op_id']}/aside", note="试用 13800138012").text
    assert "试用 138******12" in office.get("/held?aside=1").text
    [*_, told] = leader.client.get("/api/v1/changes").get_json()["changes"]
    assert (told["event"], told["note"]) == ("set_aside", "试用 13800138012")
    assert "没有另存的内容" in press(office, f"/held/{op['op_id']}/back").text
    assert office.get("/held").text.count("<article") == 1


def test_what_somebody_else_settled_is_said_kindly(leader: Caller, office: FlaskClient, press: Press) -> None:
    op = leader.envelope()
    leader.send(op)
    answer = press(office, f"/held/{op['op_id']}/again")
    assert (answer.status_code, "已经有人处理过了" in answer.text) == (409, True)


def test_the_author_stands_by_what_others_brought_and_nobody_else_can(
    leader: Caller, aide: Caller, press: Press, store: SQLiteStore
) -> None:
    op = leader.envelope()
    aide.client.post("/api/v1/custody", json={"ops": [item(op)]}, headers=aide.headers)
    assert "由 测试岗位 aide 代为递交" in leader.client.get("/custody").text
    assert "没有要确认的" in aide.client.get("/custody").text
    assert "去确认" in leader.client.get("/records").text
    assert press(aide.client, f"/custody/{op['op_id']}/confirm").status_code == 403
    assert "已确认" in press(leader.client, f"/custody/{op['op_id']}/confirm").text
    assert len(notes.listed(store)) == 1


def test_however_much_is_brought_in_ones_name_a_page_has_an_end(leader: Caller, aide: Caller) -> None:
    ops = [leader.envelope(payload={"text": f"替写第{n}条"}) for n in range(51)]
    for batch in (ops[:50], ops[50:]):
        aide.client.post("/api/v1/custody", json={"ops": [item(op) for op in batch]}, headers=aide.headers)
    page = leader.client.get("/custody").text
    assert page.count("/confirm") == 50
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older
    rest = leader.client.get(older[1]).text
    assert rest.count("/confirm") == 1
    assert "替写第0条" in rest
    assert "有 51 条是别人替您递交的" in words_of(leader.client.get("/records").text)


def test_an_administrator_confirms_for_an_author_who_is_away(
    leader: Caller, aide: Caller, press: Press, store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    op = leader.envelope()
    aide.client.post("/api/v1/custody", json={"ops": [item(op)]}, headers=aide.headers)
    admin = sign_in("admin")
    assert "测试岗位 leader" in admin.get("/custody").text
    press(admin, f"/custody/{op['op_id']}/refuse")
    assert notes.listed(store) == []
    assert "没有要确认的" in admin.get("/custody").text


def test_versions_stand_beside_each_other_and_one_is_chosen(
    leader: Caller, office: FlaskClient, aide: Caller, press: Press, store: SQLiteStore
) -> None:
    first = leader.envelope()
    edits = [
        leader.envelope(base=first["op_id"], rec_id=first["rec_id"], payload={"text": t}) for t in "左右"
    ]
    leader.send(first, *edits)
    page = office.get(f"/versions/{first['rec_id']}").text
    assert re.findall(r"<mark>(.)</mark>", page) in (["左", "右"], ["右", "左"])
    assert aide.client.get(f"/versions/{first['rec_id']}").status_code == 404
    done = press(office, f"/versions/{first['rec_id']}/choose", op_id=edits[0]["op_id"])
    assert "已选定" in done.text
    assert [(note["text"], note["forked"]) for note in notes.listed(store)] == [("左", 0)]
    again = press(leader.client, f"/versions/{first['rec_id']}/choose", op_id=edits[0]["op_id"])
    assert again.status_code == 409


def test_what_never_came_is_shown_after_a_day(leader: Caller, office: FlaskClient, clock: Clock) -> None:
    leader.send(leader.envelope(seq=3))
    assert "可能还在手机上" not in office.get("/held").text
    clock.now = clock.now.replace(day=13, hour=5)
    assert "缺 2 条（第 1、2 条）" in office.get("/held").text


def test_however_many_phones_are_silent_a_page_has_an_end(
    leader: Caller, office: FlaskClient, clock: Clock
) -> None:
    silent = [leader.envelope(seq=2, install_id=uuid7()) for _ in range(51)]
    leader.send(*silent[:50])
    clock.now = clock.now.replace(day=13, hour=5)
    page = office.get("/held").text
    assert page.count("缺 1 条") == 50
    assert "还有更多" not in page
    leader.send(silent[50])
    clock.now = clock.now.replace(day=14, hour=6)
    page = office.get("/held").text
    assert page.count("缺 1 条") == 50
    assert "还有更多" in page


def take(press: Press, client: FlaskClient, data: bytes) -> TestResponse:
    return press(client, "/rescue", file=(io.BytesIO(data), "办事体验.jsonl"))


def test_a_fork_of_as_many_versions_as_a_record_takes_can_be_settled(
    leader: Caller, office: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    first = leader.envelope()
    about = {"base": first["op_id"], "rec_id": first["rec_id"]}
    edits = [leader.envelope(**about, payload={"text": f"第{n}份"}) for n in range(judging.MOST_VERSIONS - 1)]
    for begin in range(0, len(edits), 40):
        leader.send(first, *edits[begin : begin + 40])
    press(office, f"/versions/{first['rec_id']}/choose", op_id=edits[3]["op_id"])
    assert [(note["text"], note["forked"]) for note in notes.listed(store)] == [("第3份", 0)]


def test_a_choice_that_is_held_is_not_called_made(
    leader: Caller, office: FlaskClient, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = leader.envelope()
    about = {"base": first["op_id"], "rec_id": first["rec_id"]}
    edits = [leader.envelope(**about, payload={"text": text}) for text in "左右"]
    leader.send(first, *edits)
    monkeypatch.setattr(judging, "MOST_VERSIONS", 1)
    answer = press(office, f"/versions/{first['rec_id']}/choose", op_id=edits[0]["op_id"])
    assert (answer.status_code, "已选定" in answer.text, "改过太多次" in answer.text) == (409, False, True)


def test_a_rescue_file_is_taken_once_with_its_photos(
    leader: Caller, office: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    data = rescue_file(leader.envelope(photos=named(PHOTO)), leader.envelope())
    page = take(press, office, data)
    assert "等本人确认 2 条" in page.text
    assert "新收 1 张" in page.text
    assert "早已收到 2 条" in take(press, office, data).text
    assert store.value("select count(*) from ops") == 2
    mine = take(press, leader.client, data)
    assert (mine.status_code, len(notes.listed(store))) == (200, 2)


def test_of_a_file_that_is_cut_or_changed_every_whole_line_is_taken(
    leader: Caller, office: FlaskClient, press: Press, store: SQLiteStore
) -> None:
    ops = [leader.envelope(payload={"text": f"第{n}条"}) for n in range(3)]
    data = rescue_file(*ops, photo=PHOTO[:-1]).replace("第1条".encode(), "改了条".encode())
    page = take(press, office, data[:-20]).text
    assert "文件在中间断了" in page
    assert "第 3 行：内容和校验码对不上" in page
    assert "第 5 行：内容和校验码对不上" in page
    assert store.value("select count(*) from ops") == 2


def test_a_file_of_bad_lines_is_counted_and_fills_no_memory(
    leader: Caller, office: FlaskClient, press: Press
) -> None:
    page = take(press, office, b'{"rescue": 1}\n' + b"x\n" * 3000).text
    assert page.count("<li>第") == 50
    assert "还有 2950 行" in page


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"{}", b"[" * 5000, "姓名,电话\n".encode()])
def test_another_file_is_refused(leader: Caller, office: FlaskClient, press: Press, data: bytes) -> None:
    page = take(press, office, data)
    assert (page.status_code, "不是手机存下的文件" in page.text) == (422, True)
