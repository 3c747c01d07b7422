"""The tables that are attached to a briefing: in the finished PDF, on its page, and in what was frozen."""

import csv
import io
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from survey_app.digests.evidence import FINDINGS, RECORDS
from survey_app.store import SQLiteStore
from tests.digests.data import add_observation
from tests.digests.steps import Post, drafted, issued, row_of

SignIn = Callable[[str], FlaskClient]


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def attached(pdf: bytes) -> dict[str, bytes]:
    """Return the files in a PDF by the names that a reader shows."""
    return {name: bytes(files[0]) for name, files in PdfReader(io.BytesIO(pdf)).attachments.items()}


def test_the_records_behind_a_briefing_are_in_its_pdf_with_numbers_masked(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = drafted(office, post, records)
    issued(office, post, store, path)
    [(name, data)] = attached(office.get(f"{path}/briefing.pdf").data).items()
    assert name == RECORDS
    first, second, third = read(data)
    assert (first["分类"], first["办事大厅"], first["窗口"], first["照片"]) == (
        "咨询告知", "车管所一楼大厅", "3号窗口", "1",
    )  # fmt: skip
    assert first["内容"] == "自助机停用，没有告示"
    assert "三次都没人接" in first["群众原话"]
    assert "0013" not in data.decode()
    assert [row["当场解决"] for row in (first, second, third)] == ["", "是", ""]
    assert "测试leader" not in data.decode()


def test_of_a_record_that_was_not_picked_the_words_stay_at_home(
    app: Flask,
    office: FlaskClient,
    post: Post,
    records: list[str],
    person_id: Callable[[str], str],
) -> None:
    add_observation(app, person_id("leader"), hall_id="H1", text="没有核实的话", quote="没有选入的原话")
    path = drafted(office, post, records)
    data = attached(office.get(f"{path}/briefing.pdf").data)[RECORDS]
    *picked, left = read(data)
    assert {row["选入简报"] for row in picked} == {"是"}
    assert (left["选入简报"], left["办事大厅"], left["内容"], left["群众原话"]) == (
        "",
        "车管所一楼大厅",
        "",
        "",
    )


def test_each_file_says_what_it_is_and_when_it_was_made_as_pdf_ua_and_associated_files_ask(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    path = drafted(office, post, records)
    add_finding(store, records[0])
    root: Any = PdfReader(io.BytesIO(office.get(f"{path}/briefing.pdf").data)).root_object
    names = root["/Names"]["/EmbeddedFiles"]["/Names"]
    assert names[::2] == sorted(names[::2]) == [RECORDS, FINDINGS]
    assert [spec.idnum for spec in root.raw_get("/AF")] == [spec.idnum for spec in names[1::2]]
    for name, reference in zip(names[::2], names[1::2], strict=True):
        spec = reference.get_object()
        assert (spec["/F"], spec["/UF"], spec["/AFRelationship"]) == (name, name, "/Data")
        assert spec["/Desc"]
        file = spec["/EF"]["/F"].get_object()
        assert file["/Subtype"] == "/text/csv"
        assert file["/Params"]["/ModDate"] == file["/Params"]["/CreationDate"] == "D:20170612000000Z"


def add_finding(store: SQLiteStore, record_id: str) -> None:
    """Make a record a problem, as the tables have it."""
    with store.writing() as tx:
        author = tx.value("select author_id from observations where id = :id", {"id": record_id})
        tx.insert(
            "findings",
            {
                "id": "f1", "number": "2017-001", "year": 2017, "position": 1, "version": 1,
                "state": "fixing", "text": "自助机停用，请打13800138000", "found_by": author,
                "found_on": "2017-06-10", "unit_id": "unit-1", "created_at": "2017-06-10T00:00:00.000Z",
                "updated_at": "2017-06-10T00:00:00.000Z",
            },
        )  # fmt: skip
        tx.insert("finding_observations", {"observation_id": record_id, "finding_id": "f1", "position": 1})


def test_the_problems_of_the_picked_records_are_attached_with_where_they_stand(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore
) -> None:
    add_finding(store, records[0])
    path = drafted(office, post, records)
    [row] = read(attached(office.get(f"{path}/briefing.pdf").data)[FINDINGS])
    assert (row["编号"], row["状态"], row["责任单位"]) == ("2017-001", "整改中", "市公安局")
    assert row["问题"] == "自助机停用，请打138******00"


def test_what_is_attached_to_an_issue_stays_as_it_was_and_is_listed_on_its_page(
    office: FlaskClient, post: Post, records: list[str], store: SQLiteStore, sign_in: SignIn
) -> None:
    path = drafted(office, post, records)
    issued(office, post, store, path)
    before = attached(office.get(f"{path}/briefing.pdf").data)[RECORDS]
    with store.writing() as tx:
        tx.update("observations", records[0], {"text": "后来改过的话"})
        tx.execute(
            "update digests set pdf_name = 'lost.pdf' where id = :id", {"id": row_of(store, path)["id"]}
        )
    reader = sign_in("leader")
    assert RECORDS in reader.get(path).text
    assert reader.get(f"{path}/attachments/{RECORDS}").data == before
    assert attached(reader.get(f"{path}/briefing.pdf").data)[RECORDS] == before
    assert reader.get(f"{path}/attachments/none.csv").status_code == 404
