"""Real citizens' messages, each captured as an op through the API: all there, word for word."""

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from pypdf import PdfReader

from survey_app.privacy import mask
from survey_app.store import SQLiteStore
from tests.halls import ITEMS, add_halls
from tests.phone import Caller, item

SHARED_DATA = Path(os.environ.get("SURVEY_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
MESSAGES = SHARED_DATA / "citizen-messages.csv"
BATCH_BYTES = 200 * 1024


def messages() -> list[dict[str, str]]:
    if not MESSAGES.exists():
        pytest.skip(f"没有 {MESSAGES.name}：用 SURVEY_SHARED_DATA 指出它所在的目录")
    with MESSAGES.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def deliver(caller: Caller, texts: list[str]) -> list[str]:
    """Send each text as a record, in as many batches as it takes, and return the records' ids."""
    ids: list[str] = []
    waiting: list[dict[str, str]] = []
    for seq, text in enumerate(texts, start=1):
        said = {"method": "ask", "kind": "difficulty", "text": text, "quote": "", "reform_item_ids": []}
        fields = caller.envelope(kind="observation", seq=seq, payload=said)
        ids.append(fields["rec_id"])
        waiting.append(item(fields))
        if seq == len(texts) or len(waiting) == 50 or len(json.dumps(waiting)) > BATCH_BYTES:
            answer = caller.post(json.dumps({"ops": waiting}, ensure_ascii=False))
            assert [one["status"] for one in answer.get_json()["receipts"]] == ["stored"] * len(waiting)
            waiting = []
    return ids


def test_every_message_is_captured_word_for_word_and_shown_masked(
    store: SQLiteStore, sign_in: Callable[[str], FlaskClient]
) -> None:
    texts = [f"{row['留言主题']}\n{row['留言详情']}" for row in messages()]
    ids = deliver(Caller(sign_in("leader")), texts)
    kept = {row["id"]: row["text"] for row in store.query("select id, text from observations")}
    assert kept == dict(zip(ids, texts, strict=True))
    assert len(kept) == 101
    office = sign_in("office")
    for record_id, text in zip(ids, texts, strict=True):
        page = office.get(f"/inbox/{record_id}")
        assert page.status_code == 200
        assert str(escape(mask(text).split("\n")[0])) in page.text


def test_messages_that_are_tagged_can_be_briefed_on_with_their_numbers_hidden(
    app: Flask,
    store: SQLiteStore,
    sign_in: Callable[[str], FlaskClient],
    csrf: Callable[[FlaskClient], str],
    tmp_path: Path,
) -> None:
    add_halls(store)
    texts = [f"{row['留言主题']}\n{row['留言详情']}" for row in messages()]
    ids = deliver(Caller(sign_in("leader")), texts)
    office = sign_in("office")
    decision = {"kind": "difficulty", "category": "D", "reform_item_ids": [ITEMS[0]], "version": "0"}
    for record_id in ids[:7]:
        form = {**decision, "csrf_token": csrf(office)}
        assert office.post(f"/inbox/{record_id}", data=form).status_code == 302
    out = tmp_path / "briefing.pdf"
    arguments = ["digest", "--from", "2017-06-01", "--to", "2017-06-12", "--out", str(out)]
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 0, result.output
    printed = "".join("".join(page.extract_text().split()) for page in PdfReader(out).pages)
    assert "共记录101条" in printed
    assert "有7条（7/101）对应到1个改革事项" in printed
    assert printed.count("时间排队") >= 1
    for text in texts:
        subject = "".join(mask(text).split("\n")[0].split())
        assert subject in printed, subject
    assert mask(printed) == printed
