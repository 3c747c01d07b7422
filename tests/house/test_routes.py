"""Every route names who may use it, and every answer carries the headers."""

import re
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from survey_app.permissions import PERMISSIONS, PUBLIC, ROLES
from survey_app.security import HEADERS, permission_of

PUBLIC_ROUTES = {
    "accounts.sign_in",
    "accounts.check_sign_in",
    "accounts.invitation",
    "accounts.accept_invitation",
    "campaigns.feeds.serve",  # a calendar sends no cookie: its unguessable address is the key
    "feedback.new",
    "feedback.add",
    "preferences.show",
    "preferences.save",
    "shell.manifest",
    "shell.serve",
    "shell.service_worker",
    "shell.background_worker",
    "field.field_shell",
    "visits.capture_shell",
}


def test_every_route_names_a_permission_and_the_public_list_is_this_one(app: Flask) -> None:
    with app.app_context():
        named = {endpoint: permission_of(endpoint) for endpoint in app.view_functions}
    assert {endpoint for endpoint, name in named.items() if name is None} == set()
    assert {endpoint for endpoint, name in named.items() if name == PUBLIC} <= PUBLIC_ROUTES


def test_every_permission_is_used_and_given_to_a_role(app: Flask) -> None:
    with app.app_context():
        used = {permission_of(endpoint) for endpoint in app.view_functions} - {PUBLIC}
    assert used == set(PERMISSIONS)
    assert all(roles and roles <= set(ROLES) for roles in PERMISSIONS.values())


def pages(app: Flask) -> list[str]:
    """Every page that opens without an id in its address."""
    return sorted(
        rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments
    )


def test_nobody_who_is_not_signed_in_sees_a_page_that_is_not_public(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        closed = {
            rule.rule
            for rule in app.url_map.iter_rules()
            if permission_of(rule.endpoint) != PUBLIC and "GET" in (rule.methods or ()) and not rule.arguments
        }
    for path in closed:
        answer = client.get(path)
        if path.startswith("/api/"):
            assert (answer.status_code, answer.json["code"]) == (401, "signed_out"), path  # type: ignore[index]
        else:
            assert answer.status_code == 302, path
            assert "/sign-in" in answer.headers["Location"], path


def test_every_page_answers_every_role_with_itself_or_a_clear_refusal(
    app: Flask, sign_in: Callable[[str], FlaskClient]
) -> None:
    for role in ROLES:
        client = sign_in(role)
        for path in pages(app):
            answer = client.get(path)
            assert answer.status_code in {200, 302, 304, 403}, (role, path, answer.status_code)


def test_nothing_that_changes_anything_is_done_without_a_token(
    app: Flask, sign_in: Callable[[str], FlaskClient]
) -> None:
    for role in ROLES:
        client = sign_in(role)
        for rule in app.url_map.iter_rules():
            path = re.sub(r"<any\('?(\w[\w-]*)[^>]*>", r"\1", rule.rule)
            path = re.sub(r"<[^>]+>", "0" * 64, path)
            for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
                answer = client.open(path, method=method, data={"note": "x"})
                assert answer.status_code in {400, 403}, (role, method, path)
                if answer.status_code == 400:
                    assert "安全凭证过期" in answer.text, (role, method, path)


def test_every_answer_carries_the_security_headers(app: Flask, sign_in: Callable[[str], FlaskClient]) -> None:
    office = sign_in("office")
    for path in [*pages(app), "/nowhere", "/api/v1/nowhere"]:
        answer = office.get(path)
        for name in HEADERS:
            assert name in answer.headers, (path, name)
        assert "unsafe" not in answer.headers["Content-Security-Policy"], path


TEMPLATES = Path(__file__).parents[2] / "survey_app" / "templates"


def test_a_form_is_written_only_in_its_component() -> None:
    with_form = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if re.search(r"<form\b", re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    }
    assert with_form == {"components/form.html"}


def test_no_template_has_an_inline_script_style_or_handler_or_skips_escaping() -> None:
    for path in TEMPLATES.rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        markup = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
        printed = path.is_relative_to(TEMPLATES / "digests" / "print")
        assert not re.search(r"<script(?![^>]*\b(src=|type=\"application/json\"))", source), path
        assert printed or not re.search(r"<style|\sstyle=", markup), path
        assert not re.search(r"\son\w+=", markup), path
        assert not re.search(r"\|\s*safe\b", source), path
