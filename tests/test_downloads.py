"""A file that is downloaded has a name that tells what it is, also where no Chinese can be written."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from survey_app.store import SQLiteStore
from tests.halls import HALL, add_halls


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"/catalog/halls/{HALL}/labels.pdf", "catalog.pdf"),
        ("/catalog/halls/export.csv", "catalog.csv"),
        ("/ledger/problems.xlsx", "ledger-2017-06-12.xlsx"),
    ],
)
def test_the_plain_name_of_a_download_tells_what_it_is(
    sign_in: Callable[[str], FlaskClient], store: SQLiteStore, path: str, name: str
) -> None:
    add_halls(store)
    header = sign_in("office").get(path).headers["Content-Disposition"]
    assert re.findall(r'filename="?([^";]+)"?', header) == [name]
    assert "filename*=UTF-8''" in header
