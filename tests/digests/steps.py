"""The steps that lead to a briefing, as the office takes them."""

import io
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from pypdf import PdfReader

from survey_app.digests import queries
from survey_app.store import Row, SQLiteStore

Post = Callable[..., Any]
PERIOD = {"first": "2017-06-01", "last": "2017-06-12"}


def start(office: FlaskClient, post: Post) -> str:
    """Start a draft on the period and return its address."""
    answer = post(office, "/digests/new", **PERIOD)
    assert answer.status_code == 302
    return str(answer.headers["Location"]).removesuffix("/pick")


def drafted(office: FlaskClient, post: Post, records: list[str]) -> str:
    """Start a draft, pick everything, let the text be written, and return its address."""
    path = start(office, post)
    ticked = dict.fromkeys(("shown", "pick", "quote", "photos"), records)
    assert post(office, f"{path}/pick", action="draft", **ticked).status_code == 302
    return path


def row_of(store: SQLiteStore, path: str) -> Row:
    """Return the briefing at an address."""
    found = queries.find_digest(store, path.rsplit("/", 1)[1])
    assert found is not None
    return found


def typed(row: Row, **changes: Any) -> Row:
    """Return the text form as the office would send it."""
    names = (*queries.TEXT_FIELDS, "version")
    fields = {name: "" if row[name] is None else row[name] for name in names}
    return {
        **fields,
        "issuer": "市公安局改革办",
        "body": row["body"].replace("〔待补写〕", "逐项交办。"),
        **changes,
    }


def signed(office: FlaskClient, post: Post, store: SQLiteStore, path: str) -> None:
    """Finish the text of a draft, send it for review and sign it, whatever is remarked on it."""
    assert post(office, f"{path}/edit", **typed(row_of(store, path))).status_code == 302
    for step in ("submit", "sign"):
        version = row_of(store, path)["version"]
        assert post(office, f"{path}/{step}", version=version, accepted="y").status_code == 302, step


def issued(office: FlaskClient, post: Post, store: SQLiteStore, path: str, number: int = 3) -> Any:
    """Finish the text of a draft, have it signed, and issue it."""
    signed(office, post, store, path)
    return confirmed(office, post, store, path, number)


def confirmed(office: FlaskClient, post: Post, store: SQLiteStore, path: str, number: int = 3) -> Any:
    """Issue what is signed."""
    version = row_of(store, path)["version"]
    said = {"version": version, "number": number, "issued_on": "2017-06-12", "accepted": "y"}
    return post(office, f"{path}/issue", **said)


def pdf_text(data: bytes) -> str:
    """Return the text of every page."""
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def squeezed(text: str) -> str:
    """Return text without its spaces and line ends."""
    return "".join(text.split())
