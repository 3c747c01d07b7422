"""The address of a sent form, opened again, is no dead end."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from tests.problems import Work

SignIn = Callable[[str], FlaskClient]
BROWSER = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
}  # as Chromium sends it
OTHER_METHOD = 405
UNREAL = "01900000-0000-7000-8000-0000000000ff"


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/campaigns/x/propose", "/campaigns/x"),
        ("/calendar/all", "/calendar"),
        ("/inbox/x/settle?item=y", "/inbox/x?item=y"),
        ("/sign-out", "/"),
    ],
)
def test_the_address_of_a_form_opens_the_page_that_it_stands_on(
    sign_in: SignIn, path: str, page: str
) -> None:
    answer = sign_in("office").get(path, headers=BROWSER)
    assert (answer.status_code, answer.headers["Location"]) == (302, page)


def test_a_refused_form_that_is_opened_again_leads_to_its_problem(
    app: Flask, store: SQLiteStore, sign_in: SignIn, person_id: Callable[[str], str]
) -> None:
    work = Work(app, store, person_id)
    finding_id = work.assigned()
    for action in ("plan", "close"):
        answer = sign_in("office").get(f"/findings/{finding_id}/{action}", headers=BROWSER)
        assert answer.headers["Location"] == f"/findings/{finding_id}"
        assert sign_in("office").get(answer.headers["Location"]).status_code == 200


def test_every_address_that_takes_only_a_form_leads_to_one_that_opens(app: Flask, sign_in: SignIn) -> None:
    office, urls, rules = sign_in("office"), app.url_map.bind("localhost"), list(app.url_map.iter_rules())
    forms = [rule.rule for rule in rules if "POST" in (rule.methods or ())]
    named = [re.sub(r"<any\('?([\w-]+)[^>]*>", r"\1", rule) for rule in forms]  # the first that it may be
    paths = [re.sub("<[^>]*>", UNREAL, path) for path in named if not path.startswith("/api/")]
    only_forms = [path for path in paths if not urls.test(path, "GET")]
    assert len(only_forms) > 20
    for path in only_forms:
        answer = office.get(path, headers=BROWSER)
        assert answer.status_code == 302, path
        page = answer.headers["Location"]
        assert page == "/" or path.startswith(f"{page}/"), (path, page)
        assert office.get(page, headers=BROWSER).status_code not in {403, OTHER_METHOD}, (path, page)


def test_only_a_browser_that_opens_a_page_is_led_and_never_elsewhere(sign_in: SignIn) -> None:
    office = sign_in("office")
    for accepts in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        assert office.get("/calendar/all", headers=accepts).status_code == OTHER_METHOD
    assert office.put("/calendar/all", headers=BROWSER).status_code in {400, OTHER_METHOD}
    assert office.get("/api/sync", headers=BROWSER).status_code in {404, OTHER_METHOD}
    for path in ("//evil.example/calendar/all", "/calendar//all", "//calendar/all"):
        answer = office.get(path, headers=BROWSER)
        assert "evil" not in answer.headers.get("Location", "").split("/calendar")[0], path
        assert not answer.headers.get("Location", "/").startswith("//")


def test_who_may_not_open_the_nearest_page_is_led_to_the_next(sign_in: SignIn) -> None:
    answer = sign_in("unit").get("/campaigns/x/propose", headers=BROWSER)
    assert answer.headers["Location"] == "/"
