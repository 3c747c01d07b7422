"""Behind a reverse proxy that is set as docs/operations.md says: people sign in, and each has an address."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app import create_app
from survey_app.caller import place_of_caller
from survey_app.config import Config
from tests.conftest import PASSWORD

OPERATIONS = Path(__file__).parents[1] / "docs" / "operations.md"
SEEN_BY_NGINX = {"$host": "localhost", "$scheme": "https", "$proxy_add_x_forwarded_for": "192.0.2.7"}


def documented(http_host: str) -> dict[str, str]:
    """Return the headers that the documented proxy sends for a request to ``http_host``."""
    known = {**SEEN_BY_NGINX, "$http_host": http_host}
    settings = re.findall(r"proxy_set_header (\S+) (\S+);", OPERATIONS.read_text(encoding="utf-8"))
    assert settings
    return {name: known[value] for name, value in settings}


@pytest.fixture
def proxied(config: Config, tmp_path: Path) -> Flask:
    """The app as it is set behind a proxy."""
    return create_app(Config.from_env({
        "SURVEY_DATA_DIR": str(config.data_dir), "SURVEY_EXPORTS_DIR": str(tmp_path / "exports"),
        "SURVEY_HTTPS": "1", "SURVEY_ORIGIN": "https://localhost", "SURVEY_PROXIES": "1",
    }))  # fmt: skip


def token(client: FlaskClient, headers: dict[str, str]) -> str:
    page = client.get("/sign-in", headers=headers, base_url="http://127.0.0.1:8000").text
    return page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


@pytest.mark.parametrize("host", ["localhost", "localhost:8443"])
def test_one_signs_in_through_the_documented_proxy_on_any_port(proxied: Flask, host: str) -> None:
    client, headers = proxied.test_client(), documented(host)
    answer = client.post(
        "/sign-in",
        headers={**headers, "Referer": f"https://{host}/sign-in"},
        data={"csrf_token": token(client, headers), "login": "leader", "password": PASSWORD},
    )
    assert answer.status_code == 302, answer.text
    assert "Secure" in answer.headers["Set-Cookie"]


def test_a_caller_is_known_by_the_address_that_the_proxy_saw(proxied: Flask) -> None:
    seen: list[str] = []
    proxied.before_request(lambda: seen.append(place_of_caller()))
    for who in ("192.0.2.7", "192.0.2.8"):
        proxied.test_client().get("/sign-in", headers={**documented("localhost"), "X-Forwarded-For": who})
    assert len(set(seen)) == 2
