"""What every screen shares: errors, settings, feedback, assets, languages."""

import gzip
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app import create_app
from survey_app.config import Config, SettingError
from survey_app.feedback import ANONYMOUS_AN_HOUR
from survey_app.store import SQLiteStore
from tests.clock import Clock

SignIn = Callable[[str], FlaskClient]
Csrf = Callable[[FlaskClient], str]


def test_a_page_that_is_not_there_says_what_to_do(sign_in: SignIn) -> None:
    answer = sign_in("leader").get("/nowhere")
    assert answer.status_code == 404
    assert "请从首页重新进入" in answer.text


def test_an_api_error_has_the_one_json_shape(sign_in: SignIn) -> None:
    answer = sign_in("leader").get("/api/v1/nowhere")
    assert answer.status_code == 404
    assert answer.json is not None
    assert sorted(answer.json) == ["code", "details", "message"]


def test_a_form_without_a_token_is_refused_as_stale(sign_in: SignIn) -> None:
    answer = sign_in("leader").post("/sign-out")
    assert answer.status_code == 400
    assert "刷新后再提交" in answer.text


def test_an_unexpected_error_is_logged_and_answered_without_its_text(
    app: Flask, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise RuntimeError("a secret of the machine room")

    broken.permission = "public"  # type: ignore[attr-defined]
    app.add_url_rule("/broken", view_func=broken)
    answer = app.test_client().get("/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "请稍后再试" in answer.text
    assert "a secret of the machine room" in caplog.text


def test_a_route_that_names_no_permission_is_refused(app: Flask, sign_in: SignIn) -> None:
    app.add_url_rule("/forgotten", endpoint="forgotten", view_func=lambda: "open")
    assert sign_in("admin").get("/forgotten").status_code == 403


def test_preferences_are_kept_on_the_device(client: FlaskClient, csrf: Csrf) -> None:
    form = {"language": "en", "text_size": "larger", "theme": "dark", "back": "/settings"}
    assert client.post("/settings", data={**form, "csrf_token": csrf(client)}).status_code == 302
    page = client.get("/settings").text
    assert 'lang="en" data-text-size="larger" data-theme="dark"' in page
    assert "Text size" in page
    answer = client.post(
        "/settings", data={"theme": "purple", "back": "//evil.example", "csrf_token": csrf(client)}
    )
    assert answer.headers["Location"] == "/settings"
    assert "purple" not in str(answer.headers)


def test_feedback_reaches_the_office_with_post_and_page(
    sign_in: SignIn, csrf: Csrf, store: SQLiteStore
) -> None:
    leader = sign_in("leader")
    text = "字再大一点 <script>，群众 13800138012 也说"
    form = {"text": text, "page": "/capture", "csrf_token": csrf(leader)}
    assert leader.post("/feedback", data=form).status_code == 302
    page = sign_in("office").get("/feedback/entries").text
    assert "字再大一点 &lt;script&gt;，群众 138******12 也说" in page
    assert "测试岗位 leader" in page
    assert "/capture" in page
    assert sign_in("leader").get("/feedback/entries").status_code == 403
    empty = leader.post("/feedback", data={"text": " ", "csrf_token": csrf(leader)})
    assert empty.status_code == 422
    assert store.value("select count(*) from feedback") == 1


def test_of_feedback_nothing_is_cut_silently(sign_in: SignIn, csrf: Csrf, store: SQLiteStore) -> None:
    leader = sign_in("leader")
    page = leader.get("/feedback").text
    assert "最多 5000 字" in page
    assert "maxlength" not in page[page.index("<textarea") : page.index("</textarea")]
    for length, status in ((5000, 302), (5001, 422)):
        form = {"text": "长" * length, "csrf_token": csrf(leader)}
        assert leader.post("/feedback", data=form).status_code == status
    assert [row["n"] for row in store.query("select length(text) as n from feedback")] == [5000]


def test_feedback_about_an_invitation_does_not_pass_it_on(
    client: FlaskClient, csrf: Csrf, sign_in: SignIn
) -> None:
    assert "s3cret-token" not in client.get("/feedback?page=/invitations/s3cret-token").text
    form = {"text": "打不开", "page": "/invitations/s3cret-token", "csrf_token": csrf(client)}
    assert client.post("/feedback", data=form).status_code == 302
    page = sign_in("office").get("/feedback/entries").text
    assert "s3cret-token" not in page
    assert "/invitations/…" in page


def test_feedback_without_signing_in_is_taken_but_not_a_flood(
    client: FlaskClient, csrf: Csrf, store: SQLiteStore
) -> None:
    form = {"text": "登录页看不清", "csrf_token": csrf(client)}
    for _ in range(ANONYMOUS_AN_HOUR):
        assert client.post("/feedback", data=form).status_code == 302
    assert client.post("/feedback", data=form).status_code == 429
    assert store.value("select count(*) from feedback") == ANONYMOUS_AN_HOUR


def test_a_flood_of_feedback_from_one_place_silences_no_other(
    app: Flask, csrf: Csrf, store: SQLiteStore, clock: Clock
) -> None:
    def say(address: str) -> int:
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        form = {"text": "登录页看不清", "csrf_token": csrf(client)}
        return client.post("/feedback", data=form).status_code

    assert [say("192.0.2.7") for _ in range(ANONYMOUS_AN_HOUR + 1)][-1] == 429
    assert say("192.0.2.8") == 302
    clock.now += timedelta(hours=1, seconds=1)
    assert say("192.0.2.7") == 302
    assert store.value("select count(*) from feedback where place <> ''") == 1  # the others are forgotten


def test_assets_do_not_vary_by_cookie_and_set_none(sign_in: SignIn) -> None:
    leader = sign_in("leader")
    page = leader.get("/menu")
    assert "Set-Cookie" not in leader.get("/menu").headers, "one cookie a sign-in, not one a request"
    for path in [*re.findall(r'(?:href|src)="(/assets/[^"]+)"', page.text), "/sw.js"]:
        answer = leader.get(path)
        assert "Cookie" not in answer.headers.get("Vary", ""), path
        assert "Set-Cookie" not in answer.headers, path


def test_assets_are_fingerprinted_packed_and_kept_for_ever(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    for path in re.findall(r'(?:href|src)="(/assets/[^"]+)"', page):
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, path
        assert "immutable" in answer.headers["Cache-Control"]
    css = next(path for path in re.findall(r'href="(/assets/[^"]+)"', page) if path.endswith(".css"))
    packed = client.get(css, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == client.get(css).data
    stale = client.get(re.sub(r"/assets/\w+/", "/assets/000000000000/", css))
    assert (stale.status_code, stale.headers["Cache-Control"]) == (404, "no-store")


@pytest.mark.parametrize(
    "path", ["../config.py", "..%2fconfig.py", "%2e%2e/config.py", "css", "css/none.css"]
)
def test_nothing_outside_static_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(f"/assets/x/{path}").status_code == 404


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SURVEY_HTTPS", "maybe"),
        ("SURVEY_SECRET_KEY", "short"),
        ("SURVEY_SECRET_KEY", "a" * 64),
        ("SURVEY_TIME_ZONE", "Mars/Olympus"),
        ("SURVEY_ORIGIN", "survey.example"),
        ("SURVEY_DATABASE", "postgresql://localhost/x"),
        ("SURVEY_PROXIES", "many"),
    ],
)
def test_an_unsafe_setting_is_refused_by_its_name(
    tmp_path_factory: pytest.TempPathFactory, name: str, value: str
) -> None:
    environ = {"SURVEY_DATA_DIR": str(tmp_path_factory.mktemp("data")), name: value}
    with pytest.raises(SettingError) as refused:
        Config.from_env(environ)
    assert refused.value.name == name


def test_the_secret_is_made_once_and_only_its_owner_reads_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("data")
    environ = {"SURVEY_DATA_DIR": str(folder)}
    assert Config.from_env(environ).secret_key == Config.from_env(environ).secret_key
    assert (folder / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["secret_key"]


def test_a_data_folder_that_the_product_makes_is_its_owners_alone(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("place") / "data"
    create_app(Config.from_env({"SURVEY_DATA_DIR": str(folder)}))
    assert folder.stat().st_mode & 0o777 == 0o700
