"""What is printed, and what is issued and never changes again."""

import hashlib
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from survey_app import audit
from survey_app.config import Config
from survey_app.digests.bench import measure_pdf
from survey_app.digests.compile import spoken
from survey_app.store import SQLiteStore
from tests.digests.data import add_observation, photo_bytes
from tests.digests.steps import Post, drafted, issued, pdf_text, row_of, squeezed, typed

SignIn = Callable[[str], FlaskClient]


def test_a_draft_prints_its_mark_on_every_page_and_an_issue_on_none(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = drafted(office, post, records)
    long = row_of(store, path)["body"] + "接着写一段很长的话。\n" * 30
    assert post(office, f"{path}/edit", **typed(row_of(store, path), body=long)).status_code == 302
    pages = PdfReader(io.BytesIO(office.get(f"{path}/briefing.pdf").data)).pages
    assert len(pages) > 2
    assert all("排版稿" in page.extract_text() for page in pages)
    assert issued(office, post, store, path).status_code == 302
    assert "排版稿" not in pdf_text(office.get(f"{path}/briefing.pdf").data)


def test_an_issued_briefing_is_in_exports_downloadable_by_its_chinese_name_and_readable(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore, config: Config, sign_in: SignIn
) -> None:
    path = drafted(office, post, records)
    assert issued(office, post, store, path).status_code == 302
    row = row_of(store, path)
    assert row["pdf_name"] == "2017-办事体验简报第3期-6月1日至12日办事体验情况.pdf"
    answer = sign_in("leader").get(f"{path}/download.pdf")
    assert answer.mimetype == "application/pdf"
    assert quote(row["pdf_name"]) in answer.headers["Content-Disposition"]
    assert (config.exports_dir / row["pdf_name"]).read_bytes() == answer.data
    shown = office.get(f"{path}/briefing.pdf")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["Content-Security-Policy"] == "frame-ancestors 'self'"
    text = squeezed(pdf_text(answer.data))
    for expected in (
        "办事体验简报",
        "第3期",
        "市公安局改革办",
        "2017年6月12日",
        "共记录3条",
        "自助机停用",
        "排队四十分钟",
    ):
        assert expected in text
    assert "测试leader" not in text
    assert "测试岗位" not in text


def test_the_pages_are_a4_with_chinese_fonts_in_the_file_and_the_photo(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = drafted(office, post, records)
    issued(office, post, store, path)
    reader = PdfReader(io.BytesIO(office.get(f"{path}/briefing.pdf").data))
    for page in reader.pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    assert len({image.name for page in reader.pages for image in page.images}) == 1
    assert b"Noto-Serif-CJK" in b"".join(
        str(font.get_object()["/BaseFont"]).encode()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    )


def test_an_issued_briefing_never_changes(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = drafted(office, post, records)
    issued(office, post, store, path)
    row = row_of(store, path)
    for answer in (
        office.get(f"{path}/edit"),
        office.get(f"{path}/pick"),
        office.get(f"{path}/issue"),
        post(office, f"{path}/edit", **typed(row, title_1="改了")),
        post(office, f"{path}/pick", action="none", shown=records),
        *(
            post(office, f"{path}/{step}", version=row["version"], number=4, issued_on="2017-06-13")
            for step in ("submit", "sign", "return", "issue")
        ),
    ):
        assert answer.status_code == 409
        assert "已经印发" in answer.text
    assert row_of(store, path) == row


def test_a_lost_file_is_printed_again_to_the_same_bytes_though_the_records_changed(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore, config: Config
) -> None:
    path = drafted(office, post, records)
    issued(office, post, store, path)
    file = config.exports_dir / row_of(store, path)["pdf_name"]
    before = file.read_bytes()
    with store.writing() as tx:
        tx.update("observations", records[0], {"text": "后来改过的话", "state": "withdrawn"})
    file.unlink()
    assert office.get(f"{path}/briefing.pdf").data == before
    assert file.read_bytes() == before
    assert hashlib.sha256(before).hexdigest() == row_of(store, path)["pdf_sha256"]


def test_a_folder_that_cannot_be_written_stops_neither_issuing_nor_reading(
    office: FlaskClient,
    post: Post,
    records: list[str],
    store: SQLiteStore,
    config: Config,
    caplog: pytest.LogCaptureFixture,
) -> None:
    config.exports_dir.write_text("a file where the folder should be")
    path = drafted(office, post, records)
    assert issued(office, post, store, path).status_code == 302
    data = office.get(f"{path}/download.pdf").data
    assert hashlib.sha256(data).hexdigest() == row_of(store, path)["pdf_sha256"]
    assert "cannot write" in caplog.text


def test_the_command_says_where_it_cannot_write(app: Flask, records: list[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    arguments = [
        "digest",
        "--from",
        "2017-06-01",
        "--to",
        "2017-06-12",
        "--out",
        str(tmp_path / "file" / "x.pdf"),
    ]
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 1
    assert "请换一个能写的位置" in result.output


def test_a_file_that_was_tampered_with_is_not_given_out(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore, config: Config
) -> None:
    path = drafted(office, post, records)
    issued(office, post, store, path)
    file = config.exports_dir / row_of(store, path)["pdf_name"]
    before = file.read_bytes()
    file.write_bytes(b"%PDF-1.7 something else")
    assert office.get(f"{path}/briefing.pdf").data == before


def test_when_it_cannot_be_printed_the_same_it_is_said_and_nothing_else_is_given(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore, config: Config
) -> None:
    path = drafted(office, post, records)
    issued(office, post, store, path)
    row = row_of(store, path)
    (config.exports_dir / row["pdf_name"]).unlink()
    frozen = json.loads(row["frozen"])
    with store.writing() as tx:
        tx.update(
            "digests",
            row["id"],
            {"frozen": json.dumps({**frozen, "css": frozen["css"] + "p { color: red }"})},
        )
    answer = office.get(f"{path}/briefing.pdf")
    assert answer.status_code == 500
    assert "备份" in answer.text


def test_two_editors_lose_nothing(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = drafted(office, post, records)
    seen = row_of(store, path)
    first = typed(seen, body="先存的正文", report_to="先存的报送")
    assert post(office, f"{path}/edit", **first).status_code == 302
    answer = post(office, f"{path}/edit", **typed(seen, body="后存的正文", title_1="后存的标题"))
    assert answer.status_code == 409
    for text in ("先存的正文", "先存的报送", "后存的正文", "后存的标题"):
        assert text in answer.text
    assert row_of(store, path)["body"] == "先存的正文\n"
    now = row_of(store, path)
    assert f'name="version" type="hidden" value="{now["version"]}"' in answer.text
    assert post(office, f"{path}/edit", **typed(now, body="合起来的正文")).status_code == 302


def test_text_that_looks_like_code_is_printed_as_text(
    app: Flask, office: FlaskClient, post: Post, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    trick = '<script>alert(1)</script>{{7*7}}<img src=file:///etc/passwd><p style="background:url(http://127.0.0.1/x)">'
    record = add_observation(app, person_id("leader"), text=trick, quote=trick)
    path = drafted(office, post, [record])
    text = squeezed(pdf_text(office.get(f"{path}/briefing.pdf").data))
    assert squeezed(spoken(trick)) in text
    assert "root:" not in text
    sheet = office.get(f"{path}/sheet").text
    assert "<script" not in sheet
    assert "<img" not in sheet


def test_phone_numbers_typed_by_the_office_are_masked_on_paper(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = drafted(office, post, records)
    post(
        office,
        f"{path}/edit",
        **typed(row_of(store, path), body="请打１３８ ００１３ ８０００", title_1="标题13800138000"),
    )
    text = pdf_text(office.get(f"{path}/briefing.pdf").data)
    assert "标题138******00" in squeezed(text)
    assert "００１３" not in text


def test_a_photo_that_is_not_picked_is_said_to_be_missing_and_cannot_be_fetched(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore, sign_in: SignIn
) -> None:
    path = drafted(office, post, records)
    name = hashlib.sha256(photo_bytes()).hexdigest()
    assert office.get(f"{path}/photos/{name}.jpg").mimetype == "image/jpeg"
    assert office.get(f"{path}/photos/{'0' * 64}.jpg").status_code == 404
    post(office, f"{path}/edit", **typed(row_of(store, path), body="〔照片 9-9〕没有的"))
    assert "照片 9-9 没有选入" in office.get(f"{path}/sheet").text
    issued_path = drafted(office, post, records)
    issued(office, post, store, issued_path)
    assert sign_in("leader").get(f"{issued_path}/photos/{name}.jpg").status_code == 200
    assert sign_in("leader").get(f"{path}/photos/{name}.jpg").status_code == 404


def test_a_photo_that_is_still_to_come_is_left_out(
    app: Flask, office: FlaskClient, post: Post, store: SQLiteStore, person_id: Callable[[str], str]
) -> None:
    record = add_observation(app, person_id("leader"), photos=(photo_bytes("red"),), photos_arrive=False)
    path = drafted(office, post, [record])
    assert "〔照片" not in row_of(store, path)["body"]
    assert office.get(f"{path}/briefing.pdf").status_code == 200


def test_only_the_office_edits_and_others_read_only_what_is_issued(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore, sign_in: SignIn
) -> None:
    path = drafted(office, post, records)
    for role in ("leader", "aide", "unit", "admin"):
        client = sign_in(role)
        for page in (path, f"{path}/sheet", f"{path}/briefing.pdf"):
            assert client.get(page).status_code == 404, (role, page)
        for page in ("/digests/new", f"{path}/edit", f"{path}/pick", f"{path}/issue"):
            assert client.get(page).status_code == 403, (role, page)
        assert "6月1日至12日办事体验情况" not in client.get("/digests").text
    issued(office, post, store, path)
    for role in ("leader", "aide", "unit", "admin"):
        assert sign_in(role).get(path).status_code == 200
        assert "6月1日至12日办事体验情况" in sign_in(role).get("/digests").text


def test_every_change_is_in_the_audit_and_the_chain_holds(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = drafted(office, post, records)
    issued(office, post, store, path)
    actions = [row["action"] for row in audit.history(store, "digest", row_of(store, path)["id"])]
    assert actions == [
        "digest.add", "digest.pick", "digest.edit", "digest.edit", "digest.submit", "digest.sign",
        "digest.issue",
    ]  # fmt: skip
    assert list(audit.broken_links(store)) == []


def test_the_command_prints_the_draft_of_every_record_of_the_period(
    app: Flask, records: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "draft.pdf"
    arguments = [
        "digest",
        "--from",
        "2017-06-01",
        "--to",
        "2017-06-12",
        "--out",
        str(out),
        "--title",
        "六月上旬",
    ]
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 0, result.output
    text = squeezed(pdf_text(out.read_bytes()))
    for expected in ("排版稿", "六月上旬", "共记录3条", "有人主动来问"):
        assert expected in text


def test_the_command_says_what_to_do_where_there_is_nothing_to_print(app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "draft.pdf"
    arguments = ["digest", "--from", "2016-06-01", "--to", "2016-06-12", "--out", str(out)]
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 1
    assert "请换一段时间" in result.output
    assert not out.exists()


def test_the_benchmark_tells_seconds_and_pages_against_a_blank_page(app: Flask) -> None:
    with app.app_context():
        blank, *briefings = measure_pdf()
    assert blank[1].endswith(" s")
    for label, figure in briefings:
        assert re.search(r"[1-9]\d* pages", label)
        assert figure.endswith("s/page over blank")


@pytest.mark.parametrize("version", ["9" * 5000, "9" * 30, "-1", "x"])
def test_a_version_that_no_briefing_ever_had_is_an_old_one(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore, version: str
) -> None:
    path = drafted(office, post, records)
    before = row_of(store, path)
    assert post(office, f"{path}/edit", **typed(before, version=version)).status_code == 409
    assert post(office, f"{path}/submit", version=version, accepted="y").status_code == 409
    assert row_of(store, path) == before


def test_a_drafts_title_never_breaks_the_name_of_its_file(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = drafted(office, post, records)
    title = "体验\r\nSet-Cookie: who=x ../../情况"
    assert post(office, f"{path}/edit", **typed(row_of(store, path), title_1=title)).status_code == 302
    answer = office.get(f"{path}/download.pdf")
    assert answer.status_code == 200
    assert quote("体验_Set-Cookie_who=x_.._.._情况（排版稿）.pdf") in answer.headers["Content-Disposition"]
