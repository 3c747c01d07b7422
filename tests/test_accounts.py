"""People: signing in and out, invitations, and what the administrator does."""

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app import audit
from survey_app.accounts import passwords, queries
from survey_app.store import SQLiteStore
from tests.clock import NOON, Clock
from tests.conftest import PASSWORD

SignIn = Callable[[str], FlaskClient]
Csrf = Callable[[FlaskClient], str]


def token_on(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found.group(1)


def try_sign_in(client: FlaskClient, login: str, password: str, **query: str):  # type: ignore[no-untyped-def]
    form = {"login": login, "password": password, "csrf_token": token_on(client, "/sign-in")}
    return client.post("/sign-in", data=form, query_string=query)


def test_the_right_password_signs_in_and_the_session_is_kept_on_the_server(
    client: FlaskClient, store: SQLiteStore
) -> None:
    assert try_sign_in(client, "Leader", PASSWORD).status_code == 302
    assert client.get("/account").status_code == 200
    assert store.value("select count(*) from sessions") == 1


def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(client: FlaskClient) -> None:
    wrong = try_sign_in(client, "leader", "wrong")
    unknown = try_sign_in(client, "nobody", "wrong")
    assert wrong.status_code == unknown.status_code == 422
    assert "账号或密码不对" in wrong.text
    assert "账号或密码不对" in unknown.text


MEASURE = """
import resource, sys, threading
from survey_app.accounts import passwords
at_once = [threading.Thread(target=passwords.matches, args=(None, "x")) for _ in range(int(sys.argv[1]))]
for one in at_once: one.start()
for one in at_once: one.join()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_many_who_sign_in_at_once_take_the_memory_of_one() -> None:
    one, many = (
        int(subprocess.run([sys.executable, "-c", MEASURE, n], capture_output=True, check=True).stdout)
        for n in ("1", "8")
    )
    assert many < one * 1.3, f"{many} MB for eight, {one} MB for one"


def test_a_crowd_that_signs_in_leaves_room_for_everybody_else(client: FlaskClient) -> None:
    for _ in range(passwords.MOST_AT_ONCE):
        passwords.WAITING_ROOM.acquire()
    try:
        answer = try_sign_in(client, "leader", PASSWORD)
        assert (answer.status_code, answer.headers["Retry-After"], "请过几秒再试" in answer.text) == (
            503,
            "2",
            True,
        )
    finally:
        passwords.WAITING_ROOM.release(passwords.MOST_AT_ONCE)
    assert try_sign_in(client, "leader", PASSWORD).status_code == 302


def test_the_eleventh_failure_is_told_to_wait_and_time_heals_it(client: FlaskClient, clock: Clock) -> None:
    for _ in range(queries.FAILURES_ALLOWED):
        assert try_sign_in(client, "leader", "wrong").status_code == 422
    refused = try_sign_in(client, "leader", PASSWORD)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    clock.now += queries.FAILURE_WINDOW + timedelta(seconds=1)
    assert try_sign_in(client, "leader", PASSWORD).status_code == 302


def from_place(app: Flask, address: str) -> FlaskClient:
    """Return somebody at an address."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def test_nobody_is_locked_out_by_what_others_type_elsewhere(app: Flask) -> None:
    stranger = from_place(app, "192.0.2.7")
    for _ in range(queries.FAILURES_ALLOWED):
        try_sign_in(stranger, "leader", "wrong")
    assert try_sign_in(stranger, "leader", PASSWORD).status_code == 429
    assert try_sign_in(from_place(app, "192.0.2.8"), "leader", PASSWORD).status_code == 302


def test_one_password_for_many_logins_is_tried_only_so_often_from_one_place(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "FAILURES_OF_A_PLACE", 3)
    for n in range(3):  # of one network, as one household has it
        assert try_sign_in(from_place(app, f"2001:db8::{n}"), f"user{n}", "Spring2026!").status_code == 422
    assert try_sign_in(from_place(app, "2001:db8::9"), "user9", "Spring2026!").status_code == 429
    assert try_sign_in(from_place(app, "2001:db9::9"), "user9", "Spring2026!").status_code == 422


def test_one_login_is_tried_only_so_often_from_everywhere(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "FAILURES_OF_A_LOGIN", 3)
    for n in range(3):
        assert try_sign_in(from_place(app, f"192.0.2.{n}"), "leader", "wrong").status_code == 422
    assert try_sign_in(from_place(app, "192.0.2.9"), "leader", "wrong").status_code == 429


def test_those_who_guess_at_once_guess_no_oftener(client: FlaskClient, store: SQLiteStore) -> None:
    def attempts() -> list[str | None]:
        with store.writing() as tx:  # as many begin before the first has been answered
            return [queries.add_attempt(tx, "leader", "here", NOON) for _ in range(40)]

    assert sum(attempt is not None for attempt in attempts()) == queries.FAILURES_ALLOWED


def test_who_signs_in_is_not_counted_and_no_address_is_kept(app: Flask, store: SQLiteStore) -> None:
    for _ in range(queries.FAILURES_ALLOWED + 1):
        assert try_sign_in(app.test_client(), "leader", PASSWORD).status_code == 302
    try_sign_in(app.test_client(), "leader", "wrong")
    [row] = store.query("select * from sign_in_failures")
    assert "127.0.0.1" not in row.values()


ELSEWHERE = (
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\n\\evil.example",
    "/\r\nSet-Cookie: who=x",
    "/\t/[",
)


def test_after_signing_in_one_lands_only_on_a_page_of_ours(client: FlaskClient, app: Flask) -> None:
    for target in ELSEWHERE:
        answer = try_sign_in(app.test_client(), "leader", PASSWORD, next=target)
        assert answer.headers["Location"] == "/"
    assert try_sign_in(client, "leader", PASSWORD, next="/account?x=1").headers["Location"] == "/account?x=1"


def test_after_choosing_preferences_one_lands_only_on_a_page_of_ours(client: FlaskClient, csrf: Csrf) -> None:
    for target in ELSEWHERE:
        answer = client.post("/settings", data={"back": target, "csrf_token": csrf(client)})
        assert answer.headers["Location"] == "/settings"
    answer = client.post("/settings", data={"back": "/menu?x=a%20b", "csrf_token": csrf(client)})
    assert answer.headers["Location"] == "/menu?x=a%20b"


def test_pages_opened_at_once_after_signing_in_share_one_token(client: FlaskClient) -> None:
    try_sign_in(client, "leader", PASSWORD)
    cookie = client.get_cookie("survey")
    assert cookie is not None
    page = token_on(client, "/menu")
    client.set_cookie("survey", cookie.value)  # the answer of the page came after that of another
    client.get("/api/v1/session")
    assert client.post("/sign-out", data={"csrf_token": page}).status_code == 302


def test_signing_out_ends_the_session_on_the_server(sign_in: SignIn, store: SQLiteStore, csrf: Csrf) -> None:
    leader = sign_in("leader")
    leader.post("/sign-out", data={"csrf_token": csrf(leader)})
    assert store.value("select count(*) from sessions") == 0
    assert leader.get("/account").status_code == 302


def test_a_session_ends_after_its_lifetime(sign_in: SignIn, clock: Clock) -> None:
    leader = sign_in("leader")
    clock.now += queries.SESSION_LIFETIME + timedelta(seconds=1)
    assert leader.get("/account").status_code == 302


def test_a_new_password_signs_out_every_other_device(sign_in: SignIn, csrf: Csrf) -> None:
    phone, desk = sign_in("leader"), sign_in("leader")
    form = {"current": PASSWORD, "password": "another 55 words", "again": "another 55 words"}
    answer = phone.post("/account/password", data={**form, "csrf_token": csrf(phone)})
    assert answer.status_code == 302
    assert phone.get("/account").status_code == 200
    assert desk.get("/account").status_code == 302


def test_whoever_holds_an_open_session_cannot_guess_the_password_either(sign_in: SignIn, csrf: Csrf) -> None:
    phone = sign_in("leader")
    token = csrf(phone)
    fresh = {"password": "another 55 words", "again": "another 55 words", "csrf_token": token}
    for n in range(queries.FAILURES_ALLOWED):
        assert phone.post("/account/password", data={**fresh, "current": f"guess {n}"}).status_code == 422
    assert phone.post("/account/password", data={**fresh, "current": PASSWORD}).status_code == 429


def test_a_weak_or_mistyped_new_password_changes_nothing(sign_in: SignIn, csrf: Csrf) -> None:
    leader = sign_in("leader")
    for password, again in (("short1!", "short1!"), ("my leader 99", "my leader 99"), ("good enough 7", "x")):
        form = {"current": PASSWORD, "password": password, "again": again, "csrf_token": csrf(leader)}
        assert leader.post("/account/password", data=form).status_code == 422
    form = {"current": "wrong", "password": "good enough 7", "again": "good enough 7"}
    assert leader.post("/account/password", data={**form, "csrf_token": csrf(leader)}).status_code == 422
    assert sign_in("leader").get("/account").status_code == 200


def invite(admin: FlaskClient, csrf: Csrf, person_id: str) -> str:
    page = admin.post(f"/people/{person_id}/invite", data={"csrf_token": csrf(admin)})
    found = re.search(r"http://localhost(/invitations/[\w-]+)", page.text)
    assert found, page.text
    assert "<svg" in page.text
    return found.group(1)


def test_an_invitation_works_once(
    sign_in: SignIn, csrf: Csrf, app: Flask, person_id: Callable[[str], str]
) -> None:
    link = invite(sign_in("admin"), csrf, person_id("unit"))
    guest = app.test_client()
    form = {"password": "fresh words 12", "again": "fresh words 12", "csrf_token": token_on(guest, link)}
    assert guest.post(link, data=form).status_code == 302
    assert guest.get("/account").status_code == 200
    assert app.test_client().get(link).status_code == 404
    assert try_sign_in(app.test_client(), "unit", "fresh words 12").status_code == 302


def test_a_new_password_ends_an_invitation_that_was_not_used(
    sign_in: SignIn, csrf: Csrf, client: FlaskClient, person_id: Callable[[str], str]
) -> None:
    link = invite(sign_in("admin"), csrf, person_id("unit"))
    unit = sign_in("unit")
    form = {"current": PASSWORD, "password": "another 55 words", "again": "another 55 words"}
    assert unit.post("/account/password", data={**form, "csrf_token": csrf(unit)}).status_code == 302
    assert client.get(link).status_code == 404


def test_a_newer_invitation_replaces_the_older_and_both_expire(
    sign_in: SignIn, csrf: Csrf, client: FlaskClient, clock: Clock, person_id: Callable[[str], str]
) -> None:
    admin = sign_in("admin")
    older, newer = (invite(admin, csrf, person_id("unit")) for _ in range(2))
    assert client.get(older).status_code == 404
    assert client.get(newer).status_code == 200
    clock.now += queries.INVITATION_LIFETIME
    assert client.get(newer).status_code == 404


def test_a_disabled_account_is_out_at_once(
    sign_in: SignIn, csrf: Csrf, app: Flask, person_id: Callable[[str], str]
) -> None:
    admin, unit = sign_in("admin"), sign_in("unit")
    admin.post(f"/people/{person_id('unit')}/disable", data={"csrf_token": csrf(admin)})
    assert unit.get("/account").status_code == 302
    assert try_sign_in(app.test_client(), "unit", PASSWORD).status_code == 422


def test_before_an_account_is_disabled_one_is_asked(sign_in: SignIn, person_id: Callable[[str], str]) -> None:
    admin, path = sign_in("admin"), f"/people/{person_id('unit')}"
    page = admin.get(path).text
    assert f'href="{path}/disable"' in page
    assert f'action="{path}/disable"' not in page
    asked = admin.get(f"{path}/disable").text
    assert f'action="{path}/disable"' in asked
    assert "马上退出登录" in asked
    assert sign_in("unit").get("/account").status_code == 200
    assert "不加了" in admin.get("/people/new").text
    assert "不改了" in admin.get(f"{path}/edit").text


def test_an_administrator_cannot_lock_themselves_out(
    sign_in: SignIn, csrf: Csrf, person_id: Callable[[str], str]
) -> None:
    admin = sign_in("admin")
    path = f"/people/{person_id('admin')}"
    assert admin.post(f"{path}/disable", data={"csrf_token": csrf(admin)}).status_code == 409
    form = {"login": "admin", "name": "x", "post": "y", "unit_id": "unit-1", "roles": ["office"]}
    assert admin.post(f"{path}/edit", data={**form, "csrf_token": csrf(admin)}).status_code == 409


def test_a_person_is_added_changed_and_audited(sign_in: SignIn, csrf: Csrf, store: SQLiteStore) -> None:
    admin = sign_in("admin")
    form = {
        "login": "branch.head",
        "name": "分局局长",
        "post": "分局局长",
        "unit_id": "unit-1",
        "roles": ["leader"],
    }
    answer = admin.post("/people/new", data={**form, "csrf_token": csrf(admin)})
    assert answer.status_code == 302
    assert "未开通" in admin.get(answer.headers["Location"]).text
    again = admin.post("/people/new", data={**form, "csrf_token": csrf(admin)})
    assert again.status_code == 422
    assert "已经有人用了" in again.text
    person = queries.find_person_by_login(store, "branch.head")
    assert person
    edit = {**form, "post": "分局党委书记", "roles": ["leader", "office"], "csrf_token": csrf(admin)}
    assert admin.post(f"/people/{person['id']}/edit", data=edit).status_code == 302
    changed = queries.find_person(store, person["id"])
    assert changed
    assert (changed["post"], changed["roles"]) == ("分局党委书记", ["leader", "office"])
    assert [row["action"] for row in audit.history(store, "person", person["id"])] == ["add", "edit"]
    assert list(audit.broken_links(store)) == []


def test_a_person_without_a_post_is_named_as_wrong(sign_in: SignIn, csrf: Csrf) -> None:
    admin = sign_in("admin")
    form = {"login": "x y", "name": "n", "post": "", "unit_id": "", "roles": []}
    answer = admin.post("/people/new", data={**form, "csrf_token": csrf(admin)})
    assert answer.status_code == 422
    for message in ("请填写职务", "至少选一项", "2 到 40 个字母"):
        assert message in answer.text


@pytest.mark.parametrize(("role", "status"), [("leader", 422), ("unit", 422), ("aide", 302), ("admin", 302)])
def test_who_heads_a_unit_or_answers_for_one_has_one(
    sign_in: SignIn, csrf: Csrf, person_id: Callable[[str], str], role: str, status: int
) -> None:
    admin = sign_in("admin")
    form = {"login": "some.body", "name": "n", "post": "p", "unit_id": "", "roles": [role]}
    for path in ("/people/new", f"/people/{person_id('office')}/edit"):
        answer = admin.post(path, data={**form, "csrf_token": csrf(admin)})
        assert answer.status_code == status, path
        assert ("一把手和责任单位要选好单位" in answer.text) is (status == 422)


def test_a_changed_audit_row_is_found(store: SQLiteStore) -> None:
    with store.writing() as tx:
        tx.execute("update audit set action = 'nothing' where seq = 2")
    assert 2 in list(audit.broken_links(store))
